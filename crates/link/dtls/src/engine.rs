//! Either of the two engines, and how one is picked.

use units::Instant;

use crate::certificate::{Certificate, Kind};
use crate::client_hello::ClientHello;
#[cfg(feature = "rsa")]
use crate::compat;
use crate::config::{Config, Setup, Versions};
use crate::outbox::{Failure, Outbox, Version};
use crate::pure;
use crate::srtp_keys::SrtpProfile;

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
    /// can do all of them, unless the owner rules RSA out.
    #[cfg(feature = "rsa")]
    pub(crate) fn for_client(certificate: &Certificate, config: &Config) -> Self {
        match certificate.kind() {
            Kind::Ecdsa if !config.rsa_peers => Self::Pure(Version::Dtls12),
            Kind::Ecdsa | Kind::Rsa => Self::Compat,
        }
    }

    /// There is but one.
    #[cfg(not(feature = "rsa"))]
    pub(crate) fn for_client(_certificate: &Certificate, _config: &Config) -> Self {
        Self::Pure(Version::Dtls12)
    }

    /// A server decides by what the client offers; the table in the crate's documentation.
    pub(crate) fn for_server(
        hello: &ClientHello,
        certificate: &Certificate,
        config: &Config,
    ) -> Self {
        let serve_1_3 = config.versions == Versions::GcmFirst
            && hello.fits_1_3
            && hello.first_srtp_profile.is_some_and(SrtpProfile::is_gcm);
        let version = match serve_1_3 {
            true => Version::Dtls13,
            false => Version::Dtls12,
        };
        match certificate.kind() {
            #[cfg(feature = "rsa")]
            Kind::Rsa => Self::Compat,
            #[cfg(feature = "rsa")]
            Kind::Ecdsa if config.rsa_peers && needs_compat(hello, version) => Self::Compat,
            Kind::Ecdsa => Self::Pure(version),
        }
    }
}

#[cfg(feature = "rsa")]
fn needs_compat(hello: &ClientHello, version: Version) -> bool {
    let fits = match version {
        Version::Dtls12 => hello.fits_1_2,
        Version::Dtls13 => hello.fits_1_3,
    };
    !fits || !hello.srtp_fits || hello.encrypt_then_mac
}

impl Engine {
    /// Starts the handshake: a client's first flight goes to `out` at once.
    pub(crate) fn start(
        now: Instant,
        plan: Plan,
        setup: Setup<'_>,
        out: &mut Outbox,
    ) -> Result<Self, Failure> {
        match plan {
            Plan::Pure(version) => pure::Engine::start(now, version, setup, out)
                .map(|engine| Self::Pure(Box::new(engine))),
            #[cfg(feature = "rsa")]
            Plan::Compat => {
                compat::Engine::start(now, setup, out).map(|engine| Self::Compat(Box::new(engine)))
            }
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

    pub(crate) fn version(&self) -> Version {
        match self {
            Self::Pure(engine) => engine.version(),
            #[cfg(feature = "rsa")]
            Self::Compat(_) => Version::Dtls12,
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
