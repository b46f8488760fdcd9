/** The router: a room within which producers and consumers meet. */

import type { RouterRtpCodecCapability, RtpCapabilities } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { ActiveSpeakerObserver, ActiveSpeakerObserverOptions } from './activeSpeakerObserver';
import type { AppData, Either } from './appData';
import type { AudioLevelObserver, AudioLevelObserverOptions } from './audioLevelObserver';
import type { Consumer } from './consumer';
import type { DataConsumer } from './dataConsumer';
import type { DataProducer } from './dataProducer';
import type { DirectTransport, DirectTransportOptions } from './directTransport';
import type { PipeTransport, PipeTransportOptions } from './pipeTransport';
import type { PlainTransport, PlainTransportOptions } from './plainTransport';
import type { Producer } from './producer';
import type { RtpObserver } from './rtpObserver';
import type { SctpOptions } from './sctp';
import type { Transport, TransportListenInfo, TransportListenIp } from './transport';
import type { WebRtcTransport, WebRtcTransportOptions } from './webRtcTransport';

/** What a router is made from. */
export type RouterOptions<RouterAppData extends AppData = AppData> = {
	/** Default: none, which is good for messages only. */
	mediaCodecs?: RouterRtpCodecCapability[];
	/** Default: `{}`. */
	appData?: RouterAppData;
};

type PipeToRouterListen = {
	/** For both transports. Default: UDP on 127.0.0.1. */
	listenInfo: TransportListenInfo;
	/** @deprecated Use `listenInfo`. */
	listenIp: TransportListenIp | string;
};

/** What is piped, where to, and how. */
export type PipeToRouterOptions = {
	/** A producer of this router; this or `dataProducerId`. */
	producerId?: string;
	/** A data producer of this router; this or `producerId`. */
	dataProducerId?: string;
	/** Where to; in the same worker only with `keepId: false`. */
	router: Router;
	/** The (data) producer there has the id of the one here. Default: true. */
	keepId?: boolean;
	/** Lost packets are sent again. Default: false. */
	enableRtx?: boolean;
	/** Packets are encrypted. Default: false. */
	enableSrtp?: boolean;
	/** `enableSctp` is true by default here. */
} & SctpOptions &
	Partial<Either<Pick<PipeToRouterListen, 'listenInfo'>, Pick<PipeToRouterListen, 'listenIp'>>>;

/** Both ends of what was piped: of a producer, or of a data producer. */
export type PipeToRouterResult = {
	/** In this router. */
	pipeConsumer?: Consumer;
	/** In the other one. */
	pipeProducer?: Producer;
	/** In this router. */
	pipeDataConsumer?: DataConsumer;
	/** In the other one. */
	pipeDataProducer?: DataProducer;
};

/** The two transports between two routers, by the id of the router that they are in. */
export type PipeTransportPair = { [key: string]: PipeTransport };

type KeyValue = { key: string; value: string };
type KeyValues = { key: string; values: string[] };

/** A router as it is now. */
export type RouterDump = {
	id: string;
	transportIds: string[];
	rtpObserverIds: string[];
	mapProducerIdConsumerIds: KeyValues[];
	mapConsumerIdProducerId: KeyValue[];
	mapProducerIdObserverIds: KeyValues[];
	mapDataProducerIdDataConsumerIds: KeyValues[];
	mapDataConsumerIdDataProducerId: KeyValue[];
};

export type RouterEvents = {
	workerclose: [];
	listenererror: [string, Error];
	'@close': [];
};

export type RouterObserver = EnhancedEventEmitter<RouterObserverEvents>;

export type RouterObserverEvents = {
	close: [];
	newtransport: [Transport];
	newrtpobserver: [RtpObserver];
};

