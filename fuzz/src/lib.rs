//! What fuzz targets share: randomness that replays, parameters to start from, an engine in a call.

#![forbid(unsafe_code)]

pub mod call;
pub mod json;

/// Numbers that look random and are the same in every run.
#[derive(Debug)]
pub struct Replayed(pub u64);

impl units::Entropy for Replayed {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            // The generator of Knuth's MMIX; its high bits are good enough to tell names apart.
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}
