//! What routers can do.

use rtp::Extension;

use crate::types::{
    CodecParameters, HeaderExtensionDirection, MediaKind, ParameterValue, RouterRtpCodecCapability,
    RtcpFeedback, RtpHeaderExtension,
};

/// A row of the table of codecs: MIME type, clock rate, channels, static payload type.
type Row = (&'static str, u32, u8, Option<u8>);

const AUDIO: &[Row] = &[
    ("audio/opus", 48_000, 2, None),
    ("audio/multiopus", 48_000, 4, None),
    ("audio/multiopus", 48_000, 6, None),
    ("audio/multiopus", 48_000, 8, None),
    ("audio/PCMU", 8_000, 1, Some(0)),
    ("audio/PCMA", 8_000, 1, Some(8)),
    ("audio/ISAC", 32_000, 1, None),
    ("audio/ISAC", 16_000, 1, None),
    ("audio/G722", 8_000, 1, Some(9)),
    ("audio/iLBC", 8_000, 1, None),
    ("audio/SILK", 24_000, 1, None),
    ("audio/SILK", 16_000, 1, None),
    ("audio/SILK", 12_000, 1, None),
    ("audio/SILK", 8_000, 1, None),
    ("audio/CN", 32_000, 1, Some(13)),
    ("audio/CN", 16_000, 1, Some(13)),
    ("audio/CN", 8_000, 1, Some(13)),
    ("audio/telephone-event", 48_000, 1, None),
    ("audio/telephone-event", 32_000, 1, None),
    ("audio/telephone-event", 16_000, 1, None),
    ("audio/telephone-event", 8_000, 1, None),
];

const VIDEO: &[&str] = &[
    "video/VP8",
    "video/VP9",
    "video/H264",
    "video/AV1",
    "video/H265",
];

/// Every codec that a router may have. The payload type is the static one, where there is one.
#[must_use]
pub fn supported_codecs() -> Vec<RouterRtpCodecCapability> {
    let audio =
        AUDIO.iter().map(
            |&(mime, clock_rate, channels, payload_type)| RouterRtpCodecCapability {
                kind: MediaKind::Audio,
                mime_type: mime.to_owned(),
                preferred_payload_type: payload_type,
                clock_rate,
                channels: Some(channels),
                parameters: multiopus_parameters(mime, channels),
                rtcp_feedback: audio_feedback(mime),
            },
        );
    let video = VIDEO.iter().map(|&mime| RouterRtpCodecCapability {
        kind: MediaKind::Video,
        mime_type: mime.to_owned(),
        preferred_payload_type: None,
        clock_rate: 90_000,
        channels: None,
        parameters: match mime {
            "video/H264" => [(
                "level-asymmetry-allowed".to_owned(),
                ParameterValue::Integer(1),
            )]
            .into(),
            _ => CodecParameters::new(),
        },
        rtcp_feedback: video_feedback(),
    });
    audio.chain(video).collect()
}

fn multiopus_parameters(mime: &str, channels: u8) -> CodecParameters {
    let (mapping, streams, coupled) = match (mime, channels) {
        ("audio/multiopus", 4) => ("0,1,2,3", 2, 2),
        ("audio/multiopus", 6) => ("0,4,1,2,3,5", 4, 2),
        ("audio/multiopus", 8) => ("0,6,1,2,3,4,5,7", 5, 3),
        _ => return CodecParameters::new(),
    };
    [
        (
            "channel_mapping".to_owned(),
            ParameterValue::Text(mapping.to_owned()),
        ),
        ("num_streams".to_owned(), ParameterValue::Integer(streams)),
        (
            "coupled_streams".to_owned(),
            ParameterValue::Integer(coupled),
        ),
    ]
    .into()
}

fn audio_feedback(mime: &str) -> Vec<RtcpFeedback> {
    match mime {
        "audio/opus" | "audio/multiopus" => vec![
            RtcpFeedback::new("nack", ""),
            RtcpFeedback::new("transport-cc", ""),
        ],
        "audio/CN" | "audio/telephone-event" => Vec::new(),
        _ => vec![RtcpFeedback::new("transport-cc", "")],
    }
}

fn video_feedback() -> Vec<RtcpFeedback> {
    vec![
        RtcpFeedback::new("nack", ""),
        RtcpFeedback::new("nack", "pli"),
        RtcpFeedback::new("ccm", "fir"),
        RtcpFeedback::new("goog-remb", ""),
        RtcpFeedback::new("transport-cc", ""),
    ]
}

/// Every header extension, audio before video.
#[must_use]
pub fn supported_header_extensions() -> Vec<RtpHeaderExtension> {
    use HeaderExtensionDirection::{Recvonly, Sendrecv};
    let mut all = Vec::new();
    for extension in Extension::ALL {
        let (audio, video) = match extension {
            Extension::Rid | Extension::RepairedRid | Extension::DependencyDescriptor => {
                (None, Some(Recvonly))
            }
            Extension::TransportSeq => (Some(Recvonly), Some(Sendrecv)),
            Extension::AudioLevel => (Some(Sendrecv), None),
            Extension::VideoOrientation | Extension::TransmissionOffset => (None, Some(Sendrecv)),
            _ => (Some(Sendrecv), Some(Sendrecv)),
        };
        for (kind, direction) in [(MediaKind::Audio, audio), (MediaKind::Video, video)] {
            all.extend(direction.map(|direction| RtpHeaderExtension {
                kind,
                uri: extension.uri().to_owned(),
                preferred_id: extension.canonical_id(),
                preferred_encrypt: false,
                direction,
            }));
        }
    }
    all
}
