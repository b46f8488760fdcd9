//! The association as its owner sees it: commands, deadlines, events.

use std::collections::VecDeque;

use units::{Entropy, Instant};

use super::cookie::Secret;
use super::phase::{Phase, State};
use crate::config::{Config, ERRORS_MAX};
use crate::event::{CloseReason, Event, Negotiated, SendRefusal, Statistics};
use crate::heartbeat::Heartbeat;
use crate::message::Outgoing;
use crate::packet::Kind;
use crate::receive::Receiver;
use crate::reset::Reset;
use crate::rto::Rto;
use crate::send::Sender;

/// Packets of data that leave in answer to one input (RFC 9260 §6.1 D, Max.Burst).
pub(super) const BURST: usize = 4;

/// The same in answer to all inputs since the association was last polled to its end.
const BURST_MAX: usize = 256;

/// Whole packets that wait to leave (INIT, ABORT, …); the peer asks again for what is dropped.
pub(super) const REPLIES_MAX: usize = 8;

/// Small chunks that wait to ride along; likewise.
pub(super) const CONTROL_MAX: usize = 16;

/// One SCTP association.
///
/// After each `handle_…` and each command, poll: `poll_transmit` until it has nothing, `poll_event`
/// until it has nothing, then `poll_timeout` for when to come back.
#[derive(Debug)]
pub struct Association {
    pub(super) config: Config,
    pub(super) phase: Phase,
    pub(super) identity: Identity,
    pub(super) sender: Sender,
    pub(super) receiver: Receiver,
    pub(super) reset: Reset,
    pub(super) heartbeat: Heartbeat,
    pub(super) rto: Rto,
    pub(super) replies: VecDeque<Vec<u8>>,
    pub(super) control: VecDeque<(Kind, Vec<u8>)>,
    pub(super) events: VecDeque<Event>,
    /// Silences in a row.
    pub(super) errors: u8,
    /// Packets of data that may leave before the next input.
    pub(super) burst: usize,
    pub(super) statistics: Statistics,
}

/// The tags by which the two sides know each other.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) secret: Secret,
    pub(super) tag: u32,
    pub(super) tsn: u32,
    /// Known from the peer's INIT-ACK or cookie on.
    pub(super) peer_tag: Option<u32>,
    pub(super) negotiated: Option<Negotiated>,
}

impl Association {
    /// An association that waits for the peer, or for `connect`.
    #[must_use]
    pub fn new(config: Config, entropy: &mut dyn Entropy) -> Self {
        let mut secret = Secret::new(entropy);
        let (tag, tsn) = (secret.draw(), secret.draw());
        Self {
            phase: Phase::New,
            sender: Sender::new(tsn, &config),
            receiver: Receiver::new(0, &config),
            reset: Reset::new(tsn, 0),
            heartbeat: Heartbeat::new(entropy.next_u64()),
            rto: Rto::new(),
            identity: Identity {
                secret,
                tag,
                tsn,
                peer_tag: None,
                negotiated: None,
            },
            replies: VecDeque::new(),
            control: VecDeque::new(),
            events: VecDeque::new(),
            errors: 0,
            burst: 0,
            statistics: Statistics::default(),
            config,
        }
    }

