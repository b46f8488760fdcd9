//! SRTP and SRTCP (RFC 3711, 7714): protect, unprotect, replay windows.
//!
//! One [`SrtpSender`] and one [`SrtpReceiver`] per transport, each made from one master key and salt
//! (one direction of RFC 5764 §4.2, or the `srtpParameters` of a plain transport). Both derive their
//! session keys once: no MKI, no key derivation rate, no header extension encryption.
//!
//! ```text
//!  header ─┐                                       packet ─▶ which stream? ─▶ which index? ─▶ seen before?
//!  payload ┴▶ index of the SSRC ─▶ seal into out                 │ no                │ yes: refused
//!                                                            remember it ◀─ authentic? decrypt in place
//! ```
//!
//! Reading order: [`Suite`], `index` and `replay` (which packet is this, and was it seen), `derive`
//! (keys), `gcm` and `cm` (the two ways to seal, joined in `cipher`), then [`SrtpSender`] and
//! [`SrtpReceiver`].

#![forbid(unsafe_code)]

mod cipher;
mod cm;
mod derive;
mod gcm;
mod index;
mod packet;
mod receiver;
mod refusal;
mod replay;
mod sender;
mod streams;
mod suite;

pub use derive::KeyError;
pub use receiver::SrtpReceiver;
pub use refusal::{Refusal, Refusals};
pub use sender::{OUTBOUND_STREAMS_MAX, SrtpSender};
pub use streams::INBOUND_STREAMS_MAX;
pub use suite::Suite;
