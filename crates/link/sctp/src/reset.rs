//! Streams start anew (RFC 6525, RFC 8831 §6.7): that is how a data channel closes.
//!
//! ```text
//!  ours     wanted ─ message under way is out ─▶ requested ─ answer ─▶ done
//!  theirs   request ─ everything sent before it has come ─▶ performed, answered
//! ```
//! The two directions know nothing of each other.

use std::collections::VecDeque;
use std::mem;

use units::Instant;

use crate::packet::{ResetRequest, outcome, write_request, write_response};
use crate::rto::Rto;
use crate::serial;

/// Streams named in one request: what fits into a packet next to other chunks.
const STREAMS_PER_REQUEST: usize = 256;

/// Resets of both directions.
#[derive(Debug)]
pub(crate) struct Reset {
    /// Streams whose reset was asked for and not requested yet; each at most once.
    wanted: VecDeque<u16>,
    under_way: Option<UnderWay>,
    sequence_next: u32,
    /// The number of the peer's next request.
    peer_sequence_next: u32,
    /// What the last request of the peer was answered, to be told again if it asks again.
    peer_outcome: u32,
    /// A request that waits for data sent before it; the peer may not have a second one open.
    deferred: Option<ResetRequest>,
    /// Answers to write; at most a few, since each packet is answered before the next is read.
    answers: VecDeque<(u32, u32)>,
}

#[derive(Debug)]
struct UnderWay {
    request: ResetRequest,
    /// `None`: to be written.
    deadline: Option<Instant>,
}

/// Answers that wait to leave; the peer repeats a request whose answer is dropped.
const ANSWERS_MAX: usize = 8;

/// How a request of ours ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) streams: Vec<u16>,
    pub(crate) performed: bool,
}

impl Reset {
    /// Request numbers begin with the first TSN of each side (RFC 6525 §4.1).
    pub(crate) fn new(tsn: u32, peer_tsn: u32) -> Self {
        Self {
            wanted: VecDeque::new(),
            under_way: None,
            sequence_next: tsn,
            peer_sequence_next: peer_tsn,
            peer_outcome: outcome::NOTHING_TO_DO,
            deferred: None,
            answers: VecDeque::new(),
        }
    }

    /// Asks for `stream` to start anew. False if that is already under way.
    pub(crate) fn want(&mut self, stream: u16) -> bool {
        let requested = self
            .under_way
            .as_ref()
            .is_some_and(|u| u.request.streams.contains(&stream));
        if requested || self.wanted.contains(&stream) {
            return false;
        }
        self.wanted.push_back(stream);
        true
    }

    /// Turns what is wanted into a request, of the streams that are `quiet`.
    pub(crate) fn prepare(&mut self, tsn_highest: u64, quiet: impl Fn(u16) -> bool) {
        if self.under_way.is_some() || self.wanted.is_empty() {
            return;
        }
        let (ready, wanted): (Vec<u16>, Vec<u16>) = mem::take(&mut self.wanted)
            .into_iter()
            .partition(|id| quiet(*id));
        self.wanted = wanted.into();
        let rest = ready.get(STREAMS_PER_REQUEST..).unwrap_or(&[]);
        self.wanted.extend(rest.iter().copied());
        let streams: Vec<u16> = ready.into_iter().take(STREAMS_PER_REQUEST).collect();
        if streams.is_empty() {
            return;
        }
        self.under_way = Some(UnderWay {
            request: ResetRequest {
                sequence: self.sequence_next,
                answered: self.peer_sequence_next.wrapping_sub(1),
                tsn_last: serial::wire(tsn_highest),
                streams,
            },
            deadline: None,
        });
        self.sequence_next = self.sequence_next.wrapping_add(1);
    }

