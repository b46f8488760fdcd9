//! Messages: what they carry and how hard they are tried.

use std::sync::Arc;
use std::time::Duration;

/// What a message is (the payload protocol identifier, RFC 8831 §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ppid(pub u32);

impl Ppid {
    /// The data channel establishment protocol (RFC 8832).
    pub const DCEP: Self = Self(50);
    /// Text.
    pub const STRING: Self = Self(51);
    /// Bytes.
    pub const BINARY: Self = Self(53);
    /// No text: SCTP cannot carry an empty message, so one byte stands for it.
    pub const STRING_EMPTY: Self = Self(56);
    /// No bytes, likewise.
    pub const BINARY_EMPTY: Self = Self(57);

    /// What an empty message of this kind is called on the wire (RFC 8831 §6.6).
    pub(crate) fn when_empty(self) -> Self {
        match self {
            Self::STRING | Self::STRING_EMPTY => Self::STRING_EMPTY,
            _ => Self::BINARY_EMPTY,
        }
    }
}

/// A message that arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The stream it came on.
    pub stream: u16,
    /// What it is.
    pub ppid: Ppid,
    /// Its bytes, shared by all who forward it.
    pub data: Arc<[u8]>,
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The stream to send it on.
    pub stream: u16,
    /// What it is. An empty message is sent as one zero byte under 56 or 57.
    pub ppid: Ppid,
    /// Its bytes; only counted references are kept until the peer has them.
    pub data: Arc<[u8]>,
    /// How hard to try.
    pub reliability: Reliability,
}

/// How hard a message is tried. Without limits it is tried until it arrives, ordered or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reliability {
    /// Delivered only after all earlier ordered messages of its stream.
    pub ordered: bool,
    /// Given up this long after `send` (RFC 3758 §4.1).
    pub packet_life_time_max: Option<Duration>,
    /// Given up after so many retransmissions of any part (RFC 7496 §3.1); zero: sent once.
    pub retransmits_max: Option<u16>,
}

impl Reliability {
    /// Ordered, until it arrives.
    pub const ORDERED: Self = Self {
        ordered: true,
        packet_life_time_max: None,
        retransmits_max: None,
    };

    /// In any order, until it arrives.
    pub const UNORDERED: Self = Self {
        ordered: false,
        ..Self::ORDERED
    };
}
