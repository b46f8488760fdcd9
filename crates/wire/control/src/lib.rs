//! The closed vocabulary between an API and the engine.
//!
//! An API sends [`Request`]s and gets one [`Reply`] or [`Refusal`] each, in the order it asked; in
//! between come [`Notification`]s. All are plain serde types: the Rust API puts them on a channel,
//! the worker process writes them to a pipe. Shapes follow mediasoup's API in camelCase, so a dump or
//! a statistic is what the application sees.

#![forbid(unsafe_code)]

mod command;
mod data;
mod dump;
mod ids;
mod message;
mod notification;
mod observer;
mod process;
mod request;
mod stats;
mod trace;
mod transport;

pub use command::Command;
pub use data::{
    Audience, ConsumeDataOptions, DataConsumerCall, DataConsumerDump, DataConsumerEvent,
    DataConsumerStats, DataProducerCall, DataProducerDump, DataProducerStats, DataProducerType,
    ProduceDataOptions, SctpNegotiatedCapabilities, SctpOptions, SctpParameters, SctpState,
    SctpStreamParameters,
};
pub use dump::{
    BaseTransportDump, ChannelMessageHandlers, ConsumerDump, ConsumerTypeDump, DirectTransportDump,
    KeyValue, KeyValues, LayeredConsumerDump, PipeTransportDump, PlainTransportDump, ProducerDump,
    RecvRtpHeaderExtensions, RouterDump, RtpListenerDump, RtpStreamDump, RtpStreamParametersDump,
    RtxStreamDump, RtxStreamParametersDump, SctpDump, SctpListenerDump, TransportDump,
    UfragOfTransport, WebRtcServerDump, WebRtcTransportDump, WorkerDump,
};
pub use ids::{
    ConsumerId, DataConsumerId, DataProducerId, ProducerId, RouterId, RtpObserverId, TransportId,
    WebRtcServerId,
};
pub use message::{SCTP_SEND_BUFFER_FULL, UserMessage};
pub use notification::{
    ConsumerEvent, ConsumerLayers, ConsumerScore, Notification, ProducerEvent, ProducerScore,
    TransportEvent, VideoOrientation,
};
pub use observer::{
    ActiveSpeakerObserverOptions, AudioLevelObserverOptions, RtpObserverCall, RtpObserverEvent,
    Volume,
};
pub use process::{FromWorker, LogLevel, LogLine, LogSettings, LogTag, ResourceUsage, ToWorker};
pub use request::{
    ConsumeOptions, ConsumerCall, PlainConnect, ProduceOptions, ProducerCall, Refusal, Reply,
    Request, RouterCall, TransportCall, WebRtcServerCall,
};
pub use stats::{
    BaseTransportStats, ConsumerStats, DirectTransportStats, PipeTransportStats,
    PlainTransportStats, RtpStreamRecvStats, RtpStreamSendStats, RtpStreamStats, TransportStats,
    WebRtcTransportStats,
};
pub use trace::{
    RtpPacketTrace, RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection, TransportTrace,
    TransportTraceInfo, TransportTraceType,
};
pub use transport::{
    DirectTransportOptions, DtlsFingerprint, DtlsParameters, DtlsRole, DtlsState,
    FingerprintAlgorithm, IceCandidate, IceCandidateType, IceParameters, IceRole, IceState,
    IceTcpType, IpPort, ListenInfo, PipeConnect, PipeTransportOptions, PlainTransportOptions,
    PortRange, Protocol, SocketFlags, SrtpCryptoSuite, SrtpParameters, TransportTuple,
    WebRtcListen, WebRtcTransportOptions,
};
