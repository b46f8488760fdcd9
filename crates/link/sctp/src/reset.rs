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

/// Answers "in progress" under one number, after which the request gets another. dcSCTP before 2025
/// repeats that answer to a number for ever, and performs the same request under the next one.
const POSTPONED_MAX: u8 = 3;

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
    /// The last request that was done only after a while: the peer may ask for it once more.
    done_late: Option<ResetRequest>,
    /// Answers to write; at most a few, since each packet is answered before the next is read.
    answers: VecDeque<(u32, u32)>,
}

#[derive(Debug)]
struct UnderWay {
    request: ResetRequest,
    /// `None`: to be written.
    deadline: Option<Instant>,
    /// The answer to what was last written is that it takes a while.
    is_postponed: bool,
    /// How often that was the answer to this number.
    postponed: u8,
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
            done_late: None,
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
            is_postponed: false,
            postponed: 0,
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
        if matches!(result, outcome::IN_PROGRESS | outcome::ALREADY_IN_PROGRESS) {
            // RFC 6525 §5.2.7: ask again, with the same number, after a while.
            under_way.deadline = Some(now + rto.current());
            under_way.is_postponed = true;
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
        // dcSCTP before 2025 asks for what takes a while again under the next number.
        let renumbers =
            |old: &ResetRequest| sequence == self.peer_sequence_next && old.is_like(&request);
        if self.done_late.as_ref().is_some_and(renumbers) {
            self.peer_sequence_next = sequence.wrapping_add(1);
            self.perform(sequence);
            return None;
        }
        let repeated = self
            .deferred
            .as_ref()
            .is_some_and(|deferred| deferred.sequence == sequence || renumbers(deferred));
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
        (self.deferred, self.done_late) = (None, None);
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
        let streams = deferred.streams.clone();
        self.done_late = Some(deferred);
        Some(streams)
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
        let due = self
            .under_way
            .as_mut()
            .filter(|under_way| under_way.deadline.is_some_and(|at| at <= now));
        let Some(under_way) = due else {
            return false;
        };
        under_way.deadline = None;
        if !mem::take(&mut under_way.is_postponed) {
            return true;
        }
        under_way.postponed += 1;
        if under_way.postponed == POSTPONED_MAX {
            under_way.postponed = 0;
            under_way.request.sequence = self.sequence_next;
            self.sequence_next = self.sequence_next.wrapping_add(1);
        }
        false
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_peer_that_postpones_one_number_for_ever_is_asked_under_the_next() {
        let mut reset = Reset::new(100, 200);
        reset.want(7);
        reset.prepare(5, |_| true);
        let mut now = Instant::ZERO;
        let mut asked = Vec::new();
        for _ in 0..5 {
            let sequence = write(&mut reset, now);
            asked.push(sequence);
            let ended = reset.handle_response(now, sequence, outcome::IN_PROGRESS, &Rto::new());
            assert_eq!(ended, None);
            now += Duration::from_secs(1);
            assert!(!reset.handle_timeout(now), "it has answered");
        }

        assert_eq!(asked, [100, 100, 100, 101, 101]);
        let sequence = write(&mut reset, now);
        let ended = reset.handle_response(now, sequence, outcome::PERFORMED, &Rto::new());
        assert_eq!(ended.map(|ended| ended.streams), Some(vec![7]));
    }

    #[test]
    fn a_deferred_request_may_come_again_under_the_next_number() {
        let mut reset = Reset::new(100, 200);
        for sequence in [200, 200, 201, 202] {
            assert_eq!(reset.handle_request(request(sequence, 7), |_| false), None);
            assert_eq!(
                reset.answers.pop_front(),
                Some((sequence, outcome::IN_PROGRESS))
            );
        }
        // Another one has to wait.
        reset.handle_request(request(203, 8), |_| false);
        assert_eq!(
            reset.answers.pop_front(),
            Some((203, outcome::BAD_SEQUENCE))
        );

        assert_eq!(reset.handle_progress(|_| true), Some(vec![7]));
        assert_eq!(reset.answers.pop_front(), Some((202, outcome::PERFORMED)));
        // It had asked once more before it heard that.
        assert_eq!(reset.handle_request(request(203, 7), |_| true), None);
        assert_eq!(reset.answers.pop_front(), Some((203, outcome::PERFORMED)));
    }

    /// Writes what is due; gives the number of the request.
    fn write(reset: &mut Reset, now: Instant) -> u32 {
        assert!(reset.is_due());
        let mut out = Vec::new();
        reset.write(now, &Rto::new(), &mut out);
        u32::from_be_bytes(out[4..8].try_into().expect("four bytes"))
    }

    fn request(sequence: u32, stream: u16) -> ResetRequest {
        ResetRequest {
            sequence,
            answered: 99,
            tsn_last: 50,
            streams: vec![stream],
        }
    }
}
