//! Packets that never arrive.

use crate::entropy::SeededEntropy;

/// How packets get lost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// None does.
    #[default]
    Never,
    /// Each with this probability.
    Random(f64),
    /// In bursts (Gilbert's model): probability of one to begin, and of one to end, per packet.
    Bursts {
        /// From good to bad.
        begin: f64,
        /// From bad to good.
        end: f64,
    },
    /// All do: the cable is out.
    Always,
}

/// A loss process under way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LossProcess {
    in_burst: bool,
}

impl LossProcess {
    /// Whether the next packet is lost.
    pub(super) fn takes(&mut self, loss: Loss, entropy: &mut SeededEntropy) -> bool {
        match loss {
            Loss::Never => false,
            Loss::Random(share) => entropy.happens(share),
            Loss::Bursts { begin, end } => {
                let turns = entropy.happens(if self.in_burst { end } else { begin });
                self.in_burst ^= turns;
                self.in_burst
            }
            Loss::Always => true,
        }
    }
}
