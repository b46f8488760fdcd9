//! Which TSNs have come, and when to say so (RFC 9260 §6.2).

use std::collections::VecDeque;
use std::time::Duration;

use units::Instant;

use crate::serial;

/// Gaps remembered. At 2 % loss a window of 1 MB has about twenty; past this, packets only come again.
const RANGES_MAX: usize = 1024;

/// TSNs accepted ahead of the cumulative one (the figure is mediasoup's): a window of tiny messages.
const AHEAD_MAX: u64 = 100_000;

/// Gap blocks told in one SACK; the lowest are the ones the sender needs (the figure is mediasoup's).
const BLOCKS_MAX: usize = 20;

/// Duplicates told in one SACK.
const DUPLICATES_MAX: usize = 20;

/// How long a SACK may be held back (RFC 9260 §6.2: at most 500 ms, 200 ms advised).
const DELAY: Duration = Duration::from_millis(200);

/// What a TSN is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    New,
    Duplicate,
    TooFar,
}

/// The TSNs received, and the SACK that is owed for them.
#[derive(Debug)]
pub(super) struct Tracker {
    cumulative: u64,
    /// First and last of each run above `cumulative`, ascending, never touching.
    ranges: VecDeque<(u64, u64)>,
    duplicates: Vec<u32>,
    ack: Ack,
    /// Where all was well when the first gap opened, if no SACK had said so yet.
    whole_to: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ack {
    /// Nothing is owed.
    Idle,
    /// One packet is unacknowledged: a second one, or the moment, makes it due.
    At(Instant),
    Due,
}

impl Tracker {
    /// Expects `tsn` first.
    pub(super) fn new(tsn: u32) -> Self {
        Self {
            cumulative: serial::first(tsn) - 1,
            ranges: VecDeque::new(),
            duplicates: Vec::new(),
            ack: Ack::Idle,
            whole_to: None,
        }
    }

    pub(super) fn cumulative(&self) -> u64 {
        self.cumulative
    }

    pub(super) fn extend(&self, tsn: u32) -> u64 {
        serial::extend(self.cumulative, tsn)
    }

    /// What `tsn` would be; does not take it in.
    pub(super) fn look(&self, tsn: u64) -> Seen {
        if tsn <= self.cumulative {
            return Seen::Duplicate;
        }
        if tsn - self.cumulative > AHEAD_MAX {
            return Seen::TooFar;
        }
        let after = self.ranges.partition_point(|(_, last)| *last < tsn);
        match self.ranges.get(after) {
            Some((first, _)) if *first <= tsn => Seen::Duplicate,
            _ if tsn == self.cumulative + 1 || self.ranges.len() < RANGES_MAX => Seen::New,
            _ => Seen::TooFar,
        }
    }

    /// Takes in a TSN that `look` called new.
    pub(super) fn insert(&mut self, tsn: u64) {
        // RFC 9260 §6.2 wants a SACK for every second packet; ours waits until all that arrived together
        // is read. But senders measure the round trip by SACKs without a gap alone, and Firefox 153 sends
        // a single FORWARD-TSN, ever, if it must send it before it knows the round trip. So what was owed
        // when the gap opened is told first.
        if self.ranges.is_empty() && tsn > self.cumulative + 1 && self.ack != Ack::Idle {
            self.whole_to = Some(self.cumulative);
        }
        let after = self.ranges.partition_point(|(_, last)| *last < tsn);
        let joins_next = self.ranges.get(after).is_some_and(|(f, _)| *f == tsn + 1);
        let joins_previous = after > 0 && self.ranges[after - 1].1 + 1 == tsn;
        match (joins_previous, joins_next) {
            (true, true) => {
                self.ranges[after - 1].1 = self.ranges[after].1;
                self.ranges.remove(after);
            }
            (true, false) => self.ranges[after - 1].1 = tsn,
            (false, true) => self.ranges[after].0 = tsn,
            (false, false) => self.ranges.insert(after, (tsn, tsn)),
        }
        self.join();
    }

