//! One UDP socket.

use std::io;
use std::net::SocketAddr;

use mio::event::Source;
use mio::{Interest, Registry, Token};
use socket2::{SockRef, Type};

use super::receive::RecvBatch;
use super::send::{Cursor, SendOutcome, send_all};
use super::transmit::Transmit;
use crate::options::{BindOptions, PathMtu};
use crate::sys::{Backend, Offloads, UdpWishes, is_late_icmp};

/// ICMP errors passed over in one read. Each is a message somebody sent us, so a flood of them must
/// not keep the loop here; the next one wakes it again.
const ICMP_ERRORS_MAX: usize = 16;

/// A non-blocking UDP socket that reads and writes in batches. It is never connected.
#[derive(Debug)]
pub struct UdpSocket {
    io: mio::net::UdpSocket,
    local: SocketAddr,
    backend: Backend,
    offloads: Offloads,
    counters: UdpCounters,
}

/// What has passed through a socket since it was opened. Bytes are UDP payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UdpCounters {
    /// Datagrams received, empty ones left out.
    pub received: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Reads that brought something.
    pub recv_calls: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Writes, whatever came of them.
    pub send_calls: u64,
    /// Datagrams that could not be sent.
    pub send_dropped: u64,
    /// Transmits handed back because the socket's buffer was full.
    pub send_blocked: u64,
    /// ICMP errors passed over.
    pub icmp_errors: u64,
    /// Datagrams lost because they were larger than a slot.
    pub truncated: u64,
}

impl UdpSocket {
    /// Opens a socket on `address`; port 0 lets the kernel choose.
    pub fn bind(address: SocketAddr, options: &BindOptions) -> io::Result<Self> {
        let socket = options.open(address, Type::DGRAM)?;
        socket.bind(&address.into())?;
        let io = mio::net::UdpSocket::from_std(socket.into());
        let backend = if options.force_portable {
            Backend::Portable
        } else {
            Backend::Native
        };
        let wishes = UdpWishes {
            gso: options.gso,
            gro: options.gro,
            timestamps: options.timestamps,
            never_fragment: options.path_mtu == PathMtu::Probe,
        };
        Ok(Self {
            local: io.local_addr()?,
            offloads: backend.prepare(&io, wishes),
            backend,
            io,
            counters: UdpCounters::default(),
        })
    }

    /// Reads as many datagrams as are there and `batch` has room for, and forgets what `batch` held.
    ///
    /// Gives the number of slots filled. Zero says that there is nothing more; the socket wakes its
    /// poller when there is. A batch that is not [full](RecvBatch::is_full) says almost the same:
    /// an ICMP error may have ended it early.
    ///
    /// An error means that the socket is of no more use.
    pub fn recv(&mut self, batch: &mut RecvBatch) -> io::Result<usize> {
        for _ in 0..ICMP_ERRORS_MAX {
            let filled =
                batch.fill(|arena, arrivals| self.backend.receive(&self.io, arena, arrivals));
            match filled {
                Ok(filled) => {
                    self.count_arrivals(batch);
                    return Ok(filled);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late_icmp(&error) => self.counters.icmp_errors += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(0)
    }

    /// Whether the read that filled `batch` took everything there was, so that it need not be asked
    /// again. Only recvmmsg(2) tells: it ends early when nothing is left, or for an ICMP error, which
    /// raises an event of its own. Elsewhere a poller may want to see a read that finds nothing.
    #[must_use]
    pub fn is_drained(&self, batch: &RecvBatch) -> bool {
        cfg!(target_os = "linux") && self.backend == Backend::Native && !batch.is_full()
    }

    /// Sends `transmits`, which are ranges of `bytes`, in order and without waiting.
    ///
    /// A full socket buffer is tried again twice; what is then left is handed back by index, see
    /// [`SendOutcome::blocked_from`]. A datagram that cannot be sent costs itself (or its train) and
    /// is counted. If the kernel takes single datagrams where it refuses trains, this socket sends
    /// no more trains, and the refused one goes out datagram by datagram.
    pub fn send(&mut self, bytes: &[u8], transmits: &[Transmit]) -> SendOutcome {
        let cursor = Cursor::new(bytes, transmits, self.offloads.gso).for_family_of(self.local);
        let report = send_all(cursor, |cursor| self.backend.send(&self.io, cursor));
        let outcome = report.outcome;
        let blocked = outcome
            .blocked_from
            .map_or(0, |from| transmits.len().saturating_sub(from));
        self.offloads.gso &= !report.gso_refused;
        self.counters.sent += outcome.sent as u64;
        self.counters.sent_bytes += report.bytes as u64;
        self.counters.send_calls += report.calls as u64;
        self.counters.send_dropped += outcome.dropped as u64;
        self.counters.send_blocked += blocked as u64;
        self.counters.icmp_errors += report.icmp_errors as u64;
        outcome
    }

    /// The address it is bound to.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Trains leave as one message. May turn to `false` once, when the kernel refuses them.
    #[must_use]
    pub fn sends_trains(&self) -> bool {
        self.offloads.gso
    }

    /// Trains arrive as one message.
    #[must_use]
    pub fn receives_trains(&self) -> bool {
        self.offloads.gro
    }

    /// What has passed through.
    #[must_use]
    pub fn counters(&self) -> UdpCounters {
        self.counters
    }

    /// Bytes that may wait to be sent, as the kernel counts them.
    pub fn send_buffer_size(&self) -> io::Result<usize> {
        SockRef::from(&self.io).send_buffer_size()
    }

    /// Bytes that may wait to be read, as the kernel counts them.
    pub fn recv_buffer_size(&self) -> io::Result<usize> {
        SockRef::from(&self.io).recv_buffer_size()
    }

    fn count_arrivals(&mut self, batch: &RecvBatch) {
        self.counters.recv_calls += 1;
        for arrival in batch.arrivals() {
            self.counters.received += arrival.datagrams() as u64;
            self.counters.received_bytes += arrival.len as u64;
            self.counters.truncated += u64::from(arrival.truncated);
        }
    }
}

impl Source for UdpSocket {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        self.io.register(registry, token, interests)
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        self.io.reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.io.deregister(registry)
    }
}

#[cfg(test)]
mod tests;
