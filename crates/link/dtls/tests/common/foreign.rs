//! Peers that are not ours: OpenSSL with any certificate, and bare `dimpl` speaking DTLS 1.3.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{
    ErrorCode, Ssl, SslContext, SslMethod, SslOptions, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::{X509, X509Name};
use units::Instant;

/// `SSL_OP_NO_ENCRYPT_THEN_MAC`, which the bindings leave out: with it OpenSSL looks like a browser.
const NO_ENCRYPT_THEN_MAC: u32 = 1 << 19;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    P256,
    P384,
    Rsa2048,
}

pub struct Identity {
    pub key: PKey<Private>,
    pub certificate: X509,
}

impl Identity {
    pub fn new(kind: KeyKind) -> Self {
        let curve = |nid| {
            let group = EcGroup::from_curve_name(nid).expect("a curve");
            PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
        };
        let key = match kind {
            KeyKind::P256 => curve(Nid::X9_62_PRIME256V1),
            KeyKind::P384 => curve(Nid::SECP384R1),
            KeyKind::Rsa2048 => {
                PKey::from_rsa(Rsa::generate(2_048).expect("a key")).expect("a key")
            }
        };
        let certificate = self_signed(&key).expect("a certificate");
        Self { key, certificate }
    }

    pub fn der(&self) -> Vec<u8> {
        self.certificate.to_der().expect("DER")
    }
}

fn self_signed(key: &PKey<Private>) -> Result<X509, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_text("CN", "peer")?;
    let name = name.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*BigNum::from_u32(7)?.to_asn1_integer()?)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(30)?)?;
    builder.set_pubkey(key)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

/// How the OpenSSL peer is set up.
pub struct Setup<'a> {
    pub identity: &'a Identity,
    pub client: bool,
    /// `None` leaves `use_srtp` out.
    pub srtp: Option<&'a str>,
    pub browser_like: bool,
    pub mtu: u32,
    pub ciphers: &'a str,
    /// Speaks DTLS 1.0 and nothing newer.
    pub old: bool,
}

impl<'a> Setup<'a> {
    pub fn client(identity: &'a Identity) -> Self {
        Self {
            identity,
            client: true,
            srtp: Some("SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80"),
            browser_like: true,
            mtu: 1_200,
            ciphers: "ALL",
            old: false,
        }
    }

    pub fn server(identity: &'a Identity) -> Self {
        Self {
            client: false,
            ..Self::client(identity)
        }
    }
}

/// OpenSSL over memory. It has no virtual clock, so it repeats nothing unless asked.
pub struct Foreign {
    stream: SslStream<Wire>,
    client: bool,
    pub connected: bool,
    pub closed: bool,
    pub failed: bool,
    pub received: Vec<Vec<u8>>,
}

#[derive(Default)]
struct Wire {
    inbound: Option<Vec<u8>>,
    outbound: Vec<Vec<u8>>,
}

impl Foreign {
    pub fn new(setup: &Setup<'_>) -> Self {
        let mut builder = SslContext::builder(SslMethod::dtls()).expect("OpenSSL");
        let mut options = SslOptions::NO_QUERY_MTU;
        if setup.browser_like {
            options |= SslOptions::from_bits_retain(NO_ENCRYPT_THEN_MAC.into());
        }
        builder.set_options(options);
        builder.set_verify_callback(
            SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
            |_, _| true,
        );
        builder.set_cipher_list(setup.ciphers).expect("ciphers");
        if setup.old {
            // DTLS 1.0 signs with SHA-1, which OpenSSL does at no higher level.
            builder.set_security_level(0);
            let version = Some(SslVersion::DTLS1);
            builder.set_min_proto_version(version).expect("a version");
            builder.set_max_proto_version(version).expect("a version");
        }
        if let Some(profiles) = setup.srtp {
            builder.set_tlsext_use_srtp(profiles).expect("profiles");
        }
        builder
            .set_certificate(&setup.identity.certificate)
            .expect("a certificate");
        builder.set_private_key(&setup.identity.key).expect("a key");
        let mut ssl = Ssl::new(&builder.build()).expect("OpenSSL");
        ssl.set_mtu(setup.mtu).expect("an MTU");
        let mut peer = Self {
            stream: SslStream::new(ssl, Wire::default()).expect("OpenSSL"),
            client: setup.client,
            connected: false,
            closed: false,
            failed: false,
            received: Vec::new(),
        };
        peer.advance();
        peer
    }

    pub fn handle_datagram(&mut self, datagram: &[u8]) {
        self.stream.get_mut().inbound = Some(datagram.to_vec());
        self.advance();
    }

