//! What the path from the sender can take, told by how packets bunch up.
//!
//! Packets that left together arrive together unless a queue grows in between. The estimator compares
//! spacing at departure (abs-send-time) with spacing at arrival, group by group, and fits a line
//! through the accumulated difference: a rising line is a growing queue. Then the rate falls below
//! what arrives; otherwise it rises (the structure follows RFC 8698's and GCC's published ideas).

use std::collections::VecDeque;
use std::time::Duration;

use rtp::AbsSendTime;
use units::{DataRate, DataSize, Instant};

/// Packets that left within this belong together.
const GROUP_MICROS: i64 = 5_000;

/// Groups that the line is fitted through.
const WINDOW: usize = 20;

/// A slope in microseconds of delay per millisecond beyond which the queue counts as growing.
const OVERUSE_SLOPE: f64 = 15.0;

/// After a fall the rate rests until the queue can have drained.
const REST: Duration = Duration::from_millis(500);

/// How far the estimate falls below what arrives, and how it rises.
const DECREASE: f64 = 0.85;
const INCREASE_PER_SECOND: f64 = 1.08;

/// The estimate does not run away from what a sender sends.
const HEADROOM: f64 = 1.5;
const FLOOR: DataRate = DataRate::from_bps(50_000);

/// An estimate of what one path can take.
#[derive(Debug)]
pub struct DelayEstimator {
    group: Option<Group>,
    delay: f64,
    line: VecDeque<(f64, f64)>,
    arrived: VecDeque<(Instant, u32)>,
    in_window: u64,
    estimate: DataRate,
    updated: Option<Instant>,
    rest_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: AbsSendTime,
    last_sent: AbsSendTime,
    arrived: Instant,
}

/// The span over which arriving bytes are counted.
const RATE_WINDOW: Duration = Duration::from_millis(500);

/// Packets in that span that are remembered; more is beyond any estimate here.
const RATE_PACKETS_MAX: usize = 8_192;

impl Default for DelayEstimator {
    fn default() -> Self {
        Self {
            group: None,
            delay: 0.0,
            line: VecDeque::with_capacity(WINDOW),
            arrived: VecDeque::new(),
            in_window: 0,
            estimate: DataRate::from_bps(300_000),
            updated: None,
            rest_until: None,
        }
    }
}

impl DelayEstimator {
    /// A packet of `bytes` that left at `sent` arrived.
    pub fn add(&mut self, now: Instant, sent: AbsSendTime, bytes: usize) {
        self.count(now, bytes);
        let Some(group) = &mut self.group else {
            self.group = Some(Group {
                first_sent: sent,
                last_sent: sent,
                arrived: now,
            });
            return;
        };
        let since_first = sent.signed_micros_since(group.first_sent);
        if since_first < 0 {
            return;
        }
        if since_first <= GROUP_MICROS {
            group.last_sent = sent;
            group.arrived = now;
            return;
        }
        let departed = sent.signed_micros_since(group.last_sent);
        let arrived = now.signed_micros_since(group.arrived);
        *group = Group {
            first_sent: sent,
            last_sent: sent,
            arrived: now,
        };
        self.delay += (arrived - departed) as f64;
        if self.line.len() == WINDOW {
            self.line.pop_front();
        }
        self.line
            .push_back((now.as_micros() as f64 / 1_000.0, self.delay));
        self.update(now);
    }

    /// What the path can take.
    pub fn estimate(&self) -> DataRate {
        self.estimate
    }

    fn count(&mut self, now: Instant, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let old = |&(at, _): &(Instant, u32)| now.saturating_since(at) > RATE_WINDOW;
        while self.arrived.len() >= RATE_PACKETS_MAX || self.arrived.front().is_some_and(old) {
            let Some((_, gone)) = self.arrived.pop_front() else {
                break;
            };
            self.in_window -= u64::from(gone);
        }
        self.arrived.push_back((now, bytes));
        self.in_window += u64::from(bytes);
    }

    fn update(&mut self, now: Instant) {
        let arriving = DataSize::from_bytes(self.in_window)
            .over(RATE_WINDOW)
            .unwrap_or_default();
        let elapsed = self
            .updated
            .map_or(Duration::ZERO, |before| now.saturating_since(before));
        self.updated = Some(now);
        if self.rest_until.is_some_and(|until| now < until) {
            return;
        }
        self.estimate = match self.slope() {
            Some(slope) if slope > OVERUSE_SLOPE => {
                self.rest_until = Some(now + REST);
                self.line.clear();
                arriving.scale(DECREASE).min(self.estimate)
            }
            Some(_) => {
                let risen = self
                    .estimate
                    .scale(INCREASE_PER_SECOND.powf(elapsed.as_secs_f64()));
                let ceiling = arriving.scale(HEADROOM) + DataRate::from_bps(10_000);
                if risen > ceiling {
                    self.estimate.max(ceiling).min(self.estimate)
                } else {
                    risen
                }
            }
            None => self.estimate,
        }
        .max(FLOOR);
    }

    /// Microseconds of delay per millisecond, by least squares; `None` until the window is full.
    fn slope(&self) -> Option<f64> {
        if self.line.len() < WINDOW {
            return None;
        }
        let n = self.line.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| self.line.iter().map(of).sum::<f64>() / n;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let (num, den) = self.line.iter().fold((0.0, 0.0), |(num, den), point| {
            (
                num + (point.0 - x) * (point.1 - y),
                den + (point.0 - x).powi(2),
            )
        });
        (den > 0.0).then(|| num / den)
    }
}

#[cfg(test)]
mod tests {
    use units::NtpTime;

    use super::*;

    #[test]
    fn a_free_path_lets_the_estimate_rise() {
        let estimate = run(20, |sent| sent);

        assert!(estimate.as_bps() > 800_000, "{estimate:?}");
    }

    #[test]
    fn a_growing_queue_brings_the_estimate_below_what_arrives() {
        // One percent slower than it is sent, from second 5 on: the queue grows for ever.
        let estimate = run(20, |sent| {
            if sent < 5_000_000 {
                sent
            } else {
                sent + (sent - 5_000_000) / 20
            }
        });

        assert!(estimate.as_bps() < 1_000_000, "{estimate:?}");
    }

    /// 1 Mbit/s for `seconds`; `arrive` maps departures to arrivals, in microseconds.
    fn run(seconds: u64, arrive: fn(u64) -> u64) -> DataRate {
        let mut estimator = DelayEstimator::default();
        for n in 0..seconds * 100 {
            let micros = n * 10_000;
            let sent = AbsSendTime::at(NtpTime(0).wrapping_add(Duration::from_micros(micros)));
            estimator.add(Instant::from_micros(arrive(micros) + 30_000), sent, 1_250);
        }
        estimator.estimate()
    }
}
