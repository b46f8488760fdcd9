//! Replay windows: which of the newest indices were accepted already (RFC 3711 §3.3.2).
//!
//! A ring of words, as RFC 6479 has it: one word more than the window needs, so that moving on clears
//! whole words and never shifts.

use crate::refusal::Refusal;

const WORD_BITS: u64 = u64::BITS as u64;

/// 1024 packets: at 1000 packets a second a second of reordering; RFC 3711 asks for 64 at least.
pub(crate) type RtpReplayWindow = ReplayWindow<17>;

/// 128 packets.
pub(crate) type RtcpReplayWindow = ReplayWindow<3>;

/// Remembers the newest (`WORDS` - 1) × 64 indices. It exists only once a packet was accepted.
#[derive(Clone, Debug)]
pub(crate) struct ReplayWindow<const WORDS: usize> {
    highest: u64,
    words: [u64; WORDS],
}

impl<const WORDS: usize> ReplayWindow<WORDS> {
    const SIZE: u64 = (WORDS as u64 - 1) * WORD_BITS;

    /// A window that has seen `index` and nothing else.
    pub(crate) fn starting_at(index: u64) -> Self {
        let mut window = Self {
            highest: index,
            words: [0; WORDS],
        };
        window.set(index);
        window
    }

    /// The newest index accepted.
    pub(crate) fn highest(&self) -> u64 {
        self.highest
    }

    /// Whether `index` may be accepted.
    pub(crate) fn check(&self, index: u64) -> Result<(), Refusal> {
        if index > self.highest {
            Ok(())
        } else if self.highest - index >= Self::SIZE {
            Err(Refusal::TooOld)
        } else if self.words[Self::word(index)] & Self::bit(index) != 0 {
            Err(Refusal::Replayed)
        } else {
            Ok(())
        }
    }

    /// Remembers that `index`, for which `check` was fine, is authentic.
    pub(crate) fn accept(&mut self, index: u64) {
        if index > self.highest {
            let newest_word = self.highest / WORD_BITS;
            let words_entered = (index / WORD_BITS - newest_word).min(WORDS as u64);
            for entered in 1..=words_entered {
                self.words[((newest_word + entered) % WORDS as u64) as usize] = 0;
            }
            self.highest = index;
        }
        self.set(index);
    }

    fn set(&mut self, index: u64) {
        self.words[Self::word(index)] |= Self::bit(index);
    }

    fn word(index: u64) -> usize {
        (index / WORD_BITS % WORDS as u64) as usize
    }

    fn bit(index: u64) -> u64 {
        1 << (index % WORD_BITS)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_window_is_as_wide_as_it_says() {
        let mut window = RtpReplayWindow::starting_at(5_000);

        window.accept(9_000);

        assert_eq!(window.check(9_000 - 1_023), Ok(()));
        assert_eq!(window.check(9_000 - 1_024), Err(Refusal::TooOld));
        assert_eq!(window.check(9_000), Err(Refusal::Replayed));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_ring_agrees_with_a_set(steps in prop::collection::vec((0u64..300, any::<bool>()), 1..400)) {
            let mut window = RtcpReplayWindow::starting_at(1_000);
            let mut seen = BTreeSet::from([1_000]);

            for (distance, ahead) in steps {
                let highest = *seen.last().unwrap();
                let index = if ahead { highest + distance } else { highest.saturating_sub(distance) };
                let expected = if highest >= index + 128 {
                    Err(Refusal::TooOld)
                } else if seen.contains(&index) {
                    Err(Refusal::Replayed)
                } else {
                    Ok(())
                };

                prop_assert_eq!(window.check(index), expected);
                if expected.is_ok() {
                    window.accept(index);
                    seen.insert(index);
                }
                prop_assert_eq!(window.highest(), *seen.last().unwrap());
            }
        }
    }
}