    /// Takes in the answer to our request; tells if that ends it.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        sequence: u32,
        result: u32,
        rto: &Rto,
    ) -> Option<Ended> {
        let under_way = self.under_way.as_mut()?;
        if under_way.request.sequence != sequence {
            return None;
        }
        if result == outcome::IN_PROGRESS {
            // RFC 6525 §5.2.7: ask again, with the same number, after a while.
            under_way.deadline = Some(now + rto.current());
            return None;
        }
        let ended = self.under_way.take()?;
        Some(Ended {
            streams: ended.request.streams,
            performed: matches!(result, outcome::NOTHING_TO_DO | outcome::PERFORMED),
        })
    }

    /// Takes in the peer's request. Gives the streams to start anew, if that can be done at once.
    pub(crate) fn handle_request(
        &mut self,
        request: ResetRequest,
        has_all_to: impl Fn(u32) -> bool,
    ) -> Option<Vec<u16>> {
        let sequence = request.sequence;
        if sequence == self.peer_sequence_next.wrapping_sub(1) && self.deferred.is_none() {
            // RFC 6525 §5.2.1: a repeated request gets the answer it got.
            self.answer(sequence, self.peer_outcome);
            return None;
        }
        let repeated = self
            .deferred
            .as_ref()
            .is_some_and(|deferred| deferred.sequence == sequence);
        if !repeated && (sequence != self.peer_sequence_next || self.deferred.is_some()) {
            self.answer(sequence, outcome::BAD_SEQUENCE);
            return None;
        }
        self.peer_sequence_next = sequence.wrapping_add(1);
        if !has_all_to(request.tsn_last) {
            // RFC 6525 §5.2.2 E2.
            self.deferred = Some(request);
            self.answer(sequence, outcome::IN_PROGRESS);
            return None;
        }
        self.deferred = None;
        self.perform(sequence);
        Some(request.streams)
    }

    /// The peer asks for something else (RFC 6525 §4.2, §4.3, §4.5, §4.6), which we do not do.
    pub(crate) fn handle_other(&mut self, sequence: u32) {
        if sequence == self.peer_sequence_next {
            self.peer_sequence_next = sequence.wrapping_add(1);
            self.peer_outcome = outcome::DENIED;
        }
        self.answer(sequence, outcome::DENIED);
    }

    /// More data has come: a deferred request may be done. Gives the streams to start anew.
    pub(crate) fn handle_progress(&mut self, has_all_to: impl Fn(u32) -> bool) -> Option<Vec<u16>> {
        let deferred = self.deferred.take_if(|d| has_all_to(d.tsn_last))?;
        self.perform(deferred.sequence);
        Some(deferred.streams)
    }

    /// Whether data of `stream` with this TSN belongs behind a reset that is not done yet.
    pub(crate) fn holds(&self, stream: u16, tsn: u64) -> bool {
        self.deferred.as_ref().is_some_and(|deferred| {
            tsn > serial::extend(tsn, deferred.tsn_last)
                && (deferred.streams.is_empty() || deferred.streams.contains(&stream))
        })
    }

    /// True if the peer left our request unanswered.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> bool {
        match &mut self.under_way {
            Some(under_way) if under_way.deadline.is_some_and(|at| at <= now) => {
                under_way.deadline = None;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.under_way.as_ref()?.deadline
    }

    pub(crate) fn is_due(&self) -> bool {
        !self.answers.is_empty()
            || self
                .under_way
                .as_ref()
                .is_some_and(|u| u.deadline.is_none())
    }

    /// Writes one RE-CONFIG's parameters: an answer, or our request. Only when `is_due`.
    pub(crate) fn write(&mut self, now: Instant, rto: &Rto, out: &mut Vec<u8>) {
        if let Some((sequence, result)) = self.answers.pop_front() {
            write_response(sequence, result, out);
        } else if let Some(under_way) = &mut self.under_way {
            write_request(&under_way.request, out);
            under_way.deadline = Some(now + rto.current());
        }
    }

    /// How much of a packet `write` takes at most, with the chunk header.
    pub(crate) const LEN_MAX: usize = 4 + 16 + 2 * STREAMS_PER_REQUEST;

    fn perform(&mut self, sequence: u32) {
        self.peer_outcome = outcome::PERFORMED;
        self.answer(sequence, outcome::PERFORMED);
    }

    fn answer(&mut self, sequence: u32, result: u32) {
        if self.answers.len() < ANSWERS_MAX {
            self.answers.push_back((sequence, result));
        }
    }
}
