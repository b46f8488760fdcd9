//! Priorities of candidates (RFC 8445 §5.1.2.1).

/// Type preference, in the place of a host candidate but below a full agent's.
const TYPE_PREFERENCE: u32 = 64;
const LOCAL_PREFERENCE_FIRST: u32 = 10_000;
const LOCAL_PREFERENCE_STEP: u32 = 100;
/// 256 less the component, which is always 1.
const COMPONENT: u32 = 255;
/// How much lower the bound address stands behind the announced one.
const INTERNAL_STEP: u32 = 1_000;

/// The priority of the candidate of the `index`th listening socket. `bonus` is added to its local
/// preference; an `internal` one is the bound address behind an announced one.
#[must_use]
pub fn candidate_priority(index: usize, bonus: u32, internal: bool) -> u32 {
    let step = u32::try_from(index)
        .unwrap_or(u32::MAX)
        .saturating_mul(LOCAL_PREFERENCE_STEP);
    let local = LOCAL_PREFERENCE_FIRST.saturating_sub(step) + bonus;
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
        assert_eq!(candidate_priority(0, 0, true), 1_076_301_079);
        assert_eq!(candidate_priority(0, 1_000, false), 1_076_558_079);
        assert!(candidate_priority(100_000, 0, false) > 0);
    }
}
