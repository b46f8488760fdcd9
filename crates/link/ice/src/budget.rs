//! How many strangers get an answer.
//!
//! A wrong request is told so (400, 401), which helps a peer with old credentials. But whoever sends
//! it may have lied about its address, so such answers are few: then silence.

use std::time::Duration;

use units::Instant;

/// Answers that may go out at once: a peer that gathers on a few interfaces, twice over.
const BURST: u32 = 10;

/// One more every so often. A judgement: a peer repeats a check every half second or slower
/// (RFC 8445 §14.3), so it hears of its mistake, and a victim gets 180 bytes a second at most.
const REFILL_EVERY: Duration = Duration::from_millis(200);

/// A bucket of tokens.
#[derive(Debug)]
pub struct AnswerBudget {
    tokens: u32,
    /// Up to when tokens have been earned; `None` until the first is spent.
    earned_until: Option<Instant>,
}

impl Default for AnswerBudget {
    fn default() -> Self {
        Self {
            tokens: BURST,
            earned_until: None,
        }
    }
}

impl AnswerBudget {
    /// Whether a stranger may be answered now.
    pub fn spend(&mut self, now: Instant) -> bool {
        let since = self.earned_until.unwrap_or(now);
        let earned = now.saturating_since(since).as_millis() / REFILL_EVERY.as_millis();
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        self.tokens = self.tokens.saturating_add(earned).min(BURST);
        self.earned_until = Some(since + REFILL_EVERY.saturating_mul(earned));
        let may = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_gets_ten_answers_and_five_a_second() {
        assert_eq!(answers((0..2_000).step_by(1)), 10 + 9);
    }

    #[test]
    fn what_is_earned_between_two_floods_is_not_lost() {
        assert_eq!(answers((0..20_000).step_by(150)), 10 + 20 * 5 - 1);
    }

    #[test]
    fn a_long_silence_earns_no_more_than_the_burst() {
        assert_eq!(answers((0..100).chain(10_000_000..10_000_100)), 20);
    }

    fn answers(at: impl Iterator<Item = u64>) -> usize {
        let mut budget = AnswerBudget::default();
        at.filter(|&ms| budget.spend(Instant::from_millis(ms)))
            .count()
    }
}
