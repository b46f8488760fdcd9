//! The packet index: rollover counter and sequence number as one number that never wraps.
//!
//! RFC 3711 §3.3.1: index = ROC × 2¹⁶ + SEQ. Only SEQ is on the wire; both ends guess the ROC as the one that puts
//! the packet nearest to the newest they know (appendix A).

/// Both ends must change keys after 2⁴⁸ packets of a stream (RFC 3711 §9.2).
const INDEX_END: u64 = 1 << 48;

const SEQ_SPAN: u64 = 1 << 16;
const SEQ_HALF: u64 = 1 << 15;

/// SRTCP carries its index, of 31 bits (RFC 3711 §3.4).
pub(crate) const RTCP_INDEX_MAX: u32 = (1 << 31) - 1;

/// Where a packet stands in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The packet's index.
    At(u64),
    /// Nearer to before the first packet than to anything after it.
    BeforeStart,
    /// Past the last index the key may be used for.
    Spent,
}

/// The index nearest to `highest` that ends in `seq`.
pub(crate) fn nearest(highest: u64, seq: u16) -> Position {
    let same_roc = (highest & !(SEQ_SPAN - 1)) | u64::from(seq);
    let index = if same_roc > highest + SEQ_HALF {
        match same_roc.checked_sub(SEQ_SPAN) {
            Some(previous_roc) => previous_roc,
            None => return Position::BeforeStart,
        }
    } else if same_roc + SEQ_HALF < highest {
        same_roc + SEQ_SPAN
    } else {
        same_roc
    };
    if index < INDEX_END {
        Position::At(index)
    } else {
        Position::Spent
    }
}

/// The rollover counter in an index.
pub(crate) fn rollover_counter(index: u64) -> u32 {
    ((index & (INDEX_END - 1)) >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_rolls_over_forwards_and_back() {
        assert_eq!(nearest(0x0_fffe, 0xffff), Position::At(0x0_ffff));
        assert_eq!(nearest(0x0_ffff, 0x0000), Position::At(0x1_0000));
        assert_eq!(nearest(0x1_0000, 0xffff), Position::At(0x0_ffff));
        assert_eq!(nearest(0x7_0005, 0xfff0), Position::At(0x6_fff0));
    }

    #[test]
    fn half_a_turn_keeps_the_rollover_counter() {
        // RFC 3711 appendix A compares with "greater than", on both sides.
        assert_eq!(nearest(0x1_0000, 0x8000), Position::At(0x1_8000));
        assert_eq!(nearest(0x1_0000, 0x8001), Position::At(0x0_8001));
        assert_eq!(nearest(0x1_8000, 0x0000), Position::At(0x1_0000));
        assert_eq!(nearest(0x1_8001, 0x0000), Position::At(0x2_0000));
    }

    #[test]
    fn nothing_comes_before_the_first_packet_or_after_the_last() {
        assert_eq!(nearest(5, 0xfffe), Position::BeforeStart);
        assert_eq!(nearest(INDEX_END - 1, 0), Position::Spent);
        assert_eq!(nearest(INDEX_END - 1, 0xfffe), Position::At(INDEX_END - 2));
    }
}
