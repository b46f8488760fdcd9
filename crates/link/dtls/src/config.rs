//! What the owner decides about a session.

use std::time::{Duration, Instant};

use crate::certificate::Certificate;

/// Who begins the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// We send the ClientHello.
    Client,
    /// We wait for it.
    Server,
}

/// Which versions a server speaks. A client speaks 1.2, which everybody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Versions {
    /// DTLS 1.2.
    Only12,
    /// DTLS 1.3 with a client whose first SRTP profile is GCM, which then is the one we get; else 1.2.
    GcmFirst,
}

/// The settings of a session.
#[derive(Clone, Debug)]
pub struct Config {
    /// The longest datagram to send, without IP and UDP headers.
    pub mtu: usize,
    /// How long a handshake may take from its first ClientHello.
    pub handshake_timeout: Duration,
    /// Which versions to speak.
    pub versions: Versions,
    /// Whether peers may have RSA certificates: then OpenSSL serves those that might. It takes the
    /// feature `rsa`; without it nothing changes.
    pub rsa_peers: bool,
    /// The moment that the driver's clock calls zero.
    pub epoch: Instant,
}

/// What an engine has to know to start.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a> {
    pub(crate) role: Role,
    pub(crate) certificate: &'a Certificate,
    pub(crate) config: &'a Config,
}
