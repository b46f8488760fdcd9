//! What every platform folder provides, and the types that cross the fence.
//!
//! ```text
//!  prepare_udp(&UdpSocket, UdpWishes) -> Offloads
//!  receive(&UdpSocket, arena, arrivals) -> io::Result<usize>
//!      Fills slot 0, 1, … of the arena and the arrival of the same index, and returns how many. At
//!      least one, or an error: WouldBlock when there is nothing. Never blocks, never allocates.
//!  send(&UdpSocket, messages) -> io::Result<usize>
//!      Hands over messages in order and returns how many the kernel took, which may be fewer than
//!      offered. An error always speaks of the first message. Never blocks, never allocates.
//!  prepare_tcp(&TcpStream)
//! ```

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

/// Bytes of one receive slot: any UDP datagram fits, and any train that UDP_GRO has joined.
pub(crate) const SLOT_BYTES: usize = 65_536;

/// Distance between slots. A power of two would map the beginnings of all slots onto the same few
/// cache sets; the addition is a datagram of usual size, so that neighbours fall beside each other
/// (measured: 2 % of reading datagrams of 1,200 bytes).
pub(crate) const SLOT_STRIDE: usize = SLOT_BYTES + 1_536;

/// What a UDP socket would like to use. The portable path can grant none of it.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct UdpWishes {
    pub(crate) gso: bool,
    pub(crate) gro: bool,
    pub(crate) timestamps: bool,
    pub(crate) never_fragment: bool,
}

/// What the kernel has granted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Offloads {
    pub(crate) gso: bool,
    pub(crate) gro: bool,
}

/// What the kernel says of a filled slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) source: SocketAddr,
    /// Bytes in the slot; zero if there is nothing worth reading.
    pub(crate) len: usize,
    /// Bytes of each datagram in it but the last, which may be shorter; never zero.
    pub(crate) segment_size: usize,
    /// Since the Unix epoch, where asked for and offered.
    pub(crate) received_at: Option<Duration>,
    /// The datagram was larger than the slot and is lost.
    pub(crate) truncated: bool,
}

/// What the kernel is to send: one datagram, or a train of equal ones, the last of which may be
/// shorter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) destination: SocketAddr,
    pub(crate) bytes: &'a [u8],
    pub(crate) segment_size: Option<u16>,
}

impl Arrival {
    /// A slot that nothing has arrived in.
    pub(crate) const NOTHING: Self = Self {
        source: SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)),
        len: 0,
        segment_size: SLOT_BYTES,
        received_at: None,
        truncated: false,
    };

    /// Datagrams in the slot.
    pub(crate) fn datagrams(&self) -> usize {
        self.len.div_ceil(self.segment_size)
    }
}

impl Message<'_> {
    /// Datagrams that leave the machine.
    pub(crate) fn datagrams(&self) -> usize {
        match self.segment_size {
            Some(size) => self.bytes.len().div_ceil(usize::from(size).max(1)),
            None => 1,
        }
    }
}
