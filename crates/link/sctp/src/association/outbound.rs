//! Packets go out: what must be answered, then what is due, then data.

use units::Instant;

use super::object::{Association, REPLIES_MAX};
use crate::packet::{Header, Kind, PacketWriter, padded};
use crate::receive::Receiver;
use crate::reset::Reset;

/// A heartbeat with its headers.
const HEARTBEAT_LEN: usize = 24;

impl Association {
    /// Writes the next packet into `out`. False: there is none, and `out` holds nothing of use.
    pub fn poll_transmit(&mut self, now: Instant, out: &mut Vec<u8>) -> bool {
        if let Some(reply) = self.replies.pop_front() {
            out.clear();
            out.extend_from_slice(&reply);
            self.statistics.packets_sent += 1;
            return true;
        }
        let Some(tag) = self.identity.peer_tag.filter(|_| self.has_work(now)) else {
            self.burst = 0;
            return false;
        };
        let mut packet = PacketWriter::new(out, Header { tag });
        self.write_control(now, &mut packet);
        if self.phase.is_open() && self.burst > 0 {
            let wrote = self.sender.write(now, &self.rto, &mut packet);
            self.burst -= u8::from(wrote);
        }
        let wrote = !packet.is_empty();
        packet.finish();
        self.tell_lows();
        self.statistics.packets_sent += u64::from(wrote);
        wrote
    }

    /// Queues a packet with a single chunk.
    pub(super) fn reply(&mut self, tag: u32, kind: Kind, write: impl FnOnce(&mut Vec<u8>)) {
        if self.replies.len() == REPLIES_MAX {
            return;
        }
        let mut bytes = Vec::new();
        let mut packet = PacketWriter::new(&mut bytes, Header { tag });
        packet.chunk(kind, 0, write);
        packet.finish();
        self.replies.push_back(bytes);
    }

    fn has_work(&mut self, now: Instant) -> bool {
        if !self.control.is_empty() {
            return true;
        }
        if !self.phase.is_open() {
            return false;
        }
        let sender = &self.sender;
        self.reset
            .prepare(sender.tsn_highest(), |stream| sender.is_quiet(stream));
        self.receiver.is_sack_due(now)
            || self.reset.is_due()
            || self.heartbeat.is_due()
            || (self.burst > 0 && self.sender.has_work())
    }

    /// The chunks that go before data: each only if it fits, else in the next packet.
    fn write_control(&mut self, now: Instant, packet: &mut PacketWriter<'_>) {
        while let Some((kind, value)) = self.control.front()
            && padded(4 + value.len()) <= packet.room()
        {
            packet.chunk(*kind, 0, |out| out.extend_from_slice(value));
            self.control.pop_front();
        }
        if !self.phase.is_open() {
            return;
        }
        // RFC 9260 §6.2: a SACK that is owed rides along with whatever leaves.
        if self.receiver.is_sack_owed() && packet.room() >= Receiver::SACK_LEN_MAX {
            packet.chunk(Kind::Sack, 0, |out| self.receiver.write_sack(out));
        }
        if self.heartbeat.is_due() && packet.room() >= HEARTBEAT_LEN {
            let rto = self.rto.current();
            packet.chunk(Kind::Heartbeat, 0, |out| {
                self.heartbeat.write(now, rto, out);
            });
        }
        if self.reset.is_due() && packet.room() >= Reset::LEN_MAX {
            packet.chunk(Kind::Reconfig, 0, |out| {
                self.reset.write(now, &self.rto, out);
            });
        }
    }
}
