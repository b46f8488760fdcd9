//! The media clock of one stream (RFC 3550 §5.1): 32 bits that wrap, at a rate the codec names.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Ticks of a media clock a second; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClockRate(NonZeroU32);

impl ClockRate {
    /// The clock of every video codec.
    pub const VIDEO: Self = match Self::new(90_000) {
        Some(rate) => rate,
        None => panic!("90 000 is not zero"),
    };

    /// A clock of `hertz`, unless that is zero.
    #[must_use]
    pub const fn new(hertz: u32) -> Option<Self> {
        match NonZeroU32::new(hertz) {
            Some(rate) => Some(Self(rate)),
            None => None,
        }
    }

    /// Ticks a second.
    #[must_use]
    pub const fn hertz(self) -> u32 {
        self.0.get()
    }

    /// How many ticks pass in `span`, modulo 2³².
    #[must_use]
    pub fn ticks(self, span: Duration) -> u32 {
        (span.as_micros() * u128::from(self.hertz()) / 1_000_000) as u32
    }

    /// How long `ticks` take.
    #[must_use]
    pub fn span(self, ticks: u32) -> Duration {
        Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(self.hertz()))
    }
}

/// A moment on a stream's media clock. It wraps, so it has no total order: ask [`RtpTimestamp::is_after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RtpTimestamp(pub u32);

impl RtpTimestamp {
    /// Whether this moment lies in the half circle after `other`.
    #[must_use]
    pub const fn is_after(self, other: Self) -> bool {
        self.signed_since(other) > 0
    }

    /// Ticks from `other` to this moment, the shorter way round.
    #[must_use]
    pub const fn signed_since(self, other: Self) -> i32 {
        self.0.wrapping_sub(other.0).cast_signed()
    }

    /// The moment `ticks` later.
    #[must_use]
    pub const fn wrapping_add(self, ticks: u32) -> Self {
        Self(self.0.wrapping_add(ticks))
    }

    /// The moment `ticks` earlier.
    #[must_use]
    pub const fn wrapping_sub(self, ticks: u32) -> Self {
        Self(self.0.wrapping_sub(ticks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_is_told_across_the_wrap() {
        let (before, after) = (RtpTimestamp(u32::MAX - 5), RtpTimestamp(10));

        assert!(after.is_after(before));
        assert!(!before.is_after(after));
        assert_eq!(after.signed_since(before), 16);
    }

    #[test]
    fn a_clock_turns_time_into_ticks_and_back() {
        assert_eq!(ClockRate::VIDEO.ticks(Duration::from_millis(20)), 1_800);
        assert_eq!(ClockRate::VIDEO.span(45_000), Duration::from_millis(500));
        assert_eq!(ClockRate::new(0), None);
    }
}