/** A room; made by `worker.createRouter()`. */
export interface Router<RouterAppData extends AppData = AppData>
	extends EnhancedEventEmitter<RouterEvents> {
	get id(): string;
	get closed(): boolean;
	/** What endpoints may send. A copy. */
	get rtpCapabilities(): RtpCapabilities;
	get appData(): RouterAppData;
	set appData(appData: RouterAppData);
	get observer(): RouterObserver;

	/** Closes it and everything in it. Does nothing if closed. */
	close(): void;

	/**
	 * The router as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<RouterDump>;

	/**
	 * A transport to a browser or another WebRTC endpoint.
	 *
	 * @throws TypeError if an option is wrong; Error if an address cannot be bound; NotFoundError if
	 * closed; WorkerClosedError
	 */
	createWebRtcTransport<WebRtcTransportAppData extends AppData = AppData>(
		options: WebRtcTransportOptions<WebRtcTransportAppData>,
	): Promise<WebRtcTransport<WebRtcTransportAppData>>;

	/**
	 * A transport to an endpoint that speaks RTP, plain or with SRTP keys that the application exchanges.
	 *
	 * @throws TypeError if an option is wrong; Error if an address cannot be bound; NotFoundError if
	 * closed; WorkerClosedError
	 */
	createPlainTransport<PlainTransportAppData extends AppData = AppData>(
		options: PlainTransportOptions<PlainTransportAppData>,
	): Promise<PlainTransport<PlainTransportAppData>>;

	/**
	 * A transport to another router, here or on another host. See also {@link pipeToRouter}.
	 *
	 * @throws TypeError if an option is wrong; Error if an address cannot be bound; NotFoundError if
	 * closed; WorkerClosedError
	 */
	createPipeTransport<PipeTransportAppData extends AppData = AppData>(
		options: PipeTransportOptions<PipeTransportAppData>,
	): Promise<PipeTransport<PipeTransportAppData>>;

	/**
	 * A transport to the application itself.
	 *
	 * @throws TypeError if an option is wrong; NotFoundError if closed; WorkerClosedError
	 */
	createDirectTransport<DirectTransportAppData extends AppData = AppData>(
		options?: DirectTransportOptions<DirectTransportAppData>,
	): Promise<DirectTransport<DirectTransportAppData>>;

	/**
	 * Makes a producer or a data producer of this router available in another one.
	 *
	 * The routers are joined by a pair of pipe transports, made by the first call for them: the transport
	 * options of later calls are ignored.
	 *
	 * @throws TypeError if options contradict each other; NotFoundError if the producer is not, or no
	 * longer, here or a router is closed; Error if listening fails, or if the worker has the id already;
	 * WorkerClosedError
	 */
	pipeToRouter(options: PipeToRouterOptions): Promise<PipeToRouterResult>;

	/**
	 * Tells who speaks.
	 *
	 * @throws TypeError if an option is wrong; NotFoundError if closed; WorkerClosedError
	 */
	createActiveSpeakerObserver<ActiveSpeakerObserverAppData extends AppData = AppData>(
		options?: ActiveSpeakerObserverOptions<ActiveSpeakerObserverAppData>,
	): Promise<ActiveSpeakerObserver<ActiveSpeakerObserverAppData>>;

	/**
	 * Tells who is loud.
	 *
	 * @throws TypeError if an option is wrong; NotFoundError if closed; WorkerClosedError
	 */
	createAudioLevelObserver<AudioLevelObserverAppData extends AppData = AppData>(
		options?: AudioLevelObserverOptions<AudioLevelObserverAppData>,
	): Promise<AudioLevelObserver<AudioLevelObserverAppData>>;

	/** Whether an endpoint can consume a producer of this router; false if there is no such producer. */
	canConsume(options: { producerId: string; rtpCapabilities: RtpCapabilities }): boolean;

	/**
	 * Changes what endpoints may send from now on; what is there already stays.
	 *
	 * @throws TypeError if a codec is malformed; UnsupportedError if it is not supported; Error if there
	 * are no payload types left. Nothing has changed then.
	 */
	updateMediaCodecs(mediaCodecs: RouterRtpCodecCapability[]): void;
}
