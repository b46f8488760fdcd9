//! What a consumer is made from.

use control::{ConsumerLayers, ProducerId};
use ortc::RtpCapabilities;

/// What a consumer is made from.
#[derive(Clone, Debug)]
pub struct ConsumerOptions {
    /// A producer of the same room.
    pub producer_id: ProducerId,
    /// What the endpoint can decode.
    pub rtp_capabilities: RtpCapabilities,
    /// Begin paused. Default: false. Recommended for video: resume once the endpoint is ready.
    pub paused: bool,
    /// Its MID. Default: a counter of the transport.
    pub mid: Option<String>,
    /// NACK and RTX if both sides can. Default: for video, not for audio.
    pub enable_rtx: Option<bool>,
    /// Drop Opus packets that carry no sound. Default: false.
    pub ignore_dtx: bool,
    /// Take all streams of the producer as they are, without a MID. Default: false.
    pub pipe: bool,
    /// The layers wanted at most, of a producer with layers. Default: the highest.
    pub preferred_layers: Option<ConsumerLayers>,
}

impl ConsumerOptions {
    /// Consumes `producer_id` at an endpoint with these capabilities.
    #[must_use]
    pub fn new(producer_id: ProducerId, rtp_capabilities: RtpCapabilities) -> Self {
        Self {
            producer_id,
            rtp_capabilities,
            paused: false,
            mid: None,
            enable_rtx: None,
            ignore_dtx: false,
            pipe: false,
            preferred_layers: None,
        }
    }
}
