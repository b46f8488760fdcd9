//! What an API asks of the engine, and what it gets back.

use ortc::{MediaKind, RtpEncodingParameters, RtpMapping, RtpParameters};
use serde::{Deserialize, Serialize};

use crate::data::{
    ConsumeDataOptions, DataConsumerCall, DataConsumerDump, DataConsumerStats, DataProducerCall,
    DataProducerDump, DataProducerStats, DataProducerType, ProduceDataOptions, SctpParameters,
    SctpState, SctpStreamParameters,
};
use crate::dump::{
    ConsumerDump, ProducerDump, RouterDump, TransportDump, WebRtcServerDump, WorkerDump,
};
use crate::ids::{
    ConsumerId, DataConsumerId, DataProducerId, ProducerId, RouterId, RtpObserverId, TransportId,
    WebRtcServerId,
};
use crate::notification::{ConsumerLayers, ConsumerScore};
use crate::observer::{ActiveSpeakerObserverOptions, AudioLevelObserverOptions, RtpObserverCall};
use crate::stats::{ConsumerStats, RtpStreamRecvStats, TransportStats};
use crate::trace::{RtpTraceType, TransportTraceType};
use crate::transport::{
    DirectTransportOptions, DtlsParameters, DtlsRole, IceCandidate, IceParameters, ListenInfo,
    PipeConnect, PipeTransportOptions, PlainTransportOptions, SrtpParameters, TransportTuple,
    WebRtcTransportOptions,
};

/// Something asked of the engine. Requests of one connection are handled and answered in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// The worker as it is now.
    DumpWorker,
    /// Opens listening sockets to be shared.
    #[serde(rename_all = "camelCase")]
    CreateWebRtcServer {
        /// Its name, unused so far.
        id: WebRtcServerId,
        /// At least one.
        listen_infos: Vec<ListenInfo>,
    },
    /// A call on a server.
    WebRtcServer(WebRtcServerId, WebRtcServerCall),
    /// Opens a room.
    CreateRouter {
        /// Its name, unused so far.
        id: RouterId,
    },
    /// A call on a router.
    Router(RouterId, RouterCall),
    /// A call on a transport.
    Transport(TransportId, TransportCall),
    /// A call on a producer.
    Producer(ProducerId, ProducerCall),
    /// A call on a consumer.
    Consumer(ConsumerId, ConsumerCall),
    /// A call on a data producer.
    DataProducer(DataProducerId, DataProducerCall),
    /// A call on a data consumer.
    DataConsumer(DataConsumerId, DataConsumerCall),
    /// A call on an observer.
    RtpObserver(RtpObserverId, RtpObserverCall),
}

/// A call on a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WebRtcServerCall {
    /// The server as it is now.
    Dump,
    /// Closes its sockets, and the transports on them.
    Close,
}

/// A call on a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RouterCall {
    /// Creates a transport that speaks ICE and DTLS.
    CreateWebRtcTransport(TransportId, WebRtcTransportOptions),
    /// Creates a transport that speaks RTP, plain or with given SRTP keys.
    CreatePlainTransport(TransportId, PlainTransportOptions),
    /// Creates a transport to another router, in this worker or elsewhere.
    CreatePipeTransport(TransportId, PipeTransportOptions),
    /// Creates a transport to the application itself.
    CreateDirectTransport(TransportId, DirectTransportOptions),
    /// Creates an observer that tells who speaks.
    CreateActiveSpeakerObserver(RtpObserverId, ActiveSpeakerObserverOptions),
    /// Creates an observer that tells who is loud.
    CreateAudioLevelObserver(RtpObserverId, AudioLevelObserverOptions),
    /// The router as it is now.
    Dump,
    /// Closes it and everything in it.
    Close,
}

/// A call on a transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TransportCall {
    /// Gives the DTLS parameters of the peer (`WebRtcTransport`).
    ConnectWebRtc(DtlsParameters),
    /// Gives the peer's address, key, or both (`PlainTransport`).
    ConnectPlain(PlainConnect),
    /// Gives the address and the key of the other end (`PipeTransport`).
    ConnectPipe(PipeConnect),
    /// New ICE credentials; the old ones stay valid until the new are used.
    RestartIce,
    /// Bits a second that producers may send in sum; `None` lifts the limit.
    SetMaxIncomingBitrate(Option<u64>),
    /// Bits a second that consumers may get in sum; `None` lifts the limit.
    SetMaxOutgoingBitrate(Option<u64>),
    /// Bits a second that the estimate never falls below; `None` lifts the limit.
    SetMinOutgoingBitrate(Option<u64>),
    /// The peer sends media.
    Produce(ProduceOptions),
    /// The peer receives media.
    Consume(ConsumeOptions),
    /// The peer sends messages.
    ProduceData(ProduceDataOptions),
    /// The peer receives messages.
    ConsumeData(ConsumeDataOptions),
    /// Traces exactly these.
    EnableTraceEvent(Vec<TransportTraceType>),
    /// The transport as it is now.
    Dump,
    /// Its counters.
    GetStats,
    /// Closes it and everything on it.
    Close,
}

