//! Randomness for identifiers that the API chooses itself.

use units::Entropy;

/// The operating system's CSPRNG, by way of version 4 UUIDs.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&mut self, out: &mut [u8]) {
        // Six bits of a version 4 UUID are fixed; bytes 9 to 15 are random throughout.
        for chunk in out.chunks_mut(7) {
            let uuid = uuid::Uuid::new_v4();
            chunk.copy_from_slice(&uuid.as_bytes()[9..9 + chunk.len()]);
        }
    }
}

/// A new name for an object.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
