//! A demo server in this process, and clients of it.

use std::time::Duration;

use brodo_demo::{Options, Server};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than any answer takes; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts a server on ports of its own; `localhost:PORT` comes back.
pub async fn start() -> String {
    let options = Options {
        listen_ip: Some("127.0.0.1".parse().unwrap()),
        port: 0,
        ..Options::default()
    };
    let server = Server::start(&options).await.unwrap();
    let host = server.url().strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(server.run_until(std::future::pending()));
    host.replace("localhost", "127.0.0.1")
}

/// A client on a WebSocket.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    /// Notifications that came while something else was awaited.
    waiting: Vec<Value>,
}

impl Client {
    pub async fn connect(host: &str, query: &str) -> Self {
        let (socket, _) = connect_async(format!("ws://{host}/ws?{query}"))
            .await
            .unwrap();
        Self {
            socket,
            last_id: 0,
            waiting: Vec::new(),
        }
    }

    /// A client that has been welcomed.
    pub async fn enter(host: &str, room: &str, peer: &str) -> Self {
        let mut client = Self::connect(host, &format!("room={room}&peer={peer}")).await;
        client.notification("welcome").await;
        client
    }

    pub async fn send(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message, whatever it is.
    pub async fn receive(&mut self) -> Value {
        timeout(PATIENCE, self.next_message())
            .await
            .expect("a message")
    }

    async fn next_message(&mut self) -> Value {
        loop {
            match self.socket.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("not a message: {other:?}"),
            }
        }
    }

    /// Asks, and waits for the answer.
    pub async fn ask(&mut self, method: &str, data: Value) -> Result<Value, String> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "id": id, "method": method, "data": data }).to_string())
            .await;
        loop {
            let message = self.receive().await;
            if message["id"] != id {
                self.waiting.push(message);
            } else if message["ok"] == true {
                return Ok(message["data"].clone());
            } else {
                return Err(message["error"]["reason"].as_str().unwrap().to_owned());
            }
        }
    }

    /// Waits for a notification; others are kept.
    pub async fn notification(&mut self, method: &str) -> Value {
        if let Some(index) = self
            .waiting
            .iter()
            .position(|message| message["method"] == method)
        {
            return self.waiting.remove(index)["data"].clone();
        }
        loop {
            let message = self.receive().await;
            if message["method"] == method {
                return message["data"].clone();
            }
            self.waiting.push(message);
        }
    }

    /// Closes the socket with a code of one's choice.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: "".into(),
        };
        self.socket.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// The code and reason the server closes with.
    pub async fn closed(mut self) -> (u16, String) {
        loop {
            if let Message::Close(Some(frame)) = self.socket.next().await.unwrap().unwrap() {
                return (frame.code.into(), frame.reason.to_string());
            }
        }
    }
}

/// One HTTP request; status and JSON come back.
pub async fn http(host: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let (status, text) = http_text(host, method, path, &body.to_string()).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// One HTTP request; status and body come back.
pub async fn http_text(host: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// What a browser would say it can do: everything that the room can.
pub async fn join(client: &mut Client, name: &str) -> Value {
    let capabilities = client
        .ask("getRouterRtpCapabilities", json!({}))
        .await
        .unwrap();
    let data = json!({ "displayName": name, "rtpCapabilities": capabilities });
    client.ask("join", data).await.unwrap()
}
