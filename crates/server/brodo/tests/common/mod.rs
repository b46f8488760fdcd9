//! What the API tests share.

// Each test file uses a part of this.
#![allow(dead_code)]

pub mod ice;
pub mod rtp;

use brodo::{
    ListenInfo, MediaKind, PlainTransport, PlainTransportOptions, ProducerOptions, Protocol,
    Router, RouterOptions, RtpCapabilities, RtpParameters, Worker, WorkerSettings,
};
use serde_json::json;

/// A worker and a room with the usual codecs.
pub async fn room() -> (Worker, Router) {
    let worker = Worker::new(WorkerSettings::default()).expect("a worker");
    let router = worker
        .create_router(RouterOptions::new(brodo::default_codecs()))
        .await
        .expect("a router");
    (worker, router)
}

/// Loopback, on a port of the system's choice.
pub fn loopback(protocol: Protocol) -> ListenInfo {
    ListenInfo::new(protocol, "127.0.0.1".parse().expect("an address"))
}

/// A transport that learns its peer.
pub async fn comedia(router: &Router) -> PlainTransport {
    let options = PlainTransportOptions {
        comedia: true,
        ..PlainTransportOptions::new(loopback(Protocol::Udp))
    };
    router
        .create_plain_transport(options)
        .await
        .expect("a transport")
}

/// Opus with an SSRC.
pub fn opus(ssrc: u32) -> RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "encodings": [{ "ssrc": ssrc }],
        "rtcp": { "cname": "alice" },
    }))
}

/// VP8 with RTX and an SSRC.
pub fn vp8(ssrc: u32) -> RtpParameters {
    parameters(json!({
        "codecs": [
            { "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000,
              "rtcpFeedback": [{ "type": "nack" }, { "type": "nack", "parameter": "pli" }] },
            { "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 } },
        ],
        "encodings": [{ "ssrc": ssrc, "rtx": { "ssrc": ssrc + 1 } }],
    }))
}

/// Parameters from JSON.
pub fn parameters(value: serde_json::Value) -> RtpParameters {
    serde_json::from_value(value).expect("RTP parameters")
}

/// An endpoint that can do what the room can.
pub fn capable(router: &Router) -> RtpCapabilities {
    router.rtp_capabilities()
}

/// Opus from a peer.
pub fn audio(ssrc: u32) -> ProducerOptions {
    ProducerOptions::new(MediaKind::Audio, opus(ssrc))
}
