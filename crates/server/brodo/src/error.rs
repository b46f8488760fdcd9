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

/// Why there is no data producer.
#[derive(Debug, Error)]
pub enum ProduceDataError {
    /// A data producer of this router has that id.
    #[error("id: a data producer with id {0} exists already")]
    AlreadyExists(control::DataProducerId),
    /// The worker refused (stream parameters that are missing, contradict each other or name a stream in
    /// use; a transport without SCTP), or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why there is no data consumer.
#[derive(Debug, Error)]
pub enum ConsumeDataError {
    /// The router has no such data producer.
    #[error("dataProducerId: no data producer with id {0} in this router")]
    DataProducerNotFound(control::DataProducerId),
    /// Every stream of the transport is in use.
    #[error("no SCTP stream is free")]
    NoStream,
    /// The worker refused (limits that contradict each other; a transport without SCTP), or is gone.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why a message was not sent.
#[derive(Debug, Error)]
pub enum SendMessageError {
    /// Too much waits; `BufferedAmountLow` tells when there is room again.
    #[error("{}", control::SCTP_SEND_BUFFER_FULL)]
    BufferFull,
    /// The worker refused (a message that is too large, a data consumer that is paused or on a direct
    /// transport, an association that is over), or is gone.
    #[error(transparent)]
    Request(RequestError),
}

impl From<RequestError> for SendMessageError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused(control::Refusal::Error(reason))
                if reason == control::SCTP_SEND_BUFFER_FULL =>
            {
                Self::BufferFull
            }
            other => Self::Request(other),
        }
    }
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

/// Why a data producer has not gone to another router.
#[derive(Debug, Error)]
pub enum PipeDataError {
    /// A router has no pipe to itself.
    #[error("target: the data producer is in this router already")]
    SameRouter,
    /// The router has no such data producer, or no longer.
    #[error("dataProducerId: no data producer with id {0} in this router")]
    DataProducerNotFound(control::DataProducerId),
    /// An end of the pipe could not be made.
    #[error(transparent)]
    CreateTransport(#[from] CreateTransportError),
    /// The ends of the pipe could not be connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The way out of this router failed: if the pipe has no SCTP, among others.
    #[error(transparent)]
    ConsumeData(ConsumeDataError),
    /// The way into the other router failed: with `keep_id`, if it has a data producer with that id
    /// already.
    #[error(transparent)]
    ProduceData(#[from] ProduceDataError),
}
