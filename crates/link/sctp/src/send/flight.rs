//! What has been sent and is not yet acknowledged for good, by TSN.
//!
//! ```text
//!             sent again
//!        ┌──────────────────┐
//!        ▼                  │
//!  ─▶ InFlight ─ missed ─▶ Lost ─ limit reached ─▶ Abandoned ─ FORWARD-TSN ─▶ gone
//!        └──── in a gap block ─▶ Acked ─ cumulative TSN ─▶ gone
//! ```
//! RFC 9260 §6.2.1, §7.2.4; RFC 3758 §3.5.

use std::collections::VecDeque;
use std::time::Duration;

use units::Instant;

use super::queue::Fragment;
use crate::packet::{Sack, data_flags};
use crate::serial;

/// Reports of later data without it that make a chunk lost (RFC 9260 §7.2.4).
const MISSES_LOST: u8 = 3;

/// Chunks in flight, in the order of their TSNs.
#[derive(Debug)]
pub(super) struct Flight {
    /// Everything to here is acknowledged.
    acked: u64,
    /// `chunks[0]` has the TSN `acked + 1`.
    chunks: VecDeque<Sent>,
    /// Bytes in state `InFlight`.
    bytes: usize,
    /// Chunks in state `Lost`.
    lost: usize,
    /// The peer may pass over everything to here (RFC 3758's Advanced.Peer.Ack.Point).
    advanced: u64,
    retransmissions: u64,
}

#[derive(Debug)]
struct Sent {
    fragment: Fragment,
    state: State,
    misses: u8,
    transmissions: u16,
    sent_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    InFlight,
    Lost,
    Acked,
    Abandoned,
}

/// What a SACK brought.
#[derive(Debug, Default)]
pub(super) struct Acknowledged {
    /// Bytes that are no longer in flight, or were thought lost, because they arrived.
    pub(super) bytes: usize,
    /// The cumulative TSN moved.
    pub(super) advanced: bool,
    /// Something was shown to be lost.
    pub(super) lost: bool,
    /// The round trip of a chunk sent once.
    pub(super) rtt: Option<Duration>,
    /// When the latest sent of what is newly acknowledged was sent.
    latest: Option<Instant>,
}

