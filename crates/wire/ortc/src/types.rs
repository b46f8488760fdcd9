//! The dictionaries of ORTC, as mediasoup's API has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

impl MediaKind {
    /// The kind that a MIME type begins with.
    #[must_use]
    pub fn of_mime(mime: &str) -> Option<Self> {
        match mime.split_once('/') {
            Some((kind, subtype)) if !subtype.is_empty() => match kind {
                kind if kind.eq_ignore_ascii_case("audio") => Some(Self::Audio),
                kind if kind.eq_ignore_ascii_case("video") => Some(Self::Video),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How a producer's media is layered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ProducerType {
    /// One stream without layers.
    Simple,
    /// A stream a quality.
    Simulcast,
    /// One stream with layers.
    Svc,
}

/// How a consumer chooses from its producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ConsumerType {
    /// There is no choice.
    Simple,
    /// One of several streams.
    Simulcast,
    /// Some layers of one stream.
    Svc,
    /// Everything, unchanged.
    Pipe,
}

/// The value of a codec parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum ParameterValue {
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// Codec parameters by name.
pub type CodecParameters = BTreeMap<String, ParameterValue>;

/// A kind of feedback, such as `nack pli`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtcpFeedback {
    /// `nack`, `ccm`, `goog-remb`, `transport-cc`…
    #[serde(rename = "type")]
    pub kind: String,
    /// `pli`, `fir`…; empty for none.
    #[serde(default)]
    pub parameter: String,
}

impl RtcpFeedback {
    /// Feedback of a kind with a parameter, which may be empty.
    #[must_use]
    pub fn new(kind: &str, parameter: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            parameter: parameter.to_owned(),
        }
    }

    /// Whether it is this.
    #[must_use]
    pub fn is(&self, kind: &str, parameter: &str) -> bool {
        self.kind == kind && self.parameter == parameter
    }
}

/// What somebody can send or receive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RtpCapabilities {
    /// Codecs, the preferred first.
    pub codecs: Vec<RtpCodecCapability>,
    /// Header extensions.
    pub header_extensions: Vec<RtpHeaderExtension>,
}

/// A codec that somebody can handle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpCodecCapability {
    /// Audio or video.
    pub kind: MediaKind,
    /// `audio/opus` and the like; case does not matter.
    pub mime_type: String,
    /// The payload type it prefers.
    pub preferred_payload_type: u8,
    /// Ticks a second.
    pub clock_rate: u32,
    /// Audio channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<u8>,
    /// Codec parameters.
    #[serde(default)]
    pub parameters: CodecParameters,
    /// Feedback.
    #[serde(default)]
    pub rtcp_feedback: Vec<RtcpFeedback>,
}

/// A codec that a router is to have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouterRtpCodecCapability {
    /// Audio or video.
    pub kind: MediaKind,
    /// `audio/opus` and the like; case does not matter.
    pub mime_type: String,
    /// The payload type it must have. Default: one is chosen.
    #[serde(default)]
    pub preferred_payload_type: Option<u8>,
    /// Ticks a second.
    pub clock_rate: u32,
    /// Audio channels. Default: 1.
    #[serde(default)]
    pub channels: Option<u8>,
    /// Codec parameters.
    #[serde(default)]
    pub parameters: CodecParameters,
    /// Ignored: the router has its own.
    #[serde(default)]
    pub rtcp_feedback: Vec<RtcpFeedback>,
}

/// Which way an extension may go, seen from whoever has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeaderExtensionDirection {
    /// Both ways.
    #[default]
    Sendrecv,
    /// It is sent.
    Sendonly,
    /// It is received.
    Recvonly,
    /// Neither.
    Inactive,
}

