//! The agent: answers checks, keeps the ways they came by, selects one.
//!
//! ```text
//!            check               nomination
//!   New ───────────▶ Connected ───────────▶ Completed ◀─┐ another nomination: another way
//!    └───────────────── nomination ────────────▲    └───┘
//!   Disconnected ◀── consent expired, or the last way closed ── Connected, Completed
//!    └── as New ──▶
//! ```
//! We are always controlled and never send checks (RFC 8445 §2.5). Consent is the peer's checks going
//! on (RFC 7675 §5.1): media alone does not count.

use std::collections::VecDeque;
use std::time::Duration;

use stun::{Class, ErrorCode, Message, MessageWriter};
use units::{Entropy, Instant};

use crate::budget::AnswerBudget;
use crate::credentials::Credentials;
use crate::tuple::Tuple;

/// Ways that are remembered. A peer has a few candidates; more means that it roams, and the oldest go.
const TUPLES_MAX: usize = 8;

/// The bounds of a consent time-out.
const CONSENT_MIN: u8 = 10;
const CONSENT_MAX: u8 = 60;

/// How far the agent has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No check has arrived.
    New,
    /// A check has arrived, nothing is nominated.
    Connected,
    /// The peer has nominated a way.
    Completed,
    /// Consent expired, or the last way closed.
    Disconnected,
}

/// What the owner must know. A selected tuple is told before the state that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The state changed.
    StateChanged(State),
    /// Packets go this way now.
    TupleSelected(Tuple),
    /// A way was learnt.
    TupleAdded(Tuple),
    /// A way is forgotten.
    TupleRemoved(Tuple),
    /// Checks with this fragment are ours.
    UfragAdded(String),
    /// No longer.
    UfragRemoved(String),
}

/// An ICE-lite agent for one peer.
#[derive(Debug)]
pub struct IceLite {
    credentials: Credentials,
    /// Those of before a restart, until the new ones are used.
    previous: Option<Credentials>,
    prefix: String,
    state: State,
    /// Newest first; at most [`TUPLES_MAX`].
    tuples: Vec<Tuple>,
    selected: Option<Tuple>,
    /// The highest number that the peer has nominated with.
    nomination: Option<u32>,
    consent: Option<Duration>,
    consent_until: Option<Instant>,
    strangers: AnswerBudget,
    events: VecDeque<Event>,
}

impl IceLite {
    /// An agent with new credentials. `consent_seconds` of 0 never expires, else 10 to 60.
    #[must_use]
    pub fn new(prefix: &str, consent_seconds: u8, entropy: &mut dyn Entropy) -> Self {
        let credentials = Credentials::generate(prefix, entropy);
        let consent = match consent_seconds {
            0 => None,
            seconds => Some(Duration::from_secs(
                seconds.clamp(CONSENT_MIN, CONSENT_MAX).into(),
            )),
        };
        Self {
            events: VecDeque::from([Event::UfragAdded(credentials.ufrag().to_owned())]),
            credentials,
            previous: None,
            prefix: prefix.to_owned(),
            state: State::New,
            tuples: Vec::new(),
            selected: None,
            nomination: None,
            consent,
            consent_until: None,
            strangers: AnswerBudget::default(),
        }
    }

    /// Takes a STUN datagram in. Gives the answer to send back the way it came, if there is one.
    pub fn handle_datagram(&mut self, now: Instant, tuple: Tuple, data: &[u8]) -> Option<Vec<u8>> {
        let message = Message::parse(data).ok()?;
        if message.class() != Class::Request {
            return None;
        }
        let id = message.transaction_id();
        let key = match self.authenticate(&message) {
            Ok(key) => key,
            // No MAC: RFC 8489 §9.1.3 gives strangers an answer that anybody could have made.
            Err(code) => {
                let may = self.strangers.spend(now);
                return may.then(|| {
                    MessageWriter::binding(Class::Error, id)
                        .error(code)
                        .finish()
                });
            }
        };
        let answer = if message.ice_controlled().is_some() {
            // We never switch roles (RFC 8445 §7.3.1.1 with ICE-lite).
            MessageWriter::binding(Class::Error, id).error(ErrorCode::RoleConflict)
        } else {
            MessageWriter::binding(Class::Success, id).xor_mapped_address(tuple.remote)
        };
        let answer = answer.integrity(key.key()).finish();
        if message.ice_controlled().is_none() {
            self.handle_check(now, tuple, &message);
        }
        Some(answer)
    }

    /// The credentials that the request knows. New ones, once used, replace the old.
    fn authenticate(&mut self, message: &Message<'_>) -> Result<Credentials, ErrorCode> {
        let complete = message.is_binding()
            && message.has_fingerprint()
            && message.priority().is_some()
            && message.username().is_some()
            && message.has_integrity();
        if !complete {
            return Err(ErrorCode::BadRequest);
        }
        let knows = |known: &Credentials| {
            message.receiver_ufrag() == Some(known.ufrag()) && message.verify(known.key())
        };
        if knows(&self.credentials) {
            if let Some(previous) = self.previous.take() {
                self.events
                    .push_back(Event::UfragRemoved(previous.ufrag().to_owned()));
            }
            return Ok(self.credentials.clone());
        }
        self.previous
            .clone()
            .filter(knows)
            .ok_or(ErrorCode::Unauthorized)
    }

