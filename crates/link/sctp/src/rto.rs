//! How long to wait for an acknowledgement (RFC 9260 §6.3.1).

use std::time::Duration;

/// Before anything was measured (the figure is mediasoup's; RFC 9260 says 1 s for the open Internet).
const INITIAL: Duration = Duration::from_millis(500);

/// Twice the 200 ms for which a peer may hold back its SACK.
const MIN: Duration = Duration::from_millis(400);

/// RFC 9260 §16, RTO.Max.
const MAX: Duration = Duration::from_secs(60);

/// The retransmission timeout of one path.
#[derive(Debug)]
pub(crate) struct Rto {
    smoothed: Option<(Duration, Duration)>,
    current: Duration,
}

impl Rto {
    pub(crate) fn new() -> Self {
        Self {
            smoothed: None,
            current: INITIAL,
        }
    }

    /// Takes in one round trip that no retransmission made ambiguous.
    pub(crate) fn handle_sample(&mut self, rtt: Duration) {
        let rtt = rtt.min(MAX);
        let (mean, deviation) = match self.smoothed {
            None => (rtt, rtt / 2),
            Some((mean, deviation)) => (
                (mean * 7 + rtt) / 8,
                (deviation * 3 + mean.abs_diff(rtt)) / 4,
            ),
        };
        self.smoothed = Some((mean, deviation));
        self.current = (mean + deviation * 4).clamp(MIN, MAX);
    }

    /// A timer ran out: wait twice as long.
    pub(crate) fn back_off(&mut self) {
        self.current = (self.current * 2).min(MAX);
    }

    pub(crate) fn current(&self) -> Duration {
        self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_follows_the_round_trip_and_doubles_in_silence() {
        let mut rto = Rto::new();
        assert_eq!(rto.current(), INITIAL);

        rto.handle_sample(Duration::from_millis(300));
        assert_eq!(rto.current(), Duration::from_millis(900));

        rto.back_off();
        assert_eq!(rto.current(), Duration::from_millis(1800));

        for _ in 0..50 {
            rto.handle_sample(Duration::from_millis(10));
        }
        assert_eq!(rto.current(), MIN);
    }
}
