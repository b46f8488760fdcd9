//! What is missing, and when to ask for it.
//!
//! A gap in the sequence numbers may be a loss or a reordering. The first NACK therefore waits a
//! little, as long as packets of this stream have been seen to overtake each other; then it goes out,
//! and again after each round trip. It stops when the answer could only come after the packet's
//! deadline: what a decoder has given up on is not worth a retransmission.
//!
//! ```text
//!   gap ─▶ wait for reordering ─▶ NACK ─▶ one RTT ─▶ NACK … ─▶ arrived, or deadline passed
//! ```
//! NACK: RFC 4585 §6.2.1.

use std::collections::VecDeque;
use std::time::Duration;

use rtp::SeqNumber;
use units::Instant;

/// Numbers that may be missing at once; beyond, the stream needs a key frame and not a thousand NACKs.
const MISSING_MAX: usize = 1_000;

/// A gap larger than this is a new beginning and not a loss.
const GAP_MAX: u64 = 1_000;

/// How often one number may be asked for.
const ATTEMPTS_MAX: u8 = 10;

/// The round trip until it is known.
const RTT_DEFAULT: Duration = Duration::from_millis(100);

/// Asking again sooner would only ask twice for what is already on its way.
const RETRY_MIN: Duration = Duration::from_millis(20);

/// How long a receiver with a generous jitter buffer waits for a packet: what arrives later is useless.
const DEADLINE: Duration = Duration::from_millis(900);

/// How long the first NACK waits at most for packets that were overtaken.
const REORDERING_MAX: Duration = Duration::from_millis(25);

/// What it waits before any reordering has been seen: packets of one burst, shuffled by a network card.
const REORDERING_MIN: Duration = Duration::from_millis(2);

/// The missing packets of one stream.
#[derive(Debug)]
pub struct NackList {
    /// Ascending by number. At most [`MISSING_MAX`].
    missing: VecDeque<Missing>,
    newest: Option<u64>,
    rtt: Option<Duration>,
    /// How long overtaken packets have been seen to be late; decays.
    reordering: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    seq: u64,
    since: Instant,
    ask_at: Instant,
    attempts: u8,
}

/// What a packet means for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is the newest, and nothing is missing before it.
    InOrder,
    /// It is the newest; numbers before it are missing.
    Gap,
    /// It was missing; `asked` tells whether it was asked for.
    Filled {
        /// Whether a NACK for it went out.
        asked: bool,
    },
    /// It is older than what is waited for, or here already.
    Unexpected,
    /// So much is missing that only a key frame helps. The list is empty again.
    Overflow,
}

impl Default for NackList {
    fn default() -> Self {
        Self {
            missing: VecDeque::new(),
            newest: None,
            rtt: None,
            reordering: REORDERING_MIN,
        }
    }
}

impl NackList {
    /// A packet arrived.
    pub fn handle_packet(&mut self, now: Instant, seq: u64) -> Seen {
        let Some(newest) = self.newest else {
            self.newest = Some(seq);
            return Seen::InOrder;
        };
        if seq <= newest {
            return self.handle_late(now, seq);
        }
        self.newest = Some(seq);
        let gap = seq - newest - 1;
        if gap == 0 {
            return Seen::InOrder;
        }
        if gap > GAP_MAX || self.missing.len() + gap as usize > MISSING_MAX {
            self.missing.clear();
            return Seen::Overflow;
        }
        let ask_at = now + self.reordering;
        self.missing.extend((newest + 1..seq).map(|seq| Missing {
            seq,
            since: now,
            ask_at,
            attempts: 0,
        }));
        Seen::Gap
    }

    fn handle_late(&mut self, now: Instant, seq: u64) -> Seen {
        let Ok(at) = self
            .missing
            .binary_search_by_key(&seq, |missing| missing.seq)
        else {
            return Seen::Unexpected;
        };
        let asked = match self.missing.remove(at) {
            Some(missing) if missing.attempts == 0 => {
                self.learn_reordering(now.saturating_since(missing.since));
                false
            }
            _ => true,
        };
        Seen::Filled { asked }
    }