    pub fn datagrams(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.stream.get_mut().outbound)
    }

    pub fn send(&mut self, message: &[u8]) {
        self.stream.ssl_write(message).expect("sent");
    }

    pub fn close(&mut self) {
        self.stream.shutdown().expect("closed");
    }

    /// Profile, and the material of RFC 5764 §4.2 for that many bytes.
    pub fn srtp(&self, len: usize) -> (u64, Vec<u8>) {
        let ssl = self.stream.ssl();
        let mut material = vec![0; len];
        ssl.export_keying_material(&mut material, "EXTRACTOR-dtls_srtp", None)
            .expect("material");
        let profile = ssl.selected_srtp_profile().expect("a profile");
        (profile.id().as_raw(), material)
    }

    pub fn peer_certificate(&self) -> Vec<u8> {
        let certificate = self.stream.ssl().peer_certificate().expect("a certificate");
        certificate.to_der().expect("DER")
    }

    fn advance(&mut self) {
        drop(ErrorStack::get());
        if !self.connected && !self.failed {
            let step = match self.client {
                true => self.stream.connect(),
                false => self.stream.accept(),
            };
            match step {
                Ok(()) => self.connected = true,
                Err(error) => self.failed = error.code() != ErrorCode::WANT_READ,
            }
        }
        let mut buffer = vec![0; 1 << 14];
        while self.connected && !self.closed {
            match self.stream.ssl_read(&mut buffer) {
                Ok(len) => self.received.push(buffer[..len].to_vec()),
                Err(error) => {
                    self.closed = error.code() == ErrorCode::ZERO_RETURN;
                    break;
                }
            }
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let datagram = self.inbound.take().ok_or(io::ErrorKind::WouldBlock)?;
        buffer[..datagram.len()].copy_from_slice(&datagram);
        Ok(datagram.len())
    }
}

impl Write for Wire {
    fn write(&mut self, datagram: &[u8]) -> io::Result<usize> {
        self.outbound.push(datagram.to_vec());
        Ok(datagram.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A bare `dimpl` client of DTLS 1.3, whose first SRTP profile is AES-256-GCM, as a stand-in for a
/// browser that lists GCM first.
pub struct Pure {
    dtls: dimpl::Dtls,
    epoch: std::time::Instant,
    pub timeout: Option<Instant>,
    pub datagrams: Vec<Vec<u8>>,
    pub material: Option<(dimpl::SrtpProfile, Vec<u8>)>,
    pub connected: bool,
}

impl Pure {
    pub fn client(epoch: std::time::Instant, mtu: usize) -> Self {
        let config = dimpl::Config::builder()
            .mtu(mtu)
            .flight_start_rto(Duration::from_millis(250))
            .flight_retries(12)
            .build()
            .expect("config");
        let certificate =
            dimpl::certificate::generate_self_signed_certificate().expect("a certificate");
        let mut dtls = dimpl::Dtls::new_13(Arc::new(config), certificate, epoch);
        dtls.set_active(true);
        let mut peer = Self {
            dtls,
            epoch,
            timeout: None,
            datagrams: Vec::new(),
            material: None,
            connected: false,
        };
        peer.handle_timeout(Instant::ZERO);
        peer
    }

    pub fn handle_datagram(&mut self, now: Instant, datagram: &[u8]) {
        self.dtls.handle_timeout(self.at(now)).expect("alive");
        for record in records(datagram) {
            self.dtls.handle_packet(record).expect("alive");
        }
        self.drain();
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.dtls.handle_timeout(self.at(now)).expect("alive");
        self.drain();
    }

    fn at(&self, now: Instant) -> std::time::Instant {
        self.epoch + Duration::from_micros(now.as_micros())
    }

    fn drain(&mut self) {
        let mut buffer = vec![0; 1 << 14];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                dimpl::Output::Packet(datagram) => self.datagrams.push(datagram.to_vec()),
                dimpl::Output::Connected => self.connected = true,
                dimpl::Output::KeyingMaterial(material, profile) => {
                    self.material = Some((profile, material.to_vec()));
                }
                dimpl::Output::Timeout(at) => {
                    let micros = at.saturating_duration_since(self.epoch).as_micros() + 1;
                    let at = Instant::from_micros(u64::try_from(micros).expect("soon"));
                    self.timeout = (at < Instant::from_millis(3_600_000)).then_some(at);
                    break;
                }
                _ => {}
            }
        }
    }
}

/// The records of a datagram: given whole, `dimpl` 0.9 may lose what it lacks with what it has.
fn records(mut datagram: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while !datagram.is_empty() {
        let (header, at) = match datagram[0] >> 5 {
            1 => (5, 3),
            _ => (13, 11),
        };
        let len = usize::from(u16::from_be_bytes([datagram[at], datagram[at + 1]]));
        let (record, rest) = datagram.split_at(header + len);
        records.push(record);
        datagram = rest;
    }
    records
}