impl Flight {
    pub(super) fn new(tsn: u32) -> Self {
        let acked = serial::first(tsn) - 1;
        Self {
            acked,
            chunks: VecDeque::new(),
            bytes: 0,
            lost: 0,
            advanced: acked,
            retransmissions: 0,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    pub(super) fn acked(&self) -> u64 {
        self.acked
    }

    pub(super) fn tsn_highest(&self) -> u64 {
        self.acked + self.chunks.len() as u64
    }

    pub(super) fn has_lost(&self) -> bool {
        self.lost > 0
    }

    pub(super) fn retransmissions(&self) -> u64 {
        self.retransmissions
    }

    /// Notes a fragment as sent; gives it its TSN.
    pub(super) fn push(&mut self, now: Instant, fragment: Fragment) -> (u32, &Fragment) {
        self.bytes += fragment.size();
        self.chunks.push_back(Sent {
            fragment,
            state: State::InFlight,
            misses: 0,
            transmissions: 1,
            sent_at: now,
        });
        let tsn = serial::wire(self.tsn_highest());
        let index = self.chunks.len() - 1;
        (tsn, &self.chunks[index].fragment)
    }

    /// The first lost chunk, if it fits into `room`; notes it as sent.
    pub(super) fn resend(&mut self, now: Instant, room: usize) -> Option<(u32, &Fragment)> {
        if self.lost == 0 {
            return None;
        }
        let index = self.chunks.iter().position(|c| c.state == State::Lost)?;
        let chunk = &mut self.chunks[index];
        if chunk.fragment.size() > room {
            return None;
        }
        chunk.state = State::InFlight;
        chunk.misses = 0;
        chunk.transmissions = chunk.transmissions.saturating_add(1);
        chunk.sent_at = now;
        self.lost -= 1;
        self.bytes += chunk.fragment.size();
        self.retransmissions += 1;
        let tsn = serial::wire(self.acked + 1 + index as u64);
        Some((tsn, &self.chunks[index].fragment))
    }

    /// Takes in a SACK. `None`: it is old, or speaks of what was never sent.
    pub(super) fn handle_sack(
        &mut self,
        now: Instant,
        sack: &Sack<'_>,
        recovering: bool,
    ) -> Option<Acknowledged> {
        let cumulative = serial::extend(self.acked, sack.cumulative);
        if cumulative < self.acked || cumulative > self.tsn_highest() {
            return None;
        }
        let mut news = Acknowledged {
            advanced: cumulative > self.acked,
            ..Acknowledged::default()
        };
        while self.acked < cumulative
            && let Some(mut chunk) = self.chunks.pop_front()
        {
            self.acked += 1;
            self.leave(chunk.state, chunk.fragment.size());
            news.note(now, &mut chunk);
        }
        self.advanced = self.advanced.max(self.acked);
        let (newest, told) = self.handle_blocks(now, sack, &mut news);
        // RFC 9260 §7.2.4: below what is newly acknowledged; in recovery, below all that is told,
        // once the cumulative TSN moves.
        let limit = match recovering && news.advanced {
            true => told,
            false => newest,
        };
        news.lost = self.count_misses(limit, news.latest);
        Some(news)
    }

    /// The gap blocks; gives how many chunks lie up to the highest newly acknowledged, and up to the
    /// highest told. Blocks must ascend and lie within what was sent: the rest of a SACK that does
    /// otherwise is not looked at, so its cost is bounded by what is in flight.
    fn handle_blocks(
        &mut self,
        now: Instant,
        sack: &Sack<'_>,
        news: &mut Acknowledged,
    ) -> (usize, usize) {
        let (mut newest, mut told) = (0, 0);
        for (first, last) in sack.blocks() {
            let (first, last) = (usize::from(first), usize::from(last));
            if first < told + 2 || last < first || last > self.chunks.len() {
                break;
            }
            told = last;
            for index in first - 1..last {
                let chunk = &mut self.chunks[index];
                let (state, size) = (chunk.state, chunk.fragment.size());
                if matches!(state, State::Acked | State::Abandoned) {
                    continue;
                }
                news.note(now, chunk);
                chunk.state = State::Acked;
                self.leave(state, size);
                newest = last;
            }
        }
        (newest, told)
    }

    /// Counts a miss for each chunk in flight among the first `limit`. True if one was the third.
    /// A chunk that was sent again is missed only by what was sent after that.
    fn count_misses(&mut self, limit: usize, latest: Option<Instant>) -> bool {
        let mut lost = false;
        for index in 0..limit {
            let chunk = &mut self.chunks[index];
            if chunk.state != State::InFlight
                || (chunk.transmissions > 1 && latest.is_none_or(|sent| sent <= chunk.sent_at))
            {
                continue;
            }
            chunk.misses += 1;
            if chunk.misses >= MISSES_LOST {
                let size = chunk.fragment.size();
                chunk.state = State::Lost;
                self.bytes -= size;
                self.lost += 1;
                lost = true;
            }
        }
        lost
    }

    /// T3 ran out: all that is in flight is lost (RFC 9260 §6.3.3 E3). If what is first was told in a
    /// gap block once, the peer has taken that back (§6.2): it goes again too.
    pub(super) fn lose_all(&mut self) {
        let reneged = self.chunks.front().is_some_and(|c| c.state == State::Acked);
        for chunk in &mut self.chunks {
            let lose = match chunk.state {
                State::InFlight => true,
                State::Acked => reneged,
                State::Lost | State::Abandoned => false,
            };
            if lose {
                chunk.state = State::Lost;
                self.lost += 1;
            }
        }
        self.bytes = 0;
    }

    /// Gives up lost chunks whose message has reached a limit, and the rest of the message with each;
    /// names stream and message through `each`.
    pub(super) fn abandon(&mut self, now: Instant, mut each: impl FnMut(u16, u64)) {
        if self.lost == 0 {
            return;
        }
        for index in 0..self.chunks.len() {
            let chunk = &self.chunks[index];
            if chunk.state == State::Lost && chunk.has_reached_limit(now) {
                let (stream, message) = (chunk.fragment.stream, chunk.fragment.message);
                self.abandon_message(index, message);
                each(stream, message);
            }
        }
        self.advance();
    }

    /// The fragments of a message stand side by side.
    fn abandon_message(&mut self, index: usize, message: u64) {
        let is_part = |chunk: &Sent| chunk.fragment.message == message;
        let before = self.chunks.range(..index).rev().take_while(|c| is_part(c));
        let first = index - before.count();
        let after = self.chunks.range(index..).take_while(|c| is_part(c));
        let behind = index + after.count();
        for index in first..behind {
            let chunk = &mut self.chunks[index];
            let (state, size) = (chunk.state, chunk.fragment.size());
            chunk.state = State::Abandoned;
            chunk.fragment.release();
            self.leave(state, size);
        }
    }

    /// RFC 3758 §3.5 C2.
    fn advance(&mut self) {
        while let Some(index) = usize::try_from(self.advanced - self.acked).ok()
            && self
                .chunks
                .get(index)
                .is_some_and(|chunk| chunk.state == State::Abandoned)
        {
            self.advanced += 1;
        }
    }

    /// After a SACK, abandoned chunks may have come to the front.
    pub(super) fn is_forward_due(&mut self) -> bool {
        self.advance();
        self.advanced > self.acked
    }

    /// Writes the FORWARD-TSN (RFC 3758 §3.2) into at most `room` bytes, and thereby perhaps not the
    /// whole way.
    pub(super) fn write_forward_tsn(&self, room: usize, out: &mut Vec<u8>) {
        let passed = usize::try_from(self.advanced - self.acked).unwrap_or(0);
        let entries_max = room.saturating_sub(8) / 4;
        let mut streams: Vec<(u16, u16)> = Vec::new();
        let mut cumulative = self.acked;
        for chunk in self.chunks.iter().take(passed) {
            let fragment = &chunk.fragment;
            // Unordered messages have no number to pass over.
            if fragment.flags & data_flags::UNORDERED == 0 {
                match streams.iter().position(|(id, _)| *id == fragment.stream) {
                    Some(index) => streams[index].1 = fragment.ssn,
                    None if streams.len() == entries_max => break,
                    None => streams.push((fragment.stream, fragment.ssn)),
                }
            }
            cumulative += 1;
        }
        out.extend_from_slice(&serial::wire(cumulative).to_be_bytes());
        for (stream, ssn) in streams {
            out.extend_from_slice(&stream.to_be_bytes());
            out.extend_from_slice(&ssn.to_be_bytes());
        }
    }

    /// A chunk leaves `state`, where it was counted.
    fn leave(&mut self, state: State, size: usize) {
        match state {
            State::InFlight => self.bytes -= size,
            State::Lost => self.lost -= 1,
            State::Acked | State::Abandoned => {}
        }
    }
}

impl Acknowledged {
    fn note(&mut self, now: Instant, chunk: &mut Sent) {
        if matches!(chunk.state, State::Acked | State::Abandoned) {
            return;
        }
        self.bytes += chunk.fragment.size();
        self.latest = self.latest.max(Some(chunk.sent_at));
        // Karn's rule (RFC 9260 §6.3.1 C5).
        if chunk.transmissions == 1 {
            self.rtt = Some(now.saturating_since(chunk.sent_at));
        }
    }
}

impl Sent {
    fn has_reached_limit(&self, now: Instant) -> bool {
        let limits = self.fragment.limits;
        limits.deadline.is_some_and(|deadline| deadline <= now)
            || limits
                .retransmits_max
                .is_some_and(|max| self.transmissions > max)
    }
}
