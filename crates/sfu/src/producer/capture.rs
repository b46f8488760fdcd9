//! When media was captured, on our clock.
//!
//! A sender report joins the sender's wall clock with its media clock. How far that wall clock is from
//! ours, the reports tell too: by their arrival, less half the round trip. One sample is noisy, so the
//! middle of the last few counts. With both, a packet's timestamp becomes a moment of ours.

use std::collections::VecDeque;
use std::time::Duration;

use units::{ClockRate, Instant, NtpTime, RtpTimestamp};

use crate::wallclock::Wallclock;

/// Samples of the distance between the clocks; the middle one of them counts.
const SAMPLES_MAX: usize = 7;
const SAMPLES_MIN: usize = 3;

/// How far from a report a timestamp may be and still be placed by it.
const REACH: Duration = Duration::from_secs(10);

/// Joins a stream's media clock with our wall clock.
#[derive(Debug, Default)]
pub struct CaptureClock {
    /// The last report: the sender's wall clock, and the media clock at that moment.
    report: Option<(NtpTime, RtpTimestamp)>,
    /// Our wall clock less the sender's, in 2⁻³² s.
    offsets: VecDeque<i64>,
}

impl CaptureClock {
    /// A sender report arrived.
    pub fn handle_sender_report(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        (ntp, timestamp): (NtpTime, RtpTimestamp),
        rtt: Option<Duration>,
    ) {
        // RFC 3550 §6.4.1: zero means that the sender has no wall clock.
        if ntp.0 == 0 {
            return;
        }
        let half = NtpTime(0).wrapping_add(rtt.unwrap_or_default() / 2).0;
        let offset = clock
            .ntp(now)
            .0
            .wrapping_sub(ntp.0)
            .wrapping_sub(half)
            .cast_signed();
        if self.offsets.len() == SAMPLES_MAX {
            self.offsets.pop_front();
        }
        self.offsets.push_back(offset);
        self.report = Some((ntp, timestamp));
    }

    /// Our wall clock less the sender's, in 2⁻³² s, once it is known.
    pub fn offset(&self) -> Option<i64> {
        if self.offsets.len() < SAMPLES_MIN {
            return None;
        }
        let mut sorted: Vec<i64> = self.offsets.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// When media with this timestamp was captured, on our wall clock, once that is known.
    pub fn captured_at(&self, timestamp: RtpTimestamp, rate: ClockRate) -> Option<NtpTime> {
        let (ntp, reference) = self.report?;
        let offset = self.offset()?;
        let ticks = timestamp.signed_since(reference);
        let distance = rate.span(ticks.unsigned_abs());
        if distance > REACH {
            return None;
        }
        let span = NtpTime(0).wrapping_add(distance).0;
        let remote = match ticks < 0 {
            true => ntp.0.wrapping_sub(span),
            false => ntp.0.wrapping_add(span),
        };
        Some(NtpTime(remote.wrapping_add(offset.cast_unsigned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_reports_place_a_timestamp_on_our_clock() {
        let ours = Wallclock::new(NtpTime(1_000 << 32));
        let mut capture = CaptureClock::default();
        for n in 0..3 {
            // The sender's clock is 400 s behind ours, the path takes 50 ms each way.
            let sent = Instant::from_millis(n * 1_000);
            let ntp = NtpTime(ours.ntp(sent).0 - (400 << 32));
            let timestamp = RtpTimestamp(n as u32 * 90_000);
            let rtt = Some(Duration::from_millis(100));
            capture.handle_sender_report(
                sent + Duration::from_millis(50),
                &ours,
                (ntp, timestamp),
                rtt,
            );
        }

        let at = capture
            .captured_at(RtpTimestamp(225_000), ClockRate::VIDEO)
            .expect("known");

        let expected = ours.ntp(Instant::from_millis(2_500));
        assert!(
            at.as_micros().abs_diff(expected.as_micros()) <= 2,
            "{at:?} {expected:?}"
        );
        assert_eq!(
            capture.captured_at(RtpTimestamp(90_000 * 20), ClockRate::VIDEO),
            None
        );
    }

    #[test]
    fn a_sender_without_a_wall_clock_tells_nothing() {
        let ours = Wallclock::new(NtpTime(1 << 32));
        let mut capture = CaptureClock::default();
        for _ in 0..5 {
            capture.handle_sender_report(Instant::ZERO, &ours, (NtpTime(0), RtpTimestamp(0)), None);
        }

        assert_eq!(capture.captured_at(RtpTimestamp(0), ClockRate::VIDEO), None);
    }
}
