//! How long packets take.

use std::time::Duration;

use units::Instant;

use crate::entropy::SeededEntropy;

/// How long packets take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// At least.
    pub base: Duration,
    /// And up to this much more, evenly distributed.
    pub jitter: Duration,
    /// A packet may overtake another; else jitter only bunches them.
    pub reorders: bool,
}

/// A delay process under way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DelayProcess {
    /// When the last packet arrives.
    last: Option<Instant>,
}

impl DelayProcess {
    /// When a packet that leaves at `now` arrives.
    pub(super) fn arrival(
        &mut self,
        now: Instant,
        delay: Delay,
        entropy: &mut SeededEntropy,
    ) -> Instant {
        let mut at = now + delay.base + delay.jitter.mul_f64(entropy.unit());
        if !delay.reorders {
            at = self.last.map_or(at, |last| at.max(last));
            self.last = Some(at);
        }
        at
    }
}
