//! Packets that arrive twice.

use crate::entropy::SeededEntropy;

/// The share of packets that arrive twice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Duplication(
    /// 0 to 1.
    pub f64,
);

impl Duplication {
    /// How often the next packet arrives.
    pub(super) fn copies(self, entropy: &mut SeededEntropy) -> usize {
        1 + usize::from(entropy.happens(self.0))
    }
}
