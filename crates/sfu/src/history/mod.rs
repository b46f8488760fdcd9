//! The packets of one stream, stored once and never changed.
//!
//! Producers write, consumers read: for the first copy, and again when a NACK comes. A packet is
//! named by its stream and its unwrapped input sequence number, never by a pointer.

mod bytes;
mod ring;
mod stored;

pub use ring::{History, Limits};
pub use stored::{ExtensionElements, MediaClock, PacketFacts, StoredPacket};
