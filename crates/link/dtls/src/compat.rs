//! The engine over OpenSSL: DTLS 1.2, all kinds of certificates.
//!
//! OpenSSL reads and writes a [`Wire`] in memory. Its retransmission timer (1 s, doubling) reads the
//! machine's clock and cannot be told otherwise through a safe interface, so the last flight is also
//! kept here and repeated as it was, at moments of the driver's clock: a receiver that lost a record
//! takes the repeated one, and one that has it drops it as a replay.
//!
//! One thing only the machine's clock can do: a client whose peer's last flight was lost has to
//! encrypt its own Finished anew, or the peer takes it for a replay and stays silent (RFC 6347
//! §4.2.4). In virtual time that handshake fails; a simulation that loses packets sets
//! `Config::rsa_peers` to false.

use std::io::{self, Read, Write};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{ErrorCode, Ssl, SslStream};
use units::Instant;

use crate::config::{Role, Setup};
use crate::outbox::{Event, Failure, Handshaken, Outbox, Version};
use crate::srtp_keys::{SrtpKeys, SrtpProfile};

/// As for the other engine; doubles up to [`REPEAT_AFTER_MAX`].
const REPEAT_AFTER: Duration = Duration::from_millis(250);

/// As mediasoup does: a peer that is slow must not wait for long once it is back.
const REPEAT_AFTER_MAX: Duration = Duration::from_secs(4);

/// RFC 5764 §4.2.
const EXPORTER_LABEL: &str = "EXTRACTOR-dtls_srtp";

/// The longest plaintext of a record.
const MESSAGE_LEN_MAX: usize = 1 << 14;

/// `SSL_R_NO_SHARED_CIPHER`, `SSL_R_NO_SUITABLE_KEY_SHARE`, `SSL_R_UNSUPPORTED_PROTOCOL`,
/// `SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM`, `SSL_R_NO_SHARED_GROUPS`.
const NOTHING_IN_COMMON: [i32; 5] = [193, 101, 258, 118, 410];

/// `SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE`.
const NO_CERTIFICATE: i32 = 199;

/// OpenSSL reports the peer's alerts as a thousand and the description.
const ALERTS: i32 = 1_000;

/// One association on OpenSSL.
pub(crate) struct Engine {
    stream: SslStream<Wire>,
    role: Role,
    /// The last flight, while an answer is due.
    flight: Vec<Vec<u8>>,
    repeat_at: Option<Instant>,
    repeat_after: Duration,
    connected: bool,
    closed: bool,
    buffer: Vec<u8>,
}

/// What OpenSSL takes for a socket.
#[derive(Default)]
struct Wire {
    inbound: Option<Vec<u8>>,
    outbound: Vec<Vec<u8>>,
}

