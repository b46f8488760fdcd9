//! What a consumer gets, from what there is and what its endpoint can do.

use rtp::Extension;
use units::Entropy;

use crate::error::Error;
use crate::matching::matches;
use crate::produce::{SSRC_END, SSRC_FIRST};
use crate::scalability::parse_scalability_mode;
use crate::types::{
    RtpCapabilities, RtpCodecCapability, RtpCodecParameters, RtpEncodingParameters,
    RtpHeaderExtensionParameters, RtpParameters, RtxParameters,
};
use crate::validate::validate_rtp_capabilities;

/// What a consumer is negotiated from.
#[derive(Clone, Copy, Debug)]
pub struct ConsumerRequest<'a> {
    /// What there is.
    pub consumable_rtp_parameters: &'a RtpParameters,
    /// What the endpoint can do.
    pub remote_rtp_capabilities: &'a RtpCapabilities,
    /// All streams, unchanged.
    pub pipe: bool,
    /// NACK and RTX, if both sides can.
    pub enable_rtx: bool,
}

/// What the consumer of a pipe is negotiated from.
#[derive(Clone, Copy, Debug)]
pub struct PipeRequest<'a> {
    /// What there is.
    pub consumable_rtp_parameters: &'a RtpParameters,
    /// NACK and RTX on the pipe.
    pub enable_rtx: bool,
}

/// Whether an endpoint can decode what there is: exactly when [`get_consumer_rtp_parameters`] finds
/// something. Capabilities that are malformed can nothing.
#[must_use]
pub fn can_consume(consumable: &RtpParameters, capabilities: &RtpCapabilities) -> bool {
    validate_rtp_capabilities(capabilities).is_ok()
        && consumable
            .codecs
            .iter()
            .any(|codec| !codec.is_rtx() && remote_codec(codec, capabilities).is_some())
}

/// The parameters of a consumer; its MID is the transport's to give.
///
/// # Errors
///
/// [`Error::Invalid`] for malformed capabilities, [`Error::Unsupported`] if there is nothing in common.
pub fn get_consumer_rtp_parameters(
    request: &ConsumerRequest<'_>,
    entropy: &mut dyn Entropy,
) -> Result<RtpParameters, Error> {
    validate_rtp_capabilities(request.remote_rtp_capabilities)?;
    let consumable = request.consumable_rtp_parameters;
    let mut codecs = shared_codecs(request);
    // RTX goes with its media codec, so none is left alone.
    if codecs.is_empty() {
        return Err(Error::Unsupported(
            "no codec that the endpoint can decode".into(),
        ));
    }
    let remote = &request.remote_rtp_capabilities.header_extensions;
    let header_extensions: Vec<RtpHeaderExtensionParameters> = consumable
        .header_extensions
        .iter()
        .filter(|extension| {
            remote
                .iter()
                .any(|other| other.uri == extension.uri && other.preferred_id == extension.id)
        })
        .cloned()
        .collect();
    let has = |kind: Extension| {
        header_extensions
            .iter()
            .any(|extension| extension.uri == kind.uri())
    };
    let (transport_cc, remb) = match (has(Extension::TransportSeq), has(Extension::AbsSendTime)) {
        (true, _) => (true, false),
        (false, true) => (false, true),
        (false, false) => (false, false),
    };
    for codec in &mut codecs {
        codec
            .rtcp_feedback
            .retain(|feedback| match feedback.kind.as_str() {
                "transport-cc" => transport_cc,
                "goog-remb" => remb,
                _ => true,
            });
    }
    let has_rtx = codecs.iter().any(RtpCodecParameters::is_rtx);
    let encodings = match request.pipe {
        true => pipe_encodings(&consumable.encodings, has_rtx, entropy),
        false => vec![single_encoding(&consumable.encodings, has_rtx, entropy)],
    };
    Ok(RtpParameters {
        mid: None,
        codecs,
        header_extensions,
        encodings,
        rtcp: consumable.rtcp.clone(),
        msid: consumable.msid.clone(),
    })
}

