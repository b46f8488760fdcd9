//! One DTLS association, from the first ClientHello to the goodbye.

use std::fmt;
use std::time::Duration;

use units::Instant;

use crate::certificate::Certificate;
use crate::client_hello::{HelloReader, Progress};
use crate::config::{Config, Role, Setup};
use crate::engine::{Engine, Plan};
use crate::outbox::{Event, Failure, Outbox, Version};
use crate::record::{self, Sieve};

/// The plaintext that one record may carry (RFC 6347 §4.1).
const MESSAGE_LEN_MAX: usize = 1 << 14;

/// No network carries less, no datagram more; engines assume as much.
const MTU_RANGE: (usize, usize) = (256, 16_384);

/// The longest time-out that still is one.
const HANDSHAKE_TIMEOUT_MAX: Duration = Duration::from_secs(86_400);

/// A DTLS association with one peer, sans-IO.
///
/// After every call that takes `&mut self` and a `now`, fetch what waits: `poll_transmit` and
/// `poll_event` until `None`, and `poll_timeout` once.
pub struct DtlsSession {
    certificate: Certificate,
    config: Config,
    state: State,
    /// When the handshake must be done.
    deadline: Option<Instant>,
    outbox: Outbox,
    refused: u64,
    /// The last alert that came in the clear.
    plain_alert: Option<u8>,
}

enum State {
    /// A server, before the ClientHello is whole.
    Listening(HelloReader),
    /// The handshake, and what comes after it.
    Running(Engine),
    /// Closed by either side, or failed.
    Over,
}

/// Why a message could not be sent. The session still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The handshake is not done, or the session is over.
    #[error("the DTLS session is not connected")]
    NotConnected,
    /// It does not fit into a record.
    #[error("the message is longer than a DTLS record")]
    TooLong,
}

impl DtlsSession {
    /// Starts a session. A client's first flight waits in `poll_transmit` at once; a server does
    /// nothing, and needs no timer, until a ClientHello comes.
    #[must_use]
    pub fn new(now: Instant, role: Role, certificate: &Certificate, config: &Config) -> Self {
        let (mtu_min, mtu_max) = MTU_RANGE;
        let mut session = Self {
            certificate: certificate.clone(),
            config: Config {
                mtu: config.mtu.clamp(mtu_min, mtu_max),
                handshake_timeout: config.handshake_timeout.min(HANDSHAKE_TIMEOUT_MAX),
                ..config.clone()
            },
            state: State::Listening(HelloReader::default()),
            deadline: None,
            outbox: Outbox::default(),
            refused: 0,
            plain_alert: None,
        };
        if role == Role::Client {
            let plan = Plan::for_client(&session.certificate, &session.config);
            session.start(now, plan, Role::Client);
        }
        session
    }

    /// Takes a datagram from the peer. Whatever is not part of the session is counted and dropped.
    pub fn handle_datagram(&mut self, now: Instant, datagram: &[u8]) {
        let sieve = match &self.state {
            State::Running(engine) => Sieve {
                connected: engine.is_connected(),
                unified: engine.version() == Version::Dtls13,
            },
            State::Listening(_) | State::Over => Sieve::default(),
        };
        let sifted = record::sift(datagram, sieve);
        self.refused += u64::from(sifted.lossy);
        self.plain_alert = sifted.plain_alert.or(self.plain_alert);
        if sifted.kept.is_empty() {
            return;
        }
        match &mut self.state {
            State::Listening(reader) => {
                let progress = reader.handle_datagram(&sifted.kept);
                self.listen(now, progress);
            }
            State::Running(engine) => {
                let result = engine.handle_datagram(now, &sifted.kept, &mut self.outbox);
                self.settle(result);
            }
            State::Over => self.refused += 1,
        }
    }

