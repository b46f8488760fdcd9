//! Rates and sizes of data. Bits and bytes cannot be mixed up: rate × time = size.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bits a second.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct DataRate(u64);

/// Bytes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct DataSize(u64);

impl DataRate {
    /// No data at all.
    pub const ZERO: Self = Self(0);

    /// A rate of `bps` bits a second.
    #[must_use]
    pub const fn from_bps(bps: u64) -> Self {
        Self(bps)
    }

    /// Bits a second.
    #[must_use]
    pub const fn as_bps(self) -> u64 {
        self.0
    }

    /// This rate times `factor`; a negative or non-finite factor gives zero.
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor) as u64)
    }

    /// The difference, or zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl DataSize {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A size of `bytes`.
    #[must_use]
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// Bytes.
    #[must_use]
    pub const fn as_bytes(self) -> u64 {
        self.0
    }

    /// The rate that moves this much in `span`; `None` if no time passed.
    #[must_use]
    pub fn over(self, span: Duration) -> Option<DataRate> {
        let micros = span.as_micros();
        (micros > 0).then(|| {
            let bps = u128::from(self.0) * 8_000_000 / micros;
            DataRate(u64::try_from(bps).unwrap_or(u64::MAX))
        })
    }
}

impl Mul<Duration> for DataRate {
    type Output = DataSize;

    fn mul(self, span: Duration) -> DataSize {
        let bytes = u128::from(self.0) * span.as_micros() / 8_000_000;
        DataSize(u64::try_from(bytes).unwrap_or(u64::MAX))
    }
}

impl Div<DataRate> for DataSize {
    type Output = Duration;

    /// How long the data takes at `rate`; nothing ever arrives at rate zero.
    fn div(self, rate: DataRate) -> Duration {
        let scaled = u128::from(self.0).saturating_mul(8_000_000);
        scaled
            .checked_div(u128::from(rate.0))
            .map_or(Duration::MAX, |micros| {
                Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
            })
    }
}

macro_rules! quantity {
    ($name:ident) => {
        impl Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl Sub for $name {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self(0), Add::add)
            }
        }
    };
}

quantity!(DataRate);
quantity!(DataSize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_times_time_is_size() {
        let rate = DataRate::from_bps(1_000_000);

        assert_eq!(rate * Duration::from_millis(8), DataSize::from_bytes(1_000));
        assert_eq!(
            DataSize::from_bytes(1_000).over(Duration::from_millis(8)),
            Some(rate)
        );
        assert_eq!(DataSize::from_bytes(1_000) / rate, Duration::from_millis(8));
    }

    #[test]
    fn nothing_arrives_at_rate_zero() {
        assert_eq!(DataSize::from_bytes(1) / DataRate::ZERO, Duration::MAX);
        assert_eq!(DataSize::from_bytes(1).over(Duration::ZERO), None);
    }
}
