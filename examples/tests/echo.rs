//! The echo, driven as its page drives it.

mod common;

use common::browser::{PeerConnection, frame, run_until};
use common::program::{Program, http};
use serde_json::Value;
use str0m::media::MediaKind;

#[test]
fn a_browser_gets_its_own_sound_and_picture_back() {
    let echo = start();
    let host = echo.host();
    assert!(http(&host, "GET", "/", "").1.contains("RTCPeerConnection"));

    let (mut sending, offer, pending) = PeerConnection::offering();
    let (status, body) = http(&host, "POST", "/echo", &offer);
    assert_eq!(status, 200, "{body}");
    let visit: Value = serde_json::from_str(&body).expect("JSON");
    sending.accept(pending, visit["answer"].as_str().expect("an answer"));
    let (mut receiving, answer) =
        PeerConnection::answering(visit["offer"].as_str().expect("an offer"));
    let (status, body) = http(&host, "POST", &format!("/echo/{}", visit["id"]), &answer);
    assert_eq!(status, 204, "{body}");
    run_until(
        &mut [&mut sending, &mut receiving],
        "both kinds come back",
        |connections| connections[1].has_both_kinds(),
    );

    for (kind, heard) in &receiving.heard {
        let number = heard
            .last_chunk()
            .map(|bytes| u32::from_be_bytes(*bytes))
            .expect("a number");
        assert_eq!(*heard, frame(*kind, number), "{kind:?}");
    }
}

#[test]
fn a_closed_page_ends_its_visit() {
    let echo = start();
    let host = echo.host();
    let (mut sending, offer, pending) = PeerConnection::offering();
    let (_, body) = http(&host, "POST", "/echo", &offer);
    let visit: Value = serde_json::from_str(&body).expect("JSON");
    sending.accept(pending, visit["answer"].as_str().expect("an answer"));
    let (mut receiving, answer) =
        PeerConnection::answering(visit["offer"].as_str().expect("an offer"));
    http(&host, "POST", &format!("/echo/{}", visit["id"]), &answer);
    run_until(
        &mut [&mut sending, &mut receiving],
        "sound comes back",
        |connections| {
            connections[1]
                .heard
                .iter()
                .any(|(kind, _)| *kind == MediaKind::Audio)
        },
    );

    sending.close();

    echo.line_with(&format!("visit {} is over", visit["id"]));
    assert_eq!(
        http(&host, "POST", &format!("/echo/{}", visit["id"]), &answer).0,
        404
    );
}

#[test]
fn what_is_no_offer_is_refused_with_a_reason() {
    let echo = start();
    let host = echo.host();

    let (status, reason) = http(&host, "POST", "/echo", "hello");
    assert_eq!(
        (status, reason.as_str()),
        (400, "the description has no media section")
    );
    let (status, reason) = http(&host, "POST", "/echo", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
    assert_eq!(
        (status, reason.as_str()),
        (400, "the description has no usable a=fingerprint")
    );
    assert_eq!(http(&host, "POST", "/echo/7", "").0, 404);
}

fn start() -> Program {
    Program::start(env!("CARGO_BIN_EXE_echo"), &["0".to_owned()])
}
