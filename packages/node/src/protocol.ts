/**
 * What this package and the worker say to each other: the vocabulary of `crates/wire/control`, as
 * MessagePack gives it. An enum is a string, or an object with the variant as its only key.
 *
 * What is sent is as `generated/control` declares it; what arrives differs as `Received` says.
 */

import type * as control from './generated/control';

export type {
	Audience as WireAudience,
	Command,
	ConsumerCall,
	ConsumerLayers as WireLayers,
	DataConsumerCall,
	DataProducerCall,
	ListenInfo as WireListenInfo,
	ProducerCall,
	Request,
	RouterCall,
	RtpEncodingParameters as WireRtpEncoding,
	RtpMapping as WireRtpMapping,
	RtpObserverCall,
	RtpParameters as WireRtpParameters,
	SctpOptions as WireSctpOptions,
	SctpStreamParameters as WireStreamParameters,
	ToWorker,
	TransportCall,
	UserMessage as WireMessage,
	WebRtcListen,
} from './generated/control';

/**
 * A value of the worker after `Channel` has read it: integers of 64 bits are numbers, bytes are a
 * buffer, and what is absent is undefined, or else as `Absent` says.
 */
export type Received<T, Absent = undefined> = T extends null
	? Absent
	: T extends bigint
		? number
		: T extends Uint8Array
			? Buffer
			: T extends object
				? { [Key in keyof T]: Received<T[Key], Absent> }
				: T;

/** An event as `Received`, but for a trace, whose nulls the application sees. */
type ReceivedEvent<T> = T extends { trace: infer Trace } ? { trace: Received<Trace, null> } : Received<T>;

/** What variants with a value carry, by the name of the variant. */
type ByName<T> = { [Name in NameOf<T>]: Extract<T, Record<Name, unknown>>[Name] };
type NameOf<T> = T extends object ? keyof T : never;

/** What the answers to requests carry, by the name of the answer. */
export type Replies = { done: undefined } & Received<ByName<control.Reply>>;

export type Refusal = control.Refusal;

export type WireTuple = Received<control.TransportTuple>;
export type WireCandidate = Received<control.IceCandidate>;

export type TransportEvent = ReceivedEvent<control.TransportEvent>;
export type ProducerEvent = ReceivedEvent<control.ProducerEvent>;
export type ConsumerEvent = ReceivedEvent<control.ConsumerEvent>;
export type DataConsumerEvent = ReceivedEvent<control.DataConsumerEvent>;
export type RtpObserverEvent = ReceivedEvent<control.RtpObserverEvent>;

/** A message of the worker. Answers and events are typed by whoever waits for them. */
export type FromWorker =
	| Exclude<Received<control.FromWorker>, { accepted: unknown } | { notification: unknown }>
	| { accepted: [number, string | Record<string, unknown>] }
	| { notification: Record<string, [string, unknown]> };
