//! Where an association stands.
//!
//! ```text
//!  New ── connect ──▶ CookieWait ── INIT-ACK ──▶ CookieEchoed ── COOKIE-ACK ──▶ Established
//!   └───────────────── COOKIE-ECHO of the peer, from any of these ───────────────▲    │
//!  Closed ◀── ABORT, silence, violation ─── ShutdownAckSent ◀── drained ── ShutdownReceived
//! ```
//! RFC 9260 §4. We never ask for a SHUTDOWN ourselves: closing a transport aborts.

use std::time::Duration;

use units::Instant;

use crate::config::{HANDSHAKE_RETRANSMITS, HANDSHAKE_TIMEOUT};
use crate::event::CloseReason;

/// Where an association stands, as the API tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was sent yet.
    New,
    /// The handshake runs.
    Connecting,
    /// Messages flow.
    Connected,
    /// The handshake was not answered, or refused.
    Failed,
    /// It is over.
    Closed,
}

#[derive(Debug)]
pub(super) enum Phase {
    New,
    CookieWait(Attempt),
    CookieEchoed(Attempt, Vec<u8>),
    Established,
    /// The peer wants to end; what waits is still sent.
    ShutdownReceived,
    ShutdownAckSent(Attempt),
    Closed(CloseReason),
}

/// Something said that must be answered (T1 and T2 of RFC 9260).
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) deadline: Instant,
    timeout: Duration,
    left: u8,
}

impl Attempt {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            deadline: now + HANDSHAKE_TIMEOUT,
            timeout: HANDSHAKE_TIMEOUT,
            left: HANDSHAKE_RETRANSMITS,
        }
    }

    /// The next one, after twice the time, or none.
    pub(super) fn again(self, now: Instant) -> Option<Self> {
        let timeout = self.timeout * 2;
        Some(Self {
            deadline: now + timeout,
            timeout,
            left: self.left.checked_sub(1)?,
        })
    }
}

impl Phase {
    pub(super) fn state(&self) -> State {
        match self {
            Self::New => State::New,
            Self::CookieWait(_) | Self::CookieEchoed(..) => State::Connecting,
            Self::Established => State::Connected,
            Self::Closed(CloseReason::HandshakeFailed) => State::Failed,
            Self::ShutdownReceived | Self::ShutdownAckSent(_) | Self::Closed(_) => State::Closed,
        }
    }

    /// Whether data still moves.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Established | Self::ShutdownReceived)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::CookieWait(attempt)
            | Self::CookieEchoed(attempt, _)
            | Self::ShutdownAckSent(attempt) => Some(attempt.deadline),
            _ => None,
        }
    }
}
