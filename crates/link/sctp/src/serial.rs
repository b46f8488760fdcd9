//! Numbers that wrap (RFC 9260 §1.6), carried on so that they do not.
//!
//! A TSN has 32 bits on the wire. Inside, it is the count it stands for: 64 bits, ordered as usual.

/// The count of a first TSN: high enough that any TSN half a turn before it is a count too.
pub(crate) fn first(tsn: u32) -> u64 {
    (1 << 32) + u64::from(tsn)
}

/// The count nearest to `near` that ends in `tsn`.
pub(crate) fn extend(near: u64, tsn: u32) -> u64 {
    let distance = tsn.wrapping_sub(wire(near)).cast_signed();
    near.saturating_add_signed(i64::from(distance))
}

/// What of a count goes on the wire.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn wire(count: u64) -> u32 {
    count as u32
}

/// How far `ssn` lies ahead of `next`, or `None` if it lies behind.
pub(crate) fn ahead(next: u16, ssn: u16) -> Option<u16> {
    let distance = ssn.wrapping_sub(next);
    (distance < 0x8000).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_wraps_is_carried_on() {
        let near = first(u32::MAX);

        assert_eq!(extend(near, 0), near + 1);
        assert_eq!(extend(near, u32::MAX - 1), near - 1);
        assert_eq!(wire(extend(near, 5)), 5);
    }

    #[test]
    fn behind_and_ahead_are_told_apart_across_the_wrap() {
        assert_eq!(ahead(65_535, 0), Some(1));
        assert_eq!(ahead(0, 65_535), None);
        assert_eq!(ahead(7, 7), Some(0));
    }
}
