//! What an endpoint gets to see.

use std::collections::BTreeMap;
use std::time::Duration;

use units::Instant;

use crate::peer::camera::read_trailer;
use crate::peer::payload::{self, Picture};

/// One packet as it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// Its sequence number, without wraps.
    pub seq: u64,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// Which of the camera's packets it is.
    pub index: u64,
    /// When it left the camera.
    pub sent_at: Instant,
    /// When it arrived, itself or repaired.
    pub arrived_at: Instant,
    /// The first packet of a key frame.
    pub key_frame: bool,
    /// The marker bit.
    pub marker: bool,
    /// Which of a camera's streams it comes from.
    pub encoding: u8,
    /// What it says of its picture.
    pub picture: Option<Picture>,
}

/// One stream as it arrived.
#[derive(Clone, Debug, Default)]
pub struct View {
    glimpses: Vec<Glimpse>,
    garbled: u64,
}

impl View {
    /// In the order of arrival.
    #[must_use]
    pub fn glimpses(&self) -> &[Glimpse] {
        &self.glimpses
    }

    /// In the order of sequence numbers: what a dejitter buffer makes of it.
    #[must_use]
    pub fn in_order(&self) -> Vec<Glimpse> {
        let mut glimpses = self.glimpses.clone();
        glimpses.sort_by_key(|glimpse| glimpse.seq);
        glimpses
    }

    /// Payloads that no camera made.
    #[must_use]
    pub fn garbled(&self) -> u64 {
        self.garbled
    }

    /// The longest way from camera to screen, repairs included.
    #[must_use]
    pub fn slowest(&self) -> Duration {
        let ways = self
            .glimpses
            .iter()
            .map(|glimpse| glimpse.arrived_at.saturating_since(glimpse.sent_at));
        ways.max().unwrap_or_default()
    }

    /// Checks that of the packets before `end` each arrived exactly once and in order after dejitter,
    /// beginning with whatever came first.
    ///
    /// # Panics
    ///
    /// If one is missing, doubled or out of place.
    pub fn assert_complete_before(&self, end: u64) {
        let seen: Vec<(u64, u64)> = self
            .in_order()
            .iter()
            .map(|glimpse| (glimpse.seq, glimpse.index))
            .filter(|(_, index)| *index < end)
            .collect();
        assert_eq!(self.garbled, 0, "payloads that no camera made");
        let last = seen.last().map(|(_, index)| *index);
        assert_eq!(last, end.checked_sub(1), "the last packet");
        for pair in seen.windows(2) {
            let [(seq, index), (next_seq, next_index)] = [pair[0], pair[1]];
            assert_eq!(
                (next_seq - seq, next_index.wrapping_sub(index)),
                (1, 1),
                "after packet {index} (seq {seq}) comes {next_index} (seq {next_seq})"
            );
        }
    }
}

/// All streams that an endpoint gets.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    views: BTreeMap<u32, View>,
}

impl Screen {
    /// What came with this SSRC.
    #[must_use]
    pub fn view(&self, ssrc: u32) -> Option<&View> {
        self.views.get(&ssrc)
    }

    pub(super) fn show(&mut self, now: Instant, packet: &str0m::rtp::RtpPacket, vp9: bool) {
        let view = self.views.entry(*packet.header.ssrc).or_default();
        let payload = &packet.payload;
        let Some(trailer) = read_trailer(payload) else {
            view.garbled += 1;
            return;
        };
        let (picture, key_frame) = payload::read(payload, vp9);
        view.glimpses.push(Glimpse {
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            index: trailer.index,
            sent_at: trailer.sent_at,
            arrived_at: now,
            key_frame,
            marker: packet.header.marker,
            encoding: trailer.encoding,
            picture,
        });
    }
}
