//! How fast bytes flow: a sliding window of buckets.

use std::time::Duration;

use units::{DataRate, DataSize, Instant};

/// Buckets of a window. Sixteen show a step within 7 % of the window and fit two cache lines.
const BUCKETS: u64 = 16;

/// Counts bytes and packets, and knows the rate over the last window.
#[derive(Clone, Debug)]
pub struct RateMeter {
    buckets: [u32; BUCKETS as usize],
    bucket_micros: u64,
    /// Number of the newest bucket since zero, and the microsecond in which the next begins.
    newest: u64,
    newest_until: u64,
    in_window: u64,
    /// When counting began: the window is not longer than that.
    since: Option<Instant>,
    bytes: u64,
    packets: u64,
}

impl RateMeter {
    /// Measures over `window`.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        let micros = u64::try_from(window.as_micros()).unwrap_or(u64::MAX);
        Self {
            buckets: [0; BUCKETS as usize],
            bucket_micros: (micros / BUCKETS).max(1),
            newest: 0,
            newest_until: 0,
            in_window: 0,
            since: None,
            bytes: 0,
            packets: 0,
        }
    }

    /// A packet of `bytes` passed.
    pub fn add(&mut self, now: Instant, bytes: usize) {
        self.advance(now);
        self.since.get_or_insert(now);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let bucket = &mut self.buckets[(self.newest % BUCKETS) as usize];
        *bucket = bucket.saturating_add(bytes);
        self.in_window += u64::from(bytes);
        self.bytes += u64::from(bytes);
        self.packets += 1;
    }

    /// The rate over the window, or over the time since counting began if that is shorter.
    pub fn rate(&mut self, now: Instant) -> DataRate {
        self.advance(now);
        let Some(since) = self.since else {
            return DataRate::ZERO;
        };
        let window = Duration::from_micros(self.bucket_micros * BUCKETS);
        // Below a quarter of the window a single burst would look like a flood.
        let span = now.saturating_since(since).clamp(window / 4, window);
        DataSize::from_bytes(self.in_window)
            .over(span)
            .unwrap_or_default()
    }

    /// Bytes since the beginning.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Packets since the beginning.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    fn advance(&mut self, now: Instant) {
        // Nearly always: no division a packet.
        if now.as_micros() < self.newest_until {
            return;
        }
        let current = now.as_micros() / self.bucket_micros;
        let steps = current.saturating_sub(self.newest).min(BUCKETS);
        for step in 1..=steps {
            let bucket = &mut self.buckets[((self.newest + step) % BUCKETS) as usize];
            self.in_window -= u64::from(std::mem::take(bucket));
        }
        if steps == BUCKETS {
            self.buckets = [0; BUCKETS as usize];
            self.in_window = 0;
        }
        self.newest = self.newest.max(current);
        self.newest_until = (self.newest + 1).saturating_mul(self.bucket_micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_flow_shows_its_rate() {
        let mut meter = RateMeter::new(Duration::from_secs(1));

        for n in 0..300 {
            meter.add(ms(n * 10), 1_250);
        }

        let bps = meter.rate(ms(2_999)).as_bps();
        assert!((950_000..=1_050_000).contains(&bps), "{bps}");
        assert_eq!((meter.bytes(), meter.packets()), (375_000, 300));
    }

    #[test]
    fn a_flow_that_stops_falls_to_zero() {
        let mut meter = RateMeter::new(Duration::from_secs(1));
        meter.add(ms(0), 1_250);

        assert_eq!(meter.rate(ms(10_000)), DataRate::ZERO);
    }

    #[test]
    fn one_packet_is_not_a_flood() {
        let mut meter = RateMeter::new(Duration::from_secs(1));
        meter.add(ms(5), 1_000);

        assert_eq!(meter.rate(ms(5)), DataRate::from_bps(32_000));
    }

    fn ms(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }
}