    pub(super) fn note_duplicate(&mut self, tsn: u32) {
        if self.duplicates.len() < DUPLICATES_MAX {
            self.duplicates.push(tsn);
        }
        // RFC 9260 §6.2: duplicates alone are acknowledged without delay.
        self.ack = Ack::Due;
    }

    /// The peer gave up everything to `tsn` (RFC 3758 §3.6). False if that is news from the past, or
    /// further than anything it can have sent.
    pub(super) fn forward(&mut self, tsn: u64) -> bool {
        self.ack = Ack::Due;
        if tsn <= self.cumulative || tsn - self.cumulative > AHEAD_MAX {
            return false;
        }
        self.cumulative = tsn;
        while let Some((first, last)) = self.ranges.front_mut() {
            if *last <= tsn {
                self.ranges.pop_front();
                continue;
            }
            *first = (*first).max(tsn + 1);
            break;
        }
        self.join();
        true
    }

    /// A packet with new data has been read to its end.
    pub(super) fn handle_packet(&mut self, now: Instant, immediate: bool) {
        // RFC 9260 §6.2: every second packet, and at once while something is missing.
        self.ack = match self.ack {
            Ack::Idle if !immediate && self.ranges.is_empty() => Ack::At(now + DELAY),
            _ => Ack::Due,
        };
    }

    pub(super) fn ack_at_once(&mut self) {
        self.ack = Ack::Due;
    }

