//! What a receiver remembers of each SSRC: the newest index and what was seen before it.
//!
//! A stream is entered only when a packet of it has proved authentic, so a flood of forged SSRCs leaves
//! nothing behind. The peer itself could still name ever new SSRCs, so the table is bounded.

use rustc_hash::FxHashMap;

use crate::replay::{RtcpReplayWindow, RtpReplayWindow};

/// Inbound SSRCs remembered per transport (about 110 KiB when full). A browser sends a handful; a pipe to another router
/// a few hundred at most. When full, the SSRC not heard of for longest makes room. If it speaks again it starts as unknown:
/// old packets of it would be accepted once more, and if its sequence numbers had wrapped it is refused.
pub const INBOUND_STREAMS_MAX: usize = 256;

/// What is remembered of one SSRC.
#[derive(Debug, Default)]
pub(crate) struct InboundStream {
    pub(crate) rtp: Option<RtpReplayWindow>,
    pub(crate) rtcp: Option<RtcpReplayWindow>,
    /// When it last spoke, in packets accepted on this transport: there is no clock here.
    last_heard: u64,
}

/// All inbound SSRCs. The hash is not seeded: only the authenticated peer can choose what is in the table, and 256 entries
/// that all collide are still soon looked through.
#[derive(Debug, Default)]
pub(crate) struct InboundStreams {
    by_ssrc: FxHashMap<u32, InboundStream>,
    packets_accepted: u64,
}

impl InboundStreams {
    pub(crate) fn get(&self, ssrc: u32) -> Option<&InboundStream> {
        self.by_ssrc.get(&ssrc)
    }

    /// The stream of a packet that has proved authentic, entered if it is new.
    pub(crate) fn authenticated(&mut self, ssrc: u32) -> &mut InboundStream {
        if self.by_ssrc.len() >= INBOUND_STREAMS_MAX && !self.by_ssrc.contains_key(&ssrc) {
            self.evict_one();
        }
        self.packets_accepted += 1;
        let stream = self.by_ssrc.entry(ssrc).or_default();
        stream.last_heard = self.packets_accepted;
        stream
    }

    pub(crate) fn forget(&mut self, ssrc: u32) {
        self.by_ssrc.remove(&ssrc);
    }

    pub(crate) fn len(&self) -> usize {
        self.by_ssrc.len()
    }

    /// Looks through all of them, which only a new SSRC at a full table causes.
    fn evict_one(&mut self) {
        let quietest = self
            .by_ssrc
            .iter()
            .min_by_key(|(_, stream)| stream.last_heard)
            .map(|(ssrc, _)| *ssrc);
        if let Some(ssrc) = quietest {
            self.by_ssrc.remove(&ssrc);
        }
    }
}
