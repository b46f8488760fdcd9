//! How much somebody speaks, over three spans (after Volfin and Cohen, "Dominant speaker
//! identification for multipoint videoconferencing", 2012).
//!
//! ```text
//!  levels, one a frame of 20 ms ──▶ immediate: how many tenths of the scale a frame fills
//!                 5 of them  ──▶ medium: how many of them are speech
//!                10 of those ──▶ long: how many of those are speech
//! ```
//! A score says for each span how much likelier what was seen is under "speech" than under "no
//! speech". Levels are measured against the quietest that the microphone gives, so a fan is no speaker.

use std::time::Duration;

use units::Instant;

/// The span of one level.
const FRAME: Duration = Duration::from_millis(20);

/// Frames that are remembered, a second: what one long span needs.
const FRAMES: usize = 50;

/// Frames of one medium span, and medium spans of one long span.
const FRAMES_PER_MEDIUM: usize = 5;
const MEDIUMS: usize = FRAMES / FRAMES_PER_MEDIUM;

/// The loudest level, and how much of the scale is one unit of immediate speech: 127 in 13 parts.
pub const LEVEL_MAX: u8 = 127;
const UNIT: u8 = 10;

/// More than this is speech, of an immediate and of a medium span.
const IMMEDIATE_SPEECH: u8 = 7;
const MEDIUM_SPEECH: u8 = 4;

/// Levels after which what was taken for the quietest may rise again: 15 s of frames.
const FLOOR_WINDOW: u32 = 750;

/// The binomial's p, of frames that are no speech.
const CHANCE: f64 = 0.5;

/// So that the logarithm of a ratio of scores exists.
const SCORE_MIN: f64 = 1e-10;

/// A span: out of how many, and the rate of the exponential that stands for no speech.
const IMMEDIATE: (u32, f64) = (13, 0.78);
const MEDIUM: (u32, f64) = (5, 24.0);
const LONG: (u32, f64) = (10, 47.0);

/// How much likelier speech is than no speech: immediate, medium, long.
pub type Scores = [f64; 3];

/// The quietest level that a microphone gives.
#[derive(Clone, Copy, Debug, Default)]
struct Floor {
    level: u8,
    window: u8,
    seen: u32,
}

/// One speaker's recent second.
#[derive(Clone, Debug)]
pub struct Speech {
    /// The newest first.
    levels: [u8; FRAMES],
    floor: Floor,
    sampled_at: Instant,
    heard_at: Instant,
    scores: Scores,
    /// Whether there are levels that the scores do not know.
    stale: bool,
}

impl Speech {
    /// Somebody who has said nothing.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            levels: [0; FRAMES],
            floor: Floor::default(),
            sampled_at: now,
            heard_at: now,
            scores: [SCORE_MIN; 3],
            stale: true,
        }
    }

    /// A packet was this loud: 127 is as loud as can be, 0 is silence.
    pub fn note(&mut self, now: Instant, level: u8) {
        let level = level.min(LEVEL_MAX);
        self.heard_at = now;
        self.floor.learn(level);
        self.write(now, level);
    }

    /// Nothing has come for a while.
    pub fn note_idle(&mut self, now: Instant) {
        self.write(now, 0);
    }

    /// How long nothing has come, or was taken for nothing.
    #[must_use]
    pub fn unsampled_for(&self, now: Instant) -> Duration {
        now.saturating_since(self.sampled_at)
    }

    /// How long nothing has come.
    #[must_use]
    pub fn unheard_for(&self, now: Instant) -> Duration {
        now.saturating_since(self.heard_at)
    }

    /// The scores, brought up to date.
    pub fn scores(&mut self) -> Scores {
        if std::mem::take(&mut self.stale) {
            self.scores = self.score();
        }
        self.scores
    }

    /// A level stands for the time since the one before it, so that packets of 60 ms count thrice.
    fn write(&mut self, now: Instant, level: u8) {
        let frames = self.unsampled_for(now).as_micros() / FRAME.as_micros();
        let frames = usize::try_from(frames).unwrap_or(FRAMES).clamp(1, FRAMES);
        self.levels.copy_within(..FRAMES - frames, frames);
        self.levels[..frames].fill(level);
        self.sampled_at = now;
        self.stale = true;
    }

    fn score(&self) -> Scores {
        let audible = self.floor.level.saturating_add(UNIT);
        let immediate = self.levels.map(|level| match level < audible {
            true => 0,
            false => level / UNIT,
        });
        let mut mediums = [0; MEDIUMS];
        for (medium, frames) in mediums
            .iter_mut()
            .zip(immediate.chunks_exact(FRAMES_PER_MEDIUM))
        {
            *medium = count_above(frames, IMMEDIATE_SPEECH);
        }
        let long = count_above(&mediums, MEDIUM_SPEECH);
        [
            score(immediate[0], IMMEDIATE),
            score(mediums[0], MEDIUM),
            score(long, LONG),
        ]
    }
}