    /// Where the association stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.phase.state()
    }

    /// What both sides can do, once they have met.
    #[must_use]
    pub fn negotiated(&self) -> Option<Negotiated> {
        self.identity.negotiated
    }

    /// Queues a message, also before the association stands; gives what now waits on its stream.
    pub fn send(&mut self, now: Instant, message: Outgoing) -> Result<usize, SendRefusal> {
        let streams = self.identity.negotiated.map_or(u16::MAX, |n| n.streams_out);
        match self.phase.state() {
            State::Failed | State::Closed => Err(SendRefusal::Closed),
            _ if message.stream >= streams => Err(SendRefusal::NoSuchStream),
            _ => {
                self.burst = self.burst.max(BURST);
                let amount = self.sender.push(now, message)?;
                Ok(amount)
            }
        }
    }

    /// Starts an outgoing stream anew: what waits on it is dropped, a message under way is finished.
    /// `OutgoingStreamReset` tells when the peer has answered; until then messages of the stream wait.
    pub fn reset_stream(&mut self, stream: u16) {
        if matches!(self.phase.state(), State::Failed | State::Closed) {
            return;
        }
        if self.identity.negotiated.is_none_or(|n| !n.reconfig) {
            // Nothing was sent yet, or the peer cannot start anew: what waits goes, that is all.
            self.sender.pause(stream);
            self.sender.resume(stream, false);
            self.tell_lows();
            return;
        }
        // A reset that is under way serves for what was sent since it was asked for, too.
        self.reset.want(stream);
        self.sender.pause(stream);
        self.tell_lows();
    }

    /// What waits to be sent on a stream.
    #[must_use]
    pub fn buffered_amount(&self, stream: u16) -> usize {
        self.sender.amount(stream)
    }

    /// `BufferedAmountLow` is told when what waits on `stream` falls to `threshold`.
    pub fn set_buffered_amount_low_threshold(&mut self, stream: u16, threshold: usize) {
        self.sender.set_low(stream, threshold);
    }

    /// Ends the association; `poll_transmit` gives the ABORT that tells the peer (RFC 9260 §9.1).
    pub fn abort(&mut self) {
        if !matches!(self.phase, Phase::Closed(_)) {
            self.close(CloseReason::Aborted, true);
        }
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.burst = self.burst.max(BURST);
        self.handle_phase_timeout(now);
        if !self.phase.is_open() {
            return;
        }
        let rto = self.rto.current();
        let data = self.sender.handle_timeout(now, &mut self.rto);
        let others = [
            self.reset.handle_timeout(now),
            self.heartbeat.handle_timeout(now, rto),
        ];
        let others = others.contains(&true);
        if others && !data {
            // RFC 9260 §8.3: the next wait is longer, as it is already if it was for data.
            self.rto.back_off();
        }
        // RFC 9260 §8.1: past the limit the peer is gone. Timers that run out together heard one silence.
        self.errors = self.errors.saturating_add(u8::from(data || others));
        if self.errors > ERRORS_MAX {
            self.close(CloseReason::Unreachable, true);
        }
        self.tell_lows();
    }

    /// When `handle_timeout` next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let open = self.phase.is_open();
        let while_open = [
            self.sender.poll_timeout(),
            self.receiver.poll_timeout(),
            self.reset.poll_timeout(),
            self.heartbeat.poll_timeout(),
        ];
        let while_open = while_open.into_iter().filter(|_| open);
        while_open.chain([self.phase.deadline()]).flatten().min()
    }

    /// Takes the next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What was counted.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            chunks_refused: self.statistics.chunks_refused + self.receiver.refused(),
            messages_oversized: self.receiver.oversized(),
            retransmissions: self.sender.retransmissions(),
            messages_abandoned: self.sender.abandoned(),
            ..self.statistics
        }
    }

    /// Over; with an ABORT if the peer does not know yet.
    pub(super) fn close(&mut self, reason: CloseReason, tell_peer: bool) {
        if tell_peer && let Some(tag) = self.identity.peer_tag {
            self.replies.clear();
            self.reply(tag, Kind::Abort, |_| {});
        }
        self.control.clear();
        self.phase = Phase::Closed(reason);
        self.events.push_back(Event::Closed(reason));
    }

    /// Something came in answer to which so many packets may leave; several may come between two polls.
    pub(super) fn allow_burst(&mut self, packets: usize) {
        self.burst = self.burst.saturating_add(packets).min(BURST_MAX);
    }

    pub(super) fn tell_lows(&mut self) {
        while let Some((stream, amount)) = self.sender.poll_low() {
            self.events
                .push_back(Event::BufferedAmountLow { stream, amount });
        }
    }
}