/// Codecs that both sides have, with the endpoint's feedback; RTX only with its media codec.
fn shared_codecs(request: &ConsumerRequest<'_>) -> Vec<RtpCodecParameters> {
    let mut codecs: Vec<RtpCodecParameters> = Vec::new();
    for codec in &request.consumable_rtp_parameters.codecs {
        let Some(remote) = remote_codec(codec, request.remote_rtp_capabilities) else {
            continue;
        };
        if codec.is_rtx() && !request.enable_rtx {
            continue;
        }
        let mut shared = codec.clone();
        shared.rtcp_feedback = remote.rtcp_feedback.clone();
        if !request.enable_rtx {
            shared
                .rtcp_feedback
                .retain(|feedback| !feedback.is("nack", ""));
        }
        codecs.push(shared);
    }
    let media: Vec<u8> = codecs
        .iter()
        .filter(|codec| !codec.is_rtx())
        .map(|codec| codec.payload_type)
        .collect();
    codecs.retain(|codec| !codec.is_rtx() || codec.apt().is_some_and(|apt| media.contains(&apt)));
    codecs
}

fn remote_codec<'a>(
    codec: &RtpCodecParameters,
    capabilities: &'a RtpCapabilities,
) -> Option<&'a RtpCodecCapability> {
    capabilities
        .codecs
        .iter()
        .find(|remote| matches((*remote).into(), codec.into(), true))
}

fn single_encoding(
    encodings: &[RtpEncodingParameters],
    has_rtx: bool,
    entropy: &mut dyn Entropy,
) -> RtpEncodingParameters {
    let ssrc = entropy.next_in(SSRC_FIRST, SSRC_END);
    let mode = encodings
        .iter()
        .find_map(|encoding| encoding.scalability_mode.clone());
    let scalability_mode = match encodings.len() {
        0 | 1 => mode,
        layers => Some(format!(
            "L{layers}T{}",
            parse_scalability_mode(mode.as_deref()).temporal_layers
        )),
    };
    RtpEncodingParameters {
        ssrc: Some(ssrc),
        rtx: has_rtx.then_some(RtxParameters { ssrc: ssrc + 1 }),
        scalability_mode,
        max_bitrate: encodings
            .iter()
            .filter_map(|encoding| encoding.max_bitrate)
            .max(),
        ..RtpEncodingParameters::default()
    }
}

fn pipe_encodings(
    encodings: &[RtpEncodingParameters],
    has_rtx: bool,
    entropy: &mut dyn Entropy,
) -> Vec<RtpEncodingParameters> {
    let end = SSRC_END - encodings.len() as u32;
    let (first, first_rtx) = (
        entropy.next_in(SSRC_FIRST, end),
        entropy.next_in(SSRC_FIRST, end),
    );
    let numbered = encodings.iter().zip(0_u32..);
    numbered
        .map(|(encoding, at)| RtpEncodingParameters {
            ssrc: Some(first + at),
            rtx: has_rtx.then_some(RtxParameters {
                ssrc: first_rtx + at,
            }),
            ..encoding.clone()
        })
        .collect()
}

/// The parameters of a pipe's consumer: everything, with as little feedback as a pipe needs.
#[must_use]
pub fn get_pipe_consumer_rtp_parameters(
    request: &PipeRequest<'_>,
    entropy: &mut dyn Entropy,
) -> RtpParameters {
    let consumable = request.consumable_rtp_parameters;
    let mut codecs: Vec<RtpCodecParameters> = consumable
        .codecs
        .iter()
        .filter(|codec| request.enable_rtx || !codec.is_rtx())
        .cloned()
        .collect();
    for codec in &mut codecs {
        codec.rtcp_feedback.retain(|feedback| {
            feedback.is("nack", "pli")
                || feedback.is("ccm", "fir")
                || (request.enable_rtx && feedback.is("nack", ""))
        });
    }
    const HOP_BY_HOP: [Extension; 4] = [
        Extension::Mid,
        Extension::AbsSendTime,
        Extension::TransportSeq,
        Extension::DependencyDescriptor,
    ];
    let mut header_extensions: Vec<RtpHeaderExtensionParameters> = consumable
        .header_extensions
        .iter()
        .filter(|extension| !HOP_BY_HOP.iter().any(|kind| kind.uri() == extension.uri))
        .cloned()
        .collect();
    header_extensions.push(RtpHeaderExtensionParameters {
        uri: Extension::DependencyDescriptor.uri().to_owned(),
        id: Extension::DependencyDescriptor.canonical_id(),
        encrypt: false,
        parameters: Default::default(),
    });
    header_extensions.sort_by_key(|extension| extension.id);
    RtpParameters {
        mid: None,
        codecs,
        header_extensions,
        encodings: pipe_encodings(&consumable.encodings, request.enable_rtx, entropy),
        rtcp: consumable.rtcp.clone(),
        msid: consumable.msid.clone(),
    }
}
