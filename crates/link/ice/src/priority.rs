//! Priorities of candidates (RFC 8445 §5.1.2.1).

/// Type preference, in the place of a host candidate but below a full agent's.
const TYPE_PREFERENCE: u32 = 64;
/// As mediasoup numbers them; there is room above for a bonus and below for a hundred sockets.
const LOCAL_PREFERENCE_FIRST: u32 = 10_000;
const LOCAL_PREFERENCE_STEP: u32 = 100;
/// The field has 16 bits.
const LOCAL_PREFERENCE_MAX: u32 = 0xffff;
/// 256 less the component, which is always 1.
const COMPONENT: u32 = 255;
/// How much lower the bound address stands behind the announced one.
const INTERNAL_STEP: u32 = 1_000;

/// The priority of the candidate of the `index`th listening socket. `bonus` is added to its local
/// preference (1 000 for a preferred protocol); an `internal` one is the bound address behind an
/// announced one. Sockets beyond the hundredth share the last place.
#[must_use]
pub fn candidate_priority(index: usize, bonus: u32, internal: bool) -> u32 {
    let step = u32::try_from(index)
        .unwrap_or(u32::MAX)
        .saturating_mul(LOCAL_PREFERENCE_STEP);
    let local = LOCAL_PREFERENCE_FIRST
        .saturating_sub(step)
        .saturating_add(bonus)
        .min(LOCAL_PREFERENCE_MAX);
    let priority = (TYPE_PREFERENCE << 24) + (local << 8) + COMPONENT;
    if internal {
        priority - INTERNAL_STEP
    } else {
        priority
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_sockets_come_first() {
        assert_eq!(candidate_priority(0, 0, false), 1_076_302_079);
        assert_eq!(candidate_priority(1, 0, false), 1_076_276_479);
    }

    #[test]
    fn a_preferred_protocol_comes_before_ten_others() {
        assert_eq!(candidate_priority(0, 1_000, false), 1_076_558_079);
        assert!(candidate_priority(9, 1_000, false) > candidate_priority(0, 0, false));
    }

    #[test]
    fn a_bound_address_comes_behind_its_announced_one_and_before_the_next_socket() {
        assert_eq!(candidate_priority(0, 0, true), 1_076_301_079);
        assert!(candidate_priority(0, 0, true) > candidate_priority(1, 0, false));
    }

    #[test]
    fn no_number_leaves_the_field() {
        assert_eq!(
            candidate_priority(usize::MAX, 0, true),
            (64 << 24) + 255 - 1_000
        );
        assert_eq!(
            candidate_priority(0, u32::MAX, false),
            (64 << 24) + (0xffff << 8) + 255
        );
    }
}
