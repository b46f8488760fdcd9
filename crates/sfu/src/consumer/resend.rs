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

/// What is known of a packet that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the stream's history.
    pub input: u64,
    /// How long ago it last went out again, if it did.
    pub repeated: Option<Duration>,
    /// What its header said: a repeat in the same stream must be the same to the bit.
    pub stamp: SendStamp,
}

/// The last packets that were sent, by output number.
#[derive(Debug, Default)]
pub struct SentRing {
    /// As many as a power of two.
    entries: Vec<Entry>,
    unwrapper: SeqUnwrapper,
    /// What the entries' short numbers are near to.
    newest_input: u64,
}

/// A packet in 24 bytes, as there is one for every packet of a second for every consumer: numbers lose
/// their high halves, times are milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    output: u32,
    input: u32,
    at: u32,
    repeated_at: u32,
    abs_send_time: u32,
    transport_seq: u16,
    flags: u8,
}

/// There is a packet.
const USED: u8 = 1;
/// It went out again.
const REPEATED: u8 = 2;
/// It was numbered across the transport.
const NUMBERED: u8 = 4;

impl SentRing {
    /// A packet goes out for the first time.
    pub fn insert(&mut self, now: Instant, output: SeqNumber, input: u64, stamp: SendStamp) {
        let output = self.unwrapper.unwrap(output) as u32;
        if self.entries.is_empty() {
            self.entries = vec![Entry::default(); ENTRIES_FIRST];
        }
        while self.entries.len() < ENTRIES_MAX {
            let there = &self.entries[self.index(output)];
            if !there.is_used() || there.output == output || there.age(now) >= WANTED_FOR {
                break;
            }
            self.grow();
        }
        self.newest_input = self.newest_input.max(input);
        let at = self.index(output);
        self.entries[at] = Entry {
            output,
            input: input as u32,
            at: short(now),
            repeated_at: 0,
            abs_send_time: stamp.abs_send_time,
            transport_seq: stamp.transport_seq.unwrap_or(0),
            flags: USED
                | if stamp.transport_seq.is_some() {
                    NUMBERED
                } else {
                    0
                },
        };
    }

    /// The packet with this output number, if it is remembered.
    #[must_use]
    pub fn get(&self, now: Instant, output: SeqNumber) -> Option<Sent> {
        let entry = &self.entries[self.find(output)?];
        Some(Sent {
            input: near(self.newest_input, entry.input),
            repeated: (entry.flags & REPEATED != 0).then(|| since(now, entry.repeated_at)),
            stamp: SendStamp {
                abs_send_time: entry.abs_send_time,
                transport_seq: (entry.flags & NUMBERED != 0).then_some(entry.transport_seq),
            },
        })
    }

    /// The packet with this output number goes out again.
    pub fn note_repeated(&mut self, now: Instant, output: SeqNumber) {
        if let Some(at) = self.find(output) {
            self.entries[at].repeated_at = short(now);
            self.entries[at].flags |= REPEATED;
        }
    }

    /// Memory held, in bytes.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.entries.len() * size_of::<Entry>()
    }

    fn find(&self, output: SeqNumber) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let output = self.unwrapper.peek(output) as u32;
        let at = self.index(output);
        let entry = &self.entries[at];
        (entry.is_used() && entry.output == output).then_some(at)
    }

    fn index(&self, output: u32) -> usize {
        output as usize & (self.entries.len() - 1)
    }

    fn grow(&mut self) {
        let larger = vec![Entry::default(); self.entries.len() * 2];
        let smaller = std::mem::replace(&mut self.entries, larger);
        for entry in smaller.into_iter().filter(Entry::is_used) {
            let at = self.index(entry.output);
            self.entries[at] = entry;
        }
    }
}

impl Entry {
    fn is_used(&self) -> bool {
        self.flags & USED != 0
    }

    fn age(&self, now: Instant) -> Duration {
        since(now, self.at)
    }
}

/// A moment in milliseconds; comes round after 49 days, which no entry of a flowing stream gets old.
fn short(now: Instant) -> u32 {
    now.as_millis() as u32
}

fn since(now: Instant, at: u32) -> Duration {
    Duration::from_millis(short(now).wrapping_sub(at).into())
}

/// The number nearest to `newest` whose low half is `low`.
fn near(newest: u64, low: u32) -> u64 {
    let ahead = low.wrapping_sub(newest as u32).cast_signed();
    newest.saturating_add_signed(ahead.into())
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
            ring.get(END, SeqNumber(65_300)).map(|sent| sent.input),
            Some(7_000)
        );
        assert_eq!(
            ring.get(END, SeqNumber(10)).map(|sent| sent.input),
            Some(7_246)
        );
        assert_eq!(ring.get(END, SeqNumber(5_000)), None);
    }

    #[test]
    fn what_a_header_said_and_when_it_was_repeated_is_remembered() {
        let mut ring = SentRing::default();
        let stamp = SendStamp {
            abs_send_time: 0xff_ffff,
            transport_seq: Some(0),
        };
        let input = (7 << 32) - 1;
        ring.insert(Instant::from_millis(10), SeqNumber(5), input, stamp);
        ring.insert(
            Instant::from_millis(11),
            SeqNumber(6),
            input + 1,
            SendStamp::default(),
        );
        ring.note_repeated(Instant::from_millis(30), SeqNumber(5));

        let sent = |seq| ring.get(Instant::from_millis(70), SeqNumber(seq));
        let first = Sent {
            input,
            repeated: Some(Duration::from_millis(40)),
            stamp,
        };
        let second = Sent {
            input: input + 1,
            repeated: None,
            stamp: SendStamp::default(),
        };
        assert_eq!(
            (sent(5), sent(6), sent(7)),
            (Some(first), Some(second), None)
        );
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

        assert!(slow.footprint() <= ENTRIES_FIRST * size_of::<Entry>());
        assert_eq!(fast.footprint(), ENTRIES_MAX * size_of::<Entry>());
    }

    const END: Instant = Instant::from_millis(500);
}
