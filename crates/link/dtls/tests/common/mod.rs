//! Two ends and the network between them, in virtual time.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod foreign;

use std::time::Duration;

use dtls::{Certificate, Config, DtlsSession, Event, Handshaken, Role, Versions};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use units::{Entropy, Instant};

use foreign::{Foreign, Pure};

/// 2026-11-21.
pub const SINCE_1970: Duration = Duration::from_secs(1_795_219_200);

const DELAY: Duration = Duration::from_millis(20);
const JITTER_MICROS: u64 = 10_000;

/// An end of the path.
pub enum End {
    Ours(Box<DtlsSession>),
    OpenSsl(Box<Foreign>),
    Dimpl(Box<Pure>),
}

/// What the network does to the datagram with that number, counted over both directions.
pub type Fate = Box<dyn FnMut(usize, &mut ChaCha8Rng) -> Option<Duration>>;

pub struct World {
    pub now: Instant,
    pub ends: [End; 2],
    pub events: [Vec<Event>; 2],
    /// Datagrams that each end has sent, with the moment.
    pub sent: [Vec<(Instant, Vec<u8>)>; 2],
    in_flight: Vec<(Instant, usize, Vec<u8>)>,
    rng: ChaCha8Rng,
    fate: Fate,
}

pub struct Seeded(pub ChaCha8Rng);

impl Entropy for Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        self.0.fill_bytes(out);
    }
}

pub fn entropy(seed: u64) -> Seeded {
    Seeded(ChaCha8Rng::seed_from_u64(seed))
}

pub fn certificate(seed: u64) -> Certificate {
    Certificate::generate(SINCE_1970, &mut entropy(seed)).expect("a certificate")
}

pub fn config() -> Config {
    Config {
        mtu: 1_200,
        handshake_timeout: Duration::from_secs(30),
        versions: Versions::GcmFirst,
        rsa_peers: true,
        epoch: std::time::Instant::now(),
    }
}

/// Without OpenSSL, whose timer knows nothing of virtual time.
pub fn pure_config() -> Config {
    Config {
        rsa_peers: false,
        ..config()
    }
}

/// A session of ours that begins at zero.
pub fn ours(role: Role, seed: u64, config: &Config) -> End {
    let session = DtlsSession::new(Instant::ZERO, role, &certificate(seed), config);
    End::Ours(Box::new(session))
}

/// Nothing is lost.
pub fn reliable() -> Fate {
    Box::new(|_, rng| Some(DELAY + Duration::from_micros(rng.random_range(0..JITTER_MICROS))))
}

/// Order is kept, nothing is lost.
pub fn orderly() -> Fate {
    Box::new(|_, _| Some(DELAY))
}

impl World {
    pub fn new(a: End, b: End, seed: u64, fate: Fate) -> Self {
        Self {
            now: Instant::ZERO,
            ends: [a, b],
            events: [Vec::new(), Vec::new()],
            sent: [Vec::new(), Vec::new()],
            in_flight: Vec::new(),
            rng: ChaCha8Rng::seed_from_u64(seed),
            fate,
        }
    }

    /// Lets time run until nothing is left to happen, or to `limit`.
    pub fn run(&mut self, limit: Duration) {
        let limit = self.now + limit;
        loop {
            self.collect();
            let arrivals = self.in_flight.iter().map(|(at, ..)| *at);
            let timeouts = self.ends.iter().filter_map(End::poll_timeout);
            let Some(next) = arrivals.chain(timeouts).min().filter(|at| *at <= limit) else {
                break;
            };
            self.now = self.now.max(next);
            self.deliver();
            for end in &mut self.ends {
                if end.poll_timeout().is_some_and(|at| at <= self.now) {
                    end.handle_timeout(self.now);
                }
            }
        }
        self.now = limit;
    }

    fn deliver(&mut self) {
        let now = self.now;
        let (due, later) = std::mem::take(&mut self.in_flight)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.in_flight = later;
        for (_, to, datagram) in due {
            self.ends[to].handle_datagram(now, &datagram);
        }
    }

    fn collect(&mut self) {
        for from in [0, 1] {
            for datagram in self.ends[from].datagrams() {
                let number = self.sent[0].len() + self.sent[1].len();
                self.sent[from].push((self.now, datagram.clone()));
                if let Some(delay) = (self.fate)(number, &mut self.rng) {
                    self.in_flight.push((self.now + delay, 1 - from, datagram));
                }
            }
            if let End::Ours(session) = &mut self.ends[from] {
                while let Some(event) = session.poll_event() {
                    self.events[from].push(event);
                }
            }
        }
    }

    pub fn session(&mut self, end: usize) -> &mut DtlsSession {
        match &mut self.ends[end] {
            End::Ours(session) => session,
            _ => panic!("end {end} is not ours"),
        }
    }

    pub fn openssl(&mut self, end: usize) -> &mut Foreign {
        match &mut self.ends[end] {
            End::OpenSsl(peer) => peer,
            _ => panic!("end {end} is not OpenSSL"),
        }
    }

    pub fn handshaken(&self, end: usize) -> &Handshaken {
        match self.events[end].first() {
            Some(Event::Handshaken(handshaken)) => handshaken,
            other => panic!("end {end} has no handshake but {other:?}"),
        }
    }
}

impl End {
    pub fn handle_datagram(&mut self, now: Instant, datagram: &[u8]) {
        match self {
            Self::Ours(session) => session.handle_datagram(now, datagram),
            Self::OpenSsl(peer) => peer.handle_datagram(datagram),
            Self::Dimpl(peer) => peer.handle_datagram(now, datagram),
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Ours(session) => session.handle_timeout(now),
            Self::OpenSsl(_) => {}
            Self::Dimpl(peer) => peer.handle_timeout(now),
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Ours(session) => session.poll_timeout(),
            Self::OpenSsl(_) => None,
            Self::Dimpl(peer) => peer.timeout,
        }
    }

    fn datagrams(&mut self) -> Vec<Vec<u8>> {
        match self {
            Self::Ours(session) => {
                let mut datagrams = Vec::new();
                while let Some(datagram) = session.poll_transmit() {
                    datagrams.push(datagram.to_vec());
                }
                datagrams
            }
            Self::OpenSsl(peer) => peer.datagrams(),
            Self::Dimpl(peer) => std::mem::take(&mut peer.datagrams),
        }
    }
}
