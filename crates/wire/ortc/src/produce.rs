//! A producer's parameters in the router's numbers.

use rtp::Extension;
use units::Entropy;

use crate::error::Error;
use crate::h264;
use crate::matching::matches;
use crate::types::{
    CodecMapping, EncodingMapping, HeaderExtensionDirection, MediaKind, ParameterValue,
    RtpCapabilities, RtpCodecCapability, RtpCodecParameters, RtpHeaderExtensionParameters,
    RtpMapping, RtpParameters,
};

/// SSRCs that we give: nine digits, so that they can be told from an endpoint's in a capture, and below
/// 2³¹, as ffmpeg takes them for signed.
pub(crate) const SSRC_FIRST: u32 = 100_000_000;
pub(crate) const SSRC_END: u32 = 999_999_999;

/// Maps payload types and streams. The profile and level of H.264 codecs become the negotiated ones.
///
/// # Errors
///
/// [`Error::Unsupported`] for a codec that the router does not have, [`Error::Invalid`] for RTX of
/// nothing.
pub fn get_producer_rtp_parameters_mapping(
    parameters: &mut RtpParameters,
    capabilities: &RtpCapabilities,
    entropy: &mut dyn Entropy,
) -> Result<RtpMapping, Error> {
    let mut media: Vec<(u8, &RtpCodecCapability)> = Vec::new();
    for codec in parameters.codecs.iter_mut().filter(|codec| !codec.is_rtx()) {
        let known = router_codec(codec, capabilities)?;
        adopt_h264_answer(codec, known);
        media.push((codec.payload_type, known));
    }
    let mut codecs: Vec<CodecMapping> = media
        .iter()
        .map(|&(payload_type, known)| CodecMapping {
            payload_type,
            mapped_payload_type: known.preferred_payload_type,
        })
        .collect();
    for (at, codec) in parameters
        .codecs
        .iter()
        .enumerate()
        .filter(|(_, codec)| codec.is_rtx())
    {
        let field = format!("codecs[{at}].parameters.apt");
        let apt = codec
            .apt()
            .ok_or_else(|| Error::invalid(&field, "is missing"))?;
        let (_, known) = media
            .iter()
            .find(|(payload_type, _)| *payload_type == apt)
            .ok_or_else(|| {
                Error::invalid(&field, format!("no media codec has payload type {apt}"))
            })?;
        let rtx = capabilities
            .codecs
            .iter()
            .find(|codec| codec.is_rtx() && codec.apt() == Some(known.preferred_payload_type))
            .ok_or_else(|| Error::Unsupported(format!("RTX for {}", known.mime_type)))?;
        codecs.push(CodecMapping {
            payload_type: codec.payload_type,
            mapped_payload_type: rtx.preferred_payload_type,
        });
    }
    let first = entropy.next_in(SSRC_FIRST, SSRC_END - parameters.encodings.len() as u32);
    let encodings = parameters
        .encodings
        .iter()
        .zip(first..)
        .map(|(encoding, mapped_ssrc)| EncodingMapping {
            ssrc: encoding.ssrc,
            rid: encoding.rid.clone(),
            mapped_ssrc,
        });
    Ok(RtpMapping {
        codecs,
        encodings: encodings.collect(),
    })
}

fn router_codec<'a>(
    codec: &RtpCodecParameters,
    capabilities: &'a RtpCapabilities,
) -> Result<&'a RtpCodecCapability, Error> {
    capabilities
        .codecs
        .iter()
        .find(|known| matches(codec.into(), (*known).into(), true))
        .ok_or_else(|| {
            Error::Unsupported(format!(
                "codec {} with payload type {}",
                codec.mime_type, codec.payload_type
            ))
        })
}

fn adopt_h264_answer(codec: &mut RtpCodecParameters, known: &RtpCodecCapability) {
    if codec.mime_type.eq_ignore_ascii_case("video/h264") {
        match h264::answer(&codec.parameters, &known.parameters) {
            Some(id) => codec
                .parameters
                .insert("profile-level-id".to_owned(), ParameterValue::Text(id)),
            None => codec.parameters.remove("profile-level-id"),
        };
    }
}

