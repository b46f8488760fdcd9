//! An endpoint that speaks SCTP over UDP.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use brodo::{PlainTransport, PlainTransportOptions, Protocol, Router, SctpOptions, UserMessage};
use sctp::{Association, Config, Event, Message, Outgoing, Ppid, Reliability, State};
use units::Entropy;

use crate::common::ice::PATIENCE;
use crate::common::loopback;

/// The longest wait for a datagram, before what is due is done.
const TURN: Duration = Duration::from_millis(5);

/// A transport with SCTP of these sizes, that learns its peer.
pub async fn with_sctp(router: &Router, sctp: SctpOptions) -> PlainTransport {
    let options = PlainTransportOptions {
        comedia: true,
        sctp: Some(sctp),
        ..PlainTransportOptions::new(loopback(Protocol::Udp))
    };
    router
        .create_plain_transport(options)
        .await
        .expect("a transport")
}

/// An endpoint that has a transport of its own.
pub struct SctpPeer {
    socket: UdpSocket,
    association: Association,
    started: Instant,
    /// What came, in the order it came.
    pub heard: Vec<Message>,
    /// Datagrams with these bytes in them get lost, once.
    pub loses: Option<Vec<u8>>,
}

impl SctpPeer {
    /// Calls the transport.
    pub fn calling(transport: &PlainTransport) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        socket.set_read_timeout(Some(TURN)).expect("a timeout");
        let port = transport.tuple().expect("bound").local_port;
        socket.connect(("127.0.0.1", port)).expect("loopback");
        let mut peer = Self {
            socket,
            association: Association::new(Config::default(), &mut Uuids),
            started: Instant::now(),
            heard: Vec::new(),
            loses: None,
        };
        peer.association.connect(peer.now());
        peer
    }

    /// Calls the transport, and is answered.
    pub fn connected(transport: &PlainTransport) -> Self {
        let mut peer = Self::calling(transport);
        peer.run_until("an association", |peer| {
            peer.association.state() == State::Connected
        });
        peer
    }

    /// Sends a message, reliably and in order.
    pub fn say(&mut self, stream: u16, message: impl Into<UserMessage>) {
        let message = message.into();
        let outgoing = Outgoing {
            stream,
            ppid: Ppid(message.ppid),
            data: message.data.into(),
            reliability: Reliability::ORDERED,
        };
        let now = self.now();
        self.association.send(now, outgoing).expect("room");
        self.flush();
    }

    /// Listens until so many messages have come.
    pub fn hear(&mut self, count: usize) -> &[Message] {
        self.run_until("messages", |peer| peer.heard.len() >= count);
        &self.heard
    }

    /// What came on any stream, as text.
    pub fn texts(&self) -> Vec<&str> {
        let texts = self.heard.iter().map(|it| std::str::from_utf8(&it.data));
        texts.map(|text| text.expect("text")).collect()
    }

    /// Lives until something is so.
    pub fn run_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "{what} in time");
            self.turn();
        }
    }

    /// Takes a datagram, if one comes, and does what is due.
    pub fn turn(&mut self) {
        let mut buffer = [0; 2_048];
        if let Ok(len) = self.socket.recv(&mut buffer) {
            let datagram = &buffer[..len];
            let is_lost = self
                .loses
                .as_ref()
                .is_some_and(|lost| datagram.windows(lost.len()).any(|it| it == lost));
            if is_lost {
                self.loses = None;
            } else {
                let now = self.now();
                self.association.handle_input(now, datagram);
            }
        }
        let now = self.now();
        if self.association.poll_timeout().is_some_and(|at| at <= now) {
            self.association.handle_timeout(now);
        }
        while let Some(event) = self.association.poll_event() {
            if let Event::Message(message) = event {
                self.heard.push(message);
            }
        }
        self.flush();
    }

    fn flush(&mut self) {
        let (now, mut packet) = (self.now(), Vec::new());
        while self.association.poll_transmit(now, &mut packet) {
            self.socket.send(&packet).expect("sent");
            packet.clear();
        }
    }

    fn now(&self) -> units::Instant {
        units::Instant::ZERO + self.started.elapsed()
    }
}

/// Randomness for tags.
struct Uuids;

impl Entropy for Uuids {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(7) {
            let uuid = uuid::Uuid::new_v4();
            chunk.copy_from_slice(&uuid.as_bytes()[9..9 + chunk.len()]);
        }
    }
}
