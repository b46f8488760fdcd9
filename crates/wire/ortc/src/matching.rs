//! When two descriptions mean the same codec.

use crate::h264;
use crate::types::{
    CodecParameters, ParameterValue, RouterRtpCodecCapability, RtpCodecCapability,
    RtpCodecParameters,
};

/// What every description of a codec has.
#[derive(Clone, Copy, Debug)]
pub struct CodecView<'a> {
    pub mime_type: &'a str,
    pub clock_rate: u32,
    pub channels: Option<u8>,
    pub parameters: &'a CodecParameters,
}

macro_rules! view {
    ($($name:ty),*) => {
        $(impl<'a> From<&'a $name> for CodecView<'a> {
            fn from(codec: &'a $name) -> Self {
                Self {
                    mime_type: &codec.mime_type,
                    clock_rate: codec.clock_rate,
                    channels: codec.channels,
                    parameters: &codec.parameters,
                }
            }
        })*
    };
}

view!(
    RtpCodecCapability,
    RtpCodecParameters,
    RouterRtpCodecCapability
);

/// Whether a producer's codec is one that a capability names, down to profiles.
#[must_use]
pub fn codecs_match(a: &RtpCodecParameters, b: &RtpCodecCapability) -> bool {
    matches(a.into(), b.into(), true)
}

/// Whether two codecs match; strictly means down to profiles.
pub fn matches(a: CodecView<'_>, b: CodecView<'_>, strict: bool) -> bool {
    if !a.mime_type.eq_ignore_ascii_case(b.mime_type)
        || a.clock_rate != b.clock_rate
        || channels(&a) != channels(&b)
    {
        return false;
    }
    let same = |name: &str, default: i64| {
        value(a.parameters, name, default) == value(b.parameters, name, default)
    };
    match a.mime_type.to_ascii_lowercase().as_str() {
        "audio/multiopus" => ["num_streams", "coupled_streams"]
            .iter()
            .all(|&name| a.parameters.get(name) == b.parameters.get(name)),
        "video/h264" if strict => {
            same("packetization-mode", 0) && h264::same_profile(a.parameters, b.parameters)
        }
        "video/vp9" if strict => same("profile-id", 0),
        // RFC 7798 §7.1: profile 1 (Main) and tier 0 where nothing is said; levels may differ.
        "video/h265" if strict => same("profile-id", 1) && same("tier-flag", 0),
        _ => true,
    }
}

/// Audio has one channel unless it says otherwise; video has none.
fn channels(codec: &CodecView<'_>) -> u8 {
    let is_audio = codec.mime_type.len() >= 6
        && codec.mime_type.as_bytes()[..6].eq_ignore_ascii_case(b"audio/");
    if is_audio {
        codec.channels.unwrap_or(1)
    } else {
        0
    }
}

/// A parameter, compared without conversion: the text `1` is not the number 1.
fn value(parameters: &CodecParameters, name: &str, default: i64) -> ParameterValue {
    parameters
        .get(name)
        .cloned()
        .unwrap_or(ParameterValue::Integer(default))
}
