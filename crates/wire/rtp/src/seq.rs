//! Sequence numbers: 16 bits that wrap (RFC 3550 §5.1), and the same without wrapping.

use serde::{Deserialize, Serialize};

/// A sequence number as it goes over the wire. It wraps, so it has no total order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeqNumber(pub u16);

impl SeqNumber {
    /// Whether this number lies in the half circle after `other` (RFC 1982).
    #[must_use]
    pub const fn is_after(self, other: Self) -> bool {
        self.signed_since(other) > 0
    }

    /// Steps from `other` to this number, the shorter way round.
    #[must_use]
    pub const fn signed_since(self, other: Self) -> i16 {
        self.0.wrapping_sub(other.0).cast_signed()
    }

    /// The number `steps` later.
    #[must_use]
    pub const fn wrapping_add(self, steps: u16) -> Self {
        Self(self.0.wrapping_add(steps))
    }
}

/// Numbers packets without wrapping: each is taken for the one nearest to the highest so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct SeqUnwrapper {
    highest: Option<u64>,
}

/// The first number lies one cycle in, so that packets from before it have numbers too.
const FIRST_CYCLE: u64 = 1 << 16;

impl SeqUnwrapper {
    /// The number without wrapping; remembers it if it is the highest.
    pub fn unwrap(&mut self, seq: SeqNumber) -> u64 {
        let number = self.peek(seq);
        self.highest = Some(self.highest.map_or(number, |highest| highest.max(number)));
        number
    }

    /// The number without wrapping, remembering nothing.
    #[must_use]
    pub fn peek(&self, seq: SeqNumber) -> u64 {
        let Some(highest) = self.highest else {
            return FIRST_CYCLE + u64::from(seq.0);
        };
        let step = seq.signed_since(SeqNumber(highest as u16));
        highest.saturating_add_signed(i64::from(step))
    }

    /// The highest number so far.
    #[must_use]
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// Goes on from `seq`, however far away it is, in a cycle of its own.
    pub fn restart(&mut self, seq: SeqNumber) -> u64 {
        let cycle = self
            .highest
            .map_or(FIRST_CYCLE, |highest| ((highest >> 16) + 2) << 16);
        let number = cycle + u64::from(seq.0);
        self.highest = Some(number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_is_told_across_the_wrap() {
        assert!(SeqNumber(3).is_after(SeqNumber(65_530)));
        assert!(!SeqNumber(65_530).is_after(SeqNumber(3)));
        assert!(!SeqNumber(3).is_after(SeqNumber(3)));
    }

    #[test]
    fn numbers_go_on_across_the_wrap_and_back() {
        let mut unwrapper = SeqUnwrapper::default();

        assert_eq!(unwrapper.unwrap(SeqNumber(65_535)), 131_071);
        assert_eq!(unwrapper.unwrap(SeqNumber(1)), 131_073);
        assert_eq!(unwrapper.unwrap(SeqNumber(65_534)), 131_070);
        assert_eq!(unwrapper.highest(), Some(131_073));
    }

    #[test]
    fn a_packet_from_before_the_first_has_a_number_too() {
        let mut unwrapper = SeqUnwrapper::default();
        unwrapper.unwrap(SeqNumber(2));

        assert_eq!(unwrapper.unwrap(SeqNumber(65_535)), 65_535);
    }

    #[test]
    fn a_restart_never_gives_a_number_twice() {
        let mut unwrapper = SeqUnwrapper::default();
        let before = unwrapper.unwrap(SeqNumber(40_000));

        let after = unwrapper.restart(SeqNumber(3));

        assert!(after > before + (1 << 16));
        assert_eq!(unwrapper.unwrap(SeqNumber(4)), after + 1);
    }
}
