/** The transport to a browser. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData, Either } from './appData';
import type {
	SctpNegotiatedCapabilities,
	SctpOptions,
	SctpParameters,
	SctpState,
} from './sctp';
import type {
	BaseTransportDump,
	BaseTransportStats,
	Transport,
	TransportEvents,
	TransportListenInfo,
	TransportListenIp,
	TransportObserverEvents,
	TransportProtocol,
	TransportTuple,
} from './transport';
import type { WebRtcServer } from './webRtcServer';

type Listen = {
	individual: {
		/** One candidate each, in the order of preference. */
		listenInfos: TransportListenInfo[];
	};
	individualIps: {
		/** @deprecated Use `listenInfos`. */
		listenIps: (TransportListenIp | string)[];
		/**
		 * A fixed port.
		 *
		 * @deprecated Use `listenInfos`.
		 */
		port?: number;
	};
	server: {
		/** The sockets of a server in the same worker. */
		webRtcServer: WebRtcServer;
	};
};

/** What a transport is made from. */
export type WebRtcTransportOptions<WebRtcTransportAppData extends AppData = AppData> = {
	/** Without `listenInfos`: default true. */
	enableUdp?: boolean;
	/** Without `listenInfos`: default true with a server, else false. */
	enableTcp?: boolean;
	/** Without `listenInfos`: default false. */
	preferUdp?: boolean;
	/** Without `listenInfos`: default false. */
	preferTcp?: boolean;
	/** Seconds without a sign of the peer until `disconnected`: 10 to 60, 0 never. Default: 30. */
	iceConsentTimeout?: number;
	/** Bits a second to begin with. Default: 600000. */
	initialAvailableOutgoingBitrate?: number;
	/** Default: `{}`. */
	appData?: WebRtcTransportAppData;
} & SctpOptions &
	Either<Either<Listen['individual'], Listen['individualIps']>, Listen['server']>;

/** ICE credentials, for the peer. */
export type IceParameters = {
	usernameFragment: string;
	password: string;
	/** Always true. */
	iceLite?: boolean;
};

export type IceCandidateType = 'host';
export type IceCandidateTcpType = 'passive';

/** An address that the peer may use. */
export type IceCandidate = {
	foundation: string;
	/** Higher is preferred. */
	priority: number;
	/** @deprecated Use `address`. */
	ip: string;
	/** The announced address, or the bound one. */
	address: string;
	protocol: TransportProtocol;
	port: number;
	type: IceCandidateType;
	/** TCP only. */
	tcpType?: IceCandidateTcpType;
};

/** One side of the DTLS handshake. */
export type DtlsParameters = {
	/** Default: `auto`. */
	role?: DtlsRole;
	fingerprints: DtlsFingerprint[];
};

export type FingerprintAlgorithm = 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512';

/** The hash of a certificate: hex pairs separated by colons. */
export type DtlsFingerprint = { algorithm: FingerprintAlgorithm; value: string };

export type IceRole = 'controlled' | 'controlling';
export type IceState = 'new' | 'connected' | 'completed' | 'disconnected' | 'closed';
export type DtlsRole = 'auto' | 'client' | 'server';
export type DtlsState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** A transport as it is now. */
export type WebRtcTransportDump = BaseTransportDump & {
	iceRole: 'controlled';
	iceParameters: IceParameters;
	iceCandidates: IceCandidate[];
	iceState: IceState;
	iceSelectedTuple?: TransportTuple;
	dtlsParameters: DtlsParameters;
	dtlsState: DtlsState;
	dtlsRemoteCert?: string;
};

/** Its counters. */
export type WebRtcTransportStat = BaseTransportStats & {
	type: 'webrtc-transport';
	iceRole: 'controlled';
	iceState: IceState;
	iceSelectedTuple?: TransportTuple;
	dtlsState: DtlsState;
};

export type WebRtcTransportEvents = TransportEvents & {
	icestatechange: [IceState];
	/** Before the `icestatechange` that belongs to it. */
	iceselectedtuplechange: [TransportTuple];
	dtlsstatechange: [DtlsState];
	sctpstatechange: [SctpState];
};

export type WebRtcTransportObserver = EnhancedEventEmitter<WebRtcTransportObserverEvents>;

export type WebRtcTransportObserverEvents = TransportObserverEvents & {
	icestatechange: [IceState];
	iceselectedtuplechange: [TransportTuple];
	dtlsstatechange: [DtlsState];
	sctpstatechange: [SctpState];
};

/** A transport to a browser or another WebRTC endpoint: ICE-lite, DTLS, SRTP, SCTP. */
export interface WebRtcTransport<WebRtcTransportAppData extends AppData = AppData>
	extends Transport<WebRtcTransportAppData, WebRtcTransportEvents, WebRtcTransportObserver> {
	get type(): 'webrtc';
	get observer(): WebRtcTransportObserver;
	get iceRole(): 'controlled';
	/** For the peer; others after {@link restartIce}. */
	get iceParameters(): IceParameters;
	/** For the peer. A copy. */
	get iceCandidates(): IceCandidate[];
	get iceState(): IceState;
	/** The way packets go, once there is one. A copy. */
	get iceSelectedTuple(): TransportTuple | undefined;
	/** For the peer; the role is decided by {@link connect}. A copy. */
	get dtlsParameters(): DtlsParameters;
	get dtlsState(): DtlsState;
	/** The peer's certificate in PEM, once connected. */
	get dtlsRemoteCert(): string | undefined;
	/** With SCTP. A copy. */
	get sctpParameters(): SctpParameters | undefined;
	/** With SCTP. */
	get sctpState(): SctpState | undefined;
	/** Once SCTP is connected. A copy. */
	get sctpNegotiatedCapabilities(): SctpNegotiatedCapabilities | undefined;

	dump(): Promise<WebRtcTransportDump>;
	getStats(): Promise<WebRtcTransportStat[]>;
	connect(params: { dtlsParameters: DtlsParameters }): Promise<void>;

	/**
	 * New ICE credentials; the old ones stay valid until the new are used.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	restartIce(): Promise<IceParameters>;
}
