//! A socket that a transport listens on.

use std::net::SocketAddr;

use control::{Protocol, TransportTuple};
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

impl Listener {
    /// The way from this UDP socket to `remote`, as the API sees it.
    #[must_use]
    pub fn tuple(&self, remote: Option<SocketAddr>) -> TransportTuple {
        TransportTuple {
            local_address: self
                .announced
                .clone()
                .unwrap_or_else(|| self.local.ip().to_string()),
            local_port: self.local.port(),
            remote_ip: remote.map(|remote| remote.ip().to_canonical()),
            remote_port: remote.map_or(0, |remote| remote.port()),
            protocol: Protocol::Udp,
        }
    }
}
