//! A port that accepts TCP connections.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use mio::event::Source;
use mio::{Interest, Registry, Token};
use socket2::Type;

use super::admission::{Admission, AdmissionLimits};
use super::connection::TcpConnection;
use crate::options::BindOptions;
use crate::sys::is_accept_hiccup;

/// Connections that the kernel completes before we accept them. As mediasoup has it.
const BACKLOG: i32 = 512;

/// Connections that may fail or be refused in one accept, before the loop gets its turn again.
const REFUSALS_MAX: usize = 64;

/// A non-blocking TCP listener that keeps its [`AdmissionLimits`].
#[derive(Debug)]
pub struct TcpListener {
    io: mio::net::TcpListener,
    local: SocketAddr,
    admission: Admission,
    refused: u64,
}

/// What an accept brings.
#[derive(Debug)]
pub enum Accept {
    /// Someone has connected. Ask again, there may be more.
    Connection(TcpConnection),
    /// Nobody waits; the listener wakes its poller when somebody does.
    Drained,
    /// The machine is short of something (file descriptors, memory), or strangers connect faster
    /// than they can be refused. Somebody may still wait and no event will say so: ask again after
    /// a pause, 100 ms for one.
    BackOff(io::Error),
}

impl TcpListener {
    /// Listens on `address`; port 0 lets the kernel choose.
    pub fn bind(
        address: SocketAddr,
        options: &BindOptions,
        limits: AdmissionLimits,
    ) -> io::Result<Self> {
        let socket = options.open(address, Type::STREAM)?;
        // A Unix lets the port of old connections be listened on again only with this; Windows
        // would let a port be stolen.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let io = mio::net::TcpListener::from_std(socket.into());
        Ok(Self {
            local: io.local_addr()?,
            io,
            admission: Admission::new(limits),
            refused: 0,
        })
    }

    /// Accepts one connection. Those beyond the limits, and those that have died, are closed and
    /// counted on the way. Never fails for good.
    pub fn accept(&mut self) -> Accept {
        for _ in 0..REFUSALS_MAX {
            match self.io.accept() {
                Ok((stream, peer)) => {
                    let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
                    let connection = self
                        .admission
                        .admit(peer.ip())
                        .and_then(|permit| TcpConnection::new(stream, peer, permit).ok());
                    match connection {
                        Some(connection) => return Accept::Connection(connection),
                        None => self.refused += 1,
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Accept::Drained,
                Err(error) if is_accept_hiccup(&error) => self.refused += 1,
                Err(error) => return Accept::BackOff(error),
            }
        }
        Accept::BackOff(ErrorKind::QuotaExceeded.into())
    }

    /// The address it listens on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Connections closed at the door, or dead before it.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

impl Source for TcpListener {
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