/// What consumers choose from: the producer's media in the router's numbers.
///
/// # Errors
///
/// [`Error::Invalid`] if the mapping is of other parameters.
pub fn get_consumable_rtp_parameters(
    kind: MediaKind,
    parameters: &RtpParameters,
    capabilities: &RtpCapabilities,
    mapping: &RtpMapping,
) -> Result<RtpParameters, Error> {
    let mut codecs = Vec::new();
    for codec in parameters.codecs.iter().filter(|codec| !codec.is_rtx()) {
        let mapped = mapping
            .codecs
            .iter()
            .find(|mapped| mapped.payload_type == codec.payload_type)
            .ok_or_else(|| {
                Error::invalid(
                    "rtpMapping.codecs",
                    format!("payload type {} is missing", codec.payload_type),
                )
            })?;
        let with = |payload_type: u8| {
            capabilities
                .codecs
                .iter()
                .find(move |known| known.preferred_payload_type == payload_type)
        };
        let known = with(mapped.mapped_payload_type).ok_or_else(|| {
            Error::invalid(
                "rtpMapping.codecs",
                format!("{} is not the router's", mapped.mapped_payload_type),
            )
        })?;
        let mut consumable = as_parameters(known);
        consumable.parameters = codec.parameters.clone();
        codecs.push(consumable);
        let rtx = capabilities
            .codecs
            .iter()
            .find(|other| other.is_rtx() && other.apt() == Some(known.preferred_payload_type));
        codecs.extend(rtx.map(as_parameters));
    }
    let encodings =
        parameters
            .encodings
            .iter()
            .zip(&mapping.encodings)
            .map(|(encoding, mapped)| {
                let mut consumable = encoding.clone();
                consumable.ssrc = Some(mapped.mapped_ssrc);
                consumable.rid = None;
                consumable.rtx = None;
                consumable.codec_payload_type = None;
                consumable
            });
    Ok(RtpParameters {
        mid: None,
        codecs,
        header_extensions: consumable_extensions(kind, parameters, capabilities),
        encodings: encodings.collect(),
        rtcp: crate::types::RtcpParameters {
            cname: parameters.rtcp.cname.clone(),
            reduced_size: true,
        },
        msid: parameters.msid.clone(),
    })
}

/// What the router offers for this kind; some only if the producer has them.
fn consumable_extensions(
    kind: MediaKind,
    parameters: &RtpParameters,
    capabilities: &RtpCapabilities,
) -> Vec<RtpHeaderExtensionParameters> {
    let offers_capture_time = parameters
        .header_extensions
        .iter()
        .any(|extension| extension.uri == Extension::AbsCaptureTime.uri());
    let header_extensions = capabilities
        .header_extensions
        .iter()
        .filter(|extension| extension.kind == kind)
        .filter(|extension| {
            matches!(extension.direction, HeaderExtensionDirection::Sendrecv | HeaderExtensionDirection::Sendonly)
                // Consumers of our own may read the dependency descriptor, so it is consumable too.
                || extension.uri == Extension::DependencyDescriptor.uri()
        })
        .filter(|extension| offers_capture_time || extension.uri != Extension::AbsCaptureTime.uri())
        .filter(|extension| {
            extension.uri != Extension::DependencyDescriptor.uri()
                || parameters.header_extensions.iter().any(|offered| offered.uri == extension.uri)
        })
        .map(|extension| RtpHeaderExtensionParameters {
            uri: extension.uri.clone(),
            id: extension.preferred_id,
            encrypt: extension.preferred_encrypt,
            parameters: Default::default(),
        });
    header_extensions.collect()
}

fn as_parameters(known: &RtpCodecCapability) -> RtpCodecParameters {
    RtpCodecParameters {
        mime_type: known.mime_type.clone(),
        payload_type: known.preferred_payload_type,
        clock_rate: known.clock_rate,
        channels: known.channels,
        parameters: known.parameters.clone(),
        rtcp_feedback: known.rtcp_feedback.clone(),
    }
}
