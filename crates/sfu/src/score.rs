//! How well a stream arrives, as a number from 0 to 10.
//!
//! Each report interval gives a sample: the share of packets that arrived (a repaired packet counts
//! for most of one), to the fourth power, as losses hurt more than in proportion. The score is the
//! mean of the last samples, the newest weighing most.

use std::collections::VecDeque;

/// Samples that count: at a report a second, the last half minute.
const SAMPLES_MAX: usize = 24;

/// The best there is.
pub const SCORE_MAX: u8 = 10;

/// What an interval was like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Packets that should have arrived.
    pub expected: u64,
    /// Packets that did not, at first.
    pub lost: u64,
    /// Of those, packets that came when sent again.
    pub repaired: u64,
    /// Packets that were sent again.
    pub retransmitted: u64,
}

/// The score of one stream.
#[derive(Clone, Debug)]
pub struct Score {
    samples: VecDeque<u8>,
    value: u8,
}

impl Score {
    /// A stream of which nothing bad is known.
    #[must_use]
    pub fn new(value: u8) -> Self {
        Self {
            samples: VecDeque::new(),
            value: value.min(SCORE_MAX),
        }
    }

    /// 0 to 10.
    #[must_use]
    pub fn value(&self) -> u8 {
        self.value
    }

    /// Begins anew at `value`. True if that changes the score.
    pub fn reset(&mut self, value: u8) -> bool {
        self.samples.clear();
        std::mem::replace(&mut self.value, value.min(SCORE_MAX)) != self.value
    }

    /// Takes an interval in. True if that changes the score.
    pub fn add(&mut self, interval: Interval) -> bool {
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(sample(interval));
        let weighted: u32 = (1..)
            .zip(&self.samples)
            .map(|(weight, &value)| weight * u32::from(value))
            .sum();
        let weights: u32 = (1..=self.samples.len() as u32).sum();
        let value = ((weighted * 2 + weights) / (weights * 2)) as u8;
        std::mem::replace(&mut self.value, value) != value
    }
}

fn sample(interval: Interval) -> u8 {
    if interval.expected == 0 {
        return SCORE_MAX;
    }
    let expected = interval.expected as f64;
    let lost = interval.lost.min(interval.expected) as f64;
    let repaired = interval.repaired.min(interval.lost) as f64;
    // A repair is worth less the more of them are needed, and the more often each was tried.
    let share = repaired / expected;
    let tries = interval.retransmitted.max(interval.repaired).max(1) as f64;
    let worth = (1.0 / (1.0 + share)).powi(4) * (interval.repaired as f64 / tries).min(1.0);
    let arrived = (expected - lost + repaired * worth) / expected;
    (arrived.powi(4) * f64::from(SCORE_MAX)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_stream_keeps_the_best_score() {
        let mut score = Score::new(SCORE_MAX);

        assert!(!score.add(Interval {
            expected: 100,
            ..Interval::default()
        }));
        assert_eq!(score.value(), 10);
    }

    #[test]
    fn losses_hurt_more_than_in_proportion_and_repairs_help() {
        let lossy = Interval {
            expected: 100,
            lost: 20,
            ..Interval::default()
        };
        let repaired = Interval {
            repaired: 20,
            retransmitted: 20,
            ..lossy
        };

        assert_eq!(sample(lossy), 4);
        assert_eq!(sample(repaired), 6);
    }

    #[test]
    fn nothing_arriving_is_zero() {
        assert_eq!(
            sample(Interval {
                expected: 100,
                lost: 100,
                ..Interval::default()
            }),
            0
        );
    }

    #[test]
    fn the_newest_sample_weighs_most() {
        let mut score = Score::new(SCORE_MAX);
        for _ in 0..SAMPLES_MAX {
            score.add(Interval {
                expected: 10,
                ..Interval::default()
            });
        }
        for _ in 0..4 {
            score.add(Interval {
                expected: 10,
                lost: 10,
                ..Interval::default()
            });
        }

        assert_eq!(score.value(), 7);
    }
}
