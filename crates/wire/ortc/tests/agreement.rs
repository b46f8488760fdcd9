//! What [`ortc::can_consume`] promises, [`ortc::get_consumer_rtp_parameters`] keeps.

use ortc::{ConsumerRequest, MediaKind, RouterRtpCodecCapability, RtpCapabilities, RtpParameters};
use serde_json::{Value, json};

/// Found by the fuzz target `ortc_json`: RTX of a codec that the endpoint lacks stood before the codec
/// that it has.
#[test]
fn the_second_codec_is_enough_though_rtx_of_the_first_matches_before_it() {
    let (consumable, mut remote) = negotiated();
    remote
        .codecs
        .retain(|codec| !codec.mime_type.eq_ignore_ascii_case("video/VP8"));

    let request = ConsumerRequest {
        consumable_rtp_parameters: &consumable,
        remote_rtp_capabilities: &remote,
        pipe: false,
        enable_rtx: true,
    };
    let consumer = ortc::get_consumer_rtp_parameters(&request, &mut Fixed).expect("H264 is shared");

    assert!(ortc::can_consume(&consumable, &remote));
    assert_eq!(mime_types(&consumer), ["video/H264"]);
}

#[test]
fn rtx_alone_is_nothing_to_decode() {
    let (consumable, mut remote) = negotiated();
    remote.codecs.retain(|codec| codec.is_rtx());

    let request = ConsumerRequest {
        consumable_rtp_parameters: &consumable,
        remote_rtp_capabilities: &remote,
        pipe: false,
        enable_rtx: true,
    };

    assert!(!ortc::can_consume(&consumable, &remote));
    assert!(ortc::get_consumer_rtp_parameters(&request, &mut Fixed).is_err());
}

/// VP8 with RTX, then H264 without, and what the router can.
fn negotiated() -> (RtpParameters, RtpCapabilities) {
    let codecs: Vec<RouterRtpCodecCapability> = read(json!([
        { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 },
        { "kind": "video", "mimeType": "video/H264", "clockRate": 90000 },
    ]));
    let capabilities = ortc::generate_router_rtp_capabilities(&codecs).expect("known codecs");
    let mut parameters: RtpParameters = read(json!({
        "codecs": [
            { "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000 },
            { "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 } },
            { "mimeType": "video/H264", "payloadType": 98, "clockRate": 90000 },
        ],
        "encodings": [{ "ssrc": 1111 }],
    }));
    let mapping =
        ortc::get_producer_rtp_parameters_mapping(&mut parameters, &capabilities, &mut Fixed)
            .expect("known codecs");
    let consumable =
        ortc::get_consumable_rtp_parameters(MediaKind::Video, &parameters, &capabilities, &mapping)
            .expect("mapped");
    (consumable, capabilities)
}

fn mime_types(parameters: &RtpParameters) -> Vec<&str> {
    let codecs = parameters.codecs.iter();
    codecs
        .filter(|codec| !codec.is_rtx())
        .map(|codec| codec.mime_type.as_str())
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("sound JSON")
}

struct Fixed;

impl units::Entropy for Fixed {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill(1);
    }
}
