//! What an association tells.

use std::fmt;

use crate::message::Message;

/// Something the application should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The association stands; told again if the peer starts anew (RFC 9260 §5.2.4 A).
    Connected(Negotiated),
    /// The association is over; nothing but an ABORT leaves any more.
    Closed(CloseReason),
    /// A message has arrived.
    Message(Message),
    /// The peer starts these of its streams anew: it closed their channels (RFC 8831 §6.7).
    IncomingStreamsReset(Vec<u16>),
    /// The peer starts all its streams anew.
    IncomingAllReset,
    /// Our reset of a stream is over.
    OutgoingStreamReset {
        /// Which stream.
        stream: u16,
        /// Whether the peer did as asked; if not, the stream goes on where it was.
        performed: bool,
    },
    /// What waits to be sent on a stream has fallen to its threshold.
    BufferedAmountLow {
        /// Which stream.
        stream: u16,
        /// How much still waits.
        amount: usize,
    },
}

/// What both sides can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Streams we may send on.
    pub streams_out: u16,
    /// Streams the peer may send on.
    pub streams_in: u16,
    /// Messages may be given up (RFC 3758).
    pub partial_reliability: bool,
    /// Streams may be reset (RFC 6525).
    pub reconfig: bool,
}

/// Why an association ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The handshake was not answered, or refused.
    HandshakeFailed,
    /// The peer no longer answers.
    Unreachable,
    /// The peer aborted.
    PeerAborted,
    /// The peer shut the association down.
    PeerShutdown,
    /// The peer broke the protocol, or wants more memory than it was offered.
    PeerViolation,
    /// We aborted.
    Aborted,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendRefusal {
    /// Larger than [`Config::send_message_size_max`](crate::Config::send_message_size_max).
    MessageTooLarge,
    /// The queue of the stream, or of all streams, has no room for it.
    BufferFull,
    /// The peer takes no such stream.
    NoSuchStream,
    /// The association is over.
    Closed,
}

impl fmt::Display for SendRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MessageTooLarge => "message larger than the largest that may be sent",
            Self::BufferFull => "send buffer full",
            Self::NoSuchStream => "stream id beyond what the peer takes",
            Self::Closed => "SCTP association closed",
        })
    }
}

impl std::error::Error for SendRefusal {}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets that belonged to this association.
    pub packets_received: u64,
    /// Packets written.
    pub packets_sent: u64,
    /// Packets dropped: too short, wrong checksum, wrong ports.
    pub packets_malformed: u64,
    /// Packets dropped: a verification tag that is not ours, or no place in the handshake.
    pub packets_foreign: u64,
    /// Chunks dropped: unreadable, unexpected or beyond a limit.
    pub chunks_refused: u64,
    /// Messages dropped for being larger than allowed.
    pub messages_oversized: u64,
    /// Chunks sent more than once.
    pub retransmissions: u64,
    /// Messages given up.
    pub messages_abandoned: u64,
}
