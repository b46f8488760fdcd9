/** Messages that we send to an endpoint. */

import type { SctpStreamParameters } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';

/** What a data consumer is made from. */
export type DataConsumerOptions<DataConsumerAppData extends AppData = AppData> = {
	/** A data producer of the router. */
	dataProducerId: string;
	/** In the order of sending. Default: as the data producer. */
	ordered?: boolean;
	/** Give up after so many milliseconds; implies `ordered: false`. Default: as the data producer. */
	maxPacketLifeTime?: number;
	/** Give up after so many repetitions; implies `ordered: false`. Default: as the data producer. */
	maxRetransmits?: number;
	/** Default: false. */
	paused?: boolean;
	/** Which messages with subchannels it takes. Default: none. */
	subchannels?: number[];
	/** Default: `{}`. */
	appData?: DataConsumerAppData;
};

/** What carries the messages: SCTP, or the application itself. */
export type DataConsumerType = 'sctp' | 'direct';

/** A data consumer as it is now. */
export type DataConsumerDump = {
	id: string;
	dataProducerId: string;
	type: DataConsumerType;
	sctpStreamParameters?: SctpStreamParameters;
	label: string;
	protocol: string;
	/** Bytes that wait on its stream. */
	bufferedAmount: number;
	/** Bytes; 0 on a direct transport. */
	bufferedAmountLowThreshold: number;
	paused: boolean;
	dataProducerPaused: boolean;
	subchannels: number[];
};

/** Its counters. */
export type DataConsumerStat = {
	type: 'data-consumer';
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	label: string;
	protocol: string;
	messagesSent: number;
	bytesSent: number;
	bufferedAmount: number;
};

export type DataConsumerEvents = {
	transportclose: [];
	dataproducerclose: [];
	dataproducerpause: [];
	dataproducerresume: [];
	/** A message and its PPID, on a direct transport. */
	message: [Buffer, number];
	/** A message was dropped because too much waits. */
	sctpsendbufferfull: [];
	/** So many bytes wait: no more than the threshold. */
	bufferedamountlow: [number];
	/** The endpoint closed the data channel, and so this is closed. Not in mediasoup. */
	streamclose: [];
	listenererror: [string, Error];
	'@close': [];
	'@dataproducerclose': [];
};

export type DataConsumerObserver = EnhancedEventEmitter<DataConsumerObserverEvents>;

export type DataConsumerObserverEvents = {
	close: [];
	/** Nothing is sent any more: it was paused, or its data producer. */
	pause: [];
	/** It is sent again: neither it nor its data producer is paused. */
	resume: [];
};

/** Messages that we send to an endpoint; made by `transport.consumeData()`. */
export interface DataConsumer<DataConsumerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<DataConsumerEvents> {
	get id(): string;
	get dataProducerId(): string;
	get closed(): boolean;
	get type(): DataConsumerType;
	/** Our stream. A copy. */
	get sctpStreamParameters(): SctpStreamParameters | undefined;
	get label(): string;
	get protocol(): string;
	get paused(): boolean;
	get dataProducerPaused(): boolean;
	/** Which messages with subchannels it takes. A copy. */
	get subchannels(): number[];
	get appData(): DataConsumerAppData;
	set appData(appData: DataConsumerAppData);
	get observer(): DataConsumerObserver;

	/** Closes it. Does nothing if closed. */
	close(): void;

	/**
	 * The data consumer as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<DataConsumerDump>;

	/**
	 * Its counters: an array with one entry.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	getStats(): Promise<DataConsumerStat[]>;

	/**
	 * Stops sending.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	pause(): Promise<void>;

	/**
	 * Sends again.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	resume(): Promise<void>;

	/**
	 * `bufferedamountlow` is told when no more bytes than this wait.
	 *
	 * @throws TypeError on a direct transport; NotFoundError if closed; WorkerClosedError
	 */
	setBufferedAmountLowThreshold(threshold: number): Promise<void>;

	/**
	 * Sends a message to the endpoint.
	 *
	 * @param message - text, or bytes.
	 * @param ppid - Default: by the type of the message (RFC 8831 §8).
	 * @returns the bytes that wait on its stream.
	 * @throws TypeError if it is neither text nor bytes, is too large, or on a direct transport; Error if
	 * something is paused, or too much waits; NotFoundError if closed; WorkerClosedError
	 */
	send(message: string | Buffer, ppid?: number): Promise<number>;

	/**
	 * Bytes that wait on its stream.
	 *
	 * @throws TypeError on a direct transport; NotFoundError if closed; WorkerClosedError
	 */
	getBufferedAmount(): Promise<number>;

	/**
	 * Takes exactly these subchannels: 0 to 65535 each.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	setSubchannels(subchannels: number[]): Promise<void>;

	/**
	 * Takes one more.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	addSubchannel(subchannel: number): Promise<void>;

	/**
	 * Takes one less.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	removeSubchannel(subchannel: number): Promise<void>;
}
