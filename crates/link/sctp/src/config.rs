//! What an association is told when it is made.

use std::time::Duration;

/// Both ends of every association (RFC 8831 §5 leaves it open; everybody says 5000).
pub(crate) const PORT: u16 = 5000;

/// The largest packet: 1280 of an IPv6 path, less IPv6, UDP, TURN and a DTLS record.
pub(crate) const MTU: usize = 1191;

/// Streams announced in both directions: all of them (RFC 8831 §6.2).
pub(crate) const STREAMS: u16 = 65_535;

/// How long a state cookie is honoured (RFC 9260 §16).
pub(crate) const COOKIE_LIFETIME: Duration = Duration::from_secs(60);

/// First wait for an answer to INIT and COOKIE-ECHO; doubles (RFC 9260 §5.1, the figure is mediasoup's).
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(1);

/// INIT or COOKIE-ECHO sent again before giving up (RFC 9260 §16, Max.Init.Retransmits).
pub(crate) const HANDSHAKE_RETRANSMITS: u8 = 8;

/// Silences in a row before the peer counts as gone (RFC 9260 §16, Association.Max.Retrans).
pub(crate) const ERRORS_MAX: u8 = 10;

/// The sizes and limits of one association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The largest message [`Association::send`](crate::Association::send) takes.
    pub send_message_size_max: usize,
    /// The largest message that is delivered; a larger one is counted and dropped.
    pub receive_message_size_max: usize,
    /// Bytes that may wait to be sent, over all streams.
    pub send_buffer_size: usize,
    /// Bytes that may wait to be sent on one stream.
    pub stream_send_buffer_size: usize,
    /// Bytes of unfinished or unordered messages kept for the peer; raised to hold one message.
    pub receive_window: u32,
    /// The threshold of `BufferedAmountLow` of a stream until it is set.
    pub buffered_amount_low_threshold: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            send_message_size_max: 262_144,
            receive_message_size_max: 262_144,
            send_buffer_size: 2_000_000,
            stream_send_buffer_size: 2_000_000,
            receive_window: 5_242_880,
            buffered_amount_low_threshold: 1024,
        }
    }
}
