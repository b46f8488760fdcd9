//! What the endpoint tells of what it receives.

use std::time::Duration;

use rtp::rtcp::ReportBlock;
use units::{Instant, NtpTime};

use crate::score::{Interval, SCORE_MAX, Score};
use crate::wallclock::Wallclock;

/// The endpoint's view of a stream of ours.
#[derive(Debug)]
pub struct Remote {
    /// Round trip, once known.
    pub rtt: Option<Duration>,
    /// Packets that did not arrive.
    pub lost: i64,
    /// Of the last interval, in 256ths.
    pub fraction_lost: u8,
    /// In ticks of the media clock.
    pub jitter: u32,
    /// 0 to 10.
    pub score: Score,
    /// The endpoint's last reference time, and when it came.
    pub reference_time: Option<(NtpTime, Instant)>,
    before: Interval,
}

impl Default for Remote {
    fn default() -> Self {
        Self {
            rtt: None,
            lost: 0,
            fraction_lost: 0,
            jitter: 0,
            score: Score::new(SCORE_MAX),
            reference_time: None,
            before: Interval::default(),
        }
    }
}

impl Remote {
    /// A report arrived. `sent` is what went out in all: packets, and of them repeats and first
    /// repeats. True if the score changed.
    pub fn handle_report(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        block: &ReportBlock,
        sent: Interval,
    ) -> bool {
        if block.last_sr != 0 {
            let units = clock
                .ntp(now)
                .compact()
                .wrapping_sub(block.last_sr)
                .wrapping_sub(block.delay_since_last_sr);
            // Half of the circle would be a negative round trip: clocks that disagree by rounding.
            self.rtt = Some(NtpTime::compact_span(if units > u32::MAX / 2 {
                0
            } else {
                units
            }));
        }
        self.lost = block.cumulative_lost.into();
        self.fraction_lost = block.fraction_lost;
        self.jitter = block.jitter;
        let total = Interval {
            lost: u64::try_from(self.lost).unwrap_or(0),
            ..sent
        };
        let before = std::mem::replace(&mut self.before, total);
        self.score.add(Interval {
            expected: total.expected.saturating_sub(before.expected),
            lost: total.lost.saturating_sub(before.lost),
            repaired: total.repaired.saturating_sub(before.repaired),
            retransmitted: total.retransmitted.saturating_sub(before.retransmitted),
        })
    }
}
