/** Media that we send to an endpoint. */

import type { MediaKind, RtpCapabilities, RtpEncodingParameters, RtpParameters } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { ProducerType } from './producer';
import type { RtpStreamRecvStats, RtpStreamSendStats } from './stats';

/** What a consumer is made from. */
export type ConsumerOptions<ConsumerAppData extends AppData = AppData> = {
	/** A producer of the router. */
	producerId: string;
	/** What the endpoint can receive. */
	rtpCapabilities: RtpCapabilities;
	/** Default: false. */
	paused?: boolean;
	/** Its media section. Default: the next number. */
	mid?: string;
	/** The layers wanted at most. Default: the highest. */
	preferredLayers?: ConsumerLayers;
	/** NACK and RTX, if both sides can. Default: true for video, false for audio. */
	enableRtx?: boolean;
	/** Drop Opus packets that carry no sound. Default: false. */
	ignoreDtx?: boolean;
	/** All streams of the producer as they are; there is no MID then. Default: false. */
	pipe?: boolean;
	/** Default: `{}`. */
	appData?: ConsumerAppData;
};

export type ConsumerType = ProducerType | 'pipe';

/** How well media arrives: 0 to 10. */
export type ConsumerScore = {
	/** From us to the endpoint. */
	score: number;
	/** From the producer's endpoint to us, of the stream being forwarded. */
	producerScore: number;
	/** The same of every encoding. */
	producerScores: number[];
};

/** Layers, 0 the lowest. */
export type ConsumerLayers = {
	spatialLayer: number;
	temporalLayer?: number;
};

export type ConsumerTraceEventType = 'rtp' | 'keyframe' | 'nack' | 'pli' | 'fir';

/** Something that was traced. */
export type ConsumerTraceEventData = {
	type: ConsumerTraceEventType;
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	direction: 'in' | 'out';
	/** An `RtpTraceInfo`, or nothing. */
	info: any;
};

/** What every consumer shows. */
export type BaseConsumerDump = {
	id: string;
	producerId: string;
	kind: MediaKind;
	rtpParameters: RtpParameters;
	consumableRtpEncodings?: RtpEncodingParameters[];
	supportedCodecPayloadTypes: number[];
	traceEventTypes: string[];
	paused: boolean;
	producerPaused: boolean;
	priority: number;
};

export type SimpleConsumerDump = BaseConsumerDump & {
	type: string;
	rtpStream: RtpStreamDump;
};

/** −1: no layer. */
export type SimulcastConsumerDump = BaseConsumerDump & {
	type: string;
	rtpStream: RtpStreamDump;
	preferredSpatialLayer: number;
	targetSpatialLayer: number;
	currentSpatialLayer: number;
	preferredTemporalLayer: number;
	targetTemporalLayer: number;
	currentTemporalLayer: number;
};

export type SvcConsumerDump = SimulcastConsumerDump;

export type PipeConsumerDump = BaseConsumerDump & {
	type: string;
	rtpStreams: RtpStreamDump[];
};

/** A consumer as it is now, by its type. */
export type ConsumerDump = SimpleConsumerDump | SimulcastConsumerDump | SvcConsumerDump | PipeConsumerDump;

/** A stream. */
export type RtpStreamDump = {
	params: RtpStreamParametersDump;
	score: number;
	rtxStream?: RtxStreamDump;
};

/** What a stream was made from. */
export type RtpStreamParametersDump = {
	encodingIdx: number;
	ssrc: number;
	payloadType: number;
	mimeType: string;
	clockRate: number;
	rid?: string;
	cname: string;
	rtxSsrc?: number;
	rtxPayloadType?: number;
	useNack: boolean;
	usePli: boolean;
	useFir: boolean;
	useInBandFec: boolean;
	useDtx: boolean;
	spatialLayers: number;
	temporalLayers: number;
};

/** An RTX stream. */
export type RtxStreamDump = { params: RtxStreamParameters };

/** What an RTX stream was made from. */
export type RtxStreamParameters = {
	ssrc: number;
	payloadType: number;
	mimeType: string;
	clockRate: number;
	rrid?: string;
	cname: string;
};

/** Counters: of what we send, and of what of the producer is being forwarded. */
export type ConsumerStat = RtpStreamSendStats | RtpStreamRecvStats;

export type ConsumerEvents = {
	transportclose: [];
	producerclose: [];
	producerpause: [];
	producerresume: [];
	score: [ConsumerScore];
	/** `undefined` if nothing is forwarded. */
	layerschange: [ConsumerLayers?];
	/** An RTP packet, on a direct transport. */
	rtp: [Buffer];
	trace: [ConsumerTraceEventData];
	listenererror: [string, Error];
	'@close': [];
	'@producerclose': [];
};

export type ConsumerObserver = EnhancedEventEmitter<ConsumerObserverEvents>;

export type ConsumerObserverEvents = {
	close: [];
	/** Nothing is sent any more: it was paused, or its producer. */
	pause: [];
	/** It is sent again: neither it nor its producer is paused. */
	resume: [];
	score: [ConsumerScore];
	layerschange: [ConsumerLayers?];
	trace: [ConsumerTraceEventData];
};

/** Media that we send to an endpoint; made by `transport.consume()`. */
export interface Consumer<ConsumerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<ConsumerEvents> {
	get id(): string;
	get producerId(): string;
	get closed(): boolean;
	get kind(): MediaKind;
	/** For the endpoint. A copy. */
	get rtpParameters(): RtpParameters;
	get type(): ConsumerType;
	/** Whether the consumer itself is paused. */
	get paused(): boolean;
	get producerPaused(): boolean;
	/** 1 to 255. */
	get priority(): number;
	/** A copy. */
	get score(): ConsumerScore;
	/** The layers wanted at most, with layers. A copy. */
	get preferredLayers(): ConsumerLayers | undefined;
	/** The layers being forwarded. A copy. */
	get currentLayers(): ConsumerLayers | undefined;
	get appData(): ConsumerAppData;
	set appData(appData: ConsumerAppData);
	get observer(): ConsumerObserver;

	/** Closes it. Does nothing if closed. */
	close(): void;

	/**
	 * The consumer as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<ConsumerDump>;

	/**
	 * Its counters, and those of the producer's stream being forwarded.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	getStats(): Promise<ConsumerStat[]>;

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
	 * The layers wanted at most; those that are not there become the highest. Without a temporal layer, the
	 * highest. Has no effect without layers.
	 *
	 * @throws TypeError if a layer is no number; NotFoundError if closed; WorkerClosedError
	 */
	setPreferredLayers(layers: ConsumerLayers): Promise<void>;

	/**
	 * The higher, the sooner it gets its layers: 1 to 255. Default: 1.
	 *
	 * @throws TypeError if it is out of range; NotFoundError if closed; WorkerClosedError
	 */
	setPriority(priority: number): Promise<void>;

	/**
	 * Back to 1.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	unsetPriority(): Promise<void>;

	/**
	 * Asks the producer for a key frame.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	requestKeyFrame(): Promise<void>;

	/**
	 * Traces exactly these; unknown ones are ignored. Default: none.
	 *
	 * @throws TypeError if it is no array of strings; NotFoundError if closed; WorkerClosedError
	 */
	enableTraceEvent(types?: ConsumerTraceEventType[]): Promise<void>;
}
