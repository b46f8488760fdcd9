//! Parameters from an application are negotiated or refused by name.

#![no_main]

use brodo_fuzz::{Replayed, json};
use json::Bend;
use libfuzzer_sys::fuzz_target;
use ortc::{ConsumerRequest, MediaKind, PipeRequest, RouterRtpCodecCapability, RtpCapabilities, RtpParameters};
use serde_json::Value;

fuzz_target!(|input: (Vec<Bend>, Vec<Bend>, Vec<Bend>, bool)| {
    let (router, producer, consumer, pipe) = input;
    let mut entropy = Replayed(1);
    let Ok(codecs) = serde_json::from_value::<Vec<RouterRtpCodecCapability>>(json::bent(json::media_codecs(), &router)) else {
        return;
    };
    let Ok(capabilities) = ortc::generate_router_rtp_capabilities(&codecs) else {
        return;
    };
    let Ok(mut parameters) = serde_json::from_value::<RtpParameters>(json::bent(json::rtp_parameters(), &producer)) else {
        return;
    };
    if ortc::validate_rtp_parameters(&parameters).is_err() {
        return;
    }
    let Ok(mapping) = ortc::get_producer_rtp_parameters_mapping(&mut parameters, &capabilities, &mut entropy) else {
        return;
    };
    let _ = ortc::check_producer(MediaKind::Video, &parameters, &mapping);
    let Ok(consumable) = ortc::get_consumable_rtp_parameters(MediaKind::Video, &parameters, &capabilities, &mapping) else {
        return;
    };
    let offered = serde_json::to_value(&capabilities).unwrap_or(Value::Null);
    let Ok(remote) = serde_json::from_value::<RtpCapabilities>(json::bent(offered, &consumer)) else {
        return;
    };
    let can = ortc::can_consume(&consumable, &remote);
    let request = ConsumerRequest {
        consumable_rtp_parameters: &consumable,
        remote_rtp_capabilities: &remote,
        pipe,
        enable_rtx: true,
    };
    let negotiated = ortc::get_consumer_rtp_parameters(&request, &mut entropy);
    if let Ok(negotiated) = &negotiated {
        assert!(can && !negotiated.codecs.is_empty());
        assert!(negotiated.encodings.iter().all(|encoding| encoding.ssrc.is_some()));
    }
    let request = PipeRequest { consumable_rtp_parameters: &consumable, enable_rtx: pipe };
    let _ = ortc::get_pipe_consumer_rtp_parameters(&request, &mut entropy);
});
