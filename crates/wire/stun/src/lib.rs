//! STUN messages as ICE uses them (RFC 8489, 8445).
//!
//! [`Message`] borrows from the datagram and has checked it: lengths, duplicates, order, fingerprint.
//! [`MessageWriter`] builds answers (and, for clients in tests and simulations, requests).
//! [`IntegrityKey`] is a password prepared once, to sign and verify many messages.

#![forbid(unsafe_code)]

mod address;
mod attribute;
mod header;
mod integrity;
mod message;
mod write;

pub use attribute::ErrorCode;
pub use header::{Class, TransactionId};
pub use integrity::IntegrityKey;
pub use message::{Malformed, Message};
pub use write::MessageWriter;
