// Generated from crates/wire/control by `cargo xtask types`. Do not edit.
//
// An integer of 64 bits is a bigint here.

/** What an active speaker observer is made from. */
export type ActiveSpeakerObserverOptions = {
	/** Milliseconds between two evaluations: 100 to 5000, clamped. */
	interval: number;
};

/** To whom a message of a direct data producer goes. */
export type Audience = {
	/** Whoever has one of these; everybody if empty. */
	subchannels: Array<number>;
	/** Only who has this. */
	requiredSubchannel: number | null;
	/** Nobody who has this. */
	ignoredSubchannel: number | null;
};

/** What an audio level observer is made from. */
export type AudioLevelObserverOptions = {
	/** How many producers are told at most. */
	maxEntries: number;
	/** In dBov: quieter ones are not told. -127 to 0. */
	threshold: number;
	/** Milliseconds between two reports: 250 to 5000, clamped. */
	interval: number;
};

/** The names of everything in a worker. */
export type ChannelMessageHandlers = {
	/** Whatever takes requests. */
	channelRequestHandlers: Array<string>;
	/** Transports, producers and data producers. */
	channelNotificationHandlers: Array<string>;
};

/** A payload type in the router's numbers. */
export type CodecMapping = {
	/** The endpoint's. */
	payloadType: number;
	/** The router's. */
	mappedPayloadType: number;
};

/**
 * Something told to the engine. Commands and requests of one connection are handled in one order.
 * A command for an object that is not there is counted and dropped.
 */
export type Command =
	| { producerSend: [ProducerId, Uint8Array] }
	| { transportSendRtcp: [TransportId, Uint8Array] }
	| { dataProducerSend: [DataProducerId, UserMessage, Audience] };

/** What a data consumer is made from. */
export type ConsumeDataOptions = {
	/** Its name, unused so far in the worker. */
	id: DataConsumerId;
	/** The data producer, in the same router. */
	dataProducerId: DataProducerId;
	/** Our stream; `null` on a direct transport. */
	sctpStreamParameters: SctpStreamParameters | null;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Begin paused. */
	paused: boolean;
	/** Which messages with subchannels it takes. */
	subchannels: Array<number>;
};

/** What a consumer is made from. */
export type ConsumeOptions = {
	/** Its name, unused so far in the worker. */
	id: ConsumerId;
	/** The producer, in the same router. */
	producerId: ProducerId;
	/** Audio or video. */
	kind: MediaKind;
	/** What the peer will receive. */
	rtpParameters: RtpParameters;
	/** The producer's encodings in the router's numbers. */
	consumableRtpEncodings: Array<RtpEncodingParameters>;
	/** Drop Opus packets that carry no sound. */
	ignoreDtx: boolean;
	/** Begin paused. */
	paused: boolean;
	/** Take all streams of the producer as they are: the consumer's type is `pipe`. */
	pipe: boolean;
	/** The layers wanted at most; the highest if `null`. */
	preferredLayers: ConsumerLayers | null;
};

/** A call on a consumer. */
export type ConsumerCall =
	| 'pause'
	| 'resume'
	| 'requestKeyFrame'
	| { setPreferredLayers: ConsumerLayers }
	| { setPriority: number }
	| { enableTraceEvent: Array<RtpTraceType> }
	| 'dump'
	| 'getStats'
	| 'close';

/** A consumer. */
export type ConsumerDump = {
	/** Its name. */
	id: ConsumerId;
	/** Its producer. */
	producerId: ProducerId;
	/** Audio or video. */
	kind: MediaKind;
	/** What we send. */
	rtpParameters: RtpParameters;
	/** The producer's encodings in the router's numbers. */
	consumableRtpEncodings: Array<RtpEncodingParameters>;
	/** Payload types of media codecs, ascending. */
	supportedCodecPayloadTypes: Array<number>;
	/** Which traces are on. */
	traceEventTypes: Array<RtpTraceType>;
	/** Whether it is paused. */
	paused: boolean;
	/** Whether its producer is paused. */
	producerPaused: boolean;
	/** 1 to 255. */
	priority: number;
} & ({
	type: 'simple';
	/** What we send. */
	rtpStream: RtpStreamDump;
} | { type: 'simulcast' } & LayeredConsumerDump | { type: 'svc' } & LayeredConsumerDump | {
	type: 'pipe';
	/** What we send. */
	rtpStreams: Array<RtpStreamDump>;
});

/** Something happened to a consumer. */
export type ConsumerEvent =
	| 'producerClose'
	| 'producerPause'
	| 'producerResume'
	| { score: ConsumerScore }
	| { layersChange: ConsumerLayers | null }
	| { rtp: Uint8Array }
	| { trace: RtpTrace };

/** Media that we send to an endpoint. */
export type ConsumerId = string;

/** Layers of a consumer, 0 the lowest. */
export type ConsumerLayers = {
	/** Which picture size. */
	spatialLayer: number;
	/** Which frame rate; the highest if `null`. */
	temporalLayer: number | null;
};

/** How well media arrives, at us and at the consumer's peer. */
export type ConsumerScore = {
	/** From us to the peer: 0 to 10. */
	score: number;
	/** From the producer's peer to us, of the stream being forwarded. */
	producerScore: number;
	/** The same of every encoding. */
	producerScores: Array<number>;
};

/** Counters of a consumer. */
export type ConsumerStats = {
	/** What we send: one stream, or as many as the producer has. */
	outbound: Array<RtpStreamSendStats>;
	/** The producer's stream being forwarded. */
	inbound: RtpStreamRecvStats | null;
};

/** How a consumer chooses from its producer. */
export type ConsumerType = 'simple' | 'simulcast' | 'svc' | 'pipe';

/** A call on a data consumer. */
export type DataConsumerCall =
	| 'pause'
	| 'resume'
	| 'getBufferedAmount'
	| { setBufferedAmountLowThreshold: number }
	| { send: UserMessage }
	| { setSubchannels: Array<number> }
	| { addSubchannel: number }
	| { removeSubchannel: number }
	| 'dump'
	| 'getStats'
	| 'close';

/** A data consumer. */
export type DataConsumerDump = {
	/** Its name. */
	id: DataConsumerId;
	/** Its data producer. */
	dataProducerId: DataProducerId;
	/** What carries its messages. */
	type: DataProducerType;
	/** Our stream. */
	sctpStreamParameters: SctpStreamParameters | null;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Bytes that wait on its stream. */
	bufferedAmount: number;
	/** When to tell that little waits; 0 on a direct transport. */
	bufferedAmountLowThreshold: number;
	/** Whether it is paused. */
	paused: boolean;
	/** Whether its data producer is paused. */
	dataProducerPaused: boolean;
	/** Which messages with subchannels it takes, ascending. */
	subchannels: Array<number>;
};

/** Something happened to a data consumer. */
export type DataConsumerEvent =
	| 'dataProducerClose'
	| 'dataProducerPause'
	| 'dataProducerResume'
	| 'streamClosed'
	| { message: UserMessage }
	| 'sctpSendBufferFull'
	| { bufferedAmountLow: number };

/** Messages that we send to an endpoint. */
export type DataConsumerId = string;

/** Counters of a data consumer. */
export type DataConsumerStats = {
	type: 'data-consumer';
	/** When. */
	timestamp: bigint;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Messages. */
	messagesSent: bigint;
	/** Their bytes. */
	bytesSent: bigint;
	/** Bytes that wait on its stream. */
	bufferedAmount: number;
};

