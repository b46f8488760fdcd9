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
//!
//! A nomination is USE-CANDIDATE, or a NOMINATION whose number is higher than any before (renomination),
//! so a peer may nominate one way, every way it checks (aggressive nomination), or another later.
//!
//! Many agents may share a socket. The owner finds one by the fragment in a check's user name, before
//! it looks where the check came from: a peer may use a port again that served another agent. Only
//! when this agent has verified the check does it say [`Event::TupleAdded`]; then the owner calls
//! [`IceLite::handle_moved`] on the agent that had the way before.

use std::collections::VecDeque;
use std::time::Duration;

use stun::{Class, ErrorCode, IntegrityKey, Message, MessageWriter};
use units::{Entropy, Instant};

use crate::budget::AnswerBudget;
use crate::credentials::Credentials;
use crate::tuple::Tuple;

/// Ways that are remembered. A peer has a few candidates; more means that it roams, and the oldest go.
const TUPLES_MAX: usize = 8;

/// The bounds of a consent time-out. RFC 7675 §5.1 says 30 s; mediasoup allows these.
const CONSENT_MIN: u8 = 10;
const CONSENT_MAX: u8 = 60;

/// Events that may wait for the owner, who takes them after each call, of which each makes ten at
/// most. While so many wait, checks are ignored: the peer repeats them, and cannot make memory grow.
const EVENTS_MAX: usize = 64;

/// Bytes of an answer to a stranger: a header, ERROR-CODE without words, FINGERPRINT.
const REFUSAL_LEN: usize = 20 + 8 + 8;

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
    /// A way was learnt: what comes from there is this agent's.
    TupleAdded(Tuple),
    /// A way is forgotten: what comes from there is nobody's. A TCP connection is to be closed.
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
    /// One of the tuples while the state is connected or completed, else none.
    selected: Option<Tuple>,
    /// The highest number that the peer has nominated with.
    nomination: Option<u32>,
    consent: Option<Duration>,
    consent_until: Option<Instant>,
    strangers: AnswerBudget,
    events: VecDeque<Event>,
}

/// Which credentials a request was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Generation {
    Current,
    Previous,
}

