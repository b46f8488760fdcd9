//! The DTLS half of a WebRTC transport: when the handshake starts, as whom, with whom.
//!
//! ```text
//!  New ── ICE connected ──▶ Connecting ── keys, and the announced certificate ──▶ Connected
//!                               │                                                    │
//!                               └── time-out, other certificate ──▶ Failed    Closed ◀┘ goodbye
//! ```
//! Until the application has told the peer's role we answer as a server, so a peer that opens the
//! handshake early loses no time; its certificate is checked as soon as we know what it should be.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use control::{
    DtlsFingerprint, DtlsParameters, DtlsRole, DtlsState, FingerprintAlgorithm, Refusal,
};
use dtls::{
    Certificate, Config, DtlsSession, Event, Fingerprint, Handshaken, Role, SrtpProfile, Versions,
};
use srtp::Suite;
use units::Instant;

use crate::transport::srtp_pair::SrtpPair;

/// Handshake datagrams are cut to this: with room for IPv6, UDP and a tunnel.
const MTU: usize = 1_200;

/// A peer that has not finished by then will not.
const HANDSHAKE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// Packets inside DTLS that wait to be taken; more are dropped.
const APP_DATA_MAX: usize = 64;

/// Who we are, the same for every transport of an engine.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Our certificate.
    pub certificate: Certificate,
    /// The standard library's clock at zero.
    pub epoch: std::time::Instant,
    /// Serve peers that have RSA certificates only; needs the engine that has a clock of its own.
    pub rsa_peers: bool,
}

/// One side of DTLS.
#[derive(Debug)]
pub struct DtlsSide {
    identity: Identity,
    local_role: DtlsRole,
    remote: Option<Fingerprint>,
    session: Option<Box<DtlsSession>>,
    /// A handshake that is done, whose certificate is still to be compared.
    done: Option<Box<Handshaken>>,
    state: DtlsState,
    /// What came inside, to be taken after each datagram.
    app_data: VecDeque<Vec<u8>>,
}

/// What became of the handshake.
#[derive(Debug)]
pub enum Outcome {
    /// The state changed; with the peer's certificate in PEM when connected.
    State(DtlsState, Option<String>),
    /// Keys for media.
    Keys(Box<SrtpPair>),
    /// The peer said goodbye, or nothing at all.
    Lost,
}

