//! Key-frame requests, merged.
//!
//! A consumer that has lost its place asks for a key frame. When twenty lose theirs at once the
//! publisher still owes one key frame, not twenty: the first request goes out at once, the others
//! ride along, and we ask again only if none has arrived after [`RETRY_AFTER`]. An application may
//! ask for more room between two requests.
//!
//! ```text
//!          handle_request             handle_keyframe, or attempts spent
//!  Quiet ─────────────────▶ Waiting ─────────────────────────────────────▶ Quiet
//!                            └─▶─┘ handle_timeout: ask again
//! ```
//! PLI: RFC 4585 §6.3.1; FIR: RFC 5104 §4.3.1.

use std::time::Duration;

use units::Instant;

/// As mediasoup waits: long enough for a slow path and an encoder.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A judgement, not a measurement: after three the publisher is gone or muted, and more is load.
pub const ATTEMPTS_MAX: u8 = 3;

/// Between two requests at least, whatever the application says: senders built on libwebrtc ignore what
/// comes sooner, and a receiver that asks all the time shall not cost everybody their picture.
pub const SPACING_MIN: Duration = Duration::from_millis(300);

/// Merges the key-frame requests that many consumers make of one stream.
#[derive(Debug)]
pub struct KeyframeRequester {
    spacing: Duration,
    state: State,
    last_asked: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// No consumer is waiting.
    Quiet,
    /// A request goes out at `ask_at` unless a key frame arrives first.
    Waiting { ask_at: Instant, attempts: u8 },
}

impl KeyframeRequester {
    /// Leaves at least `spacing` between two requests, and never less than [`SPACING_MIN`].
    #[must_use]
    pub fn new(spacing: Duration) -> Self {
        Self {
            spacing: spacing.max(SPACING_MIN),
            state: State::Quiet,
            last_asked: None,
        }
    }

    /// A consumer needs a key frame.
    pub fn handle_request(&mut self, now: Instant) {
        if let State::Quiet = self.state {
            let free_at = self.last_asked.map_or(now, |asked| asked + self.spacing);
            self.state = State::Waiting {
                ask_at: free_at.max(now),
                attempts: 0,
            };
        }
    }

    /// The stream begins, or begins again: what went before does not count.
    pub fn handle_restart(&mut self, now: Instant) {
        self.state = State::Waiting {
            ask_at: now,
            attempts: 0,
        };
    }

    /// The producer sent a key frame, which serves every consumer that waits.
    pub fn handle_keyframe(&mut self) {
        self.state = State::Quiet;
    }

    /// Nobody forwards this stream any more.
    pub fn handle_pause(&mut self) {
        self.state = State::Quiet;
    }

    /// Takes the request that is due. Asks again later, or gives up.
    pub fn poll_request(&mut self, now: Instant) -> bool {
        match self.state {
            State::Waiting { ask_at, attempts } if ask_at <= now => {
                if attempts == ATTEMPTS_MAX {
                    self.state = State::Quiet;
                    return false;
                }
                self.last_asked = Some(now);
                self.state = State::Waiting {
                    ask_at: now + RETRY_AFTER.max(self.spacing),
                    attempts: attempts + 1,
                };
                true
            }
            _ => false,
        }
    }

    /// When `poll_request` next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Waiting { ask_at, .. } => Some(ask_at),
            State::Quiet => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_requests_cost_the_publisher_one() {
        let mut requester = KeyframeRequester::new(Duration::ZERO);

        for _ in 0..20 {
            requester.handle_request(ms(0));
        }

        assert!(requester.poll_request(ms(0)));
        assert!(!requester.poll_request(ms(0)));
    }

    #[test]
    fn a_lost_request_is_sent_again_until_the_attempts_are_spent() {
        let mut requester = KeyframeRequester::new(Duration::ZERO);
        requester.handle_request(ms(0));

        assert_eq!(requests_sent(&mut requester), [ms(0), ms(1_000), ms(2_000)]);
    }

    #[test]
    fn a_key_frame_ends_the_wait() {
        let mut requester = KeyframeRequester::new(Duration::ZERO);
        requester.handle_request(ms(0));

        requester.handle_keyframe();

        assert!(!requester.poll_request(ms(0)));
        assert_eq!(requester.poll_timeout(), None);
    }

    #[test]
    fn a_receiver_that_asks_all_the_time_gets_a_few_a_second() {
        let mut requester = KeyframeRequester::new(Duration::ZERO);
        let mut asked = 0;

        for at in 0..3_000 {
            requester.handle_request(ms(at));
            if requester.poll_request(ms(at)) {
                asked += 1;
                requester.handle_keyframe();
            }
        }

        assert_eq!(asked, 10);
    }

    #[test]
    fn the_application_may_ask_for_room_between_two() {
        let mut requester = KeyframeRequester::new(Duration::from_millis(3_000));
        requester.handle_request(ms(0));
        assert!(requester.poll_request(ms(0)));
        requester.handle_keyframe();

        requester.handle_request(ms(500));

        assert!(!requester.poll_request(ms(500)));
        assert_eq!(requester.poll_timeout(), Some(ms(3_000)));
        assert!(requester.poll_request(ms(3_000)));
    }

    fn ms(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }

    /// Lets time run from one deadline to the next, and notes when each request came out.
    fn requests_sent(requester: &mut KeyframeRequester) -> Vec<Instant> {
        let mut sent = Vec::new();
        while let Some(deadline) = requester.poll_timeout() {
            if requester.poll_request(deadline) {
                sent.push(deadline);
            }
        }
        sent
    }
}
