/** The transport to the application itself. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type {
	BaseTransportDump,
	BaseTransportStats,
	Transport,
	TransportEvents,
	TransportObserverEvents,
} from './transport';

/** What a transport is made from. */
export type DirectTransportOptions<DirectTransportAppData extends AppData = AppData> = {
	/** Bytes: the largest message to the application. Default: 262144. */
	maxSendMessageSize?: number;
	/** Bytes: the largest message from the application. Default: 262144. */
	maxReceiveMessageSize?: number;
	/** Default: `{}`. */
	appData?: DirectTransportAppData;
};

/** A transport as it is now. */
export type DirectTransportDump = BaseTransportDump;

/** Its counters. */
export type DirectTransportStat = BaseTransportStats & { type: 'direct-transport' };

export type DirectTransportEvents = TransportEvents & {
	/** A compound RTCP packet for the application. */
	rtcp: [Buffer];
};

export type DirectTransportObserver = EnhancedEventEmitter<DirectTransportObserverEvents>;

export type DirectTransportObserverEvents = TransportObserverEvents & {
	rtcp: [Buffer];
};

/** RTP, RTCP and messages from and to the application itself. */
export interface DirectTransport<DirectTransportAppData extends AppData = AppData>
	extends Transport<DirectTransportAppData, DirectTransportEvents, DirectTransportObserver> {
	get type(): 'direct';
	get observer(): DirectTransportObserver;

	dump(): Promise<DirectTransportDump>;
	getStats(): Promise<DirectTransportStat[]>;
	/** Does nothing: it is always connected. */
	connect(): Promise<void>;
	/** @throws UnsupportedError always */
	setMaxIncomingBitrate(bitrate: number): Promise<void>;
	/** @throws UnsupportedError always */
	setMaxOutgoingBitrate(bitrate: number): Promise<void>;
	/** @throws UnsupportedError always */
	setMinOutgoingBitrate(bitrate: number): Promise<void>;

	/**
	 * Gives the worker a compound RTCP packet; one that cannot be read is dropped.
	 *
	 * @throws TypeError if it is no Buffer; WorkerClosedError
	 */
	sendRtcp(rtcpPacket: Buffer): void;
}
