//! What was sent lately: which packet an output number stands for, and when it last went out.

use std::time::Duration;

use payload::Vp8Numbers;
use rtp::{SeqNumber, SeqUnwrapper};
use units::{Instant, RtpTimestamp};

use crate::consumer::header::SendStamp;
use crate::consumer::sequencer::Outgoing;

/// Entries at first and at most: two seconds of a thousand packets. They double as the stream asks.
const ENTRIES_FIRST: usize = 64;
const ENTRIES_MAX: usize = 2_048;

/// What is older than this when its place is needed may go without the ring growing.
const WANTED_FOR: Duration = Duration::from_millis(1_000);

/// One packet that was sent, in few bytes: a consumer keeps up to [`ENTRIES_MAX`].
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Its output number without wraps, the lower half.
    output: u32,
    input_low: u32,
    input_high: u16,
    transport_seq: u16,
    timestamp: u32,
    /// Milliseconds; they wrap after seven weeks.
    at: u32,
    repeated_at: u32,
    /// 24 bits.
    abs_send_time: u32,
    picture_id: u16,
    frame_step: u16,
    tl0_picture_index: u8,
    flags: u8,
    encoding: u8,
}

/// What there is of an entry.
const USED: u8 = 1;
const REPEATED: u8 = 2;
const MARKER: u8 = 4;
const NUMBERED: u8 = 8;
const REWRITTEN: u8 = 16;

const UNUSED: Entry = Entry {
    output: 0,
    input_low: 0,
    input_high: 0,
    transport_seq: 0,
    timestamp: 0,
    at: 0,
    repeated_at: 0,
    abs_send_time: 0,
    picture_id: 0,
    frame_step: 0,
    tl0_picture_index: 0,
    flags: 0,
    encoding: 0,
};

/// One packet that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The stream it came from, and its number in that stream's history.
    pub source: (usize, u64),
    /// As what it went out.
    pub outgoing: Outgoing,
    /// What its header said: a repeat in the same stream must be the same to the bit.
    pub stamp: SendStamp,
}

impl Entry {
    fn new(now: Instant, output: u64, sent: &Sent) -> Self {
        let (encoding, input) = sent.source;
        let (outgoing, stamp) = (&sent.outgoing, &sent.stamp);
        let rewrite = outgoing.rewrite.unwrap_or_default();
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        Self {
            output: output as u32,
            input_low: input as u32,
            input_high: (input >> 32) as u16,
            transport_seq: stamp.transport_seq.unwrap_or(0),
            timestamp: outgoing.timestamp.0,
            at: now.as_millis() as u32,
            repeated_at: 0,
            abs_send_time: stamp.abs_send_time,
            picture_id: rewrite.picture_id,
            frame_step: outgoing.frame_step,
            tl0_picture_index: rewrite.tl0_picture_index,
            flags: USED
                | flag(outgoing.marker, MARKER)
                | flag(stamp.transport_seq.is_some(), NUMBERED)
                | flag(outgoing.rewrite.is_some(), REWRITTEN),
            encoding: encoding as u8,
        }
    }

    fn is(&self, output: u64) -> bool {
        self.has(USED) && self.output == output as u32
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn sent(&self) -> Sent {
        let input = u64::from(self.input_high) << 32 | u64::from(self.input_low);
        let rewrite = Vp8Numbers {
            picture_id: self.picture_id,
            tl0_picture_index: self.tl0_picture_index,
        };
        Sent {
            source: (self.encoding.into(), input),
            outgoing: Outgoing {
                seq: SeqNumber(self.output as u16),
                timestamp: RtpTimestamp(self.timestamp),
                marker: self.has(MARKER),
                original: None,
                rewrite: self.has(REWRITTEN).then_some(rewrite),
                frame_step: self.frame_step,
            },
            stamp: SendStamp {
                abs_send_time: self.abs_send_time,
                transport_seq: self.has(NUMBERED).then_some(self.transport_seq),
            },
        }
    }
}

/// Time from one moment to another, both in milliseconds that wrap.
fn between(earlier: u32, later: Instant) -> Duration {
    Duration::from_millis((later.as_millis() as u32).wrapping_sub(earlier).into())
}

/// The last packets that were sent, by output number.
#[derive(Debug, Default)]
pub struct SentRing {
    entries: Vec<Entry>,
    unwrapper: SeqUnwrapper,
}

impl SentRing {
    /// A packet goes out for the first time.
    pub fn insert(&mut self, now: Instant, sent: &Sent) {
        let output = self.unwrapper.unwrap(sent.outgoing.seq);
        if self.entries.is_empty() {
            self.entries = vec![UNUSED; ENTRIES_FIRST];
        }
        while self.entries.len() < ENTRIES_MAX && self.is_wanted(now, output) {
            self.grow();
        }
        let at = self.index(output);
        self.entries[at] = Entry::new(now, output, sent);
    }

