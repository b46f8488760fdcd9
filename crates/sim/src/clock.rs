//! Virtual time for machines that know the standard library's instants only.

use std::time::Duration;

use units::Instant;

/// Translates between our clock and the standard library's.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    epoch: std::time::Instant,
}

impl Clock {
    /// A clock that stands at zero. Which real moment that is makes no difference.
    #[must_use]
    pub fn start() -> Self {
        Self {
            epoch: std::time::Instant::now(),
        }
    }

    /// What the standard library's clock would show at our zero.
    #[must_use]
    pub fn epoch(&self) -> std::time::Instant {
        self.epoch
    }

    /// The same moment for others.
    #[must_use]
    pub fn to_std(&self, now: Instant) -> std::time::Instant {
        self.epoch + Duration::from_micros(now.as_micros())
    }

    /// The same moment for us, rounded up so that a timer is never early.
    #[must_use]
    pub fn from_std(&self, at: std::time::Instant) -> Instant {
        let nanos = at.saturating_duration_since(self.epoch).as_nanos();
        Instant::from_micros(u64::try_from(nanos.div_ceil(1_000)).unwrap_or(u64::MAX))
    }
}
