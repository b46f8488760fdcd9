//! A ring of bytes with absolute positions.
//!
//! Positions only grow. Bytes written at a position can be read until as many more have been written
//! as the ring holds; after that the position is known to be gone. A packet is kept in one piece: one
//! that would not fit before the end begins at the front again.

/// Bytes, the newest of them.
#[derive(Debug)]
pub struct ByteRing {
    bytes: Vec<u8>,
    head: u64,
}

impl ByteRing {
    /// A ring of `capacity` bytes.
    pub fn new(capacity: usize) -> Self {
        Self {
            bytes: vec![0; capacity.max(1)],
            head: 0,
        }
    }

    /// How much it holds.
    pub fn capacity(&self) -> usize {
        self.bytes.len()
    }

    /// The oldest position that would be overwritten if `len` bytes were written now.
    pub fn survivors_from(&self, len: usize) -> u64 {
        let (start, _) = self.place(len);
        (start + len as u64).saturating_sub(self.bytes.len() as u64)
    }

    /// Writes `parts` in one piece and returns their position. `None` if they are larger than the ring.
    pub fn write(&mut self, parts: &[&[u8]]) -> Option<u64> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        if len > self.bytes.len() {
            return None;
        }
        let (start, mut at) = self.place(len);
        for part in parts {
            self.bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        self.head = start + len as u64;
        Some(start)
    }

    /// The bytes at a position, unless they were overwritten.
    pub fn read(&self, start: u64, len: usize) -> Option<&[u8]> {
        let end = start
            .checked_add(len as u64)
            .filter(|&end| end <= self.head)?;
        let alive = self.head - start <= self.bytes.len() as u64 && end >= start;
        let at = (start % self.bytes.len() as u64) as usize;
        alive.then(|| self.bytes.get(at..at + len)).flatten()
    }

    /// Becomes a ring of `capacity` bytes. Positions change: each of `moves` (position and length, oldest
    /// first) is kept and its position updated; everything else is gone.
    pub fn grow(&mut self, capacity: usize, moves: &mut [(u64, usize)]) {
        let mut larger = Self::new(capacity);
        // New positions begin behind the old ones, so that no old position can be mistaken for a new one.
        larger.head = self.head.next_multiple_of(capacity as u64);
        for (start, len) in moves {
            let moved = self
                .read(*start, *len)
                .and_then(|bytes| larger.write(&[bytes]));
            *start = moved.unwrap_or(0);
        }
        *self = larger;
    }

    /// Where `len` bytes would go: position and index.
    fn place(&self, len: usize) -> (u64, usize) {
        let capacity = self.bytes.len();
        let at = (self.head % capacity as u64) as usize;
        match at + len <= capacity {
            true => (self.head, at),
            false => (self.head + (capacity - at) as u64, 0),
        }
    }
}
