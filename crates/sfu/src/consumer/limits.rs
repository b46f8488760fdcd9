//! Up to which layer packets go, and from which packet on.
//!
//! A limit changes at the border of two pictures and never within one, so that no picture is sent in
//! part. Packets that come late are measured by the limit of their place, so the last few changes are
//! remembered.

use std::collections::VecDeque;

use units::RtpTimestamp;

use crate::consumer::layers::Layer;
use crate::history::StoredPacket;

/// Changes that are remembered; what is older than the oldest is not sent.
const CHANGES_MAX: usize = 16;

/// Numbers of a stream never step ahead by more, unless it begins anew.
const CYCLE: u64 = 1 << 16;

/// The limits of one stream.
#[derive(Debug, Default)]
pub struct Limits {
    /// From the number on, oldest first; at most [`CHANGES_MAX`].
    changes: VecDeque<(u64, Layer)>,
    newest: Option<(u64, RtpTimestamp)>,
}

/// What a packet is to the stream so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first packet of a new picture.
    Border,
    /// Any other.
    Within,
    /// The stream begins anew: nothing from before holds.
    Anew,
}

impl Limits {
    /// Everything begins with this packet.
    pub fn begin(&mut self, packet: &StoredPacket<'_>, limit: Layer) {
        self.changes.clear();
        self.changes.push_back((packet.seq, limit));
        self.newest = Some((packet.seq, packet.facts.timestamp));
    }

    /// Nothing goes.
    pub fn end(&mut self) {
        self.changes.clear();
        self.newest = None;
    }

    /// Takes note of a packet.
    pub fn note(&mut self, packet: &StoredPacket<'_>) -> Place {
        let Some((seq, timestamp)) = self.newest else {
            return Place::Within;
        };
        if packet.seq > seq + CYCLE {
            return Place::Anew;
        }
        if packet.seq <= seq {
            return Place::Within;
        }
        // Padding belongs to no picture.
        if packet.payload.is_empty() {
            self.newest = Some((packet.seq, timestamp));
            return Place::Within;
        }
        self.newest = Some((packet.seq, packet.facts.timestamp));
        let other = packet.facts.timestamp != timestamp;
        let first = packet.facts.info.start_of_frame || packet.seq == seq + 1;
        match other && first {
            true => Place::Border,
            false => Place::Within,
        }
    }

    /// The limit now.
    #[must_use]
    pub fn now(&self) -> Option<Layer> {
        self.changes.back().map(|&(_, limit)| limit)
    }

    /// The limit at this number; `None` before the beginning.
    #[must_use]
    pub fn at(&self, seq: u64) -> Option<Layer> {
        let change = self.changes.iter().rev().find(|&&(from, _)| from <= seq);
        change.map(|&(_, limit)| limit)
    }

    /// From this number on another limit holds.
    pub fn set(&mut self, seq: u64, limit: Layer) {
        if self.now() == Some(limit) {
            return;
        }
        if self.changes.len() == CHANGES_MAX {
            self.changes.pop_front();
        }
        self.changes.push_back((seq, limit));
    }
}
