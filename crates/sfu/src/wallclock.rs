//! The engine's opinion of the wall clock.
//!
//! Machines run on [`Instant`]; RTCP wants NTP. The driver says once what the wall clock showed at
//! zero, so NTP as we announce it never steps, whatever somebody does to the host's clock.

use units::{Instant, NtpTime};

/// Turns the engine's clock into wall-clock time.
#[derive(Clone, Copy, Debug)]
pub struct Wallclock {
    ntp_at_zero: NtpTime,
}

impl Wallclock {
    /// A clock that showed `ntp_at_zero` at [`Instant::ZERO`].
    #[must_use]
    pub fn new(ntp_at_zero: NtpTime) -> Self {
        Self { ntp_at_zero }
    }

    /// What the wall clock shows at `now`.
    #[must_use]
    pub fn ntp(&self, now: Instant) -> NtpTime {
        self.ntp_at_zero
            .wrapping_add(now.saturating_since(Instant::ZERO))
    }
}