    /// Repeats a flight, or gives up, if `poll_timeout` has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.fail(Failure::Timeout { alert: None });
        } else if let State::Running(engine) = &mut self.state {
            let result = engine.handle_timeout(now, &mut self.outbox);
            self.settle(result);
        }
    }

    /// When `handle_timeout` next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let engine = match &self.state {
            State::Running(engine) => engine.poll_timeout(),
            State::Listening(_) | State::Over => None,
        };
        self.deadline.into_iter().chain(engine).min()
    }

    /// The next datagram for the peer.
    pub fn poll_transmit(&mut self) -> Option<&[u8]> {
        self.outbox.poll_datagram()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.outbox.poll_event()
    }

    /// Sends a message to the peer: one record, one datagram.
    pub fn send(&mut self, now: Instant, message: &[u8]) -> Result<(), SendError> {
        if message.len() > MESSAGE_LEN_MAX {
            return Err(SendError::TooLong);
        }
        match &mut self.state {
            State::Running(engine) if engine.is_connected() => {
                let result = engine.send(now, message, &mut self.outbox);
                let sent = result.map_err(|_| SendError::NotConnected);
                self.settle(result);
                sent
            }
            _ => Err(SendError::NotConnected),
        }
    }

    /// Ends the session: `close_notify` goes out if it was connected. No event follows.
    pub fn close(&mut self, now: Instant) {
        if let State::Running(engine) = &mut self.state {
            engine.close(now, &mut self.outbox);
        }
        self.end();
    }

    /// Whether the handshake is done and the session lives.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        matches!(&self.state, State::Running(engine) if engine.is_connected())
    }

    /// Datagrams that were broken, forged or out of place, wholly or in part.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Datagrams and messages that were lost because the owner did not poll.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.outbox.dropped()
    }

    fn listen(&mut self, now: Instant, progress: Progress) {
        let State::Listening(reader) = &self.state else {
            return;
        };
        if reader.has_begun() && self.deadline.is_none() {
            self.deadline = Some(now + self.config.handshake_timeout);
        }
        match progress {
            Progress::Nothing => self.refused += 1,
            Progress::Partial => {}
            Progress::Whole(hello, datagrams) => {
                let plan = Plan::for_server(&hello, &self.certificate, &self.config);
                self.start(now, plan, Role::Server);
                for datagram in datagrams {
                    if let State::Running(engine) = &mut self.state {
                        let result = engine.handle_datagram(now, &datagram, &mut self.outbox);
                        self.settle(result);
                    }
                }
            }
        }
    }

    fn start(&mut self, now: Instant, plan: Plan, role: Role) {
        self.deadline = self.deadline.or(Some(now + self.config.handshake_timeout));
        let setup = Setup {
            role,
            certificate: &self.certificate,
            config: &self.config,
        };
        match Engine::start(now, plan, setup, &mut self.outbox) {
            Ok(engine) => self.state = State::Running(engine),
            Err(failure) => self.fail(failure),
        }
    }

    /// Draws the consequences of what the engine has just done.
    fn settle(&mut self, result: Result<(), Failure>) {
        if self.is_connected() {
            self.deadline = None;
        }
        match (&self.state, result) {
            (State::Running(engine), Ok(())) if engine.is_closed() => {
                self.outbox.push_event(Event::Closed);
                self.end();
            }
            (State::Running(_), Err(failure)) => self.fail(failure),
            _ => {}
        }
    }

    fn fail(&mut self, failure: Failure) {
        let failure = match failure {
            Failure::Timeout { .. } => Failure::Timeout {
                alert: self.plain_alert,
            },
            other => other,
        };
        self.outbox.push_event(Event::Failed(failure));
        self.end();
    }

    fn end(&mut self) {
        self.state = State::Over;
        self.deadline = None;
    }
}

impl fmt::Debug for DtlsSession {
    /// Keys stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Listening(_) => "Listening",
            State::Running(engine) if engine.is_connected() => "Connected",
            State::Running(_) => "Shaking",
            State::Over => "Over",
        };
        f.debug_struct("DtlsSession")
            .field("state", &state)
            .field("deadline", &self.deadline)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}
