/** What every transport has. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { Consumer, ConsumerOptions } from './consumer';
import type { DataConsumer, DataConsumerOptions } from './dataConsumer';
import type { DataProducer, DataProducerOptions } from './dataProducer';
import type { Producer, ProducerOptions } from './producer';
import type { SctpNegotiatedCapabilities, SctpParameters, SctpState } from './sctp';

export type { SctpState } from './sctp';

export type TransportType = 'webrtc' | 'plain' | 'pipe' | 'direct';

export type TransportProtocol = 'udp' | 'tcp';

/** Where to listen, and what to tell others of it. */
export type TransportListenInfo = {
	protocol: TransportProtocol;
	/** The local address to bind, IPv4 or IPv6; no host name. */
	ip: string;
	/** @deprecated Use `announcedAddress`. */
	announcedIp?: string;
	/** What clients are told instead of `ip`: an address or a host name. */
	announcedAddress?: string;
	/** With an announced address: offer `ip` too, as a second candidate. Default: false. */
	exposeInternalIp?: boolean;
	/** A fixed port. Default: one is chosen. */
	port?: number;
	/** Ports to choose from; wins over `port`. */
	portRange?: TransportPortRange;
	flags?: TransportSocketFlags;
	/** Bytes. Default: the system's. */
	sendBufferSize?: number;
	/** Bytes. Default: the system's. */
	recvBufferSize?: number;
};

/** @deprecated Use `TransportListenInfo`. */
export type TransportListenIp = {
	/** The local address to bind. */
	ip: string;
	/** What clients are told instead. */
	announcedIp?: string;
};

/** Ports, both ends included. */
export type TransportPortRange = { min: number; max: number };

/** Options of a socket. */
export type TransportSocketFlags = {
	/** An IPv6 socket refuses IPv4 peers. Default: false. */
	ipv6Only?: boolean;
	/** Another socket with the same flag may bind the same address; UDP only. Default: false. */
	udpReusePort?: boolean;
};

/** Both ends of a connection. */
export type TransportTuple = {
	/** @deprecated Use `localAddress`. */
	localIp: string;
	/** The announced address if there is one, else the bound one. */
	localAddress: string;
	localPort: number;
	/** Once known. */
	remoteIp?: string;
	/** 0 until known. */
	remotePort?: number;
	protocol: TransportProtocol;
};

/** How packets find their producer. */
export type RtpListenerDump = {
	ssrcTable: { key: number; value: string }[];
	midTable: { key: string; value: string }[];
	ridTable: { key: string; value: string }[];
};

/** How messages find their data producer. */
export type SctpListenerDump = {
	streamIdTable: { key: number; value: string }[];
};

/** Ids of header extensions, as last negotiated for receiving. */
export type RecvRtpHeaderExtensions = {
	mid?: number;
	rid?: number;
	rrid?: number;
	absSendTime?: number;
	transportWideCc01?: number;
};

/** What every transport shows. */
export type BaseTransportDump = {
	id: string;
	producerIds: string[];
	consumerIds: string[];
	mapSsrcConsumerId: { key: number; value: string }[];
	mapRtxSsrcConsumerId: { key: number; value: string }[];
	dataProducerIds: string[];
	dataConsumerIds: string[];
	recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
	rtpListener: RtpListenerDump;
	maxSendMessageSize: number;
	maxReceiveMessageSize: number;
	sctpParameters?: SctpParameters;
	sctpState?: SctpState;
	sctpNegotiatedCapabilities?: SctpNegotiatedCapabilities;
	sctpListener?: SctpListenerDump;
	traceEventTypes?: TransportTraceEventType[];
};

/** What every transport counts: bytes since its creation, bits a second. */
export type BaseTransportStats = {
	transportId: string;
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	sctpState?: SctpState;
	bytesReceived: number;
	recvBitrate: number;
	bytesSent: number;
	sendBitrate: number;
	rtpBytesReceived: number;
	rtpRecvBitrate: number;
	rtpBytesSent: number;
	rtpSendBitrate: number;
	rtxBytesReceived: number;
	rtxRecvBitrate: number;
	rtxBytesSent: number;
	rtxSendBitrate: number;
	probationBytesSent: number;
	probationSendBitrate: number;
	/** What the peer can receive, once estimated. */
	availableOutgoingBitrate?: number;
	/** What the peer can send, once estimated. */
	availableIncomingBitrate?: number;
	maxIncomingBitrate?: number;
	maxOutgoingBitrate?: number;
	minOutgoingBitrate?: number;
	/** 0 to 1. */
	rtpPacketLossReceived?: number;
	/** 0 to 1. */
	rtpPacketLossSent?: number;
};

export type TransportTraceEventType = 'probation' | 'bwe';