/** A call on a data producer. */
export type DataProducerCall = 'pause' | 'resume' | 'dump' | 'getStats' | 'close';

/** A data producer. */
export type DataProducerDump = {
	/** Its name. */
	id: DataProducerId;
	/** What carries its messages. */
	type: DataProducerType;
	/** The peer's stream. */
	sctpStreamParameters: SctpStreamParameters | null;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Whether it is paused. */
	paused: boolean;
};

/** Messages that an endpoint sends to us. */
export type DataProducerId = string;

/** Counters of a data producer. */
export type DataProducerStats = {
	type: 'data-producer';
	/** When. */
	timestamp: bigint;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Messages. */
	messagesReceived: bigint;
	/** Their bytes. */
	bytesReceived: bigint;
};

/** What carries messages. */
export type DataProducerType = 'sctp' | 'direct';

/** A direct transport. */
export type DirectTransportDump = {
	/** Its name. */
	id: TransportId;
	/** Its producers. */
	producerIds: Array<ProducerId>;
	/** Its consumers. */
	consumerIds: Array<ConsumerId>;
	/** Which consumer an SSRC of ours belongs to. */
	mapSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** The same for RTX. */
	mapRtxSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** Extension ids for receiving. */
	recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
	/** How packets find their producer. */
	rtpListener: RtpListenerDump;
	/** Its data producers. */
	dataProducerIds: Array<DataProducerId>;
	/** Its data consumers. */
	dataConsumerIds: Array<DataConsumerId>;
	/** Which traces are on. */
	traceEventTypes: Array<TransportTraceType>;
	/** The largest message that data consumers may send. */
	maxSendMessageSize: number;
	/** The largest message that data producers may receive. */
	maxReceiveMessageSize: number;
	/** For the peer, with SCTP. */
	sctpParameters: SctpParameters | null;
	/** With SCTP. */
	sctpState: SctpState | null;
	/** With SCTP. */
	sctpNegotiatedCapabilities: SctpNegotiatedCapabilities | null;
	/** How messages find their data producer, with SCTP. */
	sctpListener: SctpListenerDump | null;
};

/** What a direct transport is made from. */
export type DirectTransportOptions = {
	/** The largest message to the application. */
	maxSendMessageSize: number;
	/** The largest message from the application. */
	maxReceiveMessageSize: number;
};

