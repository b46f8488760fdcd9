//! Checks what comes from outside, and names what is wrong.

use crate::error::Error;
use crate::types::{
    CodecParameters, MediaKind, ParameterValue, RtcpFeedback, RtpCapabilities, RtpParameters,
};

/// Checks capabilities.
///
/// # Errors
///
/// [`Error::Invalid`] with the path of the field.
pub fn validate_rtp_capabilities(capabilities: &RtpCapabilities) -> Result<(), Error> {
    for (at, codec) in capabilities.codecs.iter().enumerate() {
        let field = format!("codecs[{at}]");
        mime(&field, &codec.mime_type, Some(codec.kind))?;
        parameters(&field, &codec.parameters)?;
        feedback(&field, &codec.rtcp_feedback)?;
    }
    for (at, extension) in capabilities.header_extensions.iter().enumerate() {
        not_empty(&format!("headerExtensions[{at}].uri"), &extension.uri)?;
    }
    Ok(())
}

/// Checks parameters.
///
/// # Errors
///
/// [`Error::Invalid`] with the path of the field.
pub fn validate_rtp_parameters(checked: &RtpParameters) -> Result<(), Error> {
    for (at, codec) in checked.codecs.iter().enumerate() {
        let field = format!("codecs[{at}]");
        mime(&field, &codec.mime_type, None)?;
        parameters(&field, &codec.parameters)?;
        feedback(&field, &codec.rtcp_feedback)?;
        if codec.payload_type > 127 {
            return Err(Error::invalid(format!("{field}.payloadType"), "above 127"));
        }
    }
    for (at, extension) in checked.header_extensions.iter().enumerate() {
        not_empty(&format!("headerExtensions[{at}].uri"), &extension.uri)?;
        if rtp::Extension::from_uri(&extension.uri).is_none() {
            return Err(Error::invalid(
                format!("headerExtensions[{at}].uri"),
                format!("{} is not supported", extension.uri),
            ));
        }
        if extension.id == 0 {
            return Err(Error::invalid(
                format!("headerExtensions[{at}].id"),
                "must not be 0",
            ));
        }
    }
    if let Some(mid) = &checked.mid
        && rtp::Mid::new(mid.as_bytes()).is_none()
    {
        return Err(Error::invalid(
            "mid",
            "must be 1 to 32 printable characters",
        ));
    }
    for (at, encoding) in checked.encodings.iter().enumerate() {
        if let Some(rid) = &encoding.rid
            && rtp::Rid::new(rid.as_bytes()).is_none()
        {
            return Err(Error::invalid(
                format!("encodings[{at}].rid"),
                "must be 1 to 32 printable characters",
            ));
        }
    }
    Ok(())
}

pub(crate) fn mime(field: &str, mime: &str, kind: Option<MediaKind>) -> Result<(), Error> {
    let found = MediaKind::of_mime(mime)
        .ok_or_else(|| Error::invalid(format!("{field}.mimeType"), "must be audio/… or video/…"))?;
    match kind {
        Some(kind) if kind != found => Err(Error::invalid(
            format!("{field}.kind"),
            "contradicts mimeType",
        )),
        _ => Ok(()),
    }
}

pub(crate) fn parameters(field: &str, parameters: &CodecParameters) -> Result<(), Error> {
    match parameters.get("apt") {
        None | Some(ParameterValue::Integer(_)) => Ok(()),
        Some(_) => Err(Error::invalid(
            format!("{field}.parameters.apt"),
            "must be a number",
        )),
    }
}

fn feedback(field: &str, feedback: &[RtcpFeedback]) -> Result<(), Error> {
    let empty = feedback.iter().position(|item| item.kind.is_empty());
    empty.map_or(Ok(()), |at| {
        Err(Error::invalid(
            format!("{field}.rtcpFeedback[{at}].type"),
            "must not be empty",
        ))
    })
}

fn not_empty(field: &str, text: &str) -> Result<(), Error> {
    match text.is_empty() {
        true => Err(Error::invalid(field, "must not be empty")),
        false => Ok(()),
    }
}
