//! How many log lines a second leave: a storm of them must not cost more than what it tells of.

use std::time::{Duration, Instant};

/// Enough for the start of a large room; a storm is thousands.
pub const LINES_PER_SECOND: u32 = 200;

const SECOND: Duration = Duration::from_secs(1);

/// Lets so many lines pass in each second, and counts the others.
#[derive(Debug, Default)]
pub struct Throttle {
    /// When the second under way began; none before the first line.
    since: Option<Instant>,
    passed: u32,
    suppressed: u64,
}

impl Throttle {
    /// Whether a line may pass. Ask [`Throttle::poll_summary`] first.
    pub fn admit(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now >= since + SECOND) {
            self.since = Some(now);
            self.passed = 0;
        }
        if self.passed == LINES_PER_SECOND {
            self.suppressed += 1;
            return false;
        }
        self.passed += 1;
        true
    }

    /// How many lines were suppressed, once the second in which they were is over.
    pub fn poll_summary(&mut self, now: Instant) -> Option<u64> {
        let over = self.poll_timeout()? <= now;
        over.then(|| std::mem::take(&mut self.suppressed))
    }

    /// When there will be a summary.
    pub fn poll_timeout(&self) -> Option<Instant> {
        (self.suppressed > 0).then(|| self.since.map(|since| since + SECOND))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_cut_and_summed_up_when_its_second_is_over() {
        let mut throttle = Throttle::default();
        let start = Instant::now();

        let passed = (0..1_000).filter(|_| throttle.admit(start)).count();

        assert_eq!(passed, LINES_PER_SECOND as usize);
        assert_eq!(throttle.poll_timeout(), Some(start + SECOND));
        assert_eq!(throttle.poll_summary(start), None);
        assert_eq!(
            throttle.poll_summary(start + SECOND),
            Some(1_000 - u64::from(LINES_PER_SECOND))
        );
        assert_eq!(throttle.poll_summary(start + SECOND), None);
    }

    #[test]
    fn the_next_second_begins_afresh() {
        let mut throttle = Throttle::default();
        let start = Instant::now();
        while throttle.admit(start) {}

        assert!(throttle.admit(start + SECOND));
    }

    #[test]
    fn few_lines_have_no_summary() {
        let mut throttle = Throttle::default();
        let start = Instant::now();

        assert!(throttle.admit(start));

        assert_eq!(throttle.poll_timeout(), None);
        assert_eq!(throttle.poll_summary(start + SECOND), None);
    }
}
