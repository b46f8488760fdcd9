//! STUN messages as ICE uses them (RFC 8489, 8445).
//!
//! [`Message`] borrows from the datagram and has checked it: lengths, duplicates, order, fingerprint.
//! [`MessageWriter`] builds answers (and, for clients in tests and simulations, requests).

#![forbid(unsafe_code)]

mod attribute;
mod integrity;
mod message;
mod write;

pub use attribute::ErrorCode;
pub use integrity::IntegrityKey;
pub use message::{Class, Malformed, Message, TransactionId};
pub use write::MessageWriter;
