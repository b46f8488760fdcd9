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
    /// Requests with this fragment are its.
    UfragAdded(String),
    /// No longer.
    UfragRemoved(String),
}
