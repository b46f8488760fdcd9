//! Who is loud: the mean level of each producer over an interval, the loudest told first.
//!
//! ```text
//!  tick ─▶ somebody at or above the threshold ─▶ Volumes        (every interval)
//!      └─▶ nobody any more ────────────────────▶ Silence        (once)
//! ```
//! One row a producer, so the table is bounded by the room. A level costs a look-up and two additions.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use units::Instant;

/// What an interval may be.
const INTERVAL_MIN: Duration = Duration::from_millis(250);
const INTERVAL_MAX: Duration = Duration::from_millis(5_000);

/// Fewer levels than this in an interval are a word half heard: they do not count.
const SAMPLES_MIN: u32 = 10;

/// What the interval so far has brought.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    /// Of levels in −dBov.
    level: u32,
    count: u32,
}

/// What an interval came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Producers and their levels in dBov, loudest first.
    Volumes(Vec<(usize, i8)>),
    /// Nobody is loud any more.
    Silence,
}

/// Measures levels over intervals.
#[derive(Debug)]
pub struct AudioLevels {
    max_entries: usize,
    threshold: i8,
    interval: Duration,
    sums: BTreeMap<usize, Sum>,
    tick_at: Option<Instant>,
    silent: bool,
}

impl AudioLevels {
    /// Hears nobody yet. An interval out of bounds is brought into them.
    #[must_use]
    pub fn new(max_entries: u16, threshold: i8, interval: Duration) -> Self {
        Self {
            max_entries: max_entries.into(),
            threshold,
            interval: interval.clamp(INTERVAL_MIN, INTERVAL_MAX),
            sums: BTreeMap::new(),
            tick_at: None,
            silent: true,
        }
    }

    /// Listens to a producer; to one it listens to already, nothing changes.
    pub fn add(&mut self, now: Instant, producer: usize) {
        self.sums.entry(producer).or_default();
        self.tick_at.get_or_insert(now + self.interval);
    }

    /// Listens no longer.
    pub fn remove(&mut self, producer: usize) {
        self.sums.remove(&producer);
    }

    /// Forgets what it heard of a producer in this interval.
    pub fn forget(&mut self, producer: usize) {
        if let Some(sum) = self.sums.get_mut(&producer) {
            *sum = Sum::default();
        }
    }

    /// A packet of a producer was this loud: 0 is as loud as can be, 127 is silence.
    pub fn note(&mut self, producer: usize, level: u8) {
        if let Some(sum) = self.sums.get_mut(&producer) {
            sum.level = sum.level.saturating_add(level.into());
            sum.count = sum.count.saturating_add(1);
        }
    }

    /// Stops. If somebody was loud, that is over.
    pub fn pause(&mut self) -> Option<Heard> {
        self.tick_at = None;
        self.reset();
        self.fall_silent()
    }

    /// Listens again, from a new interval.
    pub fn resume(&mut self, now: Instant) {
        if !self.sums.is_empty() {
            self.tick_at = Some(now + self.interval);
        }
    }

