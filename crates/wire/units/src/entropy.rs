//! Where randomness comes in.
//!
//! Machines never reach for randomness themselves: the driver hands them a source. A shard's is the
//! operating system's CSPRNG, a simulation's is seeded, so a failure replays from its seed.

/// A source of random bytes. Secrets are drawn from it, so outside tests it must be a CSPRNG.
pub trait Entropy {
    /// Fills `out` with random bytes.
    fn fill(&mut self, out: &mut [u8]);

    /// A random number of 32 bits.
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    /// A random number of 64 bits.
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A random number in `low..high`, evenly enough for identifiers and jitter (the bias is below
    /// 2⁻³² × the span). `low` must lie below `high`.
    fn next_in(&mut self, low: u32, high: u32) -> u32 {
        debug_assert!(low < high);
        let span = u64::from(high.saturating_sub(low).max(1));
        low + (((self.next_u64() >> 32) * span) >> 32) as u32
    }
}
