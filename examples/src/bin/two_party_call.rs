//! A call of exactly two.
//!
//! ```sh
//! cargo run -p brodo-examples --bin two_party_call      # then open the URL that it prints, twice
//! ```
//!
//! Signalling is a WebSocket and four messages, all JSON:
//!
//! ```text
//! page ─▶ { "send": offer }                 what it sends       ─▶ page { "send": answer }
//! page ◀─ { "receive": offer, "call": n }   the other is there  ─▶ us   { "receive": answer, "call": n }
//! page ◀─ { "left": true }                  the other has gone
//! page ◀─ { "refused": reason }             there are two already, or what it said makes no sense
//! ```
//!
//! The room has two seats. Whoever sits on one says there what it sends, and watches the other.

#![forbid(unsafe_code)]

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use axum::Router as Pages;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{Html, Response};
use axum::routing::get;
use brodo::{
    Producer, Router, RouterOptions, WebRtcServer, WebRtcServerOptions, Worker, WorkerSettings,
};
use brodo_examples::addresses::listen_infos;
use brodo_examples::peer::{ARRIVAL_MAX, Receiving, Sending, codecs, gone};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

/// Bytes of a message; an offer of two tracks has about 6 000.
const MESSAGE_MAX: usize = 64 << 10;

struct Room {
    router: Router,
    server: WebRtcServer,
    seats: [watch::Sender<Seat>; 2],
}

#[derive(Default)]
enum Seat {
    #[default]
    Free,
    /// Somebody sits there who has not said yet what they send.
    Taken,
    /// Somebody sits there who sends this.
    Sends(Vec<Producer>),
}

/// The right to sit on a seat; dropping it frees the seat.
struct Place<'a> {
    mine: &'a watch::Sender<Seat>,
    other: &'a watch::Sender<Seat>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args()
        .nth(1)
        .map_or(Ok(3000), |port| port.parse())?;
    let worker = Worker::new(WorkerSettings::default())?;
    let room = Arc::new(Room {
        router: worker.create_router(RouterOptions::new(codecs())).await?,
        server: worker
            .create_webrtc_server(WebRtcServerOptions::new(listen_infos()))
            .await?,
        seats: Default::default(),
    });
    let pages = Pages::new()
        .route("/", get(Html(include_str!("two_party_call.html"))))
        .route("/ws", get(open))
        .with_state(room);
    // Pages may use a camera only over HTTPS or on localhost.
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://localhost:{}/", listener.local_addr()?.port());
    Ok(axum::serve(listener, pages).await?)
}

async fn open(State(room): State<Arc<Room>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MESSAGE_MAX)
        .on_upgrade(move |mut socket| async move {
            if let Err(reason) = room.visit(&mut socket).await {
                // If it cannot be told, it has gone.
                let _ = say(&mut socket, json!({ "refused": reason.to_string() })).await;
            }
        })
}

impl Room {
    /// A browser, from its coming to its going.
    async fn visit(&self, socket: &mut WebSocket) -> Result<(), Box<dyn Error + Send + Sync>> {
        let place = self.sit_down().ok_or("there are two already")?;
        let offer = timeout(ARRIVAL_MAX, hear(socket)).await?.ok_or("gone")?;
        let offer = offer["send"]
            .as_str()
            .ok_or("the first message is not an offer")?;
        let (sending, answer) = Sending::accept(&self.router, &self.server, offer).await?;
        say(socket, json!({ "send": answer })).await?;
        place
            .mine
            .send_replace(Seat::Sends(sending.producers.clone()));
        self.talk(socket, &sending, place.other).await
    }

    fn sit_down(&self) -> Option<Place<'_>> {
        let [first, second] = &self.seats;
        [(first, second), (second, first)]
            .into_iter()
            .find_map(|(mine, other)| {
                let was_free = mine.send_if_modified(|seat| {
                    let is_free = matches!(seat, Seat::Free);
                    if is_free {
                        *seat = Seat::Taken;
                    }
                    is_free
                });
                was_free.then(|| Place { mine, other })
            })
    }

    /// Shows it whoever sits opposite, until it goes.
    async fn talk(
        &self,
        socket: &mut WebSocket,
        sending: &Sending,
        other: &watch::Sender<Seat>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut seat = other.subscribe();
        // What is there already counts as news.
        seat.mark_changed();
        let mut gone = pin!(gone(&sending.transport));
        // Calls are numbered, so that a late answer is not taken for that of the next one.
        let mut calls = 0;
        let mut receiving: Option<Receiving> = None;
        loop {
            tokio::select! {
                news = seat.changed() => {
                    news?;
                    let producers = match &*seat.borrow_and_update() {
                        Seat::Sends(producers) => producers.clone(),
                        Seat::Free | Seat::Taken => Vec::new(),
                    };
                    if receiving.take().is_some() {
                        say(socket, json!({ "left": true })).await?;
                    }
                    if !producers.is_empty() {
                        match Receiving::offer(&self.router, &self.server, &producers).await {
                            // It has gone meanwhile: the next news.
                            Err(_) if producers.iter().any(Producer::is_closed) => continue,
                            prepared => {
                                let (transport, offer) = prepared?;
                                calls += 1;
                                say(socket, json!({ "receive": offer, "call": calls })).await?;
                                receiving = Some(transport);
                            }
                        }
                    }
                }
                message = hear(socket) => match (message, &receiving) {
                    (None, _) => return Ok(()),
                    (Some(message), Some(receiving)) if message["call"] == calls => {
                        let answer = message["receive"].as_str().ok_or("not an answer")?;
                        receiving.accept(answer).await?;
                    }
                    // Its answer crossed the other one's going.
                    (Some(_), _) => {}
                },
                // A browser whose network fails does not close its socket.
                () = &mut gone => return Err("you have not answered for half a minute".into()),
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.mine.send_replace(Seat::Free);
    }
}

/// The next message, `null` if it is not JSON; `None` once the socket has ended.
async fn hear(socket: &mut WebSocket) -> Option<Value> {
    loop {
        match socket.recv().await?.ok()? {
            Message::Text(text) => return Some(serde_json::from_str(&text).unwrap_or(Value::Null)),
            Message::Binary(_) => return Some(Value::Null),
            Message::Close(_) => return None,
            Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

async fn say(socket: &mut WebSocket, message: Value) -> Result<(), axum::Error> {
    socket.send(Message::text(message.to_string())).await
}
