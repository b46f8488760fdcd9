//! DTLS for SRTP and SCTP (RFC 5764, RFC 8261): handshake, fingerprints, key export; sans-IO.
//!
//! ```text
//!              ClientHello            peer's Finished            close_notify
//!  Listening ─────────────▶ Shaking ──────────────────▶ Connected ───────────▶ Over
//!  (server)      (client starts here)    `Handshaken`         `Closed`
//! ```
//! [`DtlsSession`] is one association with one peer. It does not judge the peer: `Handshaken`
//! carries the peer's certificate, and the owner compares it with the fingerprints that signalling
//! brings ([`Fingerprint::verify`]), whichever of the two comes first (RFC 8122 §6.2).
//!
//! # Two engines
//!
//! Nearly all handshakes run on `dimpl`: sans-IO, no `unsafe`, DTLS 1.2 and 1.3, 170 µs each. It
//! cannot do RSA, neither sign nor verify: the CertificateRequest it writes names ECDSA only, so a
//! pluggable signature verifier does not help, and a peer that has nothing but an RSA certificate
//! (GStreamer's `webrtcbin`) answers with an empty one. For those the feature `rsa` adds OpenSSL
//! (DTLS 1.2, 500 µs). `rtc-dtls` was the other candidate, being sans-IO too, and was refused: its
//! server never checks the client's Finished (RFC 5246 §7.4.9), it queues early records without a
//! bound, and its reassembly recurses once per fragment that a peer sends.
//!
//! Nobody chooses an engine; the session does, when it knows enough:
//!
//! | we are | condition | engine |
//! |---|---|---|
//! | either | our own certificate is RSA | OpenSSL |
//! | either | [`Config::rsa_peers`] is false | `dimpl` |
//! | client | (what the server has shows too late to change our mind) | OpenSSL |
//! | server | the ClientHello lacks what `dimpl` needs: EMS, ECDHE-ECDSA with an AEAD, ECDSA-P256-SHA256, X25519/P-256/P-384, an SRTP profile it knows | OpenSSL |
//! | server | the ClientHello offers encrypt-then-MAC (RFC 7366) | OpenSSL |
//! | server | otherwise | `dimpl` |
//!
//! The last condition but one tells the families apart: OpenSSL, GnuTLS, mbedTLS and Bouncy Castle
//! offer encrypt-then-MAC and are what carries RSA certificates; BoringSSL and NSS, hence all
//! browsers, never implemented it. It has to be told at once: a client that had to answer with no
//! certificate does not try again. GStreamer 1.22 was served in both roles. What remains: a page
//! that asks its browser for an RSA certificate (`generateCertificate`) fails with
//! [`Failure::PeerCertificate`]. Without the feature everything goes to `dimpl`, and RSA peers fail
//! in the same way.
//!
//! What comes in the clear can be forged, and the engines differ in how they bear that. So a sieve
//! stands before both: broken records and alerts in the clear never reach them, and end nothing.
//!
//! # Versions and SRTP profiles
//!
//! `dimpl` as a server of 1.2 takes AES-256-GCM, then AES-128-GCM, then AES-CM with HMAC-SHA1-80; of
//! 1.3 it takes the client's first. AES-CM costs six times what GCM does per packet and Chromium lists
//! it first, so we serve 1.3 only to those who list GCM first ([`Versions::GcmFirst`]). AES-128-GCM
//! would be a quarter cheaper than 256, but `dimpl`'s order is fixed; with OpenSSL we ask for 128 first.
//! As a client we offer GCM first and the server decides; Chromium would decide for AES-CM, one
//! more reason to be the server wherever the peer lets us.
//!
//! # Clock and randomness
//!
//! Time comes in. `dimpl` wants `std::time::Instant`, which cannot be made from a number, so the
//! driver gives the one that its zero stands for ([`Config::epoch`]). `dimpl` reads the wall clock
//! once per process, for the cosmetic time field of the hello random. Its secrets come from
//! `aws-lc-rs`' CSPRNG: keys are never reproducible, not even in a simulation, but flights and
//! their timing are. OpenSSL has its own generator and its own timer; ours is added to it, so
//! that a lost flight is repeated in virtual time as well.

#![forbid(unsafe_code)]

mod certificate;
mod client_hello;
#[cfg(feature = "rsa")]
mod compat;
mod config;
mod engine;
mod epoch;
mod fingerprint;
#[cfg(feature = "rsa")]
mod identity;
mod outbox;
mod pure;
mod record;
mod session;
mod srtp_keys;
mod x509;

pub use certificate::{Certificate, CertificateError};
pub use config::{Config, Role, Versions};
pub use fingerprint::{Fingerprint, FingerprintError, HashAlgorithm};
pub use outbox::{Event, Failure, Handshaken, Version};
pub use session::{DtlsSession, SendError};
pub use srtp_keys::{KeyAndSalt, SrtpKeys, SrtpProfile};