    /// Ends the interval, if it is time.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Heard> {
        if self.tick_at.is_none_or(|at| now < at) {
            return None;
        }
        let volumes = self.loudest();
        self.reset();
        let heard = match volumes.is_empty() {
            true => self.fall_silent(),
            false => {
                self.silent = false;
                Some(Heard::Volumes(volumes))
            }
        };
        // Nobody to listen to, nothing left to tell: the next `add` starts the clock again.
        let idle = self.sums.is_empty() && self.silent;
        self.tick_at = (!idle).then(|| now + self.interval);
        heard
    }

    /// When the interval ends.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.tick_at
    }

    fn loudest(&self) -> Vec<(usize, i8)> {
        let means = self.sums.iter().filter_map(|(&producer, sum)| {
            let counts = sum.count >= SAMPLES_MIN;
            let mean = sum.level.checked_div(sum.count).filter(|_| counts)?;
            let volume = -i8::try_from(mean).unwrap_or(i8::MAX);
            (volume >= self.threshold).then_some((producer, volume))
        });
        let mut volumes: Vec<(usize, i8)> = means.collect();
        volumes.sort_by_key(|&(_, volume)| Reverse(volume));
        volumes.truncate(self.max_entries);
        volumes
    }

    fn reset(&mut self) {
        self.sums.values_mut().for_each(|sum| *sum = Sum::default());
    }

    fn fall_silent(&mut self) -> Option<Heard> {
        (!std::mem::replace(&mut self.silent, true)).then_some(Heard::Silence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_are_told_first_and_no_more_than_asked_for() {
        let mut levels = meter(2, -80);
        for (producer, level) in [(1, 60), (2, 20), (3, 40)] {
            speak(&mut levels, producer, level, 10);
        }

        assert_eq!(tick(&mut levels, 1), volumes(&[(2, -20), (3, -40)]));
    }

    #[test]
    fn the_mean_counts_and_is_cut_to_a_whole_number() {
        let mut levels = meter(1, -80);
        speak(&mut levels, 1, 30, 10);
        speak(&mut levels, 1, 41, 9);

        // (30 × 10 + 41 × 9) / 19 = 35.2
        assert_eq!(tick(&mut levels, 1), volumes(&[(1, -35)]));
    }

    #[test]
    fn whoever_is_below_the_threshold_or_hardly_heard_is_not_told() {
        let mut levels = meter(9, -50);
        speak(&mut levels, 1, 50, 10);
        speak(&mut levels, 2, 51, 10);
        speak(&mut levels, 3, 10, 9);

        assert_eq!(tick(&mut levels, 1), volumes(&[(1, -50)]));
    }

    #[test]
    fn silence_is_told_once_and_never_at_first() {
        let mut levels = meter(1, -80);

        assert_eq!(tick(&mut levels, 1), None);
        speak(&mut levels, 1, 30, 50);
        assert_eq!(tick(&mut levels, 2), volumes(&[(1, -30)]));
        assert_eq!(tick(&mut levels, 3), Some(Heard::Silence));
        assert_eq!(tick(&mut levels, 4), None);
    }

    #[test]
    fn a_long_interval_of_short_packets_does_not_overflow() {
        let mut levels = AudioLevels::new(1, -127, Duration::from_secs(60));
        levels.add(Instant::ZERO, 1);
        speak(&mut levels, 1, 127, 2_000);

        assert_eq!(levels.poll_timeout(), Some(Instant::from_millis(5_000)));
        assert_eq!(tick(&mut levels, 5), volumes(&[(1, -127)]));
    }

    #[test]
    fn a_pause_ends_what_was_heard_and_a_resume_begins_a_new_interval() {
        let mut levels = meter(1, -80);
        speak(&mut levels, 1, 30, 50);
        tick(&mut levels, 1);
        speak(&mut levels, 1, 30, 50);

        assert_eq!(levels.pause(), Some(Heard::Silence));
        assert_eq!(levels.pause(), None);
        assert_eq!(levels.poll_timeout(), None);
        levels.resume(Instant::from_millis(1_700));
        assert_eq!(levels.poll_timeout(), Some(Instant::from_millis(2_700)));
        assert_eq!(tick(&mut levels, 3), None, "the sums were forgotten");
    }

    #[test]
    fn without_anybody_to_hear_no_clock_ticks() {
        let mut levels = AudioLevels::new(1, -80, Duration::from_secs(1));
        assert_eq!(levels.poll_timeout(), None);

        levels.add(Instant::ZERO, 1);
        speak(&mut levels, 1, 30, 50);
        tick(&mut levels, 1);
        levels.remove(1);

        assert_eq!(tick(&mut levels, 2), Some(Heard::Silence));
        assert_eq!(levels.poll_timeout(), None);
    }

    fn meter(max_entries: u16, threshold: i8) -> AudioLevels {
        let mut levels = AudioLevels::new(max_entries, threshold, Duration::from_secs(1));
        (1..4).for_each(|producer| levels.add(Instant::ZERO, producer));
        levels
    }

    fn speak(levels: &mut AudioLevels, producer: usize, level: u8, packets: usize) {
        for _ in 0..packets {
            levels.note(producer, level);
        }
    }

    fn tick(levels: &mut AudioLevels, seconds: u64) -> Option<Heard> {
        levels.handle_timeout(Instant::from_millis(seconds * 1_000))
    }

    fn volumes(expected: &[(usize, i8)]) -> Option<Heard> {
        Some(Heard::Volumes(expected.to_vec()))
    }
}
