//! The engine over `dimpl`: DTLS 1.2 and 1.3, ECDSA certificates.

use std::sync::Arc;
use std::time::Duration;

use dimpl::{CertificateError, CryptoError, CryptoOperation, Dtls, Error, Output, SecurityError};
use units::Instant;

use crate::config::{Role, Setup};
use crate::epoch::Epoch;
use crate::outbox::{Event, Failure, Handshaken, Outbox, Version};
use crate::record;
use crate::srtp_keys::{SrtpKeys, SrtpProfile};

/// First wait for an answer to a flight. RFC 6347 §4.2.4.1 says 1 s for want of knowledge; ICE has
/// just shown that the path works, and a call waits for us.
const FLIGHT_RTO: Duration = Duration::from_millis(250);

/// Waits double, so that this many outlast any handshake time-out that makes sense.
const FLIGHT_RETRIES: usize = 12;

/// Records of a flight that may wait for an earlier one: a long chain in small pieces.
const QUEUE_RX_MAX: usize = 128;

/// `dimpl` says "nothing to do" with a moment ten years ahead.
const NEVER: Duration = Duration::from_secs(365 * 86_400);

/// A usual datagram; it grows when `dimpl` asks.
const OUTPUT_LEN: usize = 2_048;

/// One association on `dimpl`.
pub(crate) struct Engine {
    dtls: Dtls,
    role: Role,
    version: Version,
    epoch: Epoch,
    timeout: Option<Instant>,
    peer_certificate: Vec<u8>,
    srtp: Option<SrtpKeys>,
    connected: bool,
    reported: bool,
    closed: bool,
    buffer: Vec<u8>,
}