    /// Whether a SACK must leave by now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        match self.ack {
            Ack::Idle => false,
            Ack::At(deadline) => deadline <= now,
            Ack::Due => true,
        }
    }

    /// Whether a packet that leaves anyway should carry a SACK.
    pub(super) fn is_owed(&self) -> bool {
        self.ack != Ack::Idle
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self.ack {
            Ack::At(deadline) => Some(deadline),
            _ => None,
        }
    }

    /// Writes the SACK that is owed. If two are, this is the older one, and the other stays due.
    pub(super) fn write_sack(&mut self, window: u32, out: &mut Vec<u8>) {
        if let Some(whole_to) = self.whole_to.take() {
            out.extend_from_slice(&serial::wire(whole_to).to_be_bytes());
            out.extend_from_slice(&window.to_be_bytes());
            out.extend_from_slice(&[0; 4]);
            self.ack = Ack::Due;
            return;
        }
        let blocks = self.ranges.len().min(BLOCKS_MAX);
        out.extend_from_slice(&serial::wire(self.cumulative).to_be_bytes());
        out.extend_from_slice(&window.to_be_bytes());
        let told = out.len();
        out.extend_from_slice(&[0; 4]);
        let mut written = 0u16;
        for (first, last) in self.ranges.iter().take(blocks) {
            // Gaps are told as distances of 16 bits (RFC 9260 §3.3.4).
            let (Ok(first), Ok(last)) = (
                u16::try_from(first - self.cumulative),
                u16::try_from((last - self.cumulative).min(u64::from(u16::MAX))),
            ) else {
                break;
            };
            out.extend_from_slice(&first.to_be_bytes());
            out.extend_from_slice(&last.to_be_bytes());
            written += 1;
        }
        out[told..told + 2].copy_from_slice(&written.to_be_bytes());
        let duplicates = u16::try_from(self.duplicates.len()).unwrap_or(0);
        out[told + 2..told + 4].copy_from_slice(&duplicates.to_be_bytes());
        for tsn in self.duplicates.drain(..) {
            out.extend_from_slice(&tsn.to_be_bytes());
        }
        self.ack = Ack::Idle;
    }

    /// How much of a packet the SACK takes at most, its chunk header included.
    pub(super) const SACK_LEN_MAX: usize = 16 + 4 * (BLOCKS_MAX + DUPLICATES_MAX);

    /// Moves the cumulative TSN over what follows it.
    fn join(&mut self) {
        while let Some((first, last)) = self.ranges.front() {
            if *first != self.cumulative + 1 {
                return;
            }
            self.cumulative = *last;
            self.ranges.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Sack;

    #[test]
    fn gaps_are_told_until_they_are_filled() {
        let mut tracker = Tracker::new(10);
        for tsn in [10, 12, 13, 16] {
            tracker.insert(serial::first(tsn));
        }

        let mut sack = Vec::new();
        tracker.write_sack(1000, &mut sack);
        let read = Sack::parse(&sack).expect("a SACK");
        assert_eq!(read.cumulative, 10);
        assert_eq!(read.window, 1000);
        assert_eq!(read.blocks().collect::<Vec<_>>(), [(2, 3), (6, 6)]);

        for tsn in [11, 15, 14] {
            tracker.insert(serial::first(tsn));
        }
        assert_eq!(tracker.cumulative(), serial::first(16));
        assert!(tracker.ranges.is_empty());
    }

    #[test]
    fn old_and_far_tsns_are_not_news() {
        let mut tracker = Tracker::new(0);
        tracker.insert(serial::first(0));
        tracker.insert(serial::first(5));

        assert_eq!(tracker.look(serial::first(0)), Seen::Duplicate);
        assert_eq!(tracker.look(serial::first(5)), Seen::Duplicate);
        assert_eq!(tracker.look(serial::first(4)), Seen::New);
        assert_eq!(tracker.look(serial::first(0) + AHEAD_MAX + 1), Seen::TooFar);
        assert!(!tracker.forward(serial::first(0) + AHEAD_MAX + 1));
    }

    #[test]
    fn the_second_packet_makes_the_sack_due() {
        let now = Instant::from_millis(0);
        let mut tracker = Tracker::new(0);

        tracker.insert(serial::first(0));
        tracker.handle_packet(now, false);
        assert!(!tracker.is_due(now));
        assert_eq!(tracker.poll_timeout(), Some(now + DELAY));

        tracker.insert(serial::first(1));
        tracker.handle_packet(now, false);
        assert!(tracker.is_due(now));
    }

    #[test]
    fn what_was_owed_when_a_gap_opens_is_told_without_it() {
        let now = Instant::from_millis(0);
        let mut tracker = Tracker::new(0);
        for tsn in [0, 1, 3] {
            tracker.insert(serial::first(tsn));
            tracker.handle_packet(now, false);
        }

        let mut told = Vec::new();
        while tracker.is_due(now) {
            let mut sack = Vec::new();
            tracker.write_sack(1000, &mut sack);
            let read = Sack::parse(&sack).expect("a SACK");
            told.push((read.cumulative, read.blocks().collect::<Vec<_>>()));
        }
        assert_eq!(told, [(1, vec![]), (1, vec![(2, 2)])]);

        // Nothing was owed here: one SACK says it all.
        tracker.insert(serial::first(2));
        tracker.handle_packet(now, true);
        tracker.write_sack(1000, &mut Vec::new());
        tracker.insert(serial::first(5));
        tracker.handle_packet(now, false);
        tracker.write_sack(1000, &mut Vec::new());
        assert!(!tracker.is_due(now));
    }

    #[test]
    fn a_table_of_gaps_that_is_full_takes_only_what_closes_the_first() {
        let mut tracker = Tracker::new(0);
        for n in 0..RANGES_MAX as u64 {
            let tsn = serial::first(0) + 2 + 2 * n;
            assert_eq!(tracker.look(tsn), Seen::New);
            tracker.insert(tsn);
        }

        let beyond = serial::first(0) + 10 + 2 * RANGES_MAX as u64;
        assert_eq!(tracker.look(beyond), Seen::TooFar);
        assert_eq!(tracker.look(serial::first(0)), Seen::New);
    }

    #[test]
    fn what_was_given_up_is_passed_over() {
        let mut tracker = Tracker::new(0);
        tracker.insert(serial::first(3));
        tracker.insert(serial::first(4));
        tracker.insert(serial::first(6));

        assert!(tracker.forward(serial::first(2)));

        assert_eq!(tracker.cumulative(), serial::first(4));
    }
}
