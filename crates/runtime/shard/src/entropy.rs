//! Randomness from the operating system.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use units::Entropy;

/// The operating system's CSPRNG, by way of the crypto library's.
#[derive(Debug, Default)]
pub struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&mut self, out: &mut [u8]) {
        // Without randomness there are no secrets, and so no way to go on.
        self.0.fill(out).expect("the system has randomness");
    }
}
