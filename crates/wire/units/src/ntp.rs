//! Wall-clock time as RTCP carries it: seconds since 1900 in 32.32 fixed point (RFC 5905 §6).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Seconds from 1900-01-01 to 1970-01-01.
const UNIX_EPOCH_SECONDS: u64 = 2_208_988_800;

/// A wall-clock moment, 32 bits of seconds and 32 of fraction. Whose clock, the context says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// The moment `span` after 1970-01-01T00:00Z.
    #[must_use]
    pub fn from_unix(span: Duration) -> Self {
        let seconds = span.as_secs().wrapping_add(UNIX_EPOCH_SECONDS) & 0xffff_ffff;
        let fraction = (u64::from(span.subsec_nanos()) << 32) / 1_000_000_000;
        Self(seconds << 32 | fraction)
    }

    /// The middle 32 bits, as LSR and DLRR carry them: 16 bits of seconds, 16 of fraction (RFC 3550 §6.4.1).
    #[must_use]
    pub const fn compact(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// Whole seconds since 1900.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The fraction of a second, in 2⁻³² s.
    #[must_use]
    pub const fn fraction(self) -> u32 {
        self.0 as u32
    }

    /// Microseconds since 1900.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        (self.0 >> 32) * 1_000_000 + (((self.0 & 0xffff_ffff) * 1_000_000) >> 32)
    }

    /// The moment `span` later.
    #[must_use]
    pub fn wrapping_add(self, span: Duration) -> Self {
        let fraction = (u64::from(span.subsec_nanos()) << 32) / 1_000_000_000;
        Self(
            self.0
                .wrapping_add(span.as_secs() << 32)
                .wrapping_add(fraction),
        )
    }

    /// A span of compact NTP (16.16 seconds) as a `Duration`.
    #[must_use]
    pub fn compact_span(units: u32) -> Duration {
        Duration::from_nanos((u64::from(units) * 1_000_000_000) >> 16)
    }

    /// A `Duration` in compact NTP units (16.16 seconds), saturating.
    #[must_use]
    pub fn span_to_compact(span: Duration) -> u32 {
        u32::try_from((span.as_nanos() << 16) / 1_000_000_000).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unix_epoch_is_seventy_years_in() {
        let time = NtpTime::from_unix(Duration::from_millis(500));

        assert_eq!(time.seconds(), 2_208_988_800);
        assert_eq!(time.fraction(), 1 << 31);
        assert_eq!(time.compact(), 0x7e80_8000);
    }

    #[test]
    fn a_compact_span_survives_the_round_trip() {
        let span = Duration::from_millis(1_500);

        assert_eq!(NtpTime::span_to_compact(span), 0x1_8000);
        assert_eq!(NtpTime::compact_span(0x1_8000), span);
    }

    #[test]
    fn micros_follow_the_fraction() {
        let time = NtpTime(7 << 32 | 1 << 30);

        assert_eq!(time.as_micros(), 7_250_000);
        assert_eq!(
            time.wrapping_add(Duration::from_millis(750)),
            NtpTime(8 << 32)
        );
    }
}
