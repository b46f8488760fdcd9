//! What a transport hands to the engine.

use ice::Tuple;

/// What a datagram was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// The transport's own business, or nobody's.
    Nothing,
    /// An RTP packet, in the clear at the front of the buffer, this long.
    Rtp(usize),
    /// An RTCP packet, likewise.
    Rtcp(usize),
    /// What may be an SCTP packet, likewise; only where it is not inside DTLS.
    Sctp(usize),
}

/// What happened to a transport.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The API is told.
    Notify(control::TransportEvent),
    /// Packets can go.
    Connected,
    /// No longer.
    Disconnected,
    /// What comes this way is its.
    TupleAdded(Tuple),
    /// No longer.
    TupleRemoved(Tuple),
    /// A message came.
    Message(sctp::Message),
    /// The peer closed these streams of its, or all.
    StreamsReset(Option<Vec<u16>>),
    /// On this stream of ours no more than its threshold waits: so many bytes.
    BufferedAmountLow(u16, u32),
    /// Requests with this fragment are its.
    UfragAdded(String),
    /// No longer.
    UfragRemoved(String),
}