/// Where the peer of a plain transport is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PlainConnect {
    /// The peer's address: mandatory without comedia, ignored with it.
    pub ip: Option<std::net::IpAddr>,
    /// The peer's RTP port: as `ip`.
    pub port: Option<u16>,
    /// The peer's RTCP port: mandatory without rtcpMux and comedia, forbidden with rtcpMux.
    pub rtcp_port: Option<u16>,
    /// The peer's key: mandatory with SRTP, forbidden without.
    pub srtp_parameters: Option<SrtpParameters>,
}

/// What a producer is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProduceOptions {
    /// Its name, unused so far in the worker.
    pub id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// What the peer sends; validated and normalised.
    pub rtp_parameters: RtpParameters,
    /// The peer's payload types and encodings in the router's numbers.
    pub rtp_mapping: RtpMapping,
    /// Milliseconds between two key-frame requests to the peer.
    pub key_frame_request_delay: u32,
    /// Begin paused.
    pub paused: bool,
    /// Add the packet-id header extension to its packets.
    #[serde(default)]
    pub enable_packet_id: bool,
}

/// What a consumer is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConsumeOptions {
    /// Its name, unused so far in the worker.
    pub id: ConsumerId,
    /// The producer, in the same router.
    pub producer_id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// What the peer will receive.
    pub rtp_parameters: RtpParameters,
    /// The producer's encodings in the router's numbers.
    pub consumable_rtp_encodings: Vec<RtpEncodingParameters>,
    /// Drop Opus packets that carry no sound.
    pub ignore_dtx: bool,
    /// Begin paused.
    pub paused: bool,
    /// Take all streams of the producer as they are: the consumer's type is `pipe`.
    #[serde(default)]
    pub pipe: bool,
    /// The layers wanted at most; the highest if `None`.
    #[serde(default)]
    pub preferred_layers: Option<ConsumerLayers>,
}

/// A call on a producer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ProducerCall {
    /// Stops forwarding.
    Pause,
    /// Forwards again, from the next key frame.
    Resume,
    /// Traces exactly these.
    EnableTraceEvent(Vec<RtpTraceType>),
    /// The producer as it is now.
    Dump,
    /// Its counters, one entry a stream.
    GetStats,
    /// Closes it and its consumers.
    Close,
}

/// A call on a consumer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ConsumerCall {
    /// Stops sending.
    Pause,
    /// Sends again, from the next key frame.
    Resume,
    /// Asks the producer for a key frame.
    RequestKeyFrame,
    /// The layers wanted at most; answered with [`Reply::PreferredLayers`].
    SetPreferredLayers(ConsumerLayers),
    /// 1 to 255: the higher, the sooner it gets its layers. 1 to begin with.
    SetPriority(u8),
    /// Traces exactly these.
    EnableTraceEvent(Vec<RtpTraceType>),
    /// The consumer as it is now.
    Dump,
    /// Its counters, and those of the stream it forwards.
    GetStats,
    /// Closes it.
    Close,
}

