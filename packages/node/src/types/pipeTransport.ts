/** The transport to another router. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData, Either } from './appData';
import type { Consumer } from './consumer';
import type {
	SctpNegotiatedCapabilities,
	SctpOptions,
	SctpParameters,
	SctpState,
} from './sctp';
import type { SrtpParameters } from './srtp';
import type {
	BaseTransportDump,
	BaseTransportStats,
	Transport,
	TransportEvents,
	TransportListenInfo,
	TransportListenIp,
	TransportObserverEvents,
	TransportTuple,
} from './transport';

type Listen = {
	/** Where to listen. UDP only. */
	listenInfo: TransportListenInfo;
};

type ListenIp = {
	/** @deprecated Use `listenInfo`. */
	listenIp: TransportListenIp | string;
	/**
	 * A fixed port.
	 *
	 * @deprecated Use `listenInfo`.
	 */
	port?: number;
};

/** What a transport is made from. */
export type PipeTransportOptions<PipeTransportAppData extends AppData = AppData> = {
	/** Lost packets are sent again; both ends must say so. Default: false. */
	enableRtx?: boolean;
	/** Packets are encrypted with `AEAD_AES_256_GCM`. Default: false. */
	enableSrtp?: boolean;
	/** Default: `{}`. */
	appData?: PipeTransportAppData;
} & SctpOptions &
	Either<Listen, ListenIp>;

/** What a consumer on a pipe is made from. */
export type PipeConsumerOptions<ConsumerAppData extends AppData = AppData> = {
	/** A producer of the router. */
	producerId: string;
	/** Default: `{}`. */
	appData?: ConsumerAppData;
};

/** A transport as it is now. */
export type PipeTransportDump = BaseTransportDump & {
	tuple: TransportTuple;
	rtx: boolean;
	srtpParameters?: SrtpParameters;
};

/** Its counters. */
export type PipeTransportStat = BaseTransportStats & {
	type: 'pipe-transport';
	tuple: TransportTuple;
};

export type PipeTransportEvents = TransportEvents & {
	sctpstatechange: [SctpState];
};

export type PipeTransportObserver = EnhancedEventEmitter<PipeTransportObserverEvents>;

export type PipeTransportObserverEvents = TransportObserverEvents & {
	sctpstatechange: [SctpState];
};

/** The other end. */
export type PipeTransportConnectParameters = {
	ip: string;
	port: number;
	/** Mandatory with SRTP. */
	srtpParameters?: SrtpParameters;
};

/** A transport to another router, here or on another host. */
export interface PipeTransport<PipeTransportAppData extends AppData = AppData>
	extends Transport<PipeTransportAppData, PipeTransportEvents, PipeTransportObserver> {
	get type(): 'pipe';
	get observer(): PipeTransportObserver;
	/** The way packets go. A copy. */
	get tuple(): TransportTuple;
	/** With SCTP. A copy. */
	get sctpParameters(): SctpParameters | undefined;
	/** With SCTP. */
	get sctpState(): SctpState | undefined;
	/** Once SCTP is connected. A copy. */
	get sctpNegotiatedCapabilities(): SctpNegotiatedCapabilities | undefined;
	/** Our key, with SRTP. A copy. */
	get srtpParameters(): SrtpParameters | undefined;

	dump(): Promise<PipeTransportDump>;
	getStats(): Promise<PipeTransportStat[]>;
	connect(params: PipeTransportConnectParameters): Promise<void>;

	/**
	 * Sends all streams of a producer to the other end, as they are.
	 *
	 * @throws TypeError if an option is wrong; NotFoundError if there is no such producer in the router, or
	 * if closed; WorkerClosedError
	 */
	consume<ConsumerAppData extends AppData = AppData>(
		options: PipeConsumerOptions<ConsumerAppData>,
	): Promise<Consumer<ConsumerAppData>>;
}
