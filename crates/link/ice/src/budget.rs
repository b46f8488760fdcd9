//! How many strangers get an answer.
//!
//! A wrong request is told so (400, 401), which helps a peer with old credentials. But whoever sends
//! it may have lied about its address, so such answers are few: then silence.

use std::time::Duration;

use units::Instant;

/// Answers that may go out at once.
const BURST: u32 = 10;

/// One more every so often.
const REFILL_EVERY: Duration = Duration::from_millis(200);

/// A bucket of tokens.
#[derive(Debug)]
pub struct AnswerBudget {
    tokens: u32,
    refilled_at: Option<Instant>,
}

impl Default for AnswerBudget {
    fn default() -> Self {
        Self {
            tokens: BURST,
            refilled_at: None,
        }
    }
}

impl AnswerBudget {
    /// Whether a stranger may be answered now.
    pub fn spend(&mut self, now: Instant) -> bool {
        let since = *self.refilled_at.get_or_insert(now);
        let earned = now.saturating_since(since).as_millis() / REFILL_EVERY.as_millis();
        if earned > 0 {
            let earned = u32::try_from(earned).unwrap_or(BURST);
            self.tokens = self.tokens.saturating_add(earned).min(BURST);
            self.refilled_at = Some(now);
        }
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
        let mut budget = AnswerBudget::default();

        let answered = (0..2_000)
            .filter(|&ms| budget.spend(Instant::from_millis(ms)))
            .count();

        assert_eq!(answered, 19);
    }
}
