//! A Selective Forwarding Unit for WebRTC (RFC 7667 §3.7) as a library.
//!
//! brodo forwards media between endpoints: browsers over ICE, DTLS and SRTP ([`WebRtcTransport`]),
//! anything that speaks RTP ([`PlainTransport`]), other routers ([`PipeTransport`]), and the application
//! itself ([`DirectTransport`]). It knows nothing of signalling, rooms or users; the
//! application brings those and wires objects together:
//!
//! ```text
//! Worker ─▶ Router ─▶ transport A ─▶ Producer ──┐
//!              │                                ├─▶ one router, any number of consumers
//!              └────▶ transport B ─▶ Consumer ◀─┘
//! ```
//!
//! The API is asynchronous and asks for no particular runtime. Objects are cheap clones of a handle;
//! the last handle to go closes the object, `close()` does it at once, and a closed parent closes its
//! children. What happens by itself is told through `events()`: streams rather than callbacks, because
//! a stream is read where the application's state lives, in its own order and task, and can be bounded.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use brodo::{ListenInfo, Protocol, RouterOptions, WebRtcTransportOptions, Worker, WorkerSettings};
//!
//! let worker = Worker::new(WorkerSettings::default())?;
//! let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
//! let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
//! let transport = router.create_webrtc_transport(WebRtcTransportOptions::new([listen])).await?;
//! assert_eq!(transport.ice_candidates()[0].address, "127.0.0.1");
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod consumer;
mod consumer_options;
mod data_consumer;
mod data_pipe;
mod data_producer;
mod direct_transport;
mod entropy;
mod error;
mod events;
mod lifecycle;
mod pairs;
mod pipe;
mod pipe_transport;
mod plain_transport;
mod producer;
mod router;
mod rtp_observer;
mod sctp;
mod transport;
mod webrtc_server;
mod webrtc_transport;
mod worker;

pub use consumer::Consumer;
pub use consumer_options::ConsumerOptions;
pub use data_consumer::{DataConsumer, DataConsumerOptions};
pub use data_pipe::PipedDataProducer;
pub use data_producer::{DataProducer, DataProducerOptions};
pub use direct_transport::DirectTransport;
pub use error::{
    ConnectError, ConsumeDataError, ConsumeError, CreateRouterError, CreateTransportError,
    CreateWorkerError, PipeDataError, PipeError, ProduceDataError, ProduceError, RequestError,
    SendMessageError,
};
pub use events::{
    ConsumerEvent, DataConsumerEvent, DataProducerEvent, EventStream, ProducerEvent, RouterEvent,
    RtpObserverEvent, TransportEvent, WebRtcServerEvent,
};
pub use pipe::{PipeToRouterOptions, PipedProducer};
pub use pipe_transport::{PipeTransport, PipeTransportOptions};
pub use plain_transport::{PlainTransport, PlainTransportOptions};
pub use producer::{Producer, ProducerOptions};
pub use router::{
    Router, RouterOptions, SupportedRtpCapabilities, default_codecs, get_supported_rtp_capabilities,
};
pub use rtp_observer::{
    ActiveSpeakerObserver, ActiveSpeakerObserverOptions, AudioLevelObserver,
    AudioLevelObserverOptions, RtpObserver,
};
pub use transport::Transport;
pub use webrtc_server::{WebRtcServer, WebRtcServerOptions};
pub use webrtc_transport::{WebRtcTransport, WebRtcTransportOptions};
pub use worker::{Worker, WorkerSettings};

pub use control::{
    Audience, ConsumerDump, ConsumerId, ConsumerLayers, ConsumerScore, ConsumerStats,
    ConsumerTypeDump, DataConsumerDump, DataConsumerId, DataConsumerStats, DataProducerDump,
    DataProducerId, DataProducerStats, DataProducerType, DirectTransportOptions, DtlsFingerprint,
    DtlsParameters, DtlsRole, DtlsState, FingerprintAlgorithm, IceCandidate, IceCandidateType,
    IceParameters, IceRole, IceState, IceTcpType, LayeredConsumerDump, ListenInfo, PipeConnect,
    PlainConnect, PortRange, ProducerDump, ProducerId, ProducerScore, Protocol, RouterDump,
    RouterId, RtpObserverId, RtpPacketTrace, RtpStreamRecvStats, RtpStreamSendStats,
    RtpStreamStats, RtpTrace, RtpTraceInfo, RtpTraceType, SctpNegotiatedCapabilities, SctpOptions,
    SctpParameters, SctpState, SctpStreamParameters, SocketFlags, SrtpCryptoSuite, SrtpParameters,
    TraceDirection, TransportDump, TransportId, TransportStats, TransportTrace, TransportTraceInfo,
    TransportTraceType, TransportTuple, UserMessage, VideoOrientation, Volume, WebRtcServerDump,
    WebRtcServerId, WorkerDump,
};
pub use ortc::{
    CodecParameters, ConsumerType, HeaderExtensionDirection, MediaKind, ParameterValue,
    ProducerType, RouterRtpCodecCapability, RtcpFeedback, RtcpParameters, RtpCapabilities,
    RtpCodecCapability, RtpCodecParameters, RtpEncodingParameters, RtpHeaderExtension,
    RtpHeaderExtensionParameters, RtpParameters, RtxParameters, ScalabilityMode,
    parse_scalability_mode,
};
pub use shard::ShardCounters;
