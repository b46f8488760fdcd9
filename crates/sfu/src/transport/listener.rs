//! A socket that a transport listens on.

use std::net::SocketAddr;

use control::Protocol;
use ice::SocketId;

/// A socket that the driver has opened for a listen info.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The driver's number.
    pub socket: SocketId,
    /// Where it is bound.
    pub local: SocketAddr,
    /// UDP, or a TCP listener.
    pub protocol: Protocol,
    /// What clients are told instead.
    pub announced: Option<String>,
    /// Offer the bound address too.
    pub expose_internal_ip: bool,
}
