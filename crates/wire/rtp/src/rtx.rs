//! Retransmission payloads (RFC 4588 §4): the original sequence number, then the original payload.

use crate::seq::SeqNumber;

/// Bytes before the original payload.
pub const RTX_PREFIX: usize = 2;

/// The original sequence number and payload; `None` if there is not even the number, as in padding
/// that probes for bandwidth.
#[must_use]
pub fn original_seq(payload: &[u8]) -> Option<(SeqNumber, &[u8])> {
    let (osn, original) = payload.split_first_chunk::<RTX_PREFIX>()?;
    Some((SeqNumber(u16::from_be_bytes(*osn)), original))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_stands_behind_its_number() {
        assert_eq!(
            original_seq(&[0x12, 0x34, 7]),
            Some((SeqNumber(0x1234), &[7][..]))
        );
        assert_eq!(original_seq(&[0x12]), None);
    }
}