/// The answer to a request that was carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    /// Done; there is nothing to tell.
    Done,
    /// A WebRTC transport exists.
    #[serde(rename_all = "camelCase")]
    WebRtcTransportCreated {
        /// For the peer.
        ice_parameters: IceParameters,
        /// For the peer.
        ice_candidates: Vec<IceCandidate>,
        /// For the peer.
        dtls_parameters: DtlsParameters,
        /// For the peer, with SCTP.
        sctp_parameters: Option<SctpParameters>,
        /// With SCTP.
        sctp_state: Option<SctpState>,
    },
    /// A plain transport exists.
    #[serde(rename_all = "camelCase")]
    PlainTransportCreated {
        /// Where it listens for RTP.
        tuple: TransportTuple,
        /// Where it listens for RTCP, when not multiplexed.
        rtcp_tuple: Option<TransportTuple>,
        /// Our key, with SRTP.
        srtp_parameters: Option<SrtpParameters>,
        /// For the peer, with SCTP.
        sctp_parameters: Option<SctpParameters>,
        /// With SCTP.
        sctp_state: Option<SctpState>,
    },
    /// A pipe transport exists.
    #[serde(rename_all = "camelCase")]
    PipeTransportCreated {
        /// Where it listens.
        tuple: TransportTuple,
        /// Our key, with SRTP.
        srtp_parameters: Option<SrtpParameters>,
        /// For the peer, with SCTP.
        sctp_parameters: Option<SctpParameters>,
        /// With SCTP.
        sctp_state: Option<SctpState>,
    },
    /// A WebRTC transport has the peer's parameters.
    #[serde(rename_all = "camelCase")]
    WebRtcConnected {
        /// Our role, decided.
        dtls_local_role: DtlsRole,
    },
    /// A plain transport has the peer's parameters.
    #[serde(rename_all = "camelCase")]
    PlainConnected {
        /// The RTP tuple as it is now.
        tuple: TransportTuple,
        /// The RTCP tuple as it is now.
        rtcp_tuple: Option<TransportTuple>,
        /// Our key; another one if the peer's suite differs.
        srtp_parameters: Option<SrtpParameters>,
    },
    /// A pipe transport knows its other end.
    #[serde(rename_all = "camelCase")]
    PipeConnected {
        /// The tuple as it is now.
        tuple: TransportTuple,
    },
    /// New ICE credentials.
    IceRestarted(IceParameters),
    /// A producer exists.
    #[serde(rename_all = "camelCase")]
    Produced {
        /// `simple`, `simulcast` or `svc`.
        producer_type: ortc::ProducerType,
    },
    /// A consumer exists.
    #[serde(rename_all = "camelCase")]
    Consumed {
        /// Whether the consumer itself is paused.
        paused: bool,
        /// Whether its producer is paused.
        producer_paused: bool,
        /// Its score at the start.
        score: ConsumerScore,
        /// `simple`, `simulcast`, `svc` or `pipe`.
        consumer_type: ortc::ConsumerType,
        /// The layers wanted at most, with layers.
        preferred_layers: Option<ConsumerLayers>,
    },
    /// A data producer exists.
    #[serde(rename_all = "camelCase")]
    DataProduced {
        /// What carries its messages.
        #[serde(rename = "type")]
        kind: DataProducerType,
        /// The peer's stream, normalised.
        sctp_stream_parameters: Option<SctpStreamParameters>,
        /// Whether it is paused.
        paused: bool,
    },
    /// A data consumer exists.
    #[serde(rename_all = "camelCase")]
    DataConsumed {
        /// What carries its messages.
        #[serde(rename = "type")]
        kind: DataProducerType,
        /// Our stream, normalised.
        sctp_stream_parameters: Option<SctpStreamParameters>,
        /// Whether it is paused.
        paused: bool,
        /// Whether its data producer is paused.
        data_producer_paused: bool,
        /// Which messages with subchannels it takes, ascending.
        subchannels: Vec<u16>,
    },
    /// The layers wanted at most, as far as there are such; `None` without layers.
    PreferredLayers(Option<ConsumerLayers>),
    /// Bytes that wait on a stream.
    BufferedAmount(u32),
    /// Which subchannels are taken, ascending.
    Subchannels(Vec<u16>),
    /// A data producer.
    DataProducerDump(Box<DataProducerDump>),
    /// A data consumer.
    DataConsumerDump(Box<DataConsumerDump>),
    /// Counters of a data producer.
    DataProducerStats(DataProducerStats),
    /// Counters of a data consumer.
    DataConsumerStats(DataConsumerStats),
    /// A worker.
    WorkerDump(WorkerDump),
    /// A WebRTC server.
    WebRtcServerDump(WebRtcServerDump),
    /// A router.
    RouterDump(RouterDump),
    /// A transport.
    TransportDump(Box<TransportDump>),
    /// A producer.
    ProducerDump(Box<ProducerDump>),
    /// A consumer.
    ConsumerDump(Box<ConsumerDump>),
    /// Counters of a transport.
    TransportStats(Box<TransportStats>),
    /// Counters of a producer's streams.
    ProducerStats(Vec<RtpStreamRecvStats>),
    /// Counters of a consumer and of the stream it forwards.
    ConsumerStats(Box<ConsumerStats>),
}

/// Why a request was not carried out; nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Refusal {
    /// An argument is wrong; the text names it. `TypeError` in JavaScript.
    #[error("{0}")]
    TypeError(String),
    /// The object is not, or no longer, there. `NotFoundError` in JavaScript.
    #[error("{0}")]
    NotFound(String),
    /// The state does not allow it. `Error` in JavaScript.
    #[error("{0}")]
    Error(String),
    /// Not supported. `UnsupportedError` in JavaScript.
    #[error("{0}")]
    Unsupported(String),
}
