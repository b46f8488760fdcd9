//! What the engine tells without being asked.

use serde::{Deserialize, Serialize};

use crate::data::{DataConsumerEvent, SctpNegotiatedCapabilities, SctpState};
use crate::ids::{ConsumerId, DataConsumerId, ProducerId, RtpObserverId, TransportId};
use crate::observer::RtpObserverEvent;
use crate::trace::{RtpTrace, TransportTrace};
use crate::transport::{DtlsState, IceState, TransportTuple};

/// Something happened to an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Notification {
    /// To a transport.
    Transport(TransportId, TransportEvent),
    /// To a producer.
    Producer(ProducerId, ProducerEvent),
    /// To a consumer.
    Consumer(ConsumerId, ConsumerEvent),
    /// To a data consumer.
    DataConsumer(DataConsumerId, DataConsumerEvent),
    /// To an observer.
    RtpObserver(RtpObserverId, RtpObserverEvent),
}

/// Something happened to a transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TransportEvent {
    /// ICE moved on.
    IceStateChange(IceState),
    /// Packets now go another way; told before the state that belongs to it.
    IceSelectedTupleChange(TransportTuple),
    /// DTLS moved on.
    #[serde(rename_all = "camelCase")]
    DtlsStateChange {
        /// Where to.
        state: DtlsState,
        /// The peer's certificate in PEM, when connected.
        remote_cert: Option<String>,
    },
    /// A plain transport has learnt its peer's RTP address.
    Tuple(TransportTuple),
    /// A plain transport has learnt its peer's RTCP address.
    RtcpTuple(TransportTuple),
    /// The `WebRtcServer` below it was closed.
    ListenServerClose,
    /// SCTP moved on.
    #[serde(rename_all = "camelCase")]
    SctpStateChange {
        /// Where to.
        state: SctpState,
        /// What was agreed on, when connected.
        negotiated: Option<SctpNegotiatedCapabilities>,
    },
    /// A compound RTCP packet for the application (`DirectTransport`).
    Rtcp(
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        Vec<u8>,
    ),
    /// Something that is being traced.
    Trace(TransportTrace),
    /// The engine closed it, because of a fault of its own; the text says which.
    Failed(String),
}

/// Something happened to a producer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ProducerEvent {
    /// A stream appeared, or a score changed: all streams so far.
    Score(Vec<ProducerScore>),
    /// The camera was turned.
    VideoOrientationChange(VideoOrientation),
    /// Something that is being traced.
    Trace(Box<RtpTrace>),
}

/// How well one stream of a producer arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProducerScore {
    /// Which encoding.
    pub encoding_idx: u32,
    /// Its SSRC.
    pub ssrc: u32,
    /// Its RID, if it has one.
    pub rid: Option<String>,
    /// 0 (nothing arrives) to 10 (all is well).
    pub score: u8,
}

/// How a picture is to be turned (3GPP TS 26.114 §7.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VideoOrientation {
    /// From a camera that faces the scene.
    pub camera: bool,
    /// Mirrored.
    pub flip: bool,
    /// 0, 90, 180 or 270 degrees, clockwise.
    pub rotation: u16,
}

/// Something happened to a consumer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ConsumerEvent {
    /// Its producer was closed, and so is it.
    ProducerClose,
    /// Its producer was paused.
    ProducerPause,
    /// Its producer was resumed.
    ProducerResume,
    /// How well media arrives, on both ways.
    Score(ConsumerScore),
    /// Other layers go now; `None` if nothing goes.
    LayersChange(Option<ConsumerLayers>),
    /// An RTP packet for the application (on a `DirectTransport`).
    Rtp(
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        Vec<u8>,
    ),
    /// Something that is being traced.
    Trace(Box<RtpTrace>),
}

/// Layers of a consumer, 0 the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConsumerLayers {
    /// Which picture size.
    pub spatial_layer: u8,
    /// Which frame rate; the highest if `None`.
    #[serde(default)]
    pub temporal_layer: Option<u8>,
}

/// How well media arrives, at us and at the consumer's peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConsumerScore {
    /// From us to the peer: 0 to 10.
    pub score: u8,
    /// From the producer's peer to us, of the stream being forwarded.
    pub producer_score: u8,
    /// The same of every encoding.
    pub producer_scores: Vec<u8>,
}
