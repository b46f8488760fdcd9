//! Packets on the wire (RFC 9260 §3): reading, writing, the chunks' contents.

mod chunk;
mod kind;
mod read;
mod reconfig;
mod write;

pub(crate) use chunk::{Data, ForwardTsn, Init, InitParams, Sack, data_flags};
pub(crate) use kind::{Kind, Unknown};
pub use read::is_packet;
pub(crate) use read::{Chunk, Packet, parameters};
pub(crate) use reconfig::{Reconfig, ResetRequest, outcome, write_request, write_response};
pub(crate) use write::{Header, PacketWriter, padded, parameter};
