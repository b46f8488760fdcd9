//! When each packet of a transport arrived, until it was reported.

use std::collections::VecDeque;

use rtp::rtcp::{FeedbackInfo, RtcpWriter};
use rtp::{SeqNumber, SeqUnwrapper, Ssrc};
use units::Instant;

/// Packets that wait to be reported: two seconds of 2 000 a second. Beyond, the oldest are given up.
const WAITING_MAX: usize = 4_096;

/// Packets of one report: differences of two bytes each still fit a network packet.
const REPORT_MAX: usize = 400;

/// A packet that arrives this far behind what was reported is reported once more.
const LATE_MAX: u64 = 256;

/// The unit of a time difference.
const TICK_MICROS: i64 = 250;

/// The unit of the reference time.
const REFERENCE_MICROS: u64 = 64_000;

/// Arrival times by transport-wide number.
#[derive(Debug, Default)]
pub struct Arrivals {
    unwrapper: SeqUnwrapper,
    /// The number of the first entry.
    base: u64,
    /// Arrivals in microseconds; `None` for what has not arrived.
    waiting: VecDeque<Option<u64>>,
    reports: u8,
    /// Packets seen and missed in reports, for the loss.
    loss: Loss,
}

/// Share of packets that did not arrive, over the last reports.
#[derive(Debug, Default)]
struct Loss {
    smoothed: Option<f64>,
}

impl Loss {
    fn add(&mut self, missing: usize, all: usize) {
        let share = missing as f64 / all.max(1) as f64;
        self.smoothed = Some(
            self.smoothed
                .map_or(share, |before| before + (share - before) / 8.0),
        );
    }
}

impl Arrivals {
    /// A packet arrived.
    pub fn add(&mut self, now: Instant, seq: SeqNumber) {
        let first = self.unwrapper.highest().is_none();
        let seq = self.unwrapper.unwrap(seq);
        if first || (self.waiting.is_empty() && seq > self.base + WAITING_MAX as u64) {
            self.base = seq;
        }
        if seq < self.base {
            let behind = self.base - seq;
            if behind > LATE_MAX || self.waiting.len() + behind as usize > WAITING_MAX {
                return;
            }
            (0..behind).for_each(|_| self.waiting.push_front(None));
            self.base = seq;
        }
        let at = seq - self.base;
        if at as usize >= WAITING_MAX {
            let surplus = (at as usize + 1 - WAITING_MAX).min(self.waiting.len());
            self.waiting.drain(..surplus);
            self.base = seq + 1 - WAITING_MAX as u64;
        }
        let at = (seq - self.base) as usize;
        if self.waiting.len() <= at {
            self.waiting.resize(at + 1, None);
        }
        // Only the first of two arrivals counts.
        self.waiting[at].get_or_insert(now.as_micros());
    }

    /// Whether there is anything to report.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Writes one report and forgets what it says. False if it did not fit.
    pub fn write(
        &mut self,
        media: Ssrc,
        deltas: &mut Vec<Option<i32>>,
        out: &mut RtcpWriter<'_>,
    ) -> bool {
        let Some(first) = self.waiting.iter().flatten().next() else {
            self.base += self.waiting.len() as u64;
            self.waiting.clear();
            return true;
        };
        let reference = first / REFERENCE_MICROS;
        let mut before = (reference * REFERENCE_MICROS) as i64;
        deltas.clear();
        for arrival in self.waiting.iter().take(REPORT_MAX) {
            let delta = arrival.map(|micros| (micros as i64 - before).div_euclid(TICK_MICROS));
            if delta.is_some_and(|ticks| i16::try_from(ticks).is_err()) {
                // Too far apart for one report: the next begins with this packet.
                break;
            }
            before += delta.unwrap_or(0) * TICK_MICROS;
            deltas.push(delta.map(|ticks| ticks as i32));
        }
        let info = FeedbackInfo {
            sender: Ssrc(0),
            media,
            base_seq: self.base as u16,
            reference_time: (reference & 0x7f_ffff) as i32,
            feedback_count: self.reports,
        };
        if !out.transport_feedback(&info, deltas) {
            return false;
        }
        self.reports = self.reports.wrapping_add(1);
        let missing = deltas.iter().filter(|delta| delta.is_none()).count();
        self.loss.add(missing, deltas.len());
        self.waiting.drain(..deltas.len());
        self.base += deltas.len() as u64;
        true
    }

    /// Share of packets that did not arrive, once a report was made.
    pub fn fraction_lost(&self) -> Option<f64> {
        self.loss.smoothed
    }
}

#[cfg(test)]
mod tests {
    use rtp::rtcp::{RtcpPacket, parse};

    use super::*;

    #[test]
    fn a_report_says_when_each_packet_arrived() {
        let mut arrivals = Arrivals::default();
        for (seq, ms) in [(65_534, 1_000), (65_535, 1_010), (1, 1_011)] {
            arrivals.add(Instant::from_millis(ms), SeqNumber(seq));
        }

        let (reference, packets) = report(&mut arrivals);

        assert_eq!(reference, 15);
        assert_eq!(
            packets,
            [
                (65_534, Some(160)),
                (65_535, Some(40)),
                (0, None),
                (1, Some(4)),
            ]
        );
        assert!(arrivals.is_empty());
        assert_eq!(arrivals.fraction_lost(), Some(0.25));
    }

    #[test]
    fn a_late_packet_is_reported_once_more() {
        let mut arrivals = Arrivals::default();
        arrivals.add(Instant::from_millis(0), SeqNumber(10));
        arrivals.add(Instant::from_millis(0), SeqNumber(12));
        report(&mut arrivals);

        arrivals.add(Instant::from_millis(5), SeqNumber(11));

        let (_, packets) = report(&mut arrivals);
        assert_eq!(packets[0], (11, Some(20)));
    }

    #[test]
    fn numbers_from_a_liar_do_not_grow_the_table() {
        let mut arrivals = Arrivals::default();
        for n in 0..60_000_u32 {
            arrivals.add(
                Instant::from_millis(0),
                SeqNumber((n.wrapping_mul(30_011)) as u16),
            );
        }

        assert!(arrivals.waiting.len() <= WAITING_MAX);
    }

    #[test]
    fn a_pause_longer_than_a_difference_can_say_begins_a_new_report() {
        let mut arrivals = Arrivals::default();
        arrivals.add(Instant::from_millis(0), SeqNumber(1));
        arrivals.add(Instant::from_millis(60_000), SeqNumber(2));

        assert_eq!(report(&mut arrivals).1.len(), 1);
        assert_eq!(report(&mut arrivals), (937, vec![(2, Some(128))]));
    }

    fn report(arrivals: &mut Arrivals) -> (i32, Vec<(u16, Option<i32>)>) {
        let mut buffer = Vec::new();
        let mut writer = RtcpWriter::new(&mut buffer, 1_200);
        assert!(arrivals.write(Ssrc(7), &mut Vec::new(), &mut writer));
        let Some(Ok(RtcpPacket::TransportFeedback(feedback))) = parse(&buffer).next() else {
            panic!("a report");
        };
        (feedback.reference_time, feedback.packets().collect())
    }
}