/** Counters of a direct transport. */
export type DirectTransportStats = {
	/** Which transport. */
	transportId: TransportId;
	/** When. */
	timestamp: bigint;
	/** How far SCTP has come, with SCTP. */
	sctpState: SctpState | null;
	/** Everything that came in but STUN. */
	bytesReceived: bigint;
	/** Its rate. */
	recvBitrate: bigint;
	/** Everything that went out but STUN. */
	bytesSent: bigint;
	/** Its rate. */
	sendBitrate: bigint;
	/** RTP of producers, without retransmissions. */
	rtpBytesReceived: bigint;
	/** Its rate. */
	rtpRecvBitrate: bigint;
	/** RTP of consumers, without retransmissions. */
	rtpBytesSent: bigint;
	/** Its rate. */
	rtpSendBitrate: bigint;
	/** Retransmissions to us. */
	rtxBytesReceived: bigint;
	/** Their rate. */
	rtxRecvBitrate: bigint;
	/** Retransmissions from us. */
	rtxBytesSent: bigint;
	/** Their rate. */
	rtxSendBitrate: bigint;
	/** Probes. */
	probationBytesSent: bigint;
	/** Their rate. */
	probationSendBitrate: bigint;
	/** What the peer can receive, once estimated. */
	availableOutgoingBitrate: bigint | null;
	/** What the peer can send, once estimated. */
	availableIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxOutgoingBitrate: bigint | null;
	/** The limit, if one is set. */
	minOutgoingBitrate: bigint | null;
	/** Share of the peer's packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossReceived: number | null;
	/** Share of our packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossSent: number | null;
};

/** The hash of a certificate (RFC 8122 §5). */
export type DtlsFingerprint = {
	/** Which hash. */
	algorithm: FingerprintAlgorithm;
	/** Hex pairs, separated by colons. */
	value: string;
};

/** One side of the DTLS handshake. */
export type DtlsParameters = {
	/** The role of whoever these parameters describe. */
	role: DtlsRole;
	/** Hashes of the certificate. */
	fingerprints: Array<DtlsFingerprint>;
};

/** Who opens the handshake. */
export type DtlsRole = 'auto' | 'client' | 'server';

/** How far DTLS has come. */
export type DtlsState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** A stream in the router's numbers. */
export type EncodingMapping = {
	/** The endpoint's SSRC, if it told. */
	ssrc?: number | null;
	/** The endpoint's RID, if it told. */
	rid?: string | null;
	/** The router's SSRC. */
	mappedSsrc: number;
};

/** The hash of a certificate fingerprint. */
export type FingerprintAlgorithm = 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512';

/** What the worker writes. */
export type FromWorker =
	| 'running'
	| { accepted: [number, Reply] }
	| { refused: [number, Refusal] }
	| { notification: Notification }
	| { log: LogLine }
	| { resourceUsage: [number, ResourceUsage] }
	| { metrics: [number, { [key in string]: bigint }] };

/** An address that the peer may use. */
export type IceCandidate = {
	/** `udpcandidate` or `tcpcandidate`. */
	foundation: string;
	/** Higher is preferred (RFC 8445 §5.1.2). */
	priority: number;
	/** The announced address, or the bound one. */
	address: string;
	/** UDP or TCP. */
	protocol: Protocol;
	/** The bound port. */
	port: number;
	/** Always `host`. */
	type: IceCandidateType;
	/** `passive` for TCP. */
	tcpType: IceTcpType | null;
};

/** All our candidates are host candidates. */
export type IceCandidateType = 'host';

/** ICE credentials for the peer. */
export type IceParameters = {
	/** 32 characters of `[0-9a-z]`. */
	usernameFragment: string;
	/** 32 characters of `[0-9a-z]`. */
	password: string;
	/** Always true. */
	iceLite: boolean;
};

/** Our role in ICE: as an ICE-lite agent always controlled (RFC 8445 §6.1.1). */
export type IceRole = 'controlled';

/** How far ICE has come. */
export type IceState = 'new' | 'connected' | 'completed' | 'disconnected' | 'closed';

/** How a TCP candidate connects (RFC 6544 §4.5). */
export type IceTcpType = 'passive';

/** A bound address. */
export type IpPort = {
	/** The bound address, not the announced one. */
	ip: string;
	/** The bound port. */
	port: number;
};

/** One row of a map. */
export type KeyValue<K, V> = {
	/** From. */
	key: K;
	/** To. */
	value: V;
};

/** One row of a map to many. */
export type KeyValues<K, V> = {
	/** From. */
	key: K;
	/** To. */
	values: Array<V>;
};

/** What a consumer with layers shows; −1 is none. */
export type LayeredConsumerDump = {
	/** What we send. */
	rtpStream: RtpStreamDump;
	/** Wanted at most. */
	preferredSpatialLayer: number;
	/** To be sent from the next key frame on. */
	targetSpatialLayer: number;
	/** Sent now. */
	currentSpatialLayer: number;
	/** Wanted at most. */
	preferredTemporalLayer: number;
	/** To be sent from the next key frame on. */
	targetTemporalLayer: number;
	/** Sent now. */
	currentTemporalLayer: number;
};

/** Where to listen, and what to tell others of it. */
export type ListenInfo = {
	/** UDP or TCP. */
	protocol: Protocol;
	/** The local address to bind. */
	ip: string;
	/** What clients are told instead of `ip`: an address or a host name. */
	announcedAddress: string | null;
	/** With an announced address: offer `ip` too, as a second candidate. */
	exposeInternalIp: boolean;
	/** A fixed port; `null` chooses one. */
	port: number | null;
	/** Ports to choose from; wins over `port`. */
	portRange: PortRange | null;
	/** Socket options. */
	flags: SocketFlags;
	/** `SO_SNDBUF` in bytes; `null` keeps the system's. */
	sendBufferSize: number | null;
	/** `SO_RCVBUF` in bytes; `null` keeps the system's. */
	recvBufferSize: number | null;
};

/** How bad a log line is. */
export type LogLevel = 'none' | 'error' | 'warn' | 'debug';

/** A log line. */
export type LogLine = {
	/** How bad it is. */
	level: LogLevel;
	/** What it is about. */
	tag: LogTag | null;
	/** What it says. */
	text: string;
};

/** Which log lines the worker writes; what is not given stays. */
export type LogSettings = {
	/** Lines as bad as this or worse. As text: an unknown one is refused as a `TypeError`. */
	logLevel: string | null;
	/** Of tagged lines, those with one of these; unknown ones are ignored. */
	logTags: Array<string> | null;
};

/** What a log line is about. */
export type LogTag =
	| 'info'
	| 'ice'
	| 'dtls'
	| 'rtp'
	| 'srtp'
	| 'rtcp'
	| 'rtx'
	| 'bwe'
	| 'score'
	| 'simulcast'
	| 'svc'
	| 'sctp'
	| 'message';

/** Audio or video. */
export type MediaKind = 'audio' | 'video';

/** Something happened to an object. */
export type Notification =
	| { transport: [TransportId, TransportEvent] }
	| { producer: [ProducerId, ProducerEvent] }
	| { consumer: [ConsumerId, ConsumerEvent] }
	| { dataConsumer: [DataConsumerId, DataConsumerEvent] }
	| { rtpObserver: [RtpObserverId, RtpObserverEvent] };

/** The value of a codec parameter. */
export type ParameterValue = bigint | number | string;

/** The other end of a pipe transport. */
export type PipeConnect = {
	/** Its address, as text: an invalid one is refused. */
	ip: string;
	/** Its port. */
	port: number | null;
	/** Its key: mandatory with SRTP, forbidden without. */
	srtpParameters: SrtpParameters | null;
};

/** A pipe transport. */
export type PipeTransportDump = {
	/** The way packets go. */
	tuple: TransportTuple;
	/** Lost packets are sent again. */
	rtx: boolean;
	/** Our key, with SRTP. */
	srtpParameters: SrtpParameters | null;
	/** Its name. */
	id: TransportId;
	/** Its producers. */
	producerIds: Array<ProducerId>;
	/** Its consumers. */
	consumerIds: Array<ConsumerId>;
	/** Which consumer an SSRC of ours belongs to. */
	mapSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** The same for RTX. */
	mapRtxSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** Extension ids for receiving. */
	recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
	/** How packets find their producer. */
	rtpListener: RtpListenerDump;
	/** Its data producers. */
	dataProducerIds: Array<DataProducerId>;
	/** Its data consumers. */
	dataConsumerIds: Array<DataConsumerId>;
	/** Which traces are on. */
	traceEventTypes: Array<TransportTraceType>;
	/** The largest message that data consumers may send. */
	maxSendMessageSize: number;
	/** The largest message that data producers may receive. */
	maxReceiveMessageSize: number;
	/** For the peer, with SCTP. */
	sctpParameters: SctpParameters | null;
	/** With SCTP. */
	sctpState: SctpState | null;
	/** With SCTP. */
	sctpNegotiatedCapabilities: SctpNegotiatedCapabilities | null;
	/** How messages find their data producer, with SCTP. */
	sctpListener: SctpListenerDump | null;
};

/** What a pipe transport is made from. */
export type PipeTransportOptions = {
	/** Where it listens. */
	listenInfo: ListenInfo;
	/** Lost packets are asked for and sent again. */
	enableRtx: boolean;
	/** Packets are encrypted with `AEAD_AES_256_GCM`. */
	enableSrtp: boolean;
	/** The SCTP association, if there is to be one. */
	sctp: SctpOptions | null;
};

/** Counters of a pipe transport. */
export type PipeTransportStats = {
	/** The way packets go. */
	tuple: TransportTuple;
	/** Which transport. */
	transportId: TransportId;
	/** When. */
	timestamp: bigint;
	/** How far SCTP has come, with SCTP. */
	sctpState: SctpState | null;
	/** Everything that came in but STUN. */
	bytesReceived: bigint;
	/** Its rate. */
	recvBitrate: bigint;
	/** Everything that went out but STUN. */
	bytesSent: bigint;
	/** Its rate. */
	sendBitrate: bigint;
	/** RTP of producers, without retransmissions. */
	rtpBytesReceived: bigint;
	/** Its rate. */
	rtpRecvBitrate: bigint;
	/** RTP of consumers, without retransmissions. */
	rtpBytesSent: bigint;
	/** Its rate. */
	rtpSendBitrate: bigint;
	/** Retransmissions to us. */
	rtxBytesReceived: bigint;
	/** Their rate. */
	rtxRecvBitrate: bigint;
	/** Retransmissions from us. */
	rtxBytesSent: bigint;
	/** Their rate. */
	rtxSendBitrate: bigint;
	/** Probes. */
	probationBytesSent: bigint;
	/** Their rate. */
	probationSendBitrate: bigint;
	/** What the peer can receive, once estimated. */
	availableOutgoingBitrate: bigint | null;
	/** What the peer can send, once estimated. */
	availableIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxOutgoingBitrate: bigint | null;
	/** The limit, if one is set. */
	minOutgoingBitrate: bigint | null;
	/** Share of the peer's packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossReceived: number | null;
	/** Share of our packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossSent: number | null;
};

/** Where the peer of a plain transport is. */
export type PlainConnect = {
	/** The peer's address: mandatory without comedia, ignored with it. */
	ip: string | null;
	/** The peer's RTP port: as `ip`. */
	port: number | null;
	/** The peer's RTCP port: mandatory without rtcpMux and comedia, forbidden with rtcpMux. */
	rtcpPort: number | null;
	/** The peer's key: mandatory with SRTP, forbidden without. */
	srtpParameters: SrtpParameters | null;
};

/** A plain transport. */
export type PlainTransportDump = {
	/** RTP and RTCP share a port. */
	rtcpMux: boolean;
	/** The peer's address is learnt. */
	comedia: boolean;
	/** The way RTP goes. */
	tuple: TransportTuple;
	/** The way RTCP goes, when not multiplexed. */
	rtcpTuple: TransportTuple | null;
	/** Our key, with SRTP. */
	srtpParameters: SrtpParameters | null;
	/** Its name. */
	id: TransportId;
	/** Its producers. */
	producerIds: Array<ProducerId>;
	/** Its consumers. */
	consumerIds: Array<ConsumerId>;
	/** Which consumer an SSRC of ours belongs to. */
	mapSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** The same for RTX. */
	mapRtxSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** Extension ids for receiving. */
	recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
	/** How packets find their producer. */
	rtpListener: RtpListenerDump;
	/** Its data producers. */
	dataProducerIds: Array<DataProducerId>;
	/** Its data consumers. */
	dataConsumerIds: Array<DataConsumerId>;
	/** Which traces are on. */
	traceEventTypes: Array<TransportTraceType>;
	/** The largest message that data consumers may send. */
	maxSendMessageSize: number;
	/** The largest message that data producers may receive. */
	maxReceiveMessageSize: number;
	/** For the peer, with SCTP. */
	sctpParameters: SctpParameters | null;
	/** With SCTP. */
	sctpState: SctpState | null;
	/** With SCTP. */
	sctpNegotiatedCapabilities: SctpNegotiatedCapabilities | null;
	/** How messages find their data producer, with SCTP. */
	sctpListener: SctpListenerDump | null;
};

/** What a plain transport is made from. */
export type PlainTransportOptions = {
	/** Where it listens for RTP (and RTCP when multiplexed). */
	listenInfo: ListenInfo;
	/** Where it listens for RTCP when not multiplexed. */
	rtcpListenInfo: ListenInfo | null;
	/** RTP and RTCP share a port (RFC 5761). */
	rtcpMux: boolean;
	/** The peer's address is learnt from its first packet. */
	comedia: boolean;
	/** The profile, if packets are encrypted. */
	srtp: SrtpCryptoSuite | null;
	/** The SCTP association, if there is to be one. */
	sctp: SctpOptions | null;
};

/** Counters of a plain transport. */
export type PlainTransportStats = {
	/** RTP and RTCP share a port. */
	rtcpMux: boolean;
	/** The peer's address is learnt. */
	comedia: boolean;
	/** The way RTP goes. */
	tuple: TransportTuple;
	/** The way RTCP goes, once its remote end is known. */
	rtcpTuple: TransportTuple | null;
	/** Which transport. */
	transportId: TransportId;
	/** When. */
	timestamp: bigint;
	/** How far SCTP has come, with SCTP. */
	sctpState: SctpState | null;
	/** Everything that came in but STUN. */
	bytesReceived: bigint;
	/** Its rate. */
	recvBitrate: bigint;
	/** Everything that went out but STUN. */
	bytesSent: bigint;
	/** Its rate. */
	sendBitrate: bigint;
	/** RTP of producers, without retransmissions. */
	rtpBytesReceived: bigint;
	/** Its rate. */
	rtpRecvBitrate: bigint;
	/** RTP of consumers, without retransmissions. */
	rtpBytesSent: bigint;
	/** Its rate. */
	rtpSendBitrate: bigint;
	/** Retransmissions to us. */
	rtxBytesReceived: bigint;
	/** Their rate. */
	rtxRecvBitrate: bigint;
	/** Retransmissions from us. */
	rtxBytesSent: bigint;
	/** Their rate. */
	rtxSendBitrate: bigint;
	/** Probes. */
	probationBytesSent: bigint;
	/** Their rate. */
	probationSendBitrate: bigint;
	/** What the peer can receive, once estimated. */
	availableOutgoingBitrate: bigint | null;
	/** What the peer can send, once estimated. */
	availableIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxOutgoingBitrate: bigint | null;
	/** The limit, if one is set. */
	minOutgoingBitrate: bigint | null;
	/** Share of the peer's packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossReceived: number | null;
	/** Share of our packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossSent: number | null;
};

/** Ports to choose from, both ends included. Both zero: no range was given. */
export type PortRange = {
	/** The lowest port. */
	min: number;
	/** The highest port. */
	max: number;
};

/** What a data producer is made from. */
export type ProduceDataOptions = {
	/** Its name, unused so far in the worker. */
	id: DataProducerId;
	/** The peer's stream; `null` on a direct transport. */
	sctpStreamParameters: SctpStreamParameters | null;
	/** For the application. */
	label: string;
	/** For the application. */
	protocol: string;
	/** Begin paused. */
	paused: boolean;
};

/** What a producer is made from. */
export type ProduceOptions = {
	/** Its name, unused so far in the worker. */
	id: ProducerId;
	/** Audio or video. */
	kind: MediaKind;
	/** What the peer sends; validated and normalised. */
	rtpParameters: RtpParameters;
	/** The peer's payload types and encodings in the router's numbers. */
	rtpMapping: RtpMapping;
	/** Milliseconds between two key-frame requests to the peer. */
	keyFrameRequestDelay: number;
	/** Begin paused. */
	paused: boolean;
	/** Add the packet-id header extension to its packets. */
	enablePacketId: boolean;
};

/** A call on a producer. */
export type ProducerCall = 'pause' | 'resume' | { enableTraceEvent: Array<RtpTraceType> } | 'dump' | 'getStats' | 'close';

/** A producer. */
export type ProducerDump = {
	/** Its name. */
	id: ProducerId;
	/** Audio or video. */
	kind: MediaKind;
	/** `simple`, `simulcast` or `svc`. */
	type: ProducerType;
	/** As understood. */
	rtpParameters: RtpParameters;
	/** Into the router's numbers. */
	rtpMapping: RtpMapping;
	/** The streams seen so far. */
	rtpStreams: Array<RtpStreamDump>;
	/** Which traces are on. */
	traceEventTypes: Array<RtpTraceType>;
	/** Whether it is paused. */
	paused: boolean;
};

/** Something happened to a producer. */
export type ProducerEvent =
	| { score: Array<ProducerScore> }
	| { videoOrientationChange: VideoOrientation }
	| { trace: RtpTrace };

/** Media that an endpoint sends to us. */
export type ProducerId = string;

/** How well one stream of a producer arrives. */
export type ProducerScore = {
	/** Which encoding. */
	encodingIdx: number;
	/** Its SSRC. */
	ssrc: number;
	/** Its RID, if it has one. */
	rid: string | null;
	/** 0 (nothing arrives) to 10 (all is well). */
	score: number;
};

/** How a producer's media is layered. */
export type ProducerType = 'simple' | 'simulcast' | 'svc';

/** What carries the packets. */
export type Protocol = 'udp' | 'tcp';

/** The header-extension ids that a transport last negotiated for receiving. */
export type RecvRtpHeaderExtensions = {
	/** MID. */
	mid: number | null;
	/** RID. */
	rid: number | null;
	/** Repaired RID. */
	rrid: number | null;
	/** Absolute send time. */
	absSendTime: number | null;
	/** Transport-wide sequence number. */
	transportWideCc01: number | null;
};

/** Why a request was not carried out; nothing changed. */
export type Refusal = { TypeError: string } | { NotFound: string } | { Error: string } | { Unsupported: string };

/** The answer to a request that was carried out. */
export type Reply =
	| 'done'
	| {
		webRtcTransportCreated: {
			/** For the peer. */
			iceParameters: IceParameters;
			/** For the peer. */
			iceCandidates: Array<IceCandidate>;
			/** For the peer. */
			dtlsParameters: DtlsParameters;
			/** For the peer, with SCTP. */
			sctpParameters: SctpParameters | null;
			/** With SCTP. */
			sctpState: SctpState | null;
		};
	}
	| {
		plainTransportCreated: {
			/** Where it listens for RTP. */
			tuple: TransportTuple;
			/** Where it listens for RTCP, when not multiplexed. */
			rtcpTuple: TransportTuple | null;
			/** Our key, with SRTP. */
			srtpParameters: SrtpParameters | null;
			/** For the peer, with SCTP. */
			sctpParameters: SctpParameters | null;
			/** With SCTP. */
			sctpState: SctpState | null;
		};
	}
	| {
		pipeTransportCreated: {
			/** Where it listens. */
			tuple: TransportTuple;
			/** Our key, with SRTP. */
			srtpParameters: SrtpParameters | null;
			/** For the peer, with SCTP. */
			sctpParameters: SctpParameters | null;
			/** With SCTP. */
			sctpState: SctpState | null;
		};
	}
	| {
		webRtcConnected: {
			/** Our role, decided. */
			dtlsLocalRole: DtlsRole;
		};
	}
	| {
		plainConnected: {
			/** The RTP tuple as it is now. */
			tuple: TransportTuple;
			/** The RTCP tuple as it is now. */
			rtcpTuple: TransportTuple | null;
			/** Our key; another one if the peer's suite differs. */
			srtpParameters: SrtpParameters | null;
		};
	}
	| {
		pipeConnected: {
			/** The tuple as it is now. */
			tuple: TransportTuple;
		};
	}
	| { iceRestarted: IceParameters }
	| {
		produced: {
			/** `simple`, `simulcast` or `svc`. */
			producerType: ProducerType;
		};
	}
	| {
		consumed: {
			/** Whether the consumer itself is paused. */
			paused: boolean;
			/** Whether its producer is paused. */
			producerPaused: boolean;
			/** Its score at the start. */
			score: ConsumerScore;
			/** `simple`, `simulcast`, `svc` or `pipe`. */
			consumerType: ConsumerType;
			/** The layers wanted at most, with layers. */
			preferredLayers: ConsumerLayers | null;
		};
	}
	| {
		dataProduced: {
			/** What carries its messages. */
			type: DataProducerType;
			/** The peer's stream, normalised. */
			sctpStreamParameters: SctpStreamParameters | null;
			/** Whether it is paused. */
			paused: boolean;
		};
	}
	| {
		dataConsumed: {
			/** What carries its messages. */
			type: DataProducerType;
			/** Our stream, normalised. */
			sctpStreamParameters: SctpStreamParameters | null;
			/** Whether it is paused. */
			paused: boolean;
			/** Whether its data producer is paused. */
			dataProducerPaused: boolean;
			/** Which messages with subchannels it takes, ascending. */
			subchannels: Array<number>;
		};
	}
	| { preferredLayers: ConsumerLayers | null }
	| { bufferedAmount: number }
	| { subchannels: Array<number> }
	| { dataProducerDump: DataProducerDump }
	| { dataConsumerDump: DataConsumerDump }
	| { dataProducerStats: DataProducerStats }
	| { dataConsumerStats: DataConsumerStats }
	| { workerDump: WorkerDump }
	| { webRtcServerDump: WebRtcServerDump }
	| { routerDump: RouterDump }
	| { transportDump: TransportDump }
	| { producerDump: ProducerDump }
	| { consumerDump: ConsumerDump }
	| { transportStats: TransportStats }
	| { producerStats: Array<RtpStreamRecvStats> }
	| { consumerStats: ConsumerStats };

/** Something asked of the engine. Requests of one connection are handled and answered in order. */
export type Request =
	| 'dumpWorker'
	| {
		createWebRtcServer: {
			/** Its name, unused so far. */
			id: WebRtcServerId;
			/** At least one. */
			listenInfos: Array<ListenInfo>;
		};
	}
	| { webRtcServer: [WebRtcServerId, WebRtcServerCall] }
	| {
		createRouter: {
			/** Its name, unused so far. */
			id: RouterId;
		};
	}
	| { router: [RouterId, RouterCall] }
	| { transport: [TransportId, TransportCall] }
	| { producer: [ProducerId, ProducerCall] }
	| { consumer: [ConsumerId, ConsumerCall] }
	| { dataProducer: [DataProducerId, DataProducerCall] }
	| { dataConsumer: [DataConsumerId, DataConsumerCall] }
	| { rtpObserver: [RtpObserverId, RtpObserverCall] };

/** What the process has used (getrusage(2)): times in milliseconds, the rest as the system counts it. */
export type ResourceUsage = {
	/** CPU time in user mode. */
	ru_utime: bigint;
	/** CPU time in system mode. */
	ru_stime: bigint;
	/** The largest resident set, in KiB on Linux. */
	ru_maxrss: bigint;
	/** Page faults without a read. */
	ru_minflt: bigint;
	/** Page faults with a read. */
	ru_majflt: bigint;
	/** Block inputs. */
	ru_inblock: bigint;
	/** Block outputs. */
	ru_oublock: bigint;
	/** Context switches that the process asked for. */
	ru_nvcsw: bigint;
	/** Context switches that it did not ask for. */
	ru_nivcsw: bigint;
};

/** A call on a router. */
export type RouterCall =
	| { createWebRtcTransport: [TransportId, WebRtcTransportOptions] }
	| { createPlainTransport: [TransportId, PlainTransportOptions] }
	| { createPipeTransport: [TransportId, PipeTransportOptions] }
	| { createDirectTransport: [TransportId, DirectTransportOptions] }
	| { createActiveSpeakerObserver: [RtpObserverId, ActiveSpeakerObserverOptions] }
	| { createAudioLevelObserver: [RtpObserverId, AudioLevelObserverOptions] }
	| 'dump'
	| 'close';

/** A router. */
export type RouterDump = {
	/** Its name. */
	id: RouterId;
	/** Its transports. */
	transportIds: Array<TransportId>;
	/** Its observers. */
	rtpObserverIds: Array<RtpObserverId>;
	/** Who consumes what. */
	mapProducerIdConsumerIds: Array<KeyValues<ProducerId, ConsumerId>>;
	/** And back. */
	mapConsumerIdProducerId: Array<KeyValue<ConsumerId, ProducerId>>;
	/** Who observes what. */
	mapProducerIdObserverIds: Array<KeyValues<ProducerId, RtpObserverId>>;
	/** Who consumes which messages. */
	mapDataProducerIdDataConsumerIds: Array<KeyValues<DataProducerId, DataConsumerId>>;
	/** And back. */
	mapDataConsumerIdDataProducerId: Array<KeyValue<DataConsumerId, DataProducerId>>;
};

/** A room: the border within which producers and consumers meet. */
export type RouterId = string;

/** A kind of feedback, such as `nack pli`. */
export type RtcpFeedback = {
	/** `nack`, `ccm`, `goog-remb`, `transport-cc`… */
	type: string;
	/** `pli`, `fir`…; empty for none. */
	parameter: string;
};

/** RTCP in use. */
export type RtcpParameters = {
	/** The name of the source. */
	cname?: string | null;
	/** Reduced size (RFC 5506); always true. */
	reducedSize: boolean;
};

/** A codec in use. */
export type RtpCodecParameters = {
	/** `audio/opus` and the like; case does not matter. */
	mimeType: string;
	/** Its payload type. */
	payloadType: number;
	/** Ticks a second. */
	clockRate: number;
	/** Audio channels. */
	channels?: number | null;
	/** Codec parameters. */
	parameters: { [key in string]: ParameterValue };
	/** Feedback. */
	rtcpFeedback: Array<RtcpFeedback>;
};

/** A stream in use. */
export type RtpEncodingParameters = {
	/** Its SSRC. */
	ssrc?: number | null;
	/** Its RID. */
	rid?: string | null;
	/** The codec it uses. Default: the first. */
	codecPayloadType?: number | null;
	/** Its repair stream. */
	rtx?: RtxParameters | null;
	/** Nothing is sent while nobody speaks. */
	dtx: boolean;
	/** Its layers, as `L1T3`. */
	scalabilityMode?: string | null;
	/** Bits a second at most. */
	maxBitrate?: bigint | null;
};

/** A header extension in use. */
export type RtpHeaderExtensionParameters = {
	/** Its name. */
	uri: string;
	/** Its id. */
	id: number;
	/** Whether it is encrypted (RFC 6904). */
	encrypt: boolean;
	/** Parameters. */
	parameters: { [key in string]: ParameterValue };
};

/** How packets find their producer. */
export type RtpListenerDump = {
	/** By SSRC. */
	ssrcTable: Array<KeyValue<number, ProducerId>>;
	/** By MID. */
	midTable: Array<KeyValue<string, ProducerId>>;
	/** By RID. */
	ridTable: Array<KeyValue<string, ProducerId>>;
};

/** An endpoint's numbers in the router's. */
export type RtpMapping = {
	/** Payload types. */
	codecs: Array<CodecMapping>;
	/** Streams, in the order of the encodings. */
	encodings: Array<EncodingMapping>;
};

/** A call on an observer. */
export type RtpObserverCall = 'pause' | 'resume' | { addProducer: ProducerId } | { removeProducer: ProducerId } | 'close';

/** Something happened to an observer. */
export type RtpObserverEvent = { dominantSpeaker: ProducerId } | { volumes: Array<Volume> } | 'silence';

/** Someone who listens to producers and tells what he hears. */
export type RtpObserverId = string;

/** An RTP packet as it was observed. */
export type RtpPacketTrace = {
	/** Of its header. */
	payloadType: number;
	/** Of its header. */
	sequenceNumber: number;
	/** Of its header. */
	timestamp: number;
	/** Of its header. */
	marker: boolean;
	/** Of its header. */
	ssrc: number;
	/** It begins a key frame. */
	isKeyFrame: boolean;
	/** Bytes of the packet. */
	size: number;
	/** Bytes of its payload. */
	payloadSize: number;
	/** Of its payload; 0 without layers. */
	spatialLayer: number;
	/** Of its payload; 0 without layers. */
	temporalLayer: number;
	/** Of its header extension. */
	mid: string | null;
	/** Of its header extension. */
	rid: string | null;
	/** Of its header extension. */
	rrid: string | null;
	/** Of its header extension. */
	wideSequenceNumber: number | null;
};

/** What is sent. */
export type RtpParameters = {
	/** The media section. */
	mid?: string | null;
	/** Codecs, media and RTX. */
	codecs: Array<RtpCodecParameters>;
	/** Header extensions. */
	headerExtensions: Array<RtpHeaderExtensionParameters>;
	/** Streams. */
	encodings: Array<RtpEncodingParameters>;
	/** RTCP. */
	rtcp: RtcpParameters;
	/** The media stream and track. */
	msid?: string | null;
};

/** A stream. */
export type RtpStreamDump = {
	/** What it was made from. */
	params: RtpStreamParametersDump;
	/** 0 to 10. */
	score: number;
	/** Its RTX stream. */
	rtxStream: RtxStreamDump | null;
};

/** What a stream was made from. */
export type RtpStreamParametersDump = {
	/** Which encoding. */
	encodingIdx: number;
	/** Its SSRC. */
	ssrc: number;
	/** Its payload type. */
	payloadType: number;
	/** Its codec. */
	mimeType: string;
	/** Its media clock. */
	clockRate: number;
	/** Its RID. */
	rid: string | null;
	/** Its CNAME. */
	cname: string;
	/** Its RTX stream. */
	rtxSsrc: number | null;
	/** The payload type of that. */
	rtxPayloadType: number | null;
	/** NACK was negotiated. */
	useNack: boolean;
	/** PLI was negotiated. */
	usePli: boolean;
	/** FIR was negotiated. */
	useFir: boolean;
	/** Opus in-band FEC was negotiated. */
	useInBandFec: boolean;
	/** Opus DTX was negotiated. */
	useDtx: boolean;
	/** How many spatial layers. */
	spatialLayers: number;
	/** How many temporal layers. */
	temporalLayers: number;
};

/** Counters of a stream that we receive. */
export type RtpStreamRecvStats = {
	type: 'inbound-rtp';
	/** Rates up to each layer, as `"spatial.temporal"`; empty without layers. */
	bitrateByLayer: { [key in string]: bigint };
	/** When. */
	timestamp: bigint;
	/** The stream. */
	ssrc: number;
	/** Its RTX stream. */
	rtxSsrc: number | null;
	/** Its RID. */
	rid: string | null;
	/** Audio or video. */
	kind: MediaKind;
	/** Its codec. */
	mimeType: string;
	/** Packets that did not arrive; negative with duplicates. */
	packetsLost: bigint;
	/** Of the last interval, in 256ths. */
	fractionLost: number;
	/** In ticks of the media clock. */
	jitter: number;
	/** Packets with an impossible sequence number. */
	packetsDiscarded: bigint;
	/** Packets sent again. */
	packetsRetransmitted: bigint;
	/** Packets sent again that helped. */
	packetsRepaired: bigint;
	/** NACK packets. */
	nackCount: bigint;
	/** Packets asked for in them. */
	nackPacketCount: bigint;
	/** PLIs. */
	pliCount: bigint;
	/** FIRs. */
	firCount: bigint;
	/** Milliseconds; 0 if unknown. */
	roundTripTime: number;
	/** RTX packets with an impossible sequence number. */
	rtxPacketsDiscarded: bigint | null;
	/** Packets. */
	packetCount: bigint;
	/** Bytes of whole RTP packets. */
	byteCount: bigint;
	/** Their rate. */
	bitrate: bigint;
	/** 0 to 10. */
	score: number;
};

/** Counters of a stream that we send. */
export type RtpStreamSendStats = {
	type: 'outbound-rtp';
	/** When. */
	timestamp: bigint;
	/** The stream. */
	ssrc: number;
	/** Its RTX stream. */
	rtxSsrc: number | null;
	/** Its RID. */
	rid: string | null;
	/** Audio or video. */
	kind: MediaKind;
	/** Its codec. */
	mimeType: string;
	/** Packets that did not arrive; negative with duplicates. */
	packetsLost: bigint;
	/** Of the last interval, in 256ths. */
	fractionLost: number;
	/** In ticks of the media clock. */
	jitter: number;
	/** Packets with an impossible sequence number. */
	packetsDiscarded: bigint;
	/** Packets sent again. */
	packetsRetransmitted: bigint;
	/** Packets sent again that helped. */
	packetsRepaired: bigint;
	/** NACK packets. */
	nackCount: bigint;
	/** Packets asked for in them. */
	nackPacketCount: bigint;
	/** PLIs. */
	pliCount: bigint;
	/** FIRs. */
	firCount: bigint;
	/** Milliseconds; 0 if unknown. */
	roundTripTime: number;
	/** RTX packets with an impossible sequence number. */
	rtxPacketsDiscarded: bigint | null;
	/** Packets. */
	packetCount: bigint;
	/** Bytes of whole RTP packets. */
	byteCount: bigint;
	/** Their rate. */
	bitrate: bigint;
	/** 0 to 10. */
	score: number;
};

/** One observation of a producer or a consumer. */
export type RtpTrace = {
	/** Of what. */
	type: RtpTraceType;
	/** When, in milliseconds of the worker's monotonic clock. */
	timestamp: bigint;
	/** Which way. */
	direction: TraceDirection;
	/** What; nothing for a NACK. */
	info: RtpTraceInfo | null;
};

/** What was observed. */
export type RtpTraceInfo =
	| {
		/** The packet. */
		rtpPacket: RtpPacketTrace;
		/** Whether it came, or went, as a repetition. */
		isRtx: boolean;
	}
	| {
		/** Of this stream. */
		ssrc: number;
		/** Whole seconds since 1900. */
		ntpSec: number;
		/** 2⁻³² seconds. */
		ntpFrac: number;
		/** The same moment in the media clock. */
		rtpTs: number;
		/** Packets sent. */
		packetCount: number;
		/** Payload bytes sent. */
		octetCount: number;
	}
	| {
		/** For this stream. */
		ssrc: number;
	};

/** What a producer or a consumer can trace, in the order of a dump. */
export type RtpTraceType = 'rtp' | 'keyframe' | 'nack' | 'pli' | 'fir' | 'sr';

/** A repair stream. */
export type RtxParameters = {
	/** Its SSRC. */
	ssrc: number;
};

/** An RTX stream. */
export type RtxStreamDump = {
	/** What it was made from. */
	params: RtxStreamParametersDump;
};

/** What an RTX stream was made from. */
export type RtxStreamParametersDump = {
	/** Its SSRC. */
	ssrc: number;
	/** Its payload type. */
	payloadType: number;
	/** Its codec. */
	mimeType: string;
	/** Its media clock. */
	clockRate: number;
	/** The RID of the stream it repairs. */
	rrid: string | null;
	/** Its CNAME. */
	cname: string;
};

/** How messages find their data producer. */
export type SctpListenerDump = {
	/** By stream. */
	streamIdTable: Array<KeyValue<number, DataProducerId>>;
};

/** The streams that both sides agreed on; 0 until connected. */
export type SctpNegotiatedCapabilities = {
	/** To the peer. */
	negotiatedMaxOutboundStreams: number;
	/** From the peer. */
	negotiatedMaxInboundStreams: number;
};

/** Sizes of an SCTP association, in bytes. */
export type SctpOptions = {
	/** The largest message that data consumers may send. */
	maxSendMessageSize: number;
	/** The largest message that data producers may receive. */
	maxReceiveMessageSize: number;
	/** What may wait to be sent, in sum. */
	sendBufferSize: number;
	/** What may wait to be sent on one stream. */
	perStreamSendQueueLimit: number;
	/** The largest receive window that is announced. */
	maxReceiverWindowBufferSize: number;
	/** The threshold of each data consumer to begin with. */
	defaultStreamBufferedAmountLowThreshold: number;
};

/** An association for the peer. */
export type SctpParameters = {
	/** Always 5000 (RFC 8841 §5). */
	port: number;
	/** Streams that we ask for: always 65535. */
	OS: number;
	/** Streams that we take: always 65535. */
	MIS: number;
	/** The largest message that we receive. */
	maxMessageSize: number;
	/** The largest message that we send. */
	maxSendMessageSize: number;
	/** The largest message that we receive. */
	maxReceiveMessageSize: number;
	/** What may wait to be sent, in sum. */
	sendBufferSize: number;
	/** What may wait to be sent on one stream. */
	perStreamSendQueueLimit: number;
	/** The largest receive window that is announced. */
	maxReceiverWindowBufferSize: number;
	/** Whether it runs over DTLS, for WebRTC data channels (RFC 8831). */
	isDataChannel: boolean;
};

/** How far an association has come. */
export type SctpState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** How a stream delivers. */
export type SctpStreamParameters = {
	/** 0 to 65534. */
	streamId: number;
	/** In the order of sending. */
	ordered: boolean;
	/** Give up after so many milliseconds; only unordered, and not with `max_retransmits`. */
	maxPacketLifeTime: number | null;
	/** Give up after so many repetitions; only unordered, and not with `max_packet_life_time`. */
	maxRetransmits: number | null;
};

/** Options of a listening socket. */
export type SocketFlags = {
	/** An IPv6 socket refuses IPv4 peers. Ignored for IPv4. */
	ipv6Only: boolean;
	/** Another socket with the same flag may bind the same address. Ignored for TCP. */
	udpReusePort: boolean;
};

/** An SRTP protection profile. */
export type SrtpCryptoSuite = 'AEAD_AES_256_GCM' | 'AEAD_AES_128_GCM' | 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32';

/** A master key for SRTP. */
export type SrtpParameters = {
	/** Which profile. */
	cryptoSuite: SrtpCryptoSuite;
	/** Master key and salt, in base64. */
	keyBase64: string;
};

/** What the parent writes. */
export type ToWorker =
	| { request: [number, Request] }
	| { command: Command }
	| { updateSettings: [number, LogSettings] }
	| { getResourceUsage: number }
	| { getMetrics: number }
	| 'close';

/** Which way a packet went. */
export type TraceDirection = 'in' | 'out';

/** A call on a transport. */
export type TransportCall =
	| { connectWebRtc: DtlsParameters }
	| { connectPlain: PlainConnect }
	| { connectPipe: PipeConnect }
	| 'restartIce'
	| { setMaxIncomingBitrate: bigint | null }
	| { setMaxOutgoingBitrate: bigint | null }
	| { setMinOutgoingBitrate: bigint | null }
	| { produce: ProduceOptions }
	| { consume: ConsumeOptions }
	| { produceData: ProduceDataOptions }
	| { consumeData: ConsumeDataOptions }
	| { enableTraceEvent: Array<TransportTraceType> }
	| 'dump'
	| 'getStats'
	| 'close';

/** A transport. */
export type TransportDump =
	| { type: 'webrtc' } & WebRtcTransportDump
	| { type: 'plain' } & PlainTransportDump
	| { type: 'pipe' } & PipeTransportDump
	| { type: 'direct' } & DirectTransportDump;

/** Something happened to a transport. */
export type TransportEvent =
	| { iceStateChange: IceState }
	| { iceSelectedTupleChange: TransportTuple }
	| {
		dtlsStateChange: {
			/** Where to. */
			state: DtlsState;
			/** The peer's certificate in PEM, when connected. */
			remoteCert: string | null;
		};
	}
	| { tuple: TransportTuple }
	| { rtcpTuple: TransportTuple }
	| 'listenServerClose'
	| {
		sctpStateChange: {
			/** Where to. */
			state: SctpState;
			/** What was agreed on, when connected. */
			negotiated: SctpNegotiatedCapabilities | null;
		};
	}
	| { rtcp: Uint8Array }
	| { trace: TransportTrace }
	| { failed: string };

/** One endpoint's connection. */
export type TransportId = string;

/** Counters of a transport. */
export type TransportStats =
	| { type: 'webrtc-transport' } & WebRtcTransportStats
	| { type: 'plain-rtp-transport' } & PlainTransportStats
	| { type: 'pipe-transport' } & PipeTransportStats
	| { type: 'direct-transport' } & DirectTransportStats;

/** One observation of a transport. */
export type TransportTrace = {
	/** Of what. */
	type: TransportTraceType;
	/** When, in milliseconds of the worker's monotonic clock. */
	timestamp: bigint;
	/** Which way. */
	direction: TraceDirection;
	/** What. */
	info: TransportTraceInfo;
};

/** What was observed. */
export type TransportTraceInfo =
	| {
		/** What the consumers could use. */
		desiredBitrate: bigint;
		/** The same, smoothed. */
		effectiveDesiredBitrate: bigint;
		/** The limit below. */
		minBitrate: bigint;
		/** The limit above. */
		maxBitrate: bigint;
		/** Where it began. */
		startBitrate: bigint;
		/** What probes may use. */
		maxPaddingBitrate: bigint;
		/** The estimate. */
		availableBitrate: bigint;
		/** `transport-cc` or `remb`. */
		bweType: string;
	}
	| Record<symbol, never>;

/** What a transport can trace, in the order of a dump. */
export type TransportTraceType = 'probation' | 'bwe';

/** Both ends of a connection. */
export type TransportTuple = {
	/** The announced address if there is one, else the bound one. */
	localAddress: string;
	/** The bound port. */
	localPort: number;
	/** The peer's address, once known. */
	remoteIp: string | null;
	/** The peer's port; 0 until known. */
	remotePort: number;
	/** UDP or TCP. */
	protocol: Protocol;
};

/** Which transport an ICE username fragment leads to. */
export type UfragOfTransport = {
	/** The fragment. */
	localIceUsernameFragment: string;
	/** The transport. */
	webRtcTransportId: TransportId;
};

/** A message with its payload protocol identifier (RFC 8831 §8). */
export type UserMessage = {
	/** 51 text, 53 binary, 56 empty text, 57 empty binary. */
	ppid: number;
	/** Its bytes; one byte if empty by its `ppid`. */
	data: Uint8Array;
};

/** How a picture is to be turned (3GPP TS 26.114 §7.4.5). */
export type VideoOrientation = {
	/** From a camera that faces the scene. */
	camera: boolean;
	/** Mirrored. */
	flip: boolean;
	/** 0, 90, 180 or 270 degrees, clockwise. */
	rotation: number;
};

/** How loud a producer was. */
export type Volume = {
	/** Which producer. */
	producerId: ProducerId;
	/** On average, in dBov: -127 to 0. */
	volume: number;
};

/** The sockets of a WebRTC transport: its own, or those of a server. */
export type WebRtcListen =
	| { individual: Array<ListenInfo> }
	| {
		server: {
			/** The server. */
			id: WebRtcServerId;
			/** Offer its UDP sockets. */
			enableUdp: boolean;
			/** Offer its TCP sockets. */
			enableTcp: boolean;
			/** Give UDP candidates a higher priority. */
			preferUdp: boolean;
			/** Give TCP candidates a higher priority. */
			preferTcp: boolean;
		};
	};

/** A call on a server. */
export type WebRtcServerCall = 'dump' | 'close';

/** A WebRTC server. */
export type WebRtcServerDump = {
	/** Its name. */
	id: WebRtcServerId;
	/** Its UDP sockets. */
	udpSockets: Array<IpPort>;
	/** Its TCP listeners. */
	tcpServers: Array<IpPort>;
	/** The transports on it. */
	webRtcTransportIds: Array<TransportId>;
	/** One row a transport, two while its ICE restart is under way. */
	localIceUsernameFragments: Array<UfragOfTransport>;
};

/** A set of listening sockets that WebRTC transports share. */
export type WebRtcServerId = string;

/** A WebRTC transport. */
export type WebRtcTransportDump = {
	/** Always controlled. */
	iceRole: IceRole;
	/** For the peer. */
	iceParameters: IceParameters;
	/** For the peer. */
	iceCandidates: Array<IceCandidate>;
	/** How far ICE has come. */
	iceState: IceState;
	/** The way packets go, once there is one. */
	iceSelectedTuple: TransportTuple | null;
	/** For the peer. */
	dtlsParameters: DtlsParameters;
	/** How far DTLS has come. */
	dtlsState: DtlsState;
	/** Its name. */
	id: TransportId;
	/** Its producers. */
	producerIds: Array<ProducerId>;
	/** Its consumers. */
	consumerIds: Array<ConsumerId>;
	/** Which consumer an SSRC of ours belongs to. */
	mapSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** The same for RTX. */
	mapRtxSsrcConsumerId: Array<KeyValue<number, ConsumerId>>;
	/** Extension ids for receiving. */
	recvRtpHeaderExtensions: RecvRtpHeaderExtensions;
	/** How packets find their producer. */
	rtpListener: RtpListenerDump;
	/** Its data producers. */
	dataProducerIds: Array<DataProducerId>;
	/** Its data consumers. */
	dataConsumerIds: Array<DataConsumerId>;
	/** Which traces are on. */
	traceEventTypes: Array<TransportTraceType>;
	/** The largest message that data consumers may send. */
	maxSendMessageSize: number;
	/** The largest message that data producers may receive. */
	maxReceiveMessageSize: number;
	/** For the peer, with SCTP. */
	sctpParameters: SctpParameters | null;
	/** With SCTP. */
	sctpState: SctpState | null;
	/** With SCTP. */
	sctpNegotiatedCapabilities: SctpNegotiatedCapabilities | null;
	/** How messages find their data producer, with SCTP. */
	sctpListener: SctpListenerDump | null;
};

/** What a WebRTC transport is made from. */
export type WebRtcTransportOptions = {
	/** Where it listens. */
	listen: WebRtcListen;
	/** Seconds without a valid check until the transport counts as disconnected; 0 never, else 10 to 60. */
	iceConsentTimeout: number;
	/** Bits a second to begin with. */
	initialAvailableOutgoingBitrate: bigint;
	/** The SCTP association, if there is to be one. */
	sctp: SctpOptions | null;
};

/** Counters of a WebRTC transport. */
export type WebRtcTransportStats = {
	/** Always controlled. */
	iceRole: IceRole;
	/** How far ICE has come. */
	iceState: IceState;
	/** The way packets go, once there is one. */
	iceSelectedTuple: TransportTuple | null;
	/** How far DTLS has come. */
	dtlsState: DtlsState;
	/** Which transport. */
	transportId: TransportId;
	/** When. */
	timestamp: bigint;
	/** How far SCTP has come, with SCTP. */
	sctpState: SctpState | null;
	/** Everything that came in but STUN. */
	bytesReceived: bigint;
	/** Its rate. */
	recvBitrate: bigint;
	/** Everything that went out but STUN. */
	bytesSent: bigint;
	/** Its rate. */
	sendBitrate: bigint;
	/** RTP of producers, without retransmissions. */
	rtpBytesReceived: bigint;
	/** Its rate. */
	rtpRecvBitrate: bigint;
	/** RTP of consumers, without retransmissions. */
	rtpBytesSent: bigint;
	/** Its rate. */
	rtpSendBitrate: bigint;
	/** Retransmissions to us. */
	rtxBytesReceived: bigint;
	/** Their rate. */
	rtxRecvBitrate: bigint;
	/** Retransmissions from us. */
	rtxBytesSent: bigint;
	/** Their rate. */
	rtxSendBitrate: bigint;
	/** Probes. */
	probationBytesSent: bigint;
	/** Their rate. */
	probationSendBitrate: bigint;
	/** What the peer can receive, once estimated. */
	availableOutgoingBitrate: bigint | null;
	/** What the peer can send, once estimated. */
	availableIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxIncomingBitrate: bigint | null;
	/** The limit, if one is set. */
	maxOutgoingBitrate: bigint | null;
	/** The limit, if one is set. */
	minOutgoingBitrate: bigint | null;
	/** Share of the peer's packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossReceived: number | null;
	/** Share of our packets that did not arrive, 0 to 1, once known. */
	rtpPacketLossSent: number | null;
};

/** A worker. */
export type WorkerDump = {
	/** Its servers. */
	webRtcServerIds: Array<WebRtcServerId>;
	/** Its routers. */
	routerIds: Array<RouterId>;
	/** Everything that takes calls, and everything that takes commands. */
	channelMessageHandlers: ChannelMessageHandlers;
};
