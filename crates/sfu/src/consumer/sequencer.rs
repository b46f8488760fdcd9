//! Numbers of what goes out: without a gap where packets were left out on purpose, with one where a
//! packet is missing.
//!
//! The output is the input less an offset. Each packet left out makes the offset of later ones larger;
//! a packet that arrives late gets the offset of its place, so the last few changes are remembered.
//! A stream that begins anew does so in a later cycle of its numbers; the output goes on without a jump.

use std::collections::VecDeque;

use payload::Vp8Numbers;
use rtp::SeqNumber;
use units::RtpTimestamp;

/// Changes of the offset that are remembered. A packet from before them is too late to be sent.
const CHANGES_MAX: usize = 64;

/// Input numbers of a stream never step ahead by a whole cycle, unless it begins anew.
const CYCLE: u64 = 1 << 16;

/// A packet's numbers on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number in the stream, media or RTX.
    pub seq: SeqNumber,
    /// Its time on the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// The marker bit.
    pub marker: bool,
    /// For a repair: the number of the original.
    pub original: Option<SeqNumber>,
    /// Of VP8: the numbers that its descriptor shall have.
    pub rewrite: Option<Vp8Numbers>,
    /// By how much the frame's number in a dependency descriptor moves.
    pub frame_step: u16,
}

impl Outgoing {
    /// Whether it goes out in the repair stream.
    #[must_use]
    pub fn is_rtx(&self) -> bool {
        self.original.is_some()
    }

    /// What stands before the payload of a repair.
    #[must_use]
    pub fn rtx_osn(&self) -> Option<[u8; 2]> {
        self.original.map(|seq| seq.0.to_be_bytes())
    }
}

/// Maps input numbers to output numbers.
#[derive(Debug)]
pub struct Sequencer {
    /// Output less input from the input number on, oldest first; at most [`CHANGES_MAX`].
    changes: VecDeque<(u64, i64)>,
    highest_input: Option<u64>,
    next_output: u64,
}

impl Sequencer {
    /// Begins with `first`.
    #[must_use]
    pub fn new(first: u16) -> Self {
        Self {
            changes: VecDeque::with_capacity(4),
            highest_input: None,
            // One cycle in, so that nothing lies below zero.
            next_output: CYCLE + u64::from(first),
        }
    }

    /// The receiver begins (again) with this packet, which gets the next number.
    pub fn begin(&mut self, input: u64) -> u64 {
        self.changes.clear();
        let output = self.next_output;
        self.changes
            .push_back((input, output.cast_signed() - input.cast_signed()));
        self.highest_input = Some(input);
        self.next_output = output + 1;
        output
    }

    /// The number of a packet that is sent; `None` if it comes from before what is remembered.
    pub fn map(&mut self, input: u64) -> Option<u64> {
        if self.begins_anew(input) {
            return Some(self.begin(input));
        }
        let &(_, offset) = self
            .changes
            .iter()
            .rev()
            .find(|&&(from, _)| from <= input)?;
        let output = u64::try_from(input.cast_signed() + offset).ok()?;
        if self.highest_input.is_none_or(|highest| input > highest) {
            self.highest_input = Some(input);
            self.next_output = output + 1;
        }
        Some(output)
    }

    /// A packet is left out: what comes after it moves up. One that comes late leaves a gap, as its
    /// followers are out already.
    pub fn skip(&mut self, input: u64) {
        // Of a new beginning what is left out does not count: the next one that is sent is the first.
        if self.highest_input.is_some_and(|highest| input <= highest) || self.begins_anew(input) {
            return;
        }
        let Some(&(_, offset)) = self.changes.back() else {
            return;
        };
        self.highest_input = Some(input);
        // What is missing before it keeps its places.
        let place = u64::try_from(input.cast_signed() + offset).unwrap_or(0);
        self.next_output = self.next_output.max(place);
        // Several in a row are one change.
        let several = self.changes.len() > 1;
        match self.changes.back_mut() {
            Some(last) if several && last.0 == input => *last = (input + 1, offset - 1),
            _ => {
                if self.changes.len() == CHANGES_MAX {
                    self.changes.pop_front();
                }
                self.changes.push_back((input + 1, offset - 1));
            }
        }
    }

    /// A number is left out, for the receiver to see that something is missing.
    pub fn leave_gap(&mut self) {
        self.next_output += 1;
    }

    /// Whether a packet with this number begins the stream anew.
    #[must_use]
    pub fn begins_anew(&self, input: u64) -> bool {
        self.highest_input
            .is_some_and(|highest| input > highest + CYCLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_packet_leaves_a_gap_and_finds_its_place_later() {
        let mut sequencer = begun_at(500);

        assert_eq!(sequencer.map(101), Some(FIRST + 1));
        assert_eq!(sequencer.map(104), Some(FIRST + 4));
        assert_eq!(sequencer.map(102), Some(FIRST + 2));
    }

    #[test]
    fn what_is_left_out_leaves_none() {
        let mut sequencer = begun_at(500);
        sequencer.skip(101);
        sequencer.skip(102);

        assert_eq!(sequencer.map(103), Some(FIRST + 1));
        assert_eq!(sequencer.map(105), Some(FIRST + 3));
        assert_eq!(sequencer.map(104), Some(FIRST + 2));
    }

    #[test]
    fn a_late_packet_from_before_a_skip_gets_its_old_place() {
        let mut sequencer = begun_at(500);
        sequencer.map(102);
        sequencer.skip(103);
        sequencer.map(104);

        assert_eq!(sequencer.map(101), Some(FIRST + 1));
        assert_eq!(sequencer.map(105), Some(FIRST + 4));
    }

    #[test]
    fn a_new_beginning_goes_on_where_the_old_one_ended() {
        let mut sequencer = begun_at(500);
        sequencer.map(101);

        assert_eq!(sequencer.begin(9_000), FIRST + 2);
        assert_eq!(sequencer.map(9_001), Some(FIRST + 3));
        assert_eq!(sequencer.map(8_999), None);
    }

    #[test]
    fn a_new_beginning_is_never_below_a_late_packet() {
        let mut sequencer = begun_at(500);
        // 101 to 103 are on their way still.
        sequencer.skip(104);
        assert_eq!(sequencer.map(102), Some(FIRST + 2));

        assert_eq!(sequencer.begin(9_000), FIRST + 4);
    }

    #[test]
    fn a_stream_that_begins_anew_makes_no_jump_and_its_first_skips_no_gap() {
        for anew in [100 + CYCLE + 50, 3 * CYCLE] {
            let mut sequencer = begun_at(500);
            sequencer.map(101);

            sequencer.skip(101 + anew);
            sequencer.skip(102 + anew);
            assert_eq!(sequencer.map(103 + anew), Some(FIRST + 2));
            assert_eq!(sequencer.map(104 + anew), Some(FIRST + 3));
            assert_eq!(sequencer.map(102), None, "the old one is over");
        }
    }

    #[test]
    fn memory_of_skips_is_bounded() {
        let mut sequencer = begun_at(500);
        for n in 0..10_000 {
            sequencer.skip(101 + 2 * n);
            sequencer.map(102 + 2 * n);
        }

        assert!(sequencer.changes.len() <= CHANGES_MAX);
        assert_eq!(sequencer.map(101 + 20_000), Some(FIRST + 10_001));
    }

    const FIRST: u64 = (1 << 16) + 500;

    fn begun_at(first: u16) -> Sequencer {
        let mut sequencer = Sequencer::new(first);
        assert_eq!(sequencer.begin(100), FIRST);
        sequencer
    }
}