impl Engine {
    pub(crate) fn start(now: Instant, setup: Setup<'_>, out: &mut Outbox) -> Result<Self, Failure> {
        let Setup {
            role,
            certificate,
            config,
        } = setup;
        let stream = Ssl::new(certificate.identity().context())
            .and_then(|mut ssl| {
                ssl.set_mtu(u32::try_from(config.mtu).unwrap_or(u32::MAX))?;
                SslStream::new(ssl, Wire::default())
            })
            .map_err(|_| Failure::Internal)?;
        let mut engine = Self {
            stream,
            role,
            flight: Vec::new(),
            repeat_at: None,
            repeat_after: REPEAT_AFTER,
            connected: false,
            closed: false,
            buffer: vec![0; MESSAGE_LEN_MAX],
        };
        engine.advance(now, out)?;
        Ok(engine)
    }

    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        self.stream.get_mut().inbound = Some(datagram.to_vec());
        self.advance(now, out)
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) -> Result<(), Failure> {
        if self.repeat_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        // If its own timer has run out OpenSSL sends the flight afresh, which is better.
        forget_errors();
        let result = self.shake(out);
        let afresh = self.transmit(out);
        if afresh.is_empty() {
            for datagram in &self.flight {
                out.push_datagram(datagram);
            }
        } else {
            self.flight = afresh;
        }
        self.repeat_after = (self.repeat_after * 2).min(REPEAT_AFTER_MAX);
        self.repeat_at = Some(now + self.repeat_after);
        result
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.repeat_at
    }

    pub(crate) fn send(&mut self, message: &[u8], out: &mut Outbox) -> Result<(), Failure> {
        forget_errors();
        let sent = self.stream.ssl_write(message);
        self.transmit(out);
        match sent {
            Ok(_) => Ok(()),
            Err(error) => failure(&error),
        }
    }

    pub(crate) fn close(&mut self, out: &mut Outbox) {
        forget_errors();
        // It fails during the handshake, when there is nothing to close.
        let _ = self.stream.shutdown();
        self.transmit(out);
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Lets OpenSSL go as far as it can, and starts the clock for the flight that it sent.
    fn advance(&mut self, now: Instant, out: &mut Outbox) -> Result<(), Failure> {
        forget_errors();
        let result = self.shake(out).and_then(|()| self.read(out));
        let flight = self.transmit(out);
        if self.connected || result.is_err() {
            self.flight.clear();
            self.repeat_at = None;
        } else if !flight.is_empty() {
            self.flight = flight;
            self.repeat_after = REPEAT_AFTER;
            self.repeat_at = Some(now + REPEAT_AFTER);
        }
        result
    }

    fn shake(&mut self, out: &mut Outbox) -> Result<(), Failure> {
        if self.connected {
            return Ok(());
        }
        let step = match self.role {
            Role::Client => self.stream.connect(),
            Role::Server => self.stream.accept(),
        };
        match step {
            Ok(()) => {
                self.connected = true;
                out.push_event(Event::Handshaken(self.outcome()?));
                Ok(())
            }
            Err(error) => failure(&error),
        }
    }

    fn outcome(&self) -> Result<Handshaken, Failure> {
        let ssl = self.stream.ssl();
        let certificate = ssl.peer_certificate().ok_or(Failure::PeerCertificate)?;
        let profile = ssl
            .selected_srtp_profile()
            .and_then(|selected| u16::try_from(selected.id().as_raw()).ok())
            .and_then(SrtpProfile::from_wire);
        let srtp = profile.map(|profile| {
            let mut material = vec![0; 2 * (profile.key_len() + profile.salt_len())];
            ssl.export_keying_material(&mut material, EXPORTER_LABEL, None)
                .ok()
                .and_then(|()| SrtpKeys::from_material(profile, &material, self.role))
                .ok_or(Failure::Internal)
        });
        Ok(Handshaken {
            peer_certificate: certificate.to_der().map_err(|_| Failure::PeerCertificate)?,
            srtp: srtp.transpose()?,
            version: Version::Dtls12,
        })
    }

    fn read(&mut self, out: &mut Outbox) -> Result<(), Failure> {
        while self.connected && !self.closed {
            match self.stream.ssl_read(&mut self.buffer) {
                Ok(0) => break,
                Ok(len) => out.push_event(Event::AppData(self.buffer[..len].to_vec())),
                Err(error) if error.code() == ErrorCode::ZERO_RETURN => {
                    self.closed = true;
                    // Our half of the goodbye (RFC 5246 §7.2.1); it may fail, the peer is gone.
                    let _ = self.stream.shutdown();
                }
                Err(error) => return failure(&error),
            }
        }
        Ok(())
    }

    /// Moves what OpenSSL has written to `out`, and hands it back too.
    fn transmit(&mut self, out: &mut Outbox) -> Vec<Vec<u8>> {
        let datagrams = std::mem::take(&mut self.stream.get_mut().outbound);
        for datagram in &datagrams {
            out.push_datagram(datagram);
        }
        datagrams
    }
}

/// OpenSSL keeps errors for each thread and takes old ones for new.
fn forget_errors() {
    drop(ErrorStack::get());
}

/// What an error means; `Ok` if OpenSSL merely waits for the peer.
fn failure(error: &openssl::ssl::Error) -> Result<(), Failure> {
    if matches!(error.code(), ErrorCode::WANT_READ | ErrorCode::WANT_WRITE) {
        return Ok(());
    }
    let reason = error
        .ssl_error()
        .and_then(|stack| stack.errors().first())
        .map(|first| first.reason_code());
    Err(match reason {
        Some(NO_CERTIFICATE) => Failure::PeerCertificate,
        Some(reason) if NOTHING_IN_COMMON.contains(&reason) => Failure::NothingInCommon,
        Some(reason) if reason >= ALERTS => Failure::PeerAlert,
        Some(_) => Failure::Protocol,
        None => Failure::Internal,
    })
}

impl Read for Wire {
    /// One datagram at a time, as from a socket.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let datagram = self.inbound.take().ok_or(io::ErrorKind::WouldBlock)?;
        let len = datagram.len().min(buffer.len());
        buffer[..len].copy_from_slice(&datagram[..len]);
        Ok(len)
    }
}

impl Write for Wire {
    /// Each write is one datagram: OpenSSL packs records up to the MTU itself.
    fn write(&mut self, datagram: &[u8]) -> io::Result<usize> {
        self.outbound.push(datagram.to_vec());
        Ok(datagram.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
