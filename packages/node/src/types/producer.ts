/** Media that an endpoint sends to us. */

import type { MediaKind, RtpParameters } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { RtpStreamRecvStats, RtpTraceInfo } from './stats';

/** What a producer is made from. */
export type ProducerOptions<ProducerAppData extends AppData = AppData> = {
	/** For pipes: the id of the producer at the other end. Default: a new one. */
	id?: string;
	kind: MediaKind;
	/** What the endpoint sends. */
	rtpParameters: RtpParameters;
	/** Default: false. */
	paused?: boolean;
	/** Milliseconds between two key frame requests to the endpoint. Default: 0. */
	keyFrameRequestDelay?: number;
	/** Adds the header extension `urn:mediasoup:params:rtp-hdrext:packet-id`. Default: false. */
	enableMediasoupPacketIdHeaderExtension?: boolean;
	/** Default: `{}`. */
	appData?: ProducerAppData;
};

export type ProducerType = 'simple' | 'simulcast' | 'svc';

/** How well one stream arrives. */
export type ProducerScore = {
	encodingIdx: number;
	ssrc: number;
	rid?: string;
	/** 0 (nothing arrives) to 10 (all is well). */
	score: number;
};

/** How a picture is to be turned. */
export type ProducerVideoOrientation = {
	/** From a camera that faces the scene. */
	camera: boolean;
	/** Mirrored. */
	flip: boolean;
	/** 0, 90, 180 or 270 degrees, clockwise. */
	rotation: number;
};

export type ProducerTraceEventType = 'rtp' | 'keyframe' | 'nack' | 'pli' | 'fir' | 'sr';

/** Something that was traced. */
export type ProducerTraceEventData = {
	type: ProducerTraceEventType;
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	direction: 'in' | 'out';
	/** An {@link RtpTraceInfo}, or nothing. */
	info: any;
};

export type { RtpTraceInfo };

/** A producer as it is now. */
export type ProducerDump = {
	id: string;
	kind: string;
	type: ProducerType;
	rtpParameters: RtpParameters;
	rtpMapping: any;
	rtpStreams: any;
	traceEventTypes: string[];
	paused: boolean;
};

/** Counters of one stream. */
export type ProducerStat = RtpStreamRecvStats;

export type ProducerEvents = {
	transportclose: [];
	score: [ProducerScore[]];
	videoorientationchange: [ProducerVideoOrientation];
	trace: [ProducerTraceEventData];
	listenererror: [string, Error];
	'@close': [];
};

export type ProducerObserver = EnhancedEventEmitter<ProducerObserverEvents>;

export type ProducerObserverEvents = {
	close: [];
	pause: [];
	resume: [];
	score: [ProducerScore[]];
	videoorientationchange: [ProducerVideoOrientation];
	trace: [ProducerTraceEventData];
};

/** Media that an endpoint sends to us; made by `transport.produce()`. */
export interface Producer<ProducerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<ProducerEvents> {
	get id(): string;
	get closed(): boolean;
	get kind(): MediaKind;
	/** What the endpoint sends, normalised. A copy. */
	get rtpParameters(): RtpParameters;
	get type(): ProducerType;
	/** The same in the router's numbers, for internal use. A copy. */
	get consumableRtpParameters(): RtpParameters;
	get paused(): boolean;
	/** Of the streams seen so far. A copy. */
	get score(): ProducerScore[];
	get appData(): ProducerAppData;
	set appData(appData: ProducerAppData);
	get observer(): ProducerObserver;

	/** Closes it and its consumers. Does nothing if closed. */
	close(): void;

	/**
	 * The producer as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<ProducerDump>;

	/**
	 * Its counters, one entry a stream.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	getStats(): Promise<ProducerStat[]>;

	/**
	 * Stops forwarding.
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
	 * Traces exactly these; unknown ones are ignored. Default: none.
	 *
	 * @throws TypeError if it is no array of strings; NotFoundError if closed; WorkerClosedError
	 */
	enableTraceEvent(types?: ProducerTraceEventType[]): Promise<void>;

	/**
	 * Gives the worker an RTP packet of this producer, on a direct transport; one that is larger than 65536
	 * bytes or cannot be read is dropped.
	 *
	 * @throws TypeError if it is no Buffer; WorkerClosedError
	 */
	send(rtpPacket: Buffer): void;
}
