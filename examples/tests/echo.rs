//! The echo, driven as its page drives it.

mod common;

use common::browser::{PeerConnection, frame, run_until};
use common::program::{Program, http};
use serde_json::Value;

#[test]
fn a_browser_gets_its_own_sound_and_picture_back() {
    let echo = start();
    let host = echo.host();
    assert!(http(&host, "GET", "/", "").1.contains("RTCPeerConnection"));

    let mut visit = Visit::of(&host, |offer| offer);
    visit.run_until_both_kinds_come_back();

    for (kind, heard) in &visit.receiving.heard {
        let number = heard.last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        assert_eq!(*heard, frame(*kind, number.expect("a number")), "{kind:?}");
    }
}

/// RFC 8122 §5 allows either case.
#[test]
fn a_fingerprint_is_the_same_in_lower_case() {
    let echo = start();
    let lower_case = |description: String| {
        let lines = description
            .lines()
            .map(|line| match line.starts_with("a=fingerprint:") {
                true => format!("{}\r\n", line.to_lowercase()),
                false => format!("{line}\r\n"),
            });
        let lower_case: String = lines.collect();
        assert_ne!(lower_case, description);
        lower_case
    };

    let mut visit = Visit::of(&echo.host(), lower_case);

    visit.run_until_both_kinds_come_back();
}

#[test]
fn a_closed_page_ends_its_visit() {
    let echo = start();
    let host = echo.host();
    let mut visit = Visit::of(&host, |offer| offer);
    visit.run_until_both_kinds_come_back();
    let Visit {
        path,
        sending,
        answer,
        ..
    } = visit;

    sending.close();

    echo.line_with("is over");
    assert_eq!(http(&host, "POST", &path, &answer).0, 404);
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

/// The page's two peer connections.
struct Visit {
    path: String,
    sending: PeerConnection,
    receiving: PeerConnection,
    answer: String,
}

impl Visit {
    /// What the page's script does; `edit` is what happens to descriptions on their way to the server.
    fn of(host: &str, edit: impl Fn(String) -> String) -> Self {
        let (mut sending, offer, pending) = PeerConnection::offering();
        let (status, body) = http(host, "POST", "/echo", &edit(offer));
        assert_eq!(status, 200, "{body}");
        let visit: Value = serde_json::from_str(&body).expect("JSON");
        sending.accept(pending, visit["answer"].as_str().expect("an answer"));
        let (receiving, answer) =
            PeerConnection::answering(visit["offer"].as_str().expect("an offer"));
        let path = format!("/echo/{}", visit["id"]);
        let answer = edit(answer);
        let (status, body) = http(host, "POST", &path, &answer);
        assert_eq!(status, 204, "{body}");
        Self {
            path,
            sending,
            receiving,
            answer,
        }
    }

    fn run_until_both_kinds_come_back(&mut self) {
        let connections = &mut [&mut self.sending, &mut self.receiving];
        run_until(connections, "both kinds come back", |connections| {
            connections[1].has_both_kinds()
        });
    }
}

fn start() -> Program {
    Program::start(env!("CARGO_BIN_EXE_echo"), &["0".to_owned()])
}
