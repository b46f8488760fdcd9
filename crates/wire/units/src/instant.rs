//! The monotonic clock of a machine, with a zero of its own.
//!
//! `std::time::Instant` can only be made by asking the clock. This one is a number of microseconds
//! since a zero that the driver chose, so a test writes time down, a simulation jumps, and a log
//! line can be compared with another.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A moment on the driver's monotonic clock. `Option<Instant>` takes eight bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(
    /// Microseconds since zero, plus one.
    NonZeroU64,
);

impl Instant {
    /// The driver's zero.
    pub const ZERO: Self = Self::from_micros(0);

    /// The moment `micros` after zero; saturates at the end of time (584 000 years).
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        match NonZeroU64::new(micros.saturating_add(1)) {
            Some(shifted) => Self(shifted),
            None => Self(NonZeroU64::MAX),
        }
    }

    /// The moment `millis` after zero.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self::from_micros(millis.saturating_mul(1_000))
    }

    /// Microseconds since zero.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0.get() - 1
    }

    /// Whole milliseconds since zero.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.as_micros() / 1_000
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.as_micros().saturating_sub(earlier.as_micros()))
    }

    /// The moment `span` before this one, or zero if there was none.
    #[must_use]
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self::from_micros(self.as_micros().saturating_sub(micros(span)))
    }

    /// `self - other` in microseconds, negative if `other` is later.
    #[must_use]
    pub const fn signed_micros_since(self, other: Self) -> i64 {
        self.as_micros()
            .wrapping_sub(other.as_micros())
            .cast_signed()
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self::from_micros(self.as_micros().saturating_add(micros(span)))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub for Instant {
    type Output = Duration;

    /// As [`Instant::saturating_since`].
    fn sub(self, earlier: Self) -> Duration {
        self.saturating_since(earlier)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.as_micros();
        let seconds = micros / 1_000_000;
        write!(
            f,
            "{}:{:02}:{:02}.{:06}",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
            micros % 1_000_000
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_instant_takes_eight_bytes() {
        assert_eq!(size_of::<Option<Instant>>(), 8);
    }

    #[test]
    fn a_moment_prints_as_hours_minutes_seconds() {
        assert_eq!(
            format!("{:?}", Instant::from_micros(61_000_250)),
            "0:01:01.000250"
        );
    }

    #[test]
    fn time_before_zero_and_after_the_end_saturates() {
        assert_eq!(
            Instant::ZERO.saturating_sub(Duration::from_secs(1)),
            Instant::ZERO
        );
        assert_eq!(Instant::ZERO - Instant::from_millis(5), Duration::ZERO);
        assert_eq!(
            Instant::from_micros(u64::MAX) + Duration::MAX,
            Instant::from_micros(u64::MAX)
        );
    }

    #[test]
    fn a_difference_knows_its_sign() {
        let (early, late) = (Instant::from_micros(10), Instant::from_micros(35));

        assert_eq!(late.signed_micros_since(early), 25);
        assert_eq!(early.signed_micros_since(late), -25);
    }
}