/** The estimate of what the peer can receive; all in bits a second. */
export type TransportBweTraceInfo = {
	desiredBitrate: number;
	effectiveDesiredBitrate: number;
	minBitrate: number;
	maxBitrate: number;
	startBitrate: number;
	maxPaddingBitrate: number;
	availableBitrate: number;
	bweType: 'transport-cc' | 'remb';
};

/** Something that was traced. */
export type TransportTraceEventData = {
	type: TransportTraceEventType;
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	direction: 'in' | 'out';
	/** A {@link TransportBweTraceInfo}, or nothing. */
	info: any;
};

export type TransportEvents = {
	routerclose: [];
	listenserverclose: [];
	trace: [TransportTraceEventData];
	listenererror: [string, Error];
	'@close': [];
	'@newproducer': [Producer];
	'@producerclose': [Producer];
	'@newdataproducer': [DataProducer];
	'@dataproducerclose': [DataProducer];
	'@listenserverclose': [];
};

export type TransportObserver = EnhancedEventEmitter<TransportObserverEvents>;

export type TransportObserverEvents = {
	close: [];
	newproducer: [Producer];
	newconsumer: [Consumer];
	newdataproducer: [DataProducer];
	newdataconsumer: [DataConsumer];
	trace: [TransportTraceEventData];
};

/** One endpoint's connection. */
export interface Transport<
	TransportAppData extends AppData = AppData,
	Events extends TransportEvents = TransportEvents,
	Observer extends TransportObserver = TransportObserver,
> extends EnhancedEventEmitter<Events> {
	get id(): string;
	get closed(): boolean;
	get type(): TransportType;
	get appData(): TransportAppData;
	set appData(appData: TransportAppData);
	get observer(): Observer;

	/** Closes it and everything on it. Does nothing if closed. */
	close(): void;

	/**
	 * The transport as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<unknown>;

	/**
	 * Its counters: an array with one entry.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	getStats(): Promise<unknown[]>;

	/**
	 * Gives the parameters of the peer; once.
	 *
	 * @throws TypeError if they are wrong; Error if it was called before; NotFoundError if closed;
	 * WorkerClosedError
	 */
	connect(params: unknown): Promise<void>;

	/**
	 * Bits a second that the peer may send in sum; 0 lifts the limit.
	 *
	 * @throws RangeError if it is no integer; TypeError if it is out of range; NotFoundError if closed;
	 * WorkerClosedError
	 */
	setMaxIncomingBitrate(bitrate: number): Promise<void>;

	/**
	 * Bits a second that the peer may get in sum: at least 30000; 0 lifts the limit.
	 *
	 * @throws RangeError if it is no integer; TypeError if it is out of range; NotFoundError if closed;
	 * WorkerClosedError
	 */
	setMaxOutgoingBitrate(bitrate: number): Promise<void>;

	/**
	 * Bits a second that the estimate never falls below: at least 30000; 0 lifts the limit.
	 *
	 * @throws RangeError if it is no integer; TypeError if it is out of range; NotFoundError if closed;
	 * WorkerClosedError
	 */
	setMinOutgoingBitrate(bitrate: number): Promise<void>;

	/**
	 * The peer sends media.
	 *
	 * @throws TypeError if an option is wrong; UnsupportedError if the router has no such codec; Error if
	 * a MID, RID, SSRC or the id is taken; NotFoundError if closed; WorkerClosedError
	 */
	produce<ProducerAppData extends AppData = AppData>(
		options: ProducerOptions<ProducerAppData>,
	): Promise<Producer<ProducerAppData>>;

	/**
	 * The peer receives media.
	 *
	 * @throws TypeError if an option is wrong; UnsupportedError if the peer has no such codec;
	 * NotFoundError if there is no such producer in the router, or if closed; WorkerClosedError
	 */
	consume<ConsumerAppData extends AppData = AppData>(
		options: ConsumerOptions<ConsumerAppData>,
	): Promise<Consumer<ConsumerAppData>>;

	/**
	 * The peer sends messages.
	 *
	 * @throws TypeError if an option is wrong; Error if there is no SCTP, or the stream or the id is taken;
	 * NotFoundError if closed; WorkerClosedError
	 */
	produceData<DataProducerAppData extends AppData = AppData>(
		options?: DataProducerOptions<DataProducerAppData>,
	): Promise<DataProducer<DataProducerAppData>>;

	/**
	 * The peer receives messages.
	 *
	 * @throws TypeError if an option is wrong; Error if there is no SCTP, or no stream left; NotFoundError
	 * if there is no such data producer in the router, or if closed; WorkerClosedError
	 */
	consumeData<DataConsumerAppData extends AppData = AppData>(
		options: DataConsumerOptions<DataConsumerAppData>,
	): Promise<DataConsumer<DataConsumerAppData>>;

	/**
	 * Traces exactly these; unknown ones are ignored. Default: none.
	 *
	 * @throws TypeError if it is no array of strings; NotFoundError if closed; WorkerClosedError
	 */
	enableTraceEvent(types?: TransportTraceEventType[]): Promise<void>;
}
