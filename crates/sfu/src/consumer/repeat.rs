//! What a consumer sends again.

use std::time::Duration;

use rtp::SeqNumber;
use units::Instant;

use crate::consumer::object::Consumer;
use crate::consumer::sequencer::Outgoing;

/// The round trip until it is known: repeats of one packet keep at least this distance.
const RTT_DEFAULT: Duration = Duration::from_millis(100);

/// Repeats may take a quarter of what was sent in the last second, and this many packets besides.
const REPEAT_SHARE: u64 = 4;
const REPEAT_FLOOR: u64 = 40;

/// A packet that goes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The encoding it came from, and its number in that stream's history.
    pub source: (usize, u64),
    /// As what it goes.
    pub outgoing: Outgoing,
}

impl Consumer {
    /// The endpoint misses packets. Puts those that are to go again into `resend`.
    pub fn handle_nack(
        &mut self,
        now: Instant,
        lost: impl Iterator<Item = SeqNumber>,
        resend: &mut Vec<Repeat>,
    ) {
        self.counters.nacks += 1;
        let rtt = self.remote.rtt.unwrap_or(RTT_DEFAULT);
        let room = resend.capacity();
        for seq in lost.take(room) {
            self.counters.nacked += 1;
            if !self.is_active()
                || !self.flow.repeats
                || resend.len() == room
                || !self.may_repeat(now)
            {
                continue;
            }
            let Some((sent, first)) = self.sent.repeat(now, seq, rtt) else {
                continue;
            };
            self.counters.budget.1 += 1;
            self.counters.repaired += u64::from(first);
            self.counters.repeated += 1;
            resend.push(Repeat {
                source: sent.source,
                outgoing: self.as_repeat(sent.outgoing),
            });
        }
    }

    /// In the repair stream, where there is one.
    fn as_repeat(&mut self, media: Outgoing) -> Outgoing {
        if self.template.rtx_ssrc().is_none() {
            return media;
        }
        self.flow.rtx_seq = self.flow.rtx_seq.wrapping_add(1);
        Outgoing {
            seq: self.flow.rtx_seq,
            original: Some(media.seq),
            ..media
        }
    }

    /// Repeats have a share of what is sent, so that a lossy path is not drowned in them.
    fn may_repeat(&mut self, now: Instant) -> bool {
        let packets = self.counters.meter.packets();
        if now.saturating_since(self.counters.budget.0) >= Duration::from_secs(1) {
            self.counters.budget = (now, 0);
            self.counters.sent_before = packets;
        }
        let allowed = REPEAT_FLOOR + (packets - self.counters.sent_before) / REPEAT_SHARE;
        self.counters.budget.1 < allowed
    }
}
