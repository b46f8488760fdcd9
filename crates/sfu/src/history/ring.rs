//! The ring of packets: slots by sequence number, bytes behind them.
//!
//! Both start small and double while they would otherwise overwrite something younger than the
//! retention, up to a bound; then the oldest goes. In a steady state nothing allocates.

use std::collections::VecDeque;
use std::time::Duration;

use units::Instant;

use crate::history::bytes::ByteRing;
use crate::history::stored::{PacketFacts, StoredPacket};

/// How long packets should be kept: a receiver that asks later cannot use them any more.
const RETENTION: Duration = Duration::from_millis(1_000);

/// How much a history may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    slots_first: usize,
    slots_max: usize,
    bytes_first: usize,
    bytes_max: usize,
}

impl Limits {
    /// Audio: 50 to 100 small packets a second.
    pub const AUDIO: Self = Self {
        slots_first: 64,
        slots_max: 512,
        bytes_first: 8 << 10,
        bytes_max: 256 << 10,
    };

    /// Video: 30 Mbit/s for a second fit into the bound.
    pub const VIDEO: Self = Self {
        slots_first: 128,
        slots_max: 4_096,
        bytes_first: 64 << 10,
        bytes_max: 4 << 20,
    };
}

/// The packets of one stream.
#[derive(Debug)]
pub struct History {
    limits: Limits,
    slots: Vec<Option<Slot>>,
    bytes: ByteRing,
    /// Position and arrival of what the byte ring holds, oldest first. As long as the ring has packets.
    order: VecDeque<(u64, Instant)>,
    newest: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    seq: u64,
    start: u64,
    extensions_len: u16,
    payload_len: u16,
    facts: PacketFacts,
}

impl Slot {
    fn len(&self) -> usize {
        usize::from(self.extensions_len) + usize::from(self.payload_len)
    }
}

impl History {
    /// An empty history.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            slots: vec![None; limits.slots_first],
            bytes: ByteRing::new(limits.bytes_first),
            order: VecDeque::with_capacity(limits.slots_first),
            newest: None,
        }
    }

    /// Keeps a packet. False if it is here already, too old, or too large to be a packet.
    pub fn insert(
        &mut self,
        seq: u64,
        facts: PacketFacts,
        extensions: &[u8],
        payload: &[u8],
    ) -> bool {
        let (Ok(extensions_len), Ok(payload_len)) = (
            u16::try_from(extensions.len()),
            u16::try_from(payload.len()),
        ) else {
            return false;
        };
        if self.holds(seq)
            || self
                .newest
                .is_some_and(|newest| seq + self.slots.len() as u64 <= newest)
        {
            return false;
        }
        let len = extensions.len() + payload.len();
        self.make_room(facts.received_at, seq, len);
        let survivors = self.bytes.survivors_from(len);
        while self
            .order
            .front()
            .is_some_and(|&(start, _)| start < survivors)
        {
            self.order.pop_front();
        }
        let Some(start) = self.bytes.write(&[extensions, payload]) else {
            return false;
        };
        self.order.push_back((start, facts.received_at));
        let at = self.index(seq);
        self.slots[at] = Some(Slot {
            seq,
            start,
            extensions_len,
            payload_len,
            facts,
        });
        self.newest = Some(self.newest.map_or(seq, |newest| newest.max(seq)));
        true
    }

    /// The packet numbered `seq`, if it is still here.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<StoredPacket<'_>> {
        let slot = self.slots[self.index(seq)]
            .as_ref()
            .filter(|slot| slot.seq == seq)?;
        let bytes = self.bytes.read(slot.start, slot.len())?;
        let (extensions, payload) = bytes.split_at_checked(usize::from(slot.extensions_len))?;
        Some(StoredPacket {
            seq,
            facts: slot.facts,
            extensions,
            payload,
        })
    }

    /// The highest number kept.
    #[must_use]
    pub fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Forgets every packet; the sender began anew.
    pub fn clear(&mut self) {
        self.slots.fill(None);
        self.order.clear();
        self.newest = None;
    }

    /// Memory held, in bytes.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.bytes.capacity() + self.slots.len() * size_of::<Option<Slot>>()
    }

    fn holds(&self, seq: u64) -> bool {
        self.slots[self.index(seq)]
            .as_ref()
            .is_some_and(|slot| slot.seq == seq)
    }

    fn index(&self, seq: u64) -> usize {
        (seq % self.slots.len() as u64) as usize
    }

    /// Doubles what is too small for the retention, within the limits.
    fn make_room(&mut self, now: Instant, seq: u64, len: usize) {
        let young = |arrived: Instant| now.saturating_since(arrived) < RETENTION;
        let in_the_way =
            |history: &Self| history.slots[history.index(seq)].map(|slot| slot.facts.received_at);
        while self.slots.len() < self.limits.slots_max && in_the_way(self).is_some_and(young) {
            self.grow_slots();
        }
        while self.bytes.capacity() < self.limits.bytes_max {
            let survivors = self.bytes.survivors_from(len);
            let mut lost = self
                .order
                .iter()
                .take_while(|&&(start, _)| start < survivors);
            if len <= self.bytes.capacity() && !lost.any(|&(_, arrived)| young(arrived)) {
                break;
            }
            self.grow_bytes();
        }
    }

    fn grow_slots(&mut self) {
        let larger = vec![None; self.slots.len() * 2];
        let smaller = std::mem::replace(&mut self.slots, larger);
        for slot in smaller.into_iter().flatten() {
            let at = self.index(slot.seq);
            self.slots[at] = Some(slot);
        }
    }

    fn grow_bytes(&mut self) {
        let oldest = self.order.front().map_or(u64::MAX, |&(start, _)| start);
        let mut kept: Vec<&mut Slot> = self
            .slots
            .iter_mut()
            .flatten()
            .filter(|slot| slot.start >= oldest)
            .collect();
        kept.sort_by_key(|slot| slot.start);
        let mut moves: Vec<(u64, usize)> =
            kept.iter().map(|slot| (slot.start, slot.len())).collect();
        self.bytes.grow(self.bytes.capacity() * 2, &mut moves);
        self.order.clear();
        for (slot, (start, _)) in kept.into_iter().zip(moves) {
            slot.start = start;
            self.order.push_back((start, slot.facts.received_at));
        }
    }
}

#[cfg(test)]
mod tests;
