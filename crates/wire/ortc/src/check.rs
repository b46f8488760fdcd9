//! What the engine demands of a producer's parameters, beyond their shape.

use std::collections::HashSet;

use rtp::Extension;

use crate::error::Error;
use crate::scalability::parse_scalability_mode;
use crate::types::{
    MediaKind, ProducerType, RtpCodecParameters, RtpHeaderExtensionParameters, RtpMapping,
    RtpParameters,
};

/// Codecs with layers in one stream.
const SVC: &[&str] = &["video/vp8", "video/vp9", "video/h264", "video/av1"];

/// Codecs with a stream a quality. The reference stops at VP8 and H264.
const SIMULCAST: &[&str] = &[
    "video/vp8",
    "video/vp9",
    "video/h264",
    "video/h265",
    "video/av1",
];

/// Checks normalised parameters, and says how the media is layered.
///
/// # Errors
///
/// [`Error::Invalid`] with the path of the field.
pub fn check_producer(
    kind: MediaKind,
    parameters: &RtpParameters,
    mapping: &RtpMapping,
) -> Result<ProducerType, Error> {
    check_codecs(&parameters.codecs)?;
    check_header_extensions(&parameters.header_extensions)?;
    if mapping.encodings.len() != parameters.encodings.len() || parameters.encodings.is_empty() {
        return Err(Error::invalid(
            "rtpMapping.encodings",
            "must be as many as rtpParameters.encodings, and not none",
        ));
    }
    if parameters
        .rtcp
        .cname
        .as_deref()
        .unwrap_or_default()
        .is_empty()
    {
        return Err(Error::invalid(
            "rtpParameters.rtcp.cname",
            "must not be empty",
        ));
    }
    let media = parameters.codecs.iter().find(|codec| !codec.is_rtx());
    let codec = media.ok_or_else(|| Error::invalid("rtpParameters.codecs", "no media codec"))?;
    if MediaKind::of_mime(&codec.mime_type) != Some(kind) {
        return Err(Error::invalid("kind", "contradicts rtpParameters.codecs"));
    }
    let (many, layered) = check_encodings(parameters)?;
    let can = |list: &[&str]| {
        list.iter()
            .any(|name| codec.mime_type.eq_ignore_ascii_case(name))
    };
    match (many, layered) {
        (true, _) if can(SIMULCAST) => Ok(ProducerType::Simulcast),
        (true, _) => Err(Error::invalid(
            "rtpParameters.encodings",
            format!("{} has no simulcast", codec.mime_type),
        )),
        (false, true) if can(SVC) => Ok(ProducerType::Svc),
        (false, true) => Err(Error::invalid(
            "rtpParameters.encodings[0].scalabilityMode",
            format!("{} has no layers", codec.mime_type),
        )),
        (false, false) => Ok(ProducerType::Simple),
    }
}

/// Whether there are several encodings, and whether any has layers.
fn check_encodings(parameters: &RtpParameters) -> Result<(bool, bool), Error> {
    let many = parameters.encodings.len() > 1;
    let mut layered = false;
    for (at, encoding) in parameters.encodings.iter().enumerate() {
        let field = format!("rtpParameters.encodings[{at}]");
        let named = encoding.ssrc.is_some() || encoding.rid.is_some();
        if many && !named {
            return Err(Error::invalid(
                field,
                "needs ssrc or rid where there are several encodings",
            ));
        }
        if !many && !named && parameters.mid.is_none() {
            return Err(Error::invalid(
                field,
                "needs ssrc, rid, or rtpParameters.mid",
            ));
        }
        if let Some(payload_type) = encoding.codec_payload_type
            && !parameters
                .codecs
                .iter()
                .any(|codec| codec.payload_type == payload_type && !codec.is_rtx())
        {
            return Err(Error::invalid(
                format!("{field}.codecPayloadType"),
                "is not a media codec's",
            ));
        }
        let mode = parse_scalability_mode(encoding.scalability_mode.as_deref());
        if many && mode.spatial_layers > 1 {
            return Err(Error::invalid(
                format!("{field}.scalabilityMode"),
                "spatial layers and several encodings exclude each other",
            ));
        }
        layered |= mode.spatial_layers > 1 || mode.temporal_layers > 1;
    }
    Ok((many, layered))
}

/// Extensions must be ones that a router knows; 0 is padding (RFC 8285 §4.2).
fn check_header_extensions(extensions: &[RtpHeaderExtensionParameters]) -> Result<(), Error> {
    for (at, extension) in extensions.iter().enumerate() {
        let field = format!("rtpParameters.headerExtensions[{at}]");
        if extension.id == 0 {
            return Err(Error::invalid(format!("{field}.id"), "must not be 0"));
        }
        if Extension::from_uri(&extension.uri).is_none() {
            return Err(Error::invalid(
                format!("{field}.uri"),
                format!("is not known: {}", extension.uri),
            ));
        }
    }
    Ok(())
}

fn check_codecs(codecs: &[RtpCodecParameters]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for (at, codec) in codecs.iter().enumerate() {
        if !seen.insert(codec.payload_type) {
            return Err(Error::invalid(
                format!("rtpParameters.codecs[{at}].payloadType"),
                "is there twice",
            ));
        }
        let media = |payload_type| {
            codecs
                .iter()
                .any(|other| other.payload_type == payload_type && !other.is_rtx())
        };
        if codec.is_rtx() && !codec.apt().is_some_and(media) {
            return Err(Error::invalid(
                format!("rtpParameters.codecs[{at}].parameters.apt"),
                "is not a media codec's",
            ));
        }
    }
    Ok(())
}
