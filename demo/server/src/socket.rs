//! The WebSocket of one peer, from its beginning to its end.
//!
//! ```text
//!             ┌──────── same peer and token ────────┐
//!             ▼                                      │
//! enter ─▶ attached ── lost ─▶ absent ──────────────┘
//!             │                   │ ABSENCE_MAX
//!             └── closed by the client ─▶ left
//! ```

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep, timeout};

use crate::app::App;
use crate::error::Refused;
use crate::methods::Caller;
use crate::signal::{MESSAGE_SIZE_MAX, Request, notification};

/// How long a peer without a socket keeps its place and its media: long enough to walk from Wi-Fi to
/// another network, short enough that a frozen picture is not taken for a living one.
const ABSENCE_MAX: Duration = Duration::from_secs(10);

/// How often we ask whether the other end is there.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// Silence after which it is not: two pings lost, and some.
const SILENCE_MAX: Duration = Duration::from_secs(13);

/// How long the end of a socket may take.
const FAREWELL_MAX: Duration = Duration::from_millis(200);

/// The close code of a refusal, from the range for applications (RFC 6455 §7.4.2).
const CLOSE_REFUSED: u16 = 4403;

/// Bytes of a close frame's reason (RFC 6455 §5.5: 125, less the code).
const CLOSE_REASON_MAX: usize = 123;

#[derive(Debug, Deserialize)]
pub struct Entry {
    room: String,
    peer: String,
    token: Option<String>,
}

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client said that it goes.
    Left,
    /// It is just not there any more.
    Lost,
}

/// `GET /ws?room=NAME&peer=NAME[&token=TOKEN]`
pub async fn open(
    State(app): State<Arc<App>>,
    Query(entry): Query<Entry>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_same_origin(&headers) {
        return (
            StatusCode::FORBIDDEN,
            "another site's page may not use this server",
        )
            .into_response();
    }
    upgrade
        .max_message_size(MESSAGE_SIZE_MAX)
        .max_frame_size(MESSAGE_SIZE_MAX)
        .on_upgrade(move |socket| run(app, entry, socket))
}

/// Browsers let any page open a WebSocket to anywhere, and say which page it was.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, site)| site == host),
        // Not a browser.
        (None, _) => true,
        (Some(_), None) => false,
    }
}

async fn run(app: Arc<App>, entry: Entry, mut socket: WebSocket) {
    let entered = app
        .rooms()
        .enter(&entry.room, |room| {
            let (peer, resumed) = room.enter(&entry.peer, entry.token.as_deref())?;
            let attached = peer.attach();
            Ok((
                Caller {
                    app: app.clone(),
                    room: room.clone(),
                    peer,
                },
                resumed,
                attached,
            ))
        })
        .await;
    let (caller, resumed, (number, outbox)) = match entered {
        Ok(entered) => entered,
        Err(refused) => return refuse(socket, &refused).await,
    };
    tracing::info!(
        room = entry.room,
        peer = entry.peer,
        resumed,
        "socket opened"
    );
    let welcome = json!({ "peerId": entry.peer, "token": caller.peer.token(), "resumed": resumed });
    let end = match socket
        .send(Message::text(notification("welcome", &welcome)))
        .await
    {
        Ok(()) => serve(&caller, &mut socket, outbox).await,
        Err(_) => End::Lost,
    };
    tracing::info!(room = entry.room, peer = entry.peer, ?end, "socket closed");
    let current = caller.peer.detach(number);
    // The farewell is answered on the way to the end; a socket that is stuck is just dropped.
    let _ = timeout(FAREWELL_MAX, socket.recv()).await;
    drop(socket);
    if current {
        finish(caller, number, end).await;
    }
}

/// Passes messages both ways until the socket ends. One request at a time: the rest waits in the
/// network's buffers.
async fn serve(caller: &Caller, socket: &mut WebSocket, mut outbox: mpsc::Receiver<String>) -> End {
    let mut heard = Instant::now();
    let mut ping = interval(PING_INTERVAL);
    loop {
        tokio::select! {
            received = socket.recv() => {
                heard = Instant::now();
                match handle(caller, socket, received).await {
                    ControlFlow::Continue(()) => {}
                    ControlFlow::Break(end) => return end,
                }
            }
            waiting = outbox.recv() => match waiting {
                Some(text) => if socket.send(Message::text(text)).await.is_err() { return End::Lost },
                // Another socket has taken over, or this one read too slowly.
                None => return End::Lost,
            },
            _ = ping.tick() => {
                let silent = heard.elapsed() > SILENCE_MAX;
                if silent || socket.send(Message::Ping(Vec::new().into())).await.is_err() {
                    return End::Lost;
                }
            }
        }
    }
}

async fn handle(
    caller: &Caller,
    socket: &mut WebSocket,
    received: Option<Result<Message, axum::Error>>,
) -> ControlFlow<End> {
    let response = match received {
        Some(Ok(Message::Text(text))) => match Request::parse(&text) {
            Ok(request) => request.response(caller.answer(&request).await),
            Err(refusal) => refusal,
        },
        Some(Ok(Message::Binary(_))) => match Request::parse("") {
            Ok(_) => return ControlFlow::Continue(()),
            Err(refusal) => refusal,
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => return ControlFlow::Continue(()),
        Some(Ok(Message::Close(frame))) => return ControlFlow::Break(end_of(frame.as_ref())),
        Some(Err(_)) | None => return ControlFlow::Break(End::Lost),
    };
    match socket.send(Message::text(response)).await {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(End::Lost),
    }
}

/// A page that leaves or is closed says so; what else closes a socket may come back.
fn end_of(frame: Option<&CloseFrame>) -> End {
    match frame.map(|frame| frame.code) {
        Some(close_code::NORMAL | close_code::AWAY) => End::Left,
        _ => End::Lost,
    }
}

async fn finish(caller: Caller, number: u64, end: End) {
    if end == End::Lost {
        sleep(ABSENCE_MAX).await;
        if !caller.peer.is_absent_since(number) {
            return;
        }
    }
    caller.room.leave(&caller.peer);
    caller.app.rooms().tidy(&caller.room).await;
}

async fn refuse(mut socket: WebSocket, refused: &Refused) {
    let mut reason = refused.to_string();
    while reason.len() > CLOSE_REASON_MAX {
        reason.pop();
    }
    let frame = CloseFrame {
        code: CLOSE_REFUSED,
        reason: reason.into(),
    };
    // If it cannot be told, it is gone; that is what we wanted.
    let _ = socket.send(Message::Close(Some(frame))).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_sites_page_is_told_from_our_own() {
        assert!(is_same_origin(&headers(&[
            ("host", "localhost:3000"),
            ("origin", "http://localhost:3000")
        ])));
        assert!(is_same_origin(&headers(&[("host", "localhost:3000")])));
        assert!(!is_same_origin(&headers(&[
            ("host", "localhost:3000"),
            ("origin", "https://example.com")
        ])));
        assert!(!is_same_origin(&headers(&[
            ("host", "localhost:3000"),
            ("origin", "null")
        ])));
    }

    #[test]
    fn only_a_farewell_is_a_farewell() {
        let frame = |code| CloseFrame {
            code,
            reason: "".into(),
        };

        assert_eq!(end_of(Some(&frame(1000))), End::Left);
        assert_eq!(end_of(Some(&frame(1001))), End::Left);
        assert_eq!(end_of(Some(&frame(4000))), End::Lost);
        assert_eq!(end_of(None), End::Lost);
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }
}
