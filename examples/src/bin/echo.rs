//! Your camera and microphone, by way of the server and back.
//!
//! ```sh
//! cargo run -p brodo-examples --bin echo        # then open the URL that it prints
//! ```
//!
//! ```text
//! page: POST /echo       the offer of what it sends  ─▶  { id, answer, offer of what it receives }
//! page: POST /echo/{id}  the answer to that offer    ─▶  204, and media flows
//! ```
//!
//! A visit ends when the page is closed, or does not answer any more.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router as Pages};
use brodo::{Router, RouterOptions, WebRtcServer, WebRtcServerOptions, Worker, WorkerSettings};
use brodo_examples::addresses::listen_infos;
use brodo_examples::peer::{PeerError, Receiving, Sending, codecs, gone};
use serde_json::json;
use tokio::net::TcpListener;

/// Visits at a time; the next one is told to come again later.
const VISITS_MAX: usize = 64;

struct Echo {
    router: Router,
    server: WebRtcServer,
    visits: Mutex<Visits>,
}

#[derive(Default)]
struct Visits {
    next_id: u64,
    present: HashMap<u64, Arc<Visit>>,
}

/// A browser that hears and sees itself. Dropping it closes both transports.
struct Visit {
    sending: Sending,
    receiving: Receiving,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args()
        .nth(1)
        .map_or(Ok(3000), |port| port.parse())?;
    // One worker is one thread; a room of codecs; sockets that all visits share.
    let worker = Worker::new(WorkerSettings::default())?;
    let echo = Arc::new(Echo {
        router: worker.create_router(RouterOptions::new(codecs())).await?,
        server: worker
            .create_webrtc_server(WebRtcServerOptions::new(listen_infos()))
            .await?,
        visits: Mutex::default(),
    });
    let pages = Pages::new()
        .route("/", get(Html(include_str!("echo.html"))))
        .route("/echo", post(begin))
        .route("/echo/{id}", post(answer))
        .with_state(echo);
    // Pages may use a camera only over HTTPS or on localhost.
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://localhost:{}/", listener.local_addr()?.port());
    Ok(axum::serve(listener, pages).await?)
}

/// The browser sends: we offer it the same back.
async fn begin(State(echo): State<Arc<Echo>>, offer: String) -> Result<Response, Refused> {
    if echo.visits().present.len() >= VISITS_MAX {
        return Err(Refused::Full);
    }
    let (sending, answer) = Sending::accept(&echo.router, &echo.server, &offer).await?;
    let (receiving, offer) =
        Receiving::offer(&echo.router, &echo.server, &sending.producers).await?;
    let transport = sending.transport.clone();
    let id = echo.visits().enter(Visit { sending, receiving });
    tokio::spawn(async move {
        gone(&transport).await;
        echo.visits().present.remove(&id);
        println!("visit {id} is over");
    });
    Ok(Json(json!({ "id": id, "answer": answer, "offer": offer })).into_response())
}

/// The browser is ready to receive.
async fn answer(
    State(echo): State<Arc<Echo>>,
    Path(id): Path<u64>,
    answer: String,
) -> Result<StatusCode, Refused> {
    let visit = echo
        .visits()
        .present
        .get(&id)
        .cloned()
        .ok_or(Refused::Unknown)?;
    visit.receiving.accept(&answer).await?;
    println!("visit {id} echoes {} tracks", visit.sending.producers.len());
    Ok(StatusCode::NO_CONTENT)
}

impl Echo {
    fn visits(&self) -> MutexGuard<'_, Visits> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visits {
    fn enter(&mut self, visit: Visit) -> u64 {
        self.next_id += 1;
        self.present.insert(self.next_id, Arc::new(visit));
        self.next_id
    }
}

/// What a page is told that does not get what it asked for.
enum Refused {
    Full,
    Unknown,
    Peer(PeerError),
}

impl From<PeerError> for Refused {
    fn from(error: PeerError) -> Self {
        Self::Peer(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Full => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many visits".to_owned(),
            ),
            Self::Unknown => (StatusCode::NOT_FOUND, "no such visit".to_owned()),
            Self::Peer(error) => (StatusCode::BAD_REQUEST, error.to_string()),
        }
        .into_response()
    }
}