    /// The next first NACK waits a little longer than the latest packet was late.
    fn learn_reordering(&mut self, late: Duration) {
        self.reordering = (late * 3 / 2).clamp(self.reordering, REORDERING_MAX);
    }

    /// The stream begins anew.
    pub fn reset(&mut self) {
        self.missing.clear();
        self.newest = None;
    }

    /// The round trip to the sender is known.
    pub fn set_rtt(&mut self, rtt: Duration) {
        self.rtt = Some(rtt);
    }

    /// Takes the numbers to ask for now, ascending.
    pub fn poll_due(&mut self, now: Instant, due: &mut Vec<SeqNumber>) {
        let rtt = self.rtt.unwrap_or(RTT_DEFAULT);
        let retry = rtt.max(RETRY_MIN);
        self.missing.retain(|missing| {
            now + rtt <= missing.since + DEADLINE && missing.attempts < ATTEMPTS_MAX
        });
        for missing in self
            .missing
            .iter_mut()
            .filter(|missing| missing.ask_at <= now)
        {
            missing.attempts += 1;
            missing.ask_at = now + retry;
            due.push(SeqNumber(missing.seq as u16));
        }
        // What was learnt of reordering fades, so that one bad moment does not delay NACKs for ever.
        if !due.is_empty() {
            self.reordering = (self.reordering * 15 / 16).max(REORDERING_MIN);
        }
    }

    /// When something will be due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.ask_at).min()
    }

    /// Whether anything is missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_asked_for_after_a_moment_and_again_after_a_round_trip() {
        let mut list = NackList::default();
        list.set_rtt(Duration::from_millis(50));
        list.handle_packet(ms(0), 10);

        assert_eq!(list.handle_packet(ms(0), 13), Seen::Gap);

        assert_eq!(due(&mut list, 0), []);
        assert_eq!(due(&mut list, 2), [11, 12]);
        assert_eq!(due(&mut list, 40), []);
        assert_eq!(due(&mut list, 52), [11, 12]);
    }

    #[test]
    fn an_overtaken_packet_makes_the_next_nack_wait_longer() {
        let mut list = NackList::default();
        list.handle_packet(ms(0), 10);
        list.handle_packet(ms(0), 12);
        assert_eq!(
            list.handle_packet(ms(10), 11),
            Seen::Filled { asked: false }
        );

        list.handle_packet(ms(20), 14);

        assert_eq!(list.poll_timeout(), Some(ms(35)));
    }

    #[test]
    fn a_packet_that_could_only_come_too_late_is_not_asked_for() {
        let mut list = NackList::default();
        list.set_rtt(Duration::from_millis(400));
        list.handle_packet(ms(0), 10);
        list.handle_packet(ms(0), 12);

        assert_eq!(due(&mut list, 2), [11]);
        assert_eq!(due(&mut list, 402), [11]);
        assert_eq!(due(&mut list, 802), []);
        assert!(list.is_empty());
    }

    #[test]
    fn a_number_is_asked_for_at_most_ten_times() {
        let mut list = NackList::default();
        list.set_rtt(Duration::from_millis(1));
        list.handle_packet(ms(0), 10);
        list.handle_packet(ms(0), 12);

        let asked: usize = (0..900).map(|at| due(&mut list, at).len()).sum();

        assert_eq!(asked, 10);
    }

    #[test]
    fn too_much_missing_gives_up_and_says_so() {
        let mut list = NackList::default();
        list.handle_packet(ms(0), 10);

        assert_eq!(list.handle_packet(ms(0), 5_000), Seen::Overflow);
        assert!(list.is_empty());
    }

    #[test]
    fn a_repaired_packet_is_known_as_asked_for() {
        let mut list = NackList::default();
        list.handle_packet(ms(0), 10);
        list.handle_packet(ms(0), 12);
        due(&mut list, 5);

        assert_eq!(list.handle_packet(ms(60), 11), Seen::Filled { asked: true });
        assert_eq!(list.handle_packet(ms(61), 11), Seen::Unexpected);
    }

    fn ms(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }

    fn due(list: &mut NackList, at: u64) -> Vec<u16> {
        let mut due = Vec::new();
        list.poll_due(ms(at), &mut due);
        due.into_iter().map(|seq| seq.0).collect()
    }
}
