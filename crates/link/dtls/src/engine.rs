//! Either of the two engines, and how one is picked.

use units::Instant;

use crate::certificate::{Certificate, Kind};
use crate::client_hello::ClientHello;
#[cfg(feature = "rsa")]
use crate::compat;
use crate::config::{Config, Role, Versions};
use crate::outbox::{Failure, Outbox, Version};
use crate::pure;

/// An engine at work.
pub(crate) enum Engine {
    Pure(Box<pure::Engine>),
    #[cfg(feature = "rsa")]
    Compat(Box<compat::Engine>),
}

/// Which engine, speaking what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    Pure(Version),
    #[cfg(feature = "rsa")]
    Compat,
}

impl Plan {
    /// A client meets certificates only after it has committed itself, so it takes the engine that
    /// can do all of them.
    pub(crate) fn for_client(_certificate: &Certificate) -> Self {
        #[cfg(feature = "rsa")]
        return Self::Compat;
        #[cfg(not(feature = "rsa"))]
        Self::Pure(Version::Dtls12)
    }

    /// A server decides by what the client offers; the table in the crate's documentation.
    pub(crate) fn for_server(
        hello: &ClientHello,
        certificate: &Certificate,
        versions: Versions,
    ) -> Self {
        let serve_1_3 = versions == Versions::GcmFirst
            && hello.fits_1_3
            && hello.first_srtp_profile.is_some_and(|first| first.is_gcm());
        match certificate.kind() {
            #[cfg(feature = "rsa")]
            Kind::Rsa => Self::Compat,
            #[cfg(feature = "rsa")]
            Kind::Ecdsa if hello.encrypt_then_mac || !hello.srtp_fits => Self::Compat,
            #[cfg(feature = "rsa")]
            Kind::Ecdsa if !hello.fits_1_2 && !serve_1_3 => Self::Compat,
            Kind::Ecdsa if serve_1_3 => Self::Pure(Version::Dtls13),
            Kind::Ecdsa => Self::Pure(Version::Dtls12),
        }
    }
}

impl Engine {
    /// Starts the handshake: a client's first flight goes to `out` at once.
    pub(crate) fn start(
        now: Instant,
        plan: Plan,
        role: Role,
        (certificate, config): (&Certificate, &Config),
        out: &mut Outbox,
    ) -> Result<Self, Failure> {
        match plan {
            Plan::Pure(version) => {
                pure::Engine::start(now, (role, version), certificate, config, out)
                    .map(|engine| Self::Pure(Box::new(engine)))
            }
            #[cfg(feature = "rsa")]
            Plan::Compat => compat::Engine::start(now, role, certificate, config, out)
                .map(|engine| Self::Compat(Box::new(engine))),
        }
    }

    /// Takes a datagram that has been sifted.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        match self {
            Self::Pure(engine) => engine.handle_datagram(now, datagram, out),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.handle_datagram(now, datagram, out),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) -> Result<(), Failure> {
        match self {
            Self::Pure(engine) => engine.handle_timeout(now, out),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.handle_timeout(now, out),
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Pure(engine) => engine.poll_timeout(),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.poll_timeout(),
        }
    }

    /// Encrypts a message into `out`.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        message: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        match self {
            Self::Pure(engine) => engine.send(now, message, out),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.send(message, out),
        }
    }

    /// Says goodbye, if there is an association to end.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Outbox) {
        match self {
            Self::Pure(engine) => engine.close(now, out),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.close(out),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        match self {
            Self::Pure(engine) => engine.is_connected(),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.is_connected(),
        }
    }

    /// Whether the peer has said goodbye.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Pure(engine) => engine.is_closed(),
            #[cfg(feature = "rsa")]
            Self::Compat(engine) => engine.is_closed(),
        }
    }
}
