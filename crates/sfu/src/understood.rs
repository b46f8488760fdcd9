//! RTP parameters as they are understood: what was left out stands there, names are spelled as in the
//! standards. Dumps show them so.

use ortc::{RtpEncodingParameters, RtpParameters, parse_scalability_mode};

/// The layers of a stream that does not say, or whose mode is none.
const SINGLE_LAYER: &str = "S1T1";

/// A peer's parameters, or a consumer's.
#[must_use]
pub fn parameters(mut given: RtpParameters) -> RtpParameters {
    let known = ortc::supported_codecs();
    for codec in &mut given.codecs {
        if codec.is_rtx() {
            codec.mime_type.make_ascii_lowercase();
        } else if let Some(row) = known
            .iter()
            .find(|row| row.mime_type.eq_ignore_ascii_case(&codec.mime_type))
        {
            codec.mime_type.clone_from(&row.mime_type);
        }
        codec.channels = codec.channels.filter(|&channels| channels > 1);
    }
    given.encodings = encodings(given.encodings);
    let media = given.codecs.iter().find(|codec| !codec.is_rtx());
    if let Some(payload_type) = media.map(|codec| codec.payload_type) {
        for encoding in &mut given.encodings {
            encoding.codec_payload_type.get_or_insert(payload_type);
        }
    }
    given
}

/// Streams.
#[must_use]
pub fn encodings(given: Vec<RtpEncodingParameters>) -> Vec<RtpEncodingParameters> {
    let understood = given.into_iter().map(|encoding| RtpEncodingParameters {
        scalability_mode: Some(scalability_mode(encoding.scalability_mode)),
        max_bitrate: None,
        ..encoding
    });
    understood.collect()
}

/// A mode that reads as one layer of each either says so or says nothing.
fn scalability_mode(given: Option<String>) -> String {
    let read = parse_scalability_mode(given.as_deref());
    let layered = read.spatial_layers > 1 || read.temporal_layers > 1;
    given
        .filter(|mode| layered || mode.starts_with("L1T1") || mode.starts_with("S1T1"))
        .unwrap_or_else(|| SINGLE_LAYER.to_owned())
}

#[cfg(test)]
mod tests {
    use ortc::RtpCodecParameters;

    use super::*;

    #[test]
    fn names_are_spelled_as_in_the_standards() {
        let understood = parameters(given(&["video/h264", "VIDEO/RTX", "audio/OPUS"], &[]));

        let names = understood.codecs.iter().map(|codec| &*codec.mime_type);
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["video/H264", "video/rtx", "audio/opus"]
        );
        assert!(
            understood
                .codecs
                .iter()
                .all(|codec| codec.channels.is_none())
        );
    }

    #[test]
    fn each_encoding_says_its_codec_and_its_layers() {
        let modes = [None, Some("L1T3"), Some("foo"), Some("L1T1"), Some("L20T3")];

        let understood = parameters(given(&["video/VP8"], &modes));

        let of = understood.encodings.iter().map(|encoding| {
            assert_eq!(
                (encoding.codec_payload_type, encoding.max_bitrate),
                (Some(100), None)
            );
            encoding.scalability_mode.as_deref().unwrap_or_default()
        });
        assert_eq!(
            of.collect::<Vec<_>>(),
            ["S1T1", "L1T3", "S1T1", "L1T1", "L20T3"]
        );
    }

    #[test]
    fn what_was_said_stays() {
        let mut said = given(&["video/VP8", "video/VP9"], &[Some("L1T2")]);
        said.encodings[0].codec_payload_type = Some(101);

        let understood = parameters(said.clone());

        said.encodings[0].max_bitrate = None;
        said.codecs
            .iter_mut()
            .for_each(|codec| codec.channels = None);
        assert_eq!(understood, said);
    }

    fn given(mimes: &[&str], modes: &[Option<&str>]) -> RtpParameters {
        let codecs = (100..)
            .zip(mimes)
            .map(|(payload_type, mime)| RtpCodecParameters {
                mime_type: (*mime).to_owned(),
                payload_type,
                clock_rate: 90_000,
                channels: Some(1),
                parameters: Default::default(),
                rtcp_feedback: Vec::new(),
            });
        let encodings = modes.iter().map(|mode| RtpEncodingParameters {
            scalability_mode: mode.map(str::to_owned),
            max_bitrate: Some(1_000_000),
            ..RtpEncodingParameters::default()
        });
        RtpParameters {
            codecs: codecs.collect(),
            encodings: encodings.collect(),
            ..RtpParameters::default()
        }
    }
}
