//! What can go wrong, an enum an operation.

use thiserror::Error;

pub use shard::RequestError;

/// Why there is no worker.
#[derive(Debug, Error)]
pub enum CreateWorkerError {
    /// The system gave no thread, poll set or socket.
    #[error("the worker's thread could not be started: {0}")]
    Start(#[from] std::io::Error),
    /// The certificate or its key cannot be used.
    #[error("dtls certificate: {0}")]
    Certificate(String),
}

/// Why there is no router.
#[derive(Debug, Error)]
pub enum CreateRouterError {
    /// A media codec is malformed, unsupported, or there are too many.
    #[error("mediaCodecs: {0}")]
    Codecs(#[from] ortc::Error),
    /// The worker refused, or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why there is no transport or server.
#[derive(Debug, Error)]
pub enum CreateTransportError {
    /// The WebRTC server belongs to another worker.
    #[error("webRtcServer belongs to another worker")]
    ForeignServer,
    /// The worker refused (an address that cannot be bound, for one), or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why a transport is not connected.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The worker refused, or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why there is no producer.
#[derive(Debug, Error)]
pub enum ProduceError {
    /// A producer of this transport has that id.
    #[error("id: a producer with id {0} exists already")]
    AlreadyExists(control::ProducerId),
    /// The RTP parameters are malformed, or the router has no such codec.
    #[error("rtpParameters: {0}")]
    RtpParameters(#[from] ortc::Error),
    /// The worker refused, or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why there is no consumer.
#[derive(Debug, Error)]
pub enum ConsumeError {
    /// The router has no such producer.
    #[error("producerId: no producer with id {0} in this router")]
    ProducerNotFound(control::ProducerId),
    /// The capabilities are malformed, or have nothing in common with the producer.
    #[error("rtpCapabilities: {0}")]
    RtpCapabilities(#[from] ortc::Error),
    /// The worker refused, or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why a producer has not gone to another router.
#[derive(Debug, Error)]
pub enum PipeError {
    /// A router has no pipe to itself.
    #[error("target: the producer is in this router already")]
    SameRouter,
    /// The router has no such producer, or no longer.
    #[error("producerId: no producer with id {0} in this router")]
    ProducerNotFound(control::ProducerId),
    /// An end of the pipe could not be made.
    #[error(transparent)]
    CreateTransport(#[from] CreateTransportError),
    /// The ends of the pipe could not be connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The way out of this router failed.
    #[error(transparent)]
    Consume(ConsumeError),
    /// The way into the other router failed: with `keep_id`, if it has a producer with that id already.
    #[error(transparent)]
    Produce(#[from] ProduceError),
}