impl Floor {
    /// A quieter level counts at once; a rise is believed after a window, and half way only (the
    /// geometric mean). Digital silence says nothing about the microphone.
    fn learn(&mut self, level: u8) {
        if level == 0 {
            return;
        }
        if self.level == 0 || level < self.level {
            *self = Self {
                level,
                window: LEVEL_MAX,
                seen: 0,
            };
            return;
        }
        self.window = self.window.min(level);
        self.seen += 1;
        if self.seen == FLOOR_WINDOW {
            let mean = (u16::from(self.level) * u16::from(self.window)).isqrt();
            *self = Self {
                level: u8::try_from(mean).unwrap_or(LEVEL_MAX),
                window: LEVEL_MAX,
                seen: 0,
            };
        }
    }
}

fn count_above(values: &[u8], threshold: u8) -> u8 {
    values
        .iter()
        .fold(0, |count, &value| count + u8::from(value > threshold))
}

/// ln of: a binomial of `value` out of `parts` with p = ½, over an exponential of rate λ.
fn score(value: u8, (parts, lambda): (u32, f64)) -> f64 {
    let hits = u32::from(value).min(parts);
    let ways: f64 = (1..=hits)
        .map(|k| (f64::from(parts - hits + k) / f64::from(k)).ln())
        .sum();
    let chance = f64::from(hits) * CHANCE.ln() + f64::from(parts - hits) * (1.0 - CHANCE).ln();
    let score = ways + chance - lambda.ln() + lambda * f64::from(hits);
    score.max(SCORE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_scores_the_least_there_is() {
        let mut speech = Speech::new(Instant::ZERO);
        say(&mut speech, 0, &[0; 100]);

        assert_eq!(speech.scores(), [SCORE_MIN; 3]);
    }

    #[test]
    fn a_word_moves_the_short_span_first_and_a_sentence_the_long_one() {
        let mut speech = Speech::new(Instant::ZERO);
        say(&mut speech, 0, &[30; 50]);
        say(&mut speech, 50, &[100; 2]);
        let word = speech.scores();
        say(&mut speech, 52, &[100; 48]);
        let sentence = speech.scores();

        assert!(word[0] > 1.0, "{word:?}");
        assert_eq!(word[2], SCORE_MIN);
        assert!(
            sentence[1] > word[1] && sentence[2] > 100.0,
            "{word:?} {sentence:?}"
        );
    }

    #[test]
    fn a_steady_hum_is_no_speech_however_loud() {
        let mut hum = Speech::new(Instant::ZERO);
        say(&mut hum, 0, &[90; 200]);

        assert_eq!(hum.scores(), [SCORE_MIN; 3]);
    }

    #[test]
    fn the_floor_falls_at_once_and_rises_half_way_after_a_window() {
        let mut floor = Floor::default();
        for level in [60, 40] {
            floor.learn(level);
        }
        assert_eq!(floor.level, 40);

        (0..FLOOR_WINDOW).for_each(|_| floor.learn(90));

        assert_eq!(floor.level, 60, "the root of 40 times 90");
        floor.learn(0);
        assert_eq!(floor.level, 60);
    }

    #[test]
    fn a_level_stands_for_the_time_since_the_one_before() {
        let mut speech = Speech::new(Instant::ZERO);
        speech.note(Instant::from_millis(60), 77);
        speech.note(Instant::from_millis(60), 88);
        speech.note_idle(Instant::from_millis(100));

        assert_eq!(speech.levels[..7], [0, 0, 88, 77, 77, 77, 0]);
        assert_eq!(
            speech.unheard_for(Instant::from_millis(100)),
            Duration::from_millis(40)
        );
    }

    #[test]
    fn a_score_is_the_logarithm_of_the_ratio() {
        // C(5,2) / 2⁵ over 24 e^(−24 × 2)
        let expected = (10.0_f64 / 32.0).ln() - 24.0_f64.ln() + 48.0;

        assert!((score(2, MEDIUM) - expected).abs() < 1e-9);
        assert!(score(99, LONG).is_finite());
    }

    fn say(speech: &mut Speech, from: u64, levels: &[u8]) {
        for (n, &level) in levels.iter().enumerate() {
            speech.note(Instant::from_millis((from + n as u64 + 1) * 20), level);
        }
    }
}
