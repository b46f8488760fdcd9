//! One accepted TCP connection.

use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, SocketAddr};

use mio::event::Source;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::admission::Permit;
use super::queue::{Enqueued, Flushed, FrameQueue, PacketClass};
use crate::sys;

/// A non-blocking TCP connection that takes whole packets to send and gives raw bytes.
///
/// Dropping it closes it. A connection that does not prove itself within a few seconds should be
/// dropped by its owner, who has the clock.
#[derive(Debug)]
pub struct TcpConnection {
    stream: TcpStream,
    peer: SocketAddr,
    local: SocketAddr,
    queue: FrameQueue,
    broken: bool,
    counters: TcpCounters,
    _permit: Permit,
}

/// What has passed through a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpCounters {
    /// Packets queued to be sent.
    pub sent: u64,
    /// Bytes of these packets, without the frames.
    pub sent_bytes: u64,
    /// Packets dropped: the other side reads too slowly, or the packet does not fit a frame.
    pub dropped: u64,
    /// Bytes read, frames included.
    pub received_bytes: u64,
}

impl TcpConnection {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, permit: Permit) -> io::Result<Self> {
        let local = stream.local_addr()?;
        stream.set_nodelay(true)?;
        sys::prepare_tcp(&stream);
        Ok(Self {
            stream,
            peer,
            local,
            queue: FrameQueue::default(),
            broken: false,
            counters: TcpCounters::default(),
            _permit: permit,
        })
    }

    /// Queues a packet in its frame. Call [`TcpConnection::flush`] once the turn's packets are in.
    pub fn enqueue(&mut self, packet: &[u8], class: PacketClass) -> Enqueued {
        if self.broken {
            return Enqueued::Broken;
        }
        let enqueued = self.queue.push(packet, class);
        match enqueued {
            Enqueued::Queued => {
                self.counters.sent += 1;
                self.counters.sent_bytes += packet.len() as u64;
            }
            Enqueued::Dropped => self.counters.dropped += 1,
            Enqueued::Broken => {
                self.counters.dropped += 1;
                self.broken = true;
            }
        }
        enqueued
    }

    /// Writes as much of the queue as the kernel takes. An error means that the connection is
    /// broken.
    pub fn flush(&mut self) -> io::Result<Flushed> {
        if self.broken {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let flushed = self.queue.flush(&mut self.stream);
        self.broken |= flushed.is_err();
        flushed
    }

    /// Reads raw bytes: zero at the end of the stream, WouldBlock when there is nothing more now;
    /// any other error means that the connection is broken.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(buffer) {
                Ok(length) => {
                    self.counters.received_bytes += length as u64;
                    return Ok(length);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken |= error.kind() != ErrorKind::WouldBlock;
                    return Err(error);
                }
            }
        }
    }

    /// Says goodbye in both directions and closes. What is still queued here is lost.
    pub fn close(self) {
        // Fails only if the other side was faster.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Who is on the other side. An IPv4 address that an IPv6 socket met is given as IPv4.
    #[must_use]
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Our side.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Bytes that wait for the kernel, frames included.
    #[must_use]
    pub fn pending_bytes(&self) -> usize {
        self.queue.len()
    }

    /// Nothing more can be sent or read; drop it.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// What has passed through.
    #[must_use]
    pub fn counters(&self) -> TcpCounters {
        self.counters
    }
}

impl Source for TcpConnection {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        self.stream.register(registry, token, interests)
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        self.stream.reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.stream.deregister(registry)
    }
}