impl IceLite {
    /// An agent with new credentials, their fragment beginning with `prefix`. `consent_seconds` of 0
    /// never expires, else 10 to 60.
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
        self.handle_request(now, tuple, &message)
    }

    /// Takes a parsed STUN message in; one that is not a request has no effect. Gives the answer to
    /// send back the way it came, if there is one. It is never longer than the request.
    pub fn handle_request(
        &mut self,
        now: Instant,
        tuple: Tuple,
        request: &Message<'_>,
    ) -> Option<Vec<u8>> {
        if request.class() != Class::Request || self.events.len() >= EVENTS_MAX {
            return None;
        }
        let generation = match self.authenticate(request) {
            Ok(generation) => generation,
            Err(code) => return self.refuse_stranger(now, request, code),
        };
        if generation == Generation::Current {
            self.retire_previous();
        }
        // RFC 8445 §7.3.1.1: we never switch roles, so whoever believes to be controlled must.
        let conflict = request.ice_controlled().is_some();
        let answer = if conflict {
            MessageWriter::answer(request, Class::Error).error(ErrorCode::RoleConflict)
        } else {
            MessageWriter::answer(request, Class::Success).xor_mapped_address(tuple.remote)
        };
        // RFC 8489 §9.1.3: with the password that the request was made with, also during a restart.
        let answer = answer.integrity(self.key(generation)).finish();
        if !conflict {
            self.handle_check(now, tuple, request);
        }
        Some(answer)
    }

    /// Authenticated media came this way: a peer that moves its media without a nomination has selected
    /// it. To be called for RTP or a DTLS record only once its MAC was right; RTCP does not count.
    pub fn handle_media(&mut self, tuple: Tuple) {
        if self.selected.is_some() && self.knows(&tuple) {
            self.select(tuple);
        }
    }

    /// A TCP connection closed.
    pub fn handle_closed(&mut self, now: Instant, tuple: Tuple) {
        if self.take_out(tuple) {
            self.events.push_back(Event::TupleRemoved(tuple));
            self.replace_selected(now, tuple);
        }
    }

    /// Another agent has verified a check from here: the way is its own now. As if it had closed, but
    /// there is no [`Event::TupleRemoved`], because it lives on.
    pub fn handle_moved(&mut self, now: Instant, tuple: Tuple) {
        if self.take_out(tuple) {
            self.replace_selected(now, tuple);
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

    /// New credentials. The old ones stay valid until the new are used, or until the next restart.
    pub fn restart(&mut self, now: Instant, entropy: &mut dyn Entropy) -> &Credentials {
        self.retire_previous();
        let fresh = Credentials::generate(&self.prefix, entropy);
        self.events
            .push_back(Event::UfragAdded(fresh.ufrag().to_owned()));
        self.previous = Some(std::mem::replace(&mut self.credentials, fresh));
        // The peer counts its nominations anew.
        self.nomination = None;
        if self.consent_until.is_some() {
            self.renew_consent(now);
        }
        &self.credentials
    }

    /// What happened, in its order.
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

    /// The ways that checks have come by, newest first.
    #[must_use]
    pub fn tuples(&self) -> &[Tuple] {
        &self.tuples
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

    /// Which credentials the sender of the request knows.
    fn authenticate(&self, request: &Message<'_>) -> Result<Generation, ErrorCode> {
        // RFC 8445 §7.1.1, RFC 8489 §9.1.3. Attributes we must understand and do not are passed over:
        // who has the password means us, and a 420 would only keep a newer peer out.
        let complete = request.is_binding()
            && request.has_fingerprint()
            && request.priority().is_some()
            && request.username().is_some()
            && request.has_integrity();
        if !complete {
            return Err(ErrorCode::BadRequest);
        }
        let known_to_sender = |known: &Credentials| {
            request.receiver_ufrag() == Some(known.ufrag()) && request.verify(known.key())
        };
        if known_to_sender(&self.credentials) {
            return Ok(Generation::Current);
        }
        match &self.previous {
            Some(previous) if known_to_sender(previous) => Ok(Generation::Previous),
            _ => Err(ErrorCode::Unauthorized),
        }
    }

    /// Tells a stranger what is wrong, or nothing: no more than a few, and never more bytes than it
    /// sent, for it may have lied about its address. No MAC (RFC 8489 §9.1.3).
    fn refuse_stranger(
        &mut self,
        now: Instant,
        request: &Message<'_>,
        code: ErrorCode,
    ) -> Option<Vec<u8>> {
        if request.size() < REFUSAL_LEN || !self.strangers.spend(now) {
            return None;
        }
        let answer = MessageWriter::answer(request, Class::Error).error(code);
        Some(answer.finish())
    }

    fn key(&self, generation: Generation) -> &IntegrityKey {
        match (generation, &self.previous) {
            (Generation::Previous, Some(previous)) => previous.key(),
            _ => self.credentials.key(),
        }
    }

    /// The old credentials of a restart are of no use any more.
    fn retire_previous(&mut self) {
        if let Some(previous) = self.previous.take() {
            self.events
                .push_back(Event::UfragRemoved(previous.ufrag().to_owned()));
        }
    }

    fn handle_check(&mut self, now: Instant, tuple: Tuple, check: &Message<'_>) {
        let nominates = self.takes_nomination(check);
        self.remember(tuple);
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

    /// Whether the check nominates its way. The highest number is kept, so that a check which was
    /// overtaken on its way does not bring older numbers back.
    fn takes_nomination(&mut self, check: &Message<'_>) -> bool {
        let Some(number) = check.nomination() else {
            return check.use_candidate();
        };
        let is_higher = self.nomination.is_none_or(|highest| number > highest);
        if is_higher {
            self.nomination = Some(number);
        }
        is_higher || check.use_candidate()
    }

    /// Keeps the way. The oldest goes if there are too many, but never the new or the selected one.
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

    /// Removes the way from those that are known; false if it was not there.
    fn take_out(&mut self, tuple: Tuple) -> bool {
        let at = self.tuples.iter().position(|known| *known == tuple);
        at.map(|at| self.tuples.remove(at)).is_some()
    }

    /// Packets went by a way that is gone: they go by the newest other one, if there is one.
    fn replace_selected(&mut self, now: Instant, gone: Tuple) {
        if self.selected != Some(gone) {
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

    fn select(&mut self, tuple: Tuple) {
        if self.selected.replace(tuple) == Some(tuple) {
            return;
        }
        // Media that alternates between ways makes one event until the owner looks.
        match self.events.back_mut() {
            Some(Event::TupleSelected(latest)) => *latest = tuple,
            _ => self.events.push_back(Event::TupleSelected(tuple)),
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
