//! RTP and RTCP packets: bytes to types and back.
//!
//! Parsing borrows and copies nothing; writing goes straight into the caller's buffer. Any bytes give
//! a value or a typed refusal, never a panic. RFC 3550 (RTP, RTCP), 8285 (header extensions), 4588
//! (RTX), 4585 and 5104 (feedback), 3611 (extended reports), 7983 and 5761 (what a datagram is).

#![forbid(unsafe_code)]

mod classify;
mod ext;
mod ids;
mod packet;
pub mod rtcp;
mod rtx;
mod seq;
mod write;

pub use classify::PacketKind;
pub use ext::{
    AbsCaptureTime, AbsSendTime, AudioLevel, Extension, ExtensionMap, PlayoutDelay,
    VideoOrientation,
};
pub use ids::{Mid, PayloadType, Rid, Ssrc};
pub use packet::{Extensions, Malformed, RtpPacket};
pub use rtx::{RTX_PREFIX, original_seq};
pub use seq::{SeqNumber, SeqUnwrapper};
pub use write::{FixedHeader, HeaderWriter};
