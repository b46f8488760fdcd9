//! The closed vocabulary between an API and the engine.
//!
//! An API sends [`Request`]s and gets one [`Reply`] or [`Refusal`] each, in the order it asked; in
//! between come [`Notification`]s. All are plain serde types: the Rust API puts them on a channel,
//! the worker process writes them to a pipe. Shapes follow mediasoup's API in camelCase, so a dump or
//! a statistic is what the application sees.

#![forbid(unsafe_code)]

mod dump;
mod ids;
mod notification;
mod request;
mod stats;
mod transport;

pub use dump::{
    BaseTransportDump, ConsumerDump, ConsumerTypeDump, KeyValue, KeyValues, PlainTransportDump,
    ProducerDump, RecvRtpHeaderExtensions, RouterDump, RtpListenerDump, RtpStreamDump,
    RtpStreamParametersDump, RtxStreamDump, RtxStreamParametersDump, TransportDump,
    UfragOfTransport, WebRtcServerDump, WebRtcTransportDump, WorkerDump,
};
pub use ids::{ConsumerId, ProducerId, RouterId, TransportId, WebRtcServerId};
pub use notification::{
    ConsumerEvent, ConsumerScore, Notification, ProducerEvent, ProducerScore, TransportEvent,
    VideoOrientation,
};
pub use request::{
    ConsumeOptions, ConsumerCall, PlainConnect, ProduceOptions, ProducerCall, Refusal, Reply,
    Request, RouterCall, TransportCall, WebRtcServerCall,
};
pub use stats::{
    BaseTransportStats, ConsumerStats, PlainTransportStats, RtpStreamRecvStats, RtpStreamSendStats,
    RtpStreamStats, TransportStats, WebRtcTransportStats,
};
pub use transport::{
    DtlsFingerprint, DtlsParameters, DtlsRole, DtlsState, FingerprintAlgorithm, IceCandidate,
    IceCandidateType, IceParameters, IceRole, IceState, IceTcpType, IpPort, ListenInfo,
    PlainTransportOptions, PortRange, Protocol, SocketFlags, SrtpCryptoSuite, SrtpParameters,
    TransportTuple, WebRtcListen, WebRtcTransportOptions,
};