impl DtlsSide {
    /// Nothing has begun.
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            local_role: DtlsRole::Auto,
            remote: None,
            session: None,
            done: None,
            state: DtlsState::New,
            app_data: VecDeque::new(),
        }
    }

    /// For the peer: our fingerprints, and our role once it is decided.
    pub fn parameters(&self) -> DtlsParameters {
        let fingerprints = self.identity.certificate.fingerprints();
        DtlsParameters {
            role: self.local_role,
            fingerprints: fingerprints
                .iter()
                .filter_map(|fingerprint| {
                    let algorithm = algorithm_named(fingerprint.algorithm().name())?;
                    Some(DtlsFingerprint {
                        algorithm,
                        value: fingerprint.value(),
                    })
                })
                .collect(),
        }
    }

    /// How far it has come.
    pub fn state(&self) -> DtlsState {
        self.state
    }

    /// The application tells who the peer is.
    pub fn connect(
        &mut self,
        now: Instant,
        parameters: &DtlsParameters,
    ) -> Result<DtlsRole, Refusal> {
        if self.remote.is_some() {
            return Err(Refusal::Error("connect() was called already".into()));
        }
        let first = parameters.fingerprints.first().ok_or_else(|| {
            Refusal::TypeError("dtlsParameters.fingerprints must not be empty".into())
        })?;
        let remote =
            Fingerprint::parse(name_of(first.algorithm), &first.value).map_err(|error| {
                Refusal::TypeError(format!("dtlsParameters.fingerprints[0]: {error}"))
            })?;
        self.remote = Some(remote);
        let role = match parameters.role {
            DtlsRole::Client => DtlsRole::Server,
            DtlsRole::Server | DtlsRole::Auto => DtlsRole::Client,
        };
        if role == DtlsRole::Client
            && let Some(session) = &mut self.session
        {
            // We had answered as a server: that handshake is not the one.
            session.close(now);
            self.session = None;
            self.done = None;
        }
        self.local_role = role;
        Ok(role)
    }

    /// ICE is connected: the handshake may start.
    pub fn start(&mut self, now: Instant, outcomes: &mut Vec<Outcome>) {
        if self.session.is_some()
            && matches!(self.state, DtlsState::Connecting | DtlsState::Connected)
        {
            return;
        }
        let role = match self.local_role {
            DtlsRole::Client => Role::Client,
            DtlsRole::Server | DtlsRole::Auto => Role::Server,
        };
        let config = Config {
            mtu: MTU,
            handshake_timeout: HANDSHAKE_TIMEOUT,
            versions: Versions::GcmFirst,
            rsa_peers: self.identity.rsa_peers,
            epoch: self.identity.epoch,
        };
        self.session = Some(Box::new(DtlsSession::new(
            now,
            role,
            &self.identity.certificate,
            &config,
        )));
        self.change_state(DtlsState::Connecting, None, outcomes);
    }

    /// A record from a valid way.
    pub fn handle_datagram(&mut self, now: Instant, data: &[u8], outcomes: &mut Vec<Outcome>) {
        if let Some(session) = &mut self.session {
            session.handle_datagram(now, data);
        }
        self.drain(outcomes);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant, outcomes: &mut Vec<Outcome>) {
        if let Some(session) = &mut self.session
            && session.poll_timeout().is_some_and(|at| at <= now)
        {
            session.handle_timeout(now);
        }
        self.drain(outcomes);
    }

    /// When [`DtlsSide::handle_timeout`] next has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.session.as_ref()?.poll_timeout()
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<&[u8]> {
        self.session.as_mut()?.poll_transmit()
    }

    /// Takes a packet that came inside.
    pub fn poll_app_data(&mut self) -> Option<Vec<u8>> {
        self.app_data.pop_front()
    }

    /// Sends a packet inside; it is lost if the session is not connected.
    pub fn send_app_data(&mut self, now: Instant, packet: &[u8]) {
        if let Some(session) = &mut self.session
            && self.state == DtlsState::Connected
        {
            let _lost = session.send(now, packet);
        }
    }

    /// Says goodbye.
    pub fn close(&mut self, now: Instant) {
        if let Some(session) = &mut self.session {
            session.close(now);
        }
        self.state = DtlsState::Closed;
    }

    /// Passes on what the session tells, and compares certificates once both are known.
    pub fn drain(&mut self, outcomes: &mut Vec<Outcome>) {
        while let Some(event) = self
            .session
            .as_mut()
            .and_then(|session| session.poll_event())
        {
            match event {
                Event::Handshaken(handshaken) => self.done = Some(Box::new(handshaken)),
                // Before we know that the peer is who it should be, SCTP loses its packets: it
                // sends them again. One datagram holds few records, so the bound is never met.
                Event::AppData(data) => {
                    if self.state == DtlsState::Connected && self.app_data.len() < APP_DATA_MAX {
                        self.app_data.push_back(data);
                    }
                }
                Event::Closed => {
                    self.session = None;
                    let state = match self.state {
                        DtlsState::Connected => DtlsState::Closed,
                        _ => DtlsState::Failed,
                    };
                    self.change_state(state, None, outcomes);
                    outcomes.push(Outcome::Lost);
                }
                Event::Failed(_) => self.fail(outcomes),
            }
        }
        if let (Some(remote), Some(done)) = (&self.remote, &self.done) {
            let authentic = remote.verify(&done.peer_certificate);
            let keys = done.srtp.as_ref().and_then(pair);
            let certificate = pem(&done.peer_certificate);
            self.done = None;
            match keys.filter(|_| authentic) {
                Some(keys) => {
                    outcomes.push(Outcome::Keys(Box::new(keys)));
                    self.change_state(DtlsState::Connected, Some(certificate), outcomes);
                }
                None => self.fail(outcomes),
            }
        }
    }

    fn fail(&mut self, outcomes: &mut Vec<Outcome>) {
        self.session = None;
        self.change_state(DtlsState::Failed, None, outcomes);
        outcomes.push(Outcome::Lost);
    }

    fn change_state(
        &mut self,
        state: DtlsState,
        certificate: Option<String>,
        outcomes: &mut Vec<Outcome>,
    ) {
        if std::mem::replace(&mut self.state, state) != state {
            outcomes.push(Outcome::State(state, certificate));
        }
    }
}

fn pair(keys: &dtls::SrtpKeys) -> Option<SrtpPair> {
    let suite = match keys.profile {
        SrtpProfile::AeadAes128Gcm => Suite::AeadAes128Gcm,
        SrtpProfile::AeadAes256Gcm => Suite::AeadAes256Gcm,
        SrtpProfile::Aes128CmSha1_80 => Suite::AesCm128HmacSha1_80,
        SrtpProfile::Aes128CmSha1_32 => Suite::AesCm128HmacSha1_32,
    };
    SrtpPair::new(
        (suite, keys.local.as_bytes()),
        (suite, keys.remote.as_bytes()),
    )
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

const ALGORITHMS: [(FingerprintAlgorithm, &str); 5] = [
    (FingerprintAlgorithm::Sha1, "sha-1"),
    (FingerprintAlgorithm::Sha224, "sha-224"),
    (FingerprintAlgorithm::Sha256, "sha-256"),
    (FingerprintAlgorithm::Sha384, "sha-384"),
    (FingerprintAlgorithm::Sha512, "sha-512"),
];

fn algorithm_named(name: &str) -> Option<FingerprintAlgorithm> {
    ALGORITHMS
        .iter()
        .find(|(_, other)| *other == name)
        .map(|&(algorithm, _)| algorithm)
}

fn name_of(algorithm: FingerprintAlgorithm) -> &'static str {
    ALGORITHMS
        .iter()
        .find(|(other, _)| *other == algorithm)
        .map_or("", |&(_, name)| name)
}
