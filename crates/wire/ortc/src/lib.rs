//! RTP capabilities and parameters, and their negotiation: pure functions.
//!
//! ```text
//!  supported codecs ─▶ router capabilities ─▶ (to endpoints)
//!  producer's parameters + router capabilities ─▶ mapping ─▶ consumable parameters
//!  consumable parameters + remote capabilities ─▶ consumer parameters
//! ```
//! Shapes are those of mediasoup's API in camelCase. What is wrong is named by its field.

#![forbid(unsafe_code)]

mod capabilities;
mod check;
mod consume;
mod error;
mod h264;
mod matching;
mod produce;
mod scalability;
mod supported;
mod types;
mod validate;

pub use capabilities::generate_router_rtp_capabilities;
pub use check::check_producer;
pub use consume::{
    ConsumerRequest, PipeRequest, can_consume, get_consumer_rtp_parameters,
    get_pipe_consumer_rtp_parameters,
};
pub use error::Error;
pub use matching::codecs_match;
pub use produce::{get_consumable_rtp_parameters, get_producer_rtp_parameters_mapping};
pub use scalability::{ScalabilityMode, parse_scalability_mode};
pub use supported::{supported_codecs, supported_header_extensions};
pub use types::{
    CodecMapping, CodecParameters, ConsumerType, EncodingMapping, HeaderExtensionDirection,
    MediaKind, ParameterValue, ProducerType, RouterRtpCodecCapability, RtcpFeedback,
    RtcpParameters, RtpCapabilities, RtpCodecCapability, RtpCodecParameters, RtpEncodingParameters,
    RtpHeaderExtension, RtpHeaderExtensionParameters, RtpMapping, RtpParameters, RtxParameters,
};
pub use validate::{validate_rtp_capabilities, validate_rtp_parameters};
