//! Who speaks: the one speaker whose speech stands out from that of the one before.
//!
//! ```text
//!  nobody ──▶ one is here ──▶ dominant ──▶ another beats it in all three spans ──▶ that one
//!                                 └──────▶ it leaves ──▶ whoever is left, at once
//! ```
//! After Volfin and Cohen (see `speech`). A cough beats nobody, as it does not fill the long span; so
//! the picture does not jump. One row a producer, so the table is bounded by the room.

use std::collections::BTreeMap;
use std::time::Duration;

use units::Instant;

use crate::observer::speech::{LEVEL_MAX, Speech};

/// What an interval may be.
const INTERVAL_MIN: Duration = Duration::from_millis(100);
const INTERVAL_MAX: Duration = Duration::from_millis(5_000);

/// By how much a challenger must beat the dominant one: immediate, medium, long (natural logarithms).
const LEAD: [f64; 3] = [3.0, 2.0, 0.0];

/// Nothing for so long is silence (two frames: senders with DTX do not send it).
const IDLE: Duration = Duration::from_millis(40);

/// Whoever has been silent for so long does not compete until heard again.
const AWAY: Duration = Duration::from_secs(3_600);

/// A producer that competes.
#[derive(Clone, Debug)]
struct Speaker {
    speech: Speech,
    paused: bool,
}

/// Compares speakers at intervals.
#[derive(Debug)]
pub struct ActiveSpeaker {
    interval: Duration,
    speakers: BTreeMap<usize, Speaker>,
    dominant: Option<usize>,
    tick_at: Option<Instant>,
}

impl ActiveSpeaker {
    /// Hears nobody yet. An interval out of bounds is brought into them.
    #[must_use]
    pub fn new(interval: Duration) -> Self {
        Self {
            interval: interval.clamp(INTERVAL_MIN, INTERVAL_MAX),
            speakers: BTreeMap::new(),
            dominant: None,
            tick_at: None,
        }
    }

    /// Listens to a producer. False if it does already.
    pub fn add(&mut self, now: Instant, producer: usize, paused: bool) -> bool {
        if self.speakers.contains_key(&producer) {
            return false;
        }
        let speech = Speech::new(now);
        self.speakers.insert(producer, Speaker { speech, paused });
        self.tick_at.get_or_insert(now + self.interval);
        true
    }

    /// Listens no longer. If it was the dominant one, gives the next, unless paused.
    pub fn remove(&mut self, now: Instant, producer: usize) -> Option<usize> {
        self.speakers.remove(&producer)?;
        if self.dominant != Some(producer) {
            return None;
        }
        self.dominant = None;
        // While paused nobody compares; the first tick after that does.
        self.tick_at.and_then(|_| self.compare(now))
    }

    /// A producer was paused, or resumed. Whoever is paused does not challenge.
    pub fn set_paused(&mut self, producer: usize, paused: bool) {
        if let Some(speaker) = self.speakers.get_mut(&producer) {
            speaker.paused = paused;
        }
    }

    /// A packet of a producer was this loud: 0 is as loud as can be, 127 is silence.
    pub fn note(&mut self, now: Instant, producer: usize, level: u8) {
        if let Some(speaker) = self.speakers.get_mut(&producer) {
            speaker.speech.note(now, LEVEL_MAX - level.min(LEVEL_MAX));
        }
    }

    /// Stops.
    pub fn pause(&mut self) {
        self.tick_at = None;
    }

    /// Listens again.
    pub fn resume(&mut self, now: Instant) {
        if !self.speakers.is_empty() {
            self.tick_at = Some(now + self.interval);
        }
    }

    /// Compares, if it is time. Gives the dominant speaker if it is another one.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<usize> {
        if self.tick_at.is_none_or(|at| now < at) {
            return None;
        }
        // Without speakers the clock stands; the next `add` starts it again.
        self.tick_at = (!self.speakers.is_empty()).then(|| now + self.interval);
        for speaker in self.speakers.values_mut() {
            if speaker.speech.unsampled_for(now) >= IDLE {
                speaker.speech.note_idle(now);
            }
        }
        self.compare(now)
    }

    /// When [`ActiveSpeaker::handle_timeout`] next compares.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.tick_at
    }

    fn compare(&mut self, now: Instant) -> Option<usize> {
        let winner = self.winner(now);
        let changed = winner.filter(|_| winner != self.dominant);
        self.dominant = winner;
        changed
    }

    /// Without a dominant one the first competes as if it were, and wins unless it is beaten.
    fn winner(&mut self, now: Instant) -> Option<usize> {
        let reference = self
            .dominant
            .or_else(|| self.first_competing(now))
            .or_else(|| self.speakers.keys().next().copied())?;
        let to_beat = self.speakers.get_mut(&reference)?.speech.scores();
        let mut best = (reference, LEAD[1]);
        for (&producer, speaker) in &mut self.speakers {
            if producer == reference || !speaker.competes(now) {
                continue;
            }
            let scores = speaker.speech.scores();
            let lead = |span: usize| (scores[span] / to_beat[span]).ln();
            if lead(0) > LEAD[0] && lead(1) > best.1 && lead(2) > LEAD[2] {
                best = (producer, lead(1));
            }
        }
        Some(best.0)
    }

    fn first_competing(&self, now: Instant) -> Option<usize> {
        let mut competing = self.speakers.iter().filter(|(_, one)| one.competes(now));
        competing.next().map(|(&producer, _)| producer)
    }
}

