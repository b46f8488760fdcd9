//! A slow place with a queue before it.

use std::time::Duration;

use units::Instant;

/// How fast, and how patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BottleneckConfig {
    /// Bits a second.
    pub rate: u64,
    /// Bytes that may wait. A packet that finds no room is dropped (tail drop).
    pub queue: usize,
}

/// A slow place. It knows when it will be free, so it needs no list of who waits.
#[derive(Clone, Copy, Debug)]
pub struct Bottleneck {
    config: BottleneckConfig,
    free_at: Instant,
}

impl Bottleneck {
    /// Nothing waits.
    #[must_use]
    pub fn new(config: BottleneckConfig) -> Self {
        Self {
            config,
            free_at: Instant::ZERO,
        }
    }

    /// When the last byte of a packet of `len` bytes that comes at `now` is through; `None` if it is
    /// dropped.
    pub fn pass(&mut self, now: Instant, len: usize) -> Option<Instant> {
        let waiting = self.time_of_bytes(self.config.queue);
        let begins = self.free_at.max(now);
        let takes = self.time_of_bytes(len);
        if begins.saturating_since(now) + takes > waiting {
            return None;
        }
        self.free_at = begins + takes;
        Some(self.free_at)
    }

    fn time_of_bytes(&self, bytes: usize) -> Duration {
        let bits = bytes as u128 * 8;
        let micros = bits * 1_000_000 / u128::from(self.config.rate.max(1));
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}
