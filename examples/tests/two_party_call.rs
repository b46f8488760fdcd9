//! A call of two, driven as its page drives it.

mod common;

use common::browser::{PeerConnection, frame, run_until};
use common::program::{PATIENCE, Program};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use str0m::media::MediaKind;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hear_and_see_each_other_and_a_third_finds_no_seat() {
    let program = start();
    let host = program.host();

    let (mut anna, mut sends_a) = Page::join(&host).await;
    let (mut ben, mut sends_b) = Page::join(&host).await;
    let mut receives_a = anna.receive().await;
    let mut receives_b = ben.receive().await;
    run_until(
        &mut [&mut sends_a, &mut sends_b, &mut receives_a, &mut receives_b],
        "both get both kinds",
        |connections| {
            connections[2..]
                .iter()
                .all(|receives| receives.has_both_kinds())
        },
    );
    let refused = Page::open(&host).await.hear().await;

    assert_eq!(refused, json!({ "refused": "there are two already" }));
    for (kind, heard) in receives_a.heard.iter().chain(&receives_b.heard) {
        let number = heard.last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        assert_eq!(*heard, frame(*kind, number.expect("a number")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_is_missed_and_the_next_one_gets_the_seat() {
    let program = start();
    let host = program.host();
    let (mut anna, mut sends_a) = Page::join(&host).await;
    let (ben, sends_b) = Page::join(&host).await;
    let _receives = anna.receive().await;

    drop((ben, sends_b));
    assert_eq!(anna.hear().await, json!({ "left": true }));
    let (_cleo, mut sends_c) = Page::join(&host).await;
    let mut receives = anna.receive().await;

    run_until(
        &mut [&mut sends_a, &mut sends_c, &mut receives],
        "the next one is heard",
        |connections| {
            connections[2]
                .heard
                .iter()
                .any(|(kind, _)| *kind == MediaKind::Audio)
        },
    );
}

#[tokio::test]
async fn a_first_message_that_is_no_offer_frees_the_seat_again() {
    let program = start();
    let host = program.host();
    for nonsense in ["hello", "{}", r#"{"send":"hello"}"#] {
        let mut page = Page::open(&host).await;

        page.socket
            .send(Message::text(nonsense))
            .await
            .expect("sent");

        let answer = page.hear().await;
        assert!(
            answer["refused"]
                .as_str()
                .is_some_and(|reason| reason.contains("offer") || reason.contains("description")),
            "{answer}"
        );
    }
    let _ = Page::join(&host).await;
}

/// The page's side of the signalling.
struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Page {
    async fn open(host: &str) -> Self {
        let (socket, _) = connect_async(format!("ws://{host}/ws"))
            .await
            .expect("the program listens");
        Self { socket }
    }

    /// Opens the page and presses the button.
    async fn join(host: &str) -> (Self, PeerConnection) {
        let mut page = Self::open(host).await;
        let (mut sending, offer, pending) = PeerConnection::offering();
        page.say(json!({ "send": offer })).await;
        let answer = page.hear().await;
        sending.accept(pending, answer["send"].as_str().expect("an answer"));
        (page, sending)
    }

    /// The other one is there.
    async fn receive(&mut self) -> PeerConnection {
        let message = self.hear().await;
        let (receiving, answer) =
            PeerConnection::answering(message["receive"].as_str().expect("an offer"));
        self.say(json!({ "receive": answer, "call": message["call"] }))
            .await;
        receiving
    }

    async fn say(&mut self, message: Value) {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .expect("sent");
    }

    async fn hear(&mut self) -> Value {
        let message = timeout(PATIENCE, self.socket.next())
            .await
            .expect("a message in time");
        let text = message
            .expect("open")
            .expect("open")
            .into_text()
            .expect("text");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn start() -> Program {
    Program::start(env!("CARGO_BIN_EXE_two_party_call"), &["0".to_owned()])
}
