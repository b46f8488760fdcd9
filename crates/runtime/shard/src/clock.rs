//! The one place that asks what time it is.

use std::time::{Duration, SystemTime};

use sfu::Wallclock;
use units::{Instant, NtpTime};

/// A monotonic clock with a zero, and what the wall clock showed then.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    epoch: std::time::Instant,
    since_1970: Duration,
}

impl Clock {
    /// Zero is now.
    pub fn start() -> Self {
        let since_1970 = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            epoch: std::time::Instant::now(),
            since_1970,
        }
    }

    /// Now.
    pub fn now(&self) -> Instant {
        let micros = self.epoch.elapsed().as_micros();
        Instant::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    /// The standard library's clock at zero.
    pub fn epoch(&self) -> std::time::Instant {
        self.epoch
    }

    /// The wall clock at zero.
    pub fn wallclock(&self) -> Wallclock {
        Wallclock::new(NtpTime::from_unix(self.since_1970))
    }
}
