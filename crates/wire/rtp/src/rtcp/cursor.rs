//! Reads numbers from the front of a slice.

/// Why the walk through a compound packet ended early. What came before it is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Shorter than a header, or than its header says.
    Truncated,
    /// Another version than 2.
    Version,
    /// More padding than packet, or a padding of zero.
    Padding,
    /// A body that contradicts itself.
    Body,
}

/// Takes a big-endian word off the front.
pub fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (word, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    Some(u32::from_be_bytes(*word))
}

/// Takes a big-endian double word off the front.
pub fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    let (word, tail) = rest.split_first_chunk::<8>()?;
    *rest = tail;
    Some(u64::from_be_bytes(*word))
}
