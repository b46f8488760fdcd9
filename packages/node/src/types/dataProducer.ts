/** Messages that an endpoint sends to us. */

import type { SctpStreamParameters } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';

/** What a data producer is made from. */
export type DataProducerOptions<DataProducerAppData extends AppData = AppData> = {
	/** For pipes: the id of the data producer at the other end. Default: a new one. */
	id?: string;
	/** The endpoint's stream; mandatory but on a direct transport. */
	sctpStreamParameters?: SctpStreamParameters;
	/** Default: empty. */
	label?: string;
	/** Default: empty. */
	protocol?: string;
	/** Default: false. */
	paused?: boolean;
	/** Default: `{}`. */
	appData?: DataProducerAppData;
};

/** What carries the messages: SCTP, or the application itself. */
export type DataProducerType = 'sctp' | 'direct';

/** A data producer as it is now. */
export type DataProducerDump = {
	id: string;
	paused: boolean;
	type: DataProducerType;
	sctpStreamParameters?: SctpStreamParameters;
	label: string;
	protocol: string;
};

/** Its counters. */
export type DataProducerStat = {
	type: 'data-producer';
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	label: string;
	protocol: string;
	messagesReceived: number;
	bytesReceived: number;
};

export type DataProducerEvents = {
	transportclose: [];
	listenererror: [string, Error];
	'@close': [];
};

export type DataProducerObserver = EnhancedEventEmitter<DataProducerObserverEvents>;

export type DataProducerObserverEvents = {
	close: [];
	pause: [];
	resume: [];
};

/** Messages that an endpoint sends to us; made by `transport.produceData()`. */
export interface DataProducer<DataProducerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<DataProducerEvents> {
	get id(): string;
	get closed(): boolean;
	get type(): DataProducerType;
	/** The endpoint's stream. A copy. */
	get sctpStreamParameters(): SctpStreamParameters | undefined;
	get label(): string;
	get protocol(): string;
	get paused(): boolean;
	get appData(): DataProducerAppData;
	set appData(appData: DataProducerAppData);
	get observer(): DataProducerObserver;

	/** Closes it and its data consumers. Does nothing if closed. */
	close(): void;

	/**
	 * The data producer as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<DataProducerDump>;

	/**
	 * Its counters: an array with one entry.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	getStats(): Promise<DataProducerStat[]>;

	/**
	 * Stops forwarding; messages are counted but go nowhere.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	pause(): Promise<void>;

	/**
	 * Forwards again.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	resume(): Promise<void>;

	/**
	 * Sends a message, on a direct transport; one that is too large is dropped.
	 *
	 * @param message - text, or bytes.
	 * @param ppid - Default: by the type of the message (RFC 8831 §8).
	 * @param subchannels - for data consumers that have one of these; all if empty.
	 * @param requiredSubchannel - only for data consumers that have this.
	 * @param ignoredSubchannel - not for data consumers that have this.
	 * @throws TypeError if it is neither text nor bytes; WorkerClosedError
	 */
	send(
		message: string | Buffer,
		ppid?: number,
		subchannels?: number[],
		requiredSubchannel?: number,
		ignoredSubchannel?: number,
	): void;
}