impl Speaker {
    fn competes(&self, now: Instant) -> bool {
        !self.paused && self.speech.unheard_for(now) < AWAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_alone_is_dominant_at_the_next_tick_and_told_once() {
        let mut stage = Stage::with(&[7]);

        assert_eq!(stage.run(400, &[]), [(300, 7)]);
        assert_eq!(stage.run(3_000, &[]), []);
    }

    #[test]
    fn the_one_who_speaks_is_dominant() {
        let mut stage = Stage::with(&[1, 2, 3]);

        let told = stage.run(2_000, &[2]);

        assert_eq!(told.last().map(|&(_, who)| who), Some(2), "{told:?}");
        assert!(
            told.len() <= 2,
            "the first by default, then the second: {told:?}"
        );
    }

    #[test]
    fn speakers_that_alternate_are_followed_within_a_second_or_so() {
        let mut stage = Stage::with(&[1, 2]);
        stage.run(3_000, &[1]);

        for turn in 0..6 {
            let speaks = if turn % 2 == 0 { 2 } else { 1 };
            let began = stage.now;
            let told = stage.run(3_000, &[speaks]);

            assert_eq!(told.len(), 1, "turn {turn}: {told:?}");
            assert_eq!(told[0].1, speaks);
            assert!(told[0].0 - began <= 1_500, "turn {turn}: {told:?}");
        }
    }

    #[test]
    fn a_cough_does_not_take_the_stage() {
        let mut stage = Stage::with(&[1, 2]);
        stage.run(3_000, &[1]);

        let mut told = stage.run(60, &[1, 2]);
        told.extend(stage.run(3_000, &[1]));

        assert_eq!(told, []);
    }

    #[test]
    fn silence_changes_nothing() {
        let mut stage = Stage::with(&[1, 2]);
        stage.run(3_000, &[2]);

        assert_eq!(stage.run(60_000, &[]), []);
    }

    #[test]
    fn whoever_is_paused_does_not_challenge() {
        let mut stage = Stage::with(&[1, 2]);
        stage.run(3_000, &[1]);
        stage.speaker.set_paused(2, true);

        assert_eq!(stage.run(3_000, &[2]), []);
        stage.speaker.set_paused(2, false);
        assert_eq!(stage.run(3_000, &[2]).len(), 1);
    }

    #[test]
    fn when_the_dominant_one_leaves_the_next_is_found_at_once() {
        let mut stage = Stage::with(&[1, 2, 3]);
        stage.run(3_000, &[2]);
        stage.run(400, &[2, 3]);

        let next = stage.speaker.remove(stage.at(), 2);

        assert_eq!(next, Some(3), "it speaks, the other does not");
        assert_eq!(stage.speaker.remove(stage.at(), 1), None);
        assert_eq!(stage.speaker.remove(stage.at(), 3), None);
        stage.run(600, &[]);
        assert_eq!(stage.speaker.poll_timeout(), None);
    }

    #[test]
    fn an_interval_out_of_bounds_is_brought_into_them() {
        for (asked, kept) in [(0, 100), (777, 777), (60_000, 5_000)] {
            let mut speaker = ActiveSpeaker::new(Duration::from_millis(asked));
            assert!(speaker.add(Instant::ZERO, 1, false));
            assert!(!speaker.add(Instant::ZERO, 1, false));

            assert_eq!(speaker.poll_timeout(), Some(Instant::from_millis(kept)));
        }
    }

    /// Speakers with microphones: packets of 20 ms, speech that comes in syllables over a hiss.
    struct Stage {
        speaker: ActiveSpeaker,
        who: Vec<usize>,
        now: u64,
    }

    impl Stage {
        fn with(who: &[usize]) -> Self {
            let mut speaker = ActiveSpeaker::new(Duration::from_millis(300));
            for &producer in who {
                speaker.add(Instant::ZERO, producer, false);
            }
            let mut stage = Self {
                speaker,
                who: who.to_vec(),
                now: 0,
            };
            // What is heard at first is taken for the microphone's hiss.
            stage.run(100, &[]);
            stage
        }

        fn at(&self) -> Instant {
            Instant::from_millis(self.now)
        }

        /// Who was told to be dominant, and when.
        fn run(&mut self, millis: u64, speaking: &[usize]) -> Vec<(u64, usize)> {
            let mut told = Vec::new();
            for _ in 0..millis / 20 {
                self.now += 20;
                let now = self.at();
                for &producer in &self.who {
                    let syllable = 30 + (self.now / 20 % 5) as u8;
                    let level = match speaking.contains(&producer) {
                        true => syllable,
                        false => 100,
                    };
                    self.speaker.note(now, producer, level);
                }
                if let Some(producer) = self.speaker.handle_timeout(now) {
                    told.push((self.now, producer));
                }
            }
            told
        }
    }
}