/// A header extension that somebody can handle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpHeaderExtension {
    /// Audio or video.
    pub kind: MediaKind,
    /// Its name.
    pub uri: String,
    /// The id it prefers.
    pub preferred_id: u8,
    /// Whether it prefers it encrypted (RFC 6904).
    #[serde(default)]
    pub preferred_encrypt: bool,
    /// Which way.
    #[serde(default)]
    pub direction: HeaderExtensionDirection,
}

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpParameters {
    /// The media section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mid: Option<String>,
    /// Codecs, media and RTX.
    pub codecs: Vec<RtpCodecParameters>,
    /// Header extensions.
    #[serde(default)]
    pub header_extensions: Vec<RtpHeaderExtensionParameters>,
    /// Streams.
    #[serde(default)]
    pub encodings: Vec<RtpEncodingParameters>,
    /// RTCP.
    #[serde(default)]
    pub rtcp: RtcpParameters,
    /// The media stream and track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msid: Option<String>,
}

/// A codec in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpCodecParameters {
    /// `audio/opus` and the like; case does not matter.
    pub mime_type: String,
    /// Its payload type.
    pub payload_type: u8,
    /// Ticks a second.
    pub clock_rate: u32,
    /// Audio channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<u8>,
    /// Codec parameters.
    #[serde(default)]
    pub parameters: CodecParameters,
    /// Feedback.
    #[serde(default)]
    pub rtcp_feedback: Vec<RtcpFeedback>,
}

impl RtpCodecParameters {
    /// Whether it carries retransmissions (RFC 4588).
    #[must_use]
    pub fn is_rtx(&self) -> bool {
        is_rtx(&self.mime_type)
    }

    /// The payload type whose packets an RTX codec repeats.
    #[must_use]
    pub fn apt(&self) -> Option<u8> {
        apt(&self.parameters)
    }
}

impl RtpCodecCapability {
    /// Whether it carries retransmissions (RFC 4588).
    #[must_use]
    pub fn is_rtx(&self) -> bool {
        is_rtx(&self.mime_type)
    }

    /// The payload type whose packets an RTX codec repeats.
    #[must_use]
    pub fn apt(&self) -> Option<u8> {
        apt(&self.parameters)
    }
}

fn is_rtx(mime: &str) -> bool {
    mime.rsplit('/')
        .next()
        .is_some_and(|subtype| subtype.eq_ignore_ascii_case("rtx"))
}

fn apt(parameters: &CodecParameters) -> Option<u8> {
    match parameters.get("apt") {
        Some(ParameterValue::Integer(apt)) => u8::try_from(*apt).ok(),
        _ => None,
    }
}

/// A header extension in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtpHeaderExtensionParameters {
    /// Its name.
    pub uri: String,
    /// Its id.
    pub id: u8,
    /// Whether it is encrypted (RFC 6904).
    #[serde(default)]
    pub encrypt: bool,
    /// Parameters.
    #[serde(default)]
    pub parameters: CodecParameters,
}

/// A repair stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtxParameters {
    /// Its SSRC.
    pub ssrc: u32,
}

/// A stream in use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpEncodingParameters {
    /// Its SSRC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssrc: Option<u32>,
    /// Its RID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rid: Option<String>,
    /// The codec it uses. Default: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codec_payload_type: Option<u8>,
    /// Its repair stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtx: Option<RtxParameters>,
    /// Nothing is sent while nobody speaks.
    #[serde(default)]
    pub dtx: bool,
    /// Its layers, as `L1T3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scalability_mode: Option<String>,
    /// Bits a second at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bitrate: Option<u64>,
}

/// RTCP in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtcpParameters {
    /// The name of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cname: Option<String>,
    /// Reduced size (RFC 5506); always true.
    #[serde(default = "always")]
    pub reduced_size: bool,
}

fn always() -> bool {
    true
}

impl Default for RtcpParameters {
    fn default() -> Self {
        Self {
            cname: None,
            reduced_size: true,
        }
    }
}

/// An endpoint's numbers in the router's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtpMapping {
    /// Payload types.
    pub codecs: Vec<CodecMapping>,
    /// Streams, in the order of the encodings.
    pub encodings: Vec<EncodingMapping>,
}

/// A payload type in the router's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CodecMapping {
    /// The endpoint's.
    pub payload_type: u8,
    /// The router's.
    pub mapped_payload_type: u8,
}

/// A stream in the router's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EncodingMapping {
    /// The endpoint's SSRC, if it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssrc: Option<u32>,
    /// The endpoint's RID, if it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rid: Option<String>,
    /// The router's SSRC.
    pub mapped_ssrc: u32,
}
