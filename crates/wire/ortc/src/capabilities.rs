//! A router's capabilities from the codecs that it is to have.

use std::collections::VecDeque;

use crate::error::Error;
use crate::matching::matches;
use crate::supported::{supported_codecs, supported_header_extensions};
use crate::types::{
    CodecParameters, MediaKind, ParameterValue, RouterRtpCodecCapability, RtpCapabilities,
    RtpCodecCapability,
};
use crate::validate;

/// The dynamic payload types (RFC 3551 §3) in the order they are given out: what endpoints use least
/// comes first.
fn dynamic_payload_types() -> VecDeque<u8> {
    (100..=127).chain(96..=99).collect()
}

/// The capabilities of a router with these codecs; video codecs get an RTX codec each.
///
/// # Errors
///
/// [`Error`] names the codec that is malformed, unknown, or clashes with an earlier one.
pub fn generate_router_rtp_capabilities(
    media_codecs: &[RouterRtpCodecCapability],
) -> Result<RtpCapabilities, Error> {
    let supported = supported_codecs();
    let mut free = dynamic_payload_types();
    let mut codecs: Vec<RtpCodecCapability> = Vec::new();
    for (at, wanted) in media_codecs.iter().enumerate() {
        let field = format!("mediaCodecs[{at}]");
        validate::mime(&field, &wanted.mime_type, Some(wanted.kind))?;
        validate::parameters(&field, &wanted.parameters)?;
        let known = supported
            .iter()
            .find(|known| matches((*known).into(), wanted.into(), false))
            .ok_or_else(|| Error::Unsupported(format!("{field}.mimeType {}", wanted.mime_type)))?;
        let payload_type = match wanted
            .preferred_payload_type
            .or(known.preferred_payload_type)
        {
            Some(payload_type) => {
                free.retain(|&other| other != payload_type);
                payload_type
            }
            None => free.pop_front().ok_or(Error::Exhausted)?,
        };
        if codecs
            .iter()
            .any(|codec| codec.preferred_payload_type == payload_type)
        {
            return Err(Error::invalid(
                format!("{field}.preferredPayloadType"),
                format!("{payload_type} is used already"),
            ));
        }
        let mut parameters = known.parameters.clone();
        parameters.extend(wanted.parameters.clone());
        codecs.push(RtpCodecCapability {
            kind: known.kind,
            mime_type: known.mime_type.clone(),
            preferred_payload_type: payload_type,
            clock_rate: known.clock_rate,
            channels: known.channels,
            parameters,
            rtcp_feedback: known.rtcp_feedback.clone(),
        });
        if known.kind == MediaKind::Video {
            codecs.push(rtx(
                payload_type,
                known.clock_rate,
                free.pop_front().ok_or(Error::Exhausted)?,
            ));
        }
    }
    Ok(RtpCapabilities {
        codecs,
        header_extensions: supported_header_extensions(),
    })
}

fn rtx(apt: u8, clock_rate: u32, payload_type: u8) -> RtpCodecCapability {
    let parameters: CodecParameters =
        [("apt".to_owned(), ParameterValue::Integer(apt.into()))].into();
    RtpCodecCapability {
        kind: MediaKind::Video,
        mime_type: "video/rtx".to_owned(),
        preferred_payload_type: payload_type,
        clock_rate,
        channels: None,
        parameters,
        rtcp_feedback: Vec::new(),
    }
}
