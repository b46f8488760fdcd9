//! The arena that datagrams arrive in.

use std::iter::Zip;
use std::mem;
use std::net::SocketAddr;
use std::slice::{ChunksExactMut, Iter};
use std::time::Duration;

use crate::sys::{Arrival, SLOT_STRIDE};

/// Room for the datagrams of one read, allocated once: one for a whole thread is enough.
///
/// A slot is 64 KiB, which any datagram or joined train fits; the pages of slots that are never
/// written cost no memory.
#[derive(Debug)]
pub struct RecvBatch {
    arena: Box<[u8]>,
    arrivals: Box<[Arrival]>,
    filled: usize,
}

/// One datagram, to be worked on in place.
#[derive(Debug)]
pub struct Datagram<'a> {
    /// Who sent it. An IPv4 address that an IPv6 socket met is given as IPv4.
    pub source: SocketAddr,
    /// The payload; never empty.
    pub data: &'a mut [u8],
    /// When the kernel took it in, since the Unix epoch; only with `BindOptions::timestamps`. The
    /// datagrams of a train that the kernel joined share one time.
    pub received_at: Option<Duration>,
}

/// The datagrams of a [`RecvBatch`], in the order of arrival.
#[derive(Debug)]
pub struct Datagrams<'a> {
    slots: Zip<ChunksExactMut<'a, u8>, Iter<'a, Arrival>>,
    arrival: &'a Arrival,
    /// What is left of the slot of `arrival`.
    rest: &'a mut [u8],
}

impl RecvBatch {
    /// An arena of `slots` slots, at least one. A system call takes up to 64; 32 is a good number.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slots = slots.max(1);
        Self {
            arena: vec![0; slots * SLOT_STRIDE].into_boxed_slice(),
            arrivals: vec![Arrival::NOTHING; slots].into_boxed_slice(),
            filled: 0,
        }
    }

    /// Takes the datagrams out, trains cut into their parts. Empty datagrams are passed over.
    pub fn datagrams(&mut self) -> Datagrams<'_> {
        Datagrams {
            slots: self
                .arena
                .chunks_exact_mut(SLOT_STRIDE)
                .zip(&self.arrivals[..self.filled]),
            arrival: &Arrival::NOTHING,
            rest: &mut [],
        }
    }

    /// All slots were filled, so there is probably more to read.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.filled == self.arrivals.len()
    }

    /// Lets `read` fill the slots, and says how many it filled.
    pub(super) fn fill<E>(
        &mut self,
        read: impl FnOnce(&mut [u8], &mut [Arrival]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        self.filled = 0;
        self.filled = read(&mut self.arena, &mut self.arrivals)?.min(self.arrivals.len());
        Ok(self.filled)
    }

    /// What the kernel said of the filled slots.
    pub(super) fn arrivals(&self) -> &[Arrival] {
        &self.arrivals[..self.filled]
    }
}

impl<'a> Iterator for Datagrams<'a> {
    type Item = Datagram<'a>;

    fn next(&mut self) -> Option<Datagram<'a>> {
        while self.rest.is_empty() {
            let (slot, arrival) = self.slots.next()?;
            self.arrival = arrival;
            self.rest = &mut slot[..arrival.len];
        }
        let rest = mem::take(&mut self.rest);
        let (data, rest) = rest.split_at_mut(self.arrival.segment_size.min(rest.len()));
        self.rest = rest;
        Some(Datagram {
            source: canonical(self.arrival.source),
            data,
            received_at: self.arrival.received_at,
        })
    }
}

/// `::ffff:192.0.2.1` is `192.0.2.1`.
fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(ip) => SocketAddr::new(ip.into(), v6.port()),
            None => address,
        },
        SocketAddr::V4(_) => address,
    }
}
