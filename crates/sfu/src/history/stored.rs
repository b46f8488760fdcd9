//! A packet as it is kept: what was learnt of it on arrival, its travelling extensions, its payload.

use payload::PayloadInfo;
use rtp::{Extension, PayloadType};
use units::{Instant, NtpTime, RtpTimestamp};

/// What is known of a packet besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct PacketFacts {
    /// On the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// The RTP marker.
    pub marker: bool,
    /// In the router's numbers.
    pub payload_type: PayloadType,
    /// When it arrived.
    pub received_at: Instant,
    /// What the payload says of itself.
    pub info: PayloadInfo,
}

/// A packet in a history.
#[derive(Clone, Copy, Debug)]
pub struct StoredPacket<'a> {
    /// Its unwrapped input sequence number.
    pub seq: u64,
    /// What is known of it.
    pub facts: PacketFacts,
    /// Extensions that travel on: canonical id, length, value; one behind the other.
    pub extensions: &'a [u8],
    /// The payload without padding; empty if the packet was nothing but padding.
    pub payload: &'a [u8],
}

impl<'a> StoredPacket<'a> {
    /// The extensions that travel on.
    #[must_use]
    pub fn extension_elements(&self) -> ExtensionElements<'a> {
        ExtensionElements(self.extensions)
    }
}

/// Walks the extensions of a stored packet.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionElements<'a>(&'a [u8]);

impl<'a> Iterator for ExtensionElements<'a> {
    type Item = (Extension, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [id, len, rest @ ..] = self.0 else {
            return None;
        };
        let (value, rest) = rest.split_at_checked(usize::from(*len))?;
        self.0 = rest;
        Some((Extension::from_canonical_id(*id)?, value))
    }
}

/// Where a stream's media clock stands: this timestamp was captured (or, not knowing better, arrived)
/// at this moment of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaClock {
    /// On the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// On our wall clock.
    pub at: NtpTime,
    /// Whether that is the moment of capture.
    pub captured: bool,
    /// When the newest packet arrived.
    pub received_at: Instant,
}
