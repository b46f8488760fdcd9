//! How much may be in flight (RFC 9260 §7.2).
//!
//! ```text
//!  slow start ──── cwnd > ssthresh ────▶ avoidance
//!      ▲  ▲                                 │
//!      │  └── three misses: half, recover ──┤
//!      └───── T3 ran out: one packet ───────┘
//! ```

use crate::config::MTU;

/// RFC 6928, as dcSCTP begins.
const INITIAL: usize = 10 * MTU;

/// Halving stops here (RFC 9260 §7.2.3).
const MIN: usize = 4 * MTU;

/// 4 MiB in flight is 330 Mbit/s at 100 ms: past this it is the peer that makes us keep its bytes.
const CWND_MAX: usize = 4 << 20;

/// RFC 9260 §7.2.1's L. One SACK answers two packets (RFC 3465 §2.1), or all of a batch if the peer reads
/// in batches; bursts are limited elsewhere. One that closes a gap answers many more: that is no growth.
const GROWTH_PER_SACK: usize = 32 * MTU;

/// The congestion window.
#[derive(Debug)]
pub(super) struct Congestion {
    cwnd: usize,
    threshold: usize,
    /// Acknowledged since the window last grew in avoidance.
    acked: usize,
    /// Until this TSN is acknowledged, losses belong to one event.
    recovery_until: Option<u64>,
}

impl Congestion {
    pub(super) fn new() -> Self {
        Self {
            cwnd: INITIAL,
            threshold: CWND_MAX,
            acked: 0,
            recovery_until: None,
        }
    }

    pub(super) fn window(&self) -> usize {
        self.cwnd
    }

    pub(super) fn is_recovering(&self) -> bool {
        self.recovery_until.is_some()
    }

    /// The cumulative TSN advanced to `tsn`, by which `bytes` were acknowledged.
    /// `was_full`: the window was used up, so that it may have been too small.
    pub(super) fn handle_ack(&mut self, tsn: u64, bytes: usize, was_full: bool) {
        if self.recovery_until.is_some_and(|until| until <= tsn) {
            self.recovery_until = None;
        }
        if self.is_recovering() || !was_full {
            return;
        }
        if self.cwnd <= self.threshold {
            self.cwnd += bytes.min(GROWTH_PER_SACK);
        } else {
            self.acked += bytes;
            if self.acked >= self.cwnd {
                self.acked -= self.cwnd;
                self.cwnd += MTU;
            }
        }
        self.cwnd = self.cwnd.min(CWND_MAX);
    }

    /// Misses showed a loss (RFC 9260 §7.2.4). True if it begins a recovery.
    pub(super) fn handle_loss(&mut self, tsn_highest: u64) -> bool {
        if self.is_recovering() {
            return false;
        }
        self.recovery_until = Some(tsn_highest);
        self.threshold = (self.cwnd / 2).max(MIN);
        self.cwnd = self.threshold;
        self.acked = 0;
        true
    }

    /// T3 ran out (RFC 9260 §7.2.3).
    pub(super) fn handle_timeout(&mut self) {
        self.threshold = (self.cwnd / 2).max(MIN);
        self.cwnd = MTU;
        self.acked = 0;
        self.recovery_until = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_opens_fast_halves_once_a_loss_and_starts_over_in_silence() {
        let mut congestion = Congestion::new();
        congestion.handle_ack(1, 5_000, true);
        congestion.handle_ack(2, 1_000_000, true);
        assert_eq!(congestion.window(), INITIAL + 5_000 + GROWTH_PER_SACK);

        assert!(congestion.handle_loss(50));
        assert!(!congestion.handle_loss(60));
        assert_eq!(congestion.window(), (INITIAL + 5_000 + GROWTH_PER_SACK) / 2);

        congestion.handle_ack(50, 100, false);
        assert!(!congestion.is_recovering());

        congestion.handle_timeout();
        assert_eq!(congestion.window(), MTU);
    }

    #[test]
    fn an_application_that_sends_little_does_not_open_the_window() {
        let mut congestion = Congestion::new();
        congestion.handle_ack(1, 5_000, false);
        assert_eq!(congestion.window(), INITIAL);
    }

    #[test]
    fn the_window_has_an_end() {
        let mut congestion = Congestion::new();
        for tsn in 0..10_000 {
            congestion.handle_ack(tsn, MTU * 2, true);
        }
        assert_eq!(congestion.window(), CWND_MAX);
    }
}
