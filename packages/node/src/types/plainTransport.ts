/** The transport to an endpoint that speaks RTP. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData, Either } from './appData';
import type {
	SctpNegotiatedCapabilities,
	SctpOptions,
	SctpParameters,
	SctpState,
} from './sctp';
import type { SrtpCryptoSuite, SrtpParameters } from './srtp';
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
export type PlainTransportOptions<PlainTransportAppData extends AppData = AppData> = {
	/** Where to listen for RTCP; then `rtcpMux` is false. Default: as `listenInfo`. */
	rtcpListenInfo?: TransportListenInfo;
	/** RTP and RTCP share a port. Default: true. */
	rtcpMux?: boolean;
	/** The peer's address is learnt from its first packet. Default: false. */
	comedia?: boolean;
	/** Packets are encrypted. Default: false. */
	enableSrtp?: boolean;
	/** Default: `AES_CM_128_HMAC_SHA1_80`. */
	srtpCryptoSuite?: SrtpCryptoSuite;
	/** Default: `{}`. */
	appData?: PlainTransportAppData;
} & SctpOptions &
	Either<Listen, ListenIp>;

/** A transport as it is now. */
export type PlainTransportDump = BaseTransportDump & {
	rtcpMux: boolean;
	comedia: boolean;
	tuple: TransportTuple;
	rtcpTuple?: TransportTuple;
	srtpParameters?: SrtpParameters;
};

/** Its counters. */
export type PlainTransportStat = BaseTransportStats & {
	type: 'plain-rtp-transport';
	rtcpMux: boolean;
	comedia: boolean;
	tuple: TransportTuple;
	rtcpTuple?: TransportTuple;
};

export type PlainTransportEvents = TransportEvents & {
	/** The peer's RTP address was learnt. */
	tuple: [TransportTuple];
	/** The peer's RTCP address was learnt. */
	rtcptuple: [TransportTuple];
	sctpstatechange: [SctpState];
};

export type PlainTransportObserver = EnhancedEventEmitter<PlainTransportObserverEvents>;

export type PlainTransportObserverEvents = TransportObserverEvents & {
	tuple: [TransportTuple];
	rtcptuple: [TransportTuple];
	sctpstatechange: [SctpState];
};

/** Where the peer is, and its key. */
export type PlainTransportConnectParameters = {
	/** Mandatory without comedia. */
	ip?: string;
	/** Mandatory without comedia. */
	port?: number;
	/** Mandatory without comedia and rtcpMux. */
	rtcpPort?: number;
	/** Mandatory with SRTP. */
	srtpParameters?: SrtpParameters;
};

/** A transport to an endpoint that speaks RTP, plain or with given SRTP keys. */
export interface PlainTransport<PlainTransportAppData extends AppData = AppData>
	extends Transport<PlainTransportAppData, PlainTransportEvents, PlainTransportObserver> {
	get type(): 'plain';
	get observer(): PlainTransportObserver;
	/** The way RTP goes. A copy. */
	get tuple(): TransportTuple;
	/** The way RTCP goes, when not multiplexed. A copy. */
	get rtcpTuple(): TransportTuple | undefined;
	/** With SCTP. A copy. */
	get sctpParameters(): SctpParameters | undefined;
	/** With SCTP. */
	get sctpState(): SctpState | undefined;
	/** Once SCTP is connected. A copy. */
	get sctpNegotiatedCapabilities(): SctpNegotiatedCapabilities | undefined;
	/** Our key, with SRTP. A copy. */
	get srtpParameters(): SrtpParameters | undefined;

	dump(): Promise<PlainTransportDump>;
	getStats(): Promise<PlainTransportStat[]>;
	connect(params: PlainTransportConnectParameters): Promise<void>;
}