    /// Whether what is at the place of `output` is still wanted.
    fn is_wanted(&self, now: Instant, output: u64) -> bool {
        let entry = &self.entries[self.index(output)];
        entry.has(USED) && !entry.is(output) && between(entry.at, now) < WANTED_FOR
    }

    /// The packet with this output number, if it is remembered.
    #[must_use]
    pub fn get(&self, output: SeqNumber) -> Option<Sent> {
        self.place(output).map(|at| self.entries[at].sent())
    }

    /// Notes that a packet goes again. Gives it, and whether that is the first time; `None` if it is
    /// not remembered or went less than `rtt` ago, so that it is still on its way.
    pub fn repeat(
        &mut self,
        now: Instant,
        output: SeqNumber,
        rtt: Duration,
    ) -> Option<(Sent, bool)> {
        let at = self.place(output)?;
        let entry = &mut self.entries[at];
        let again = entry.has(REPEATED);
        if again && between(entry.repeated_at, now) < rtt {
            return None;
        }
        entry.flags |= REPEATED;
        entry.repeated_at = now.as_millis() as u32;
        Some((entry.sent(), !again))
    }

    fn place(&self, output: SeqNumber) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let output = self.unwrapper.peek(output);
        let at = self.index(output);
        self.entries[at].is(output).then_some(at)
    }

    /// Memory held, in bytes.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.entries.len() * size_of::<Entry>()
    }

    fn index(&self, output: u64) -> usize {
        (output % self.entries.len() as u64) as usize
    }

    fn grow(&mut self) {
        let larger = vec![UNUSED; self.entries.len() * 2];
        let smaller = std::mem::replace(&mut self.entries, larger);
        for entry in smaller.into_iter().filter(|entry| entry.has(USED)) {
            // The lower half of the number is enough: the length is a power of two.
            let at = self.index(entry.output.into());
            self.entries[at] = entry;
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
                &sent((65_300 + n) as u16, 7_000 + n),
            );
        }
        let input = |seq: u16| ring.get(SeqNumber(seq)).map(|sent| sent.source.1);

        assert_eq!(input(65_300), Some(7_000));
        assert_eq!(input(10), Some(7_246));
        assert_eq!(input(5_000), None);
    }

    #[test]
    fn what_was_sent_is_remembered_to_the_bit() {
        let mut ring = SentRing::default();
        let sent = Sent {
            source: (2, 0xabcd_1234_5678),
            outgoing: Outgoing {
                seq: SeqNumber(9),
                timestamp: RtpTimestamp(0xfedc_ba98),
                marker: true,
                original: None,
                rewrite: Some(Vp8Numbers {
                    picture_id: 0x7abc,
                    tl0_picture_index: 0xfe,
                }),
                frame_step: 0x9876,
            },
            stamp: SendStamp {
                abs_send_time: 0x00ab_cdef,
                transport_seq: Some(0xffff),
            },
        };

        ring.insert(Instant::from_millis(1), &sent);

        assert_eq!(ring.get(SeqNumber(9)), Some(sent));
    }

    #[test]
    fn a_packet_does_not_go_twice_in_a_round_trip() {
        let mut ring = SentRing::default();
        let rtt = Duration::from_millis(50);
        ring.insert(Instant::from_millis(0), &sent(9, 1));
        let mut repeat = |ms| {
            let repeated = ring.repeat(Instant::from_millis(ms), SeqNumber(9), rtt);
            repeated.map(|(_, first)| first)
        };

        assert_eq!(repeat(10), Some(true));
        assert_eq!(repeat(59), None);
        assert_eq!(repeat(60), Some(false));
    }

    #[test]
    fn the_ring_is_as_large_as_a_second_and_no_larger_than_its_bound() {
        let mut slow = SentRing::default();
        let mut usual = SentRing::default();
        let mut fast = SentRing::default();
        for n in 0..20_000_u64 {
            let sent = sent(n as u16, n);
            slow.insert(Instant::from_millis(n * 20), &sent);
            usual.insert(Instant::from_millis(n * 2), &sent);
            fast.insert(Instant::from_micros(n * 10), &sent);
        }

        assert!(slow.footprint() <= ENTRIES_FIRST * size_of::<Entry>());
        assert!(usual.footprint() <= 20 << 10, "{}", usual.footprint());
        assert_eq!(fast.footprint(), ENTRIES_MAX * size_of::<Entry>());
    }

    fn sent(seq: u16, input: u64) -> Sent {
        Sent {
            source: (0, input),
            outgoing: Outgoing {
                seq: SeqNumber(seq),
                timestamp: RtpTimestamp(0),
                marker: false,
                original: None,
                rewrite: None,
                frame_step: 0,
            },
            stamp: SendStamp::default(),
        }
    }
}