impl Engine {
    pub(crate) fn start(
        now: Instant,
        version: Version,
        setup: Setup<'_>,
        out: &mut Outbox,
    ) -> Result<Self, Failure> {
        let Setup {
            role,
            certificate,
            config,
        } = setup;
        let settings = dimpl::Config::builder()
            .mtu(config.mtu)
            .max_queue_rx(QUEUE_RX_MAX)
            .flight_start_rto(FLIGHT_RTO)
            .flight_retries(FLIGHT_RETRIES)
            // The session keeps the time itself; this comes second.
            .handshake_timeout(config.handshake_timeout + FLIGHT_RTO)
            .require_client_certificate(true)
            // ICE has verified the address, which is all that a cookie would do.
            .use_server_cookie(false)
            .build()
            .map_err(|_| Failure::Internal)?;
        let new = match version {
            Version::Dtls12 => Dtls::new_12,
            Version::Dtls13 => Dtls::new_13,
        };
        let epoch = Epoch(config.epoch);
        let mut dtls = new(
            Arc::new(settings),
            certificate.to_dimpl(),
            epoch.moment(now),
        );
        dtls.set_active(role == Role::Client);
        let mut engine = Self {
            dtls,
            role,
            version,
            epoch,
            timeout: None,
            peer_certificate: Vec::new(),
            srtp: None,
            connected: false,
            reported: false,
            closed: false,
            buffer: vec![0; OUTPUT_LEN],
        };
        engine.handle_timeout(now, out)?;
        Ok(engine)
    }

    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        // Record by record: `dimpl` 0.9 drops a datagram whose first message it knows already, and with
        // it the ChangeCipherSpec and Finished that it lacks; one of more than eight records; and in
        // 1.3 it takes what a repeated datagram leaves behind for an attack.
        let mut records = record::split(datagram);
        let result = self
            .dtls
            .handle_timeout(self.epoch.moment(now))
            .and_then(|()| records.try_for_each(|record| self.handle_record(record)));
        self.drain(now, out);
        result.map_err(failure)
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) -> Result<(), Failure> {
        let result = self.dtls.handle_timeout(self.epoch.moment(now));
        self.drain(now, out);
        result.map_err(failure)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.timeout
    }

    pub(crate) fn send(
        &mut self,
        now: Instant,
        message: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        let result = self.dtls.send_application_data(message);
        self.drain(now, out);
        result.map(|_| ()).map_err(failure)
    }

    pub(crate) fn close(&mut self, now: Instant, out: &mut Outbox) {
        // It can fail only when there is nothing left to close.
        let _ = self.dtls.close();
        self.drain(now, out);
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.reported
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    fn handle_record(&mut self, record: &[u8]) -> Result<(), Error> {
        match self.dtls.handle_packet(record) {
            // Between ChangeCipherSpec and Finished `dimpl` 0.9 reports a record that does not
            // decrypt as an error. Nothing has changed by then, so it is dropped as it would be at
            // any other time (RFC 6347 §4.1.2.7).
            Err(Error::CryptoError(CryptoError::OperationFailed(CryptoOperation::Decrypt))) => {
                Ok(())
            }
            result => result,
        }
    }

    /// Moves all that `dimpl` has to say to `out`.
    fn drain(&mut self, now: Instant, out: &mut Outbox) {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => out.push_datagram(datagram),
                Output::BufferTooSmall { needed } => {
                    if needed <= buffer.len() {
                        break;
                    }
                    buffer.resize(needed, 0);
                }
                Output::Timeout(at) => {
                    let at = self.epoch.instant(at);
                    self.timeout = (at - now < NEVER).then_some(at);
                    break;
                }
                Output::Connected => self.connected = true,
                Output::PeerCert(der) => self.peer_certificate = der.to_vec(),
                Output::KeyingMaterial(material, profile) => {
                    self.srtp = SrtpKeys::from_material(ours(profile), &material, self.role);
                }
                Output::ApplicationData(data) => {
                    let data = data.to_vec();
                    self.report(out);
                    out.push_event(Event::AppData(data));
                }
                Output::CloseNotify => self.closed = true,
                _ => {}
            }
        }
        self.buffer = buffer;
        self.report(out);
        if self.closed {
            self.timeout = None;
        }
    }

    /// Tells of the handshake's end, once, and only when all that belongs to it has come out.
    fn report(&mut self, out: &mut Outbox) {
        if !self.connected || self.reported {
            return;
        }
        self.reported = true;
        out.push_event(Event::Handshaken(Handshaken {
            peer_certificate: std::mem::take(&mut self.peer_certificate),
            srtp: self.srtp.take(),
            version: self.version,
        }));
    }
}

fn ours(profile: dimpl::SrtpProfile) -> SrtpProfile {
    match profile {
        dimpl::SrtpProfile::AEAD_AES_128_GCM => SrtpProfile::AeadAes128Gcm,
        dimpl::SrtpProfile::AEAD_AES_256_GCM => SrtpProfile::AeadAes256Gcm,
        _ => SrtpProfile::Aes128CmSha1_80,
    }
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Timeout(_) => Failure::Timeout { alert: None },
        Error::CertificateError(
            CertificateError::NoClientCertificateReceived
            | CertificateError::NoServerCertificateReceived
            | CertificateError::UnsupportedEcCurve
            | CertificateError::MissingEcCurveParameter
            | CertificateError::InvalidEcCurveParameter,
        )
        | Error::CryptoError(
            CryptoError::UnsupportedPublicKeyAlgorithm
            | CryptoError::UnsupportedSignatureAlgorithm(_)
            | CryptoError::UnsupportedEcCurve
            | CryptoError::MissingEcCurveParameter
            | CryptoError::InvalidEcCurveParameter,
        ) => Failure::PeerCertificate,
        Error::SecurityError(SecurityError::FatalAlert { .. }) => Failure::PeerAlert,
        Error::SecurityError(_) => Failure::NothingInCommon,
        Error::ConfigError(_) | Error::TransmitQueueFull | Error::TransmitHistoryFull => {
            Failure::Internal
        }
        _ => Failure::Protocol,
    }
}
