//! A way that packets can go.

use std::net::SocketAddr;

/// The driver's number for a UDP socket or a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// What carries the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Datagrams.
    Udp,
    /// RFC 4571 frames on a connection.
    Tcp,
}

impl Protocol {
    /// The foundation of a candidate on such a socket (RFC 8445 §5.1.1.3), as mediasoup names it.
    #[must_use]
    pub const fn foundation(self) -> &'static str {
        match self {
            Self::Udp => "udpcandidate",
            Self::Tcp => "tcpcandidate",
        }
    }
}

/// A local socket and a remote address. Two are the same way only if all three parts agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuple {
    /// Ours.
    pub socket: SocketId,
    /// Theirs.
    pub remote: SocketAddr,
    /// Of the socket.
    pub protocol: Protocol,
}
