//! Packets under way, the next to arrive first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;

use units::Instant;

/// A datagram.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packet {
    /// Who sent it, or claims to have.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// What it says.
    pub data: Vec<u8>,
}

/// Packets under way. It grows with what is under way; a story that floods it bounds itself.
#[derive(Debug, Default)]
pub struct Calendar {
    /// By arrival; in the order of sending at one moment.
    heap: BinaryHeap<Reverse<(Instant, u64, Packet)>>,
    sent: u64,
}

impl Calendar {
    /// `packet` arrives at `at`.
    pub fn add(&mut self, at: Instant, packet: Packet) {
        self.sent += 1;
        self.heap.push(Reverse((at, self.sent, packet)));
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes the next packet, if it has arrived by `now`.
    pub fn pop(&mut self, now: Instant) -> Option<Packet> {
        if self.next_at()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, _, packet))| packet)
    }
}