    fn handle_check(&mut self, now: Instant, tuple: Tuple, message: &Message<'_>) {
        let nominates = match message.nomination() {
            Some(number) => {
                self.nomination.is_none_or(|highest| number > highest) || message.use_candidate()
            }
            None => message.use_candidate(),
        };
        self.remember(tuple);
        if nominates && let Some(number) = message.nomination() {
            self.nomination = Some(
                self.nomination
                    .map_or(number, |highest| highest.max(number)),
            );
        }
        match (self.state, nominates) {
            (State::New | State::Disconnected, false) => {
                self.select(tuple);
                self.change_state(State::Connected);
            }
            (State::New | State::Disconnected | State::Connected, true) => {
                self.select(tuple);
                self.change_state(State::Completed);
            }
            (State::Completed, true) => self.select(tuple),
            (State::Connected | State::Completed, false) => {}
        }
        self.renew_consent(now);
    }

    /// Authenticated media came this way: a peer that moved its media has selected it.
    pub fn handle_media(&mut self, tuple: Tuple) {
        let live = matches!(self.state, State::Connected | State::Completed);
        if live && self.knows(&tuple) {
            self.select(tuple);
        }
    }

    /// A TCP connection closed.
    pub fn handle_closed(&mut self, now: Instant, tuple: Tuple) {
        let Some(at) = self.tuples.iter().position(|known| *known == tuple) else {
            return;
        };
        self.tuples.remove(at);
        self.events.push_back(Event::TupleRemoved(tuple));
        if self.selected != Some(tuple) {
            return;
        }
        self.selected = None;
        match self.tuples.first().copied() {
            Some(next) => {
                self.select(next);
                self.renew_consent(now);
            }
            None => self.disconnect(),
        }
    }

    /// Consent may have expired.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.consent_until.is_some_and(|until| until <= now) {
            self.disconnect();
        }
    }

    /// When `handle_timeout` next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.consent_until
    }

    /// New credentials. The old ones stay valid until the new are used.
    pub fn restart(&mut self, now: Instant, entropy: &mut dyn Entropy) -> &Credentials {
        let fresh = Credentials::generate(&self.prefix, entropy);
        self.events
            .push_back(Event::UfragAdded(fresh.ufrag().to_owned()));
        let old = std::mem::replace(&mut self.credentials, fresh);
        if let Some(oldest) = self.previous.replace(old) {
            self.events
                .push_back(Event::UfragRemoved(oldest.ufrag().to_owned()));
        }
        self.nomination = None;
        if self.consent_until.is_some() {
            self.renew_consent(now);
        }
        &self.credentials
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The way packets go.
    #[must_use]
    pub fn selected(&self) -> Option<Tuple> {
        self.selected
    }

    /// Whether a check has come this way.
    #[must_use]
    pub fn knows(&self, tuple: &Tuple) -> bool {
        self.tuples.contains(tuple)
    }

    /// The current credentials.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The fragments that are answered: the current one, and that of before an unfinished restart.
    pub fn ufrags(&self) -> impl Iterator<Item = &str> {
        [Some(&self.credentials), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .map(Credentials::ufrag)
    }

    /// Forgets every way, to be called when the owner closes.
    pub fn close(&mut self) {
        for tuple in self.tuples.drain(..) {
            self.events.push_back(Event::TupleRemoved(tuple));
        }
        self.selected = None;
        self.consent_until = None;
    }

    fn remember(&mut self, tuple: Tuple) {
        if self.knows(&tuple) {
            return;
        }
        self.tuples.insert(0, tuple);
        self.events.push_back(Event::TupleAdded(tuple));
        if self.tuples.len() > TUPLES_MAX {
            let oldest = self
                .tuples
                .iter()
                .rposition(|known| Some(*known) != self.selected);
            if let Some(at) = oldest {
                let gone = self.tuples.remove(at);
                self.events.push_back(Event::TupleRemoved(gone));
            }
        }
    }

    fn select(&mut self, tuple: Tuple) {
        if self.selected.replace(tuple) != Some(tuple) {
            self.events.push_back(Event::TupleSelected(tuple));
        }
    }

    fn change_state(&mut self, state: State) {
        if std::mem::replace(&mut self.state, state) != state {
            self.events.push_back(Event::StateChanged(state));
        }
    }

    fn renew_consent(&mut self, now: Instant) {
        self.consent_until = self.consent.map(|span| now + span);
    }

    fn disconnect(&mut self) {
        self.close();
        self.nomination = None;
        self.change_state(State::Disconnected);
    }
}

#[cfg(test)]
mod tests;
