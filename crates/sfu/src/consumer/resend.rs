//! What was sent lately: which packet an output number stands for, and when it last went out.

use std::time::Duration;

use rtp::{SeqNumber, SeqUnwrapper};
use units::Instant;

use crate::consumer::header::SendStamp;

/// Entries at first and at most: two seconds of a thousand packets. They double as the stream asks.
const ENTRIES_FIRST: usize = 64;
const ENTRIES_MAX: usize = 2_048;

/// What is older than this when its place is needed may go without the ring growing.
const WANTED_FOR: Duration = Duration::from_millis(1_000);

/// One packet that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Its output number.
    output: u64,
    /// Its number in the stream's history.
    pub input: u64,
    /// When it went out.
    at: Instant,
    /// When it last went out again.
    pub repeated_at: Option<Instant>,
    /// What its header said: a repeat in the same stream must be the same to the bit.
    pub stamp: SendStamp,
}

/// The last packets that were sent, by output number.
#[derive(Debug, Default)]
pub struct SentRing {
    entries: Vec<Option<Sent>>,
    unwrapper: SeqUnwrapper,
}

impl SentRing {
    /// A packet goes out for the first time.
    pub fn insert(&mut self, now: Instant, output: SeqNumber, input: u64, stamp: SendStamp) {
        let output = self.unwrapper.unwrap(output);
        if self.entries.is_empty() {
            self.entries = vec![None; ENTRIES_FIRST];
        }
        while self.entries.len() < ENTRIES_MAX
            && self.entries[self.index(output)].is_some_and(|sent| {
                sent.output != output && now.saturating_since(sent.at) < WANTED_FOR
            })
        {
            self.grow();
        }
        let at = self.index(output);
        self.entries[at] = Some(Sent {
            output,
            input,
            at: now,
            repeated_at: None,
            stamp,
        });
    }

    /// The packet with this output number, if it is remembered.
    pub fn get_mut(&mut self, output: SeqNumber) -> Option<&mut Sent> {
        if self.entries.is_empty() {
            return None;
        }
        let output = self.unwrapper.peek(output);
        let at = self.index(output);
        self.entries[at]
            .as_mut()
            .filter(|sent| sent.output == output)
    }

    /// Memory held, in bytes.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.entries.len() * size_of::<Option<Sent>>()
    }

    fn index(&self, output: u64) -> usize {
        (output % self.entries.len() as u64) as usize
    }

    fn grow(&mut self) {
        let larger = vec![None; self.entries.len() * 2];
        for sent in std::mem::replace(&mut self.entries, larger)
            .into_iter()
            .flatten()
        {
            let at = self.index(sent.output);
            self.entries[at] = Some(sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_found_by_its_output_number_across_the_wrap() {
        let mut ring = SentRing::default();
        for n in 0..500_u64 {
            ring.insert(
                Instant::from_millis(n),
                SeqNumber((65_300 + n) as u16),
                7_000 + n,
                SendStamp::default(),
            );
        }

        assert_eq!(
            ring.get_mut(SeqNumber(65_300)).map(|sent| sent.input),
            Some(7_000)
        );
        assert_eq!(
            ring.get_mut(SeqNumber(10)).map(|sent| sent.input),
            Some(7_246)
        );
        assert!(ring.get_mut(SeqNumber(5_000)).is_none());
    }

    #[test]
    fn the_ring_is_as_large_as_a_second_and_no_larger_than_its_bound() {
        let mut slow = SentRing::default();
        let mut fast = SentRing::default();
        for n in 0..20_000_u64 {
            slow.insert(
                Instant::from_millis(n * 20),
                SeqNumber(n as u16),
                n,
                SendStamp::default(),
            );
            fast.insert(
                Instant::from_micros(n * 10),
                SeqNumber(n as u16),
                n,
                SendStamp::default(),
            );
        }

        assert!(slow.footprint() <= ENTRIES_FIRST * size_of::<Option<Sent>>());
        assert_eq!(fast.footprint(), ENTRIES_MAX * size_of::<Option<Sent>>());
    }
}
