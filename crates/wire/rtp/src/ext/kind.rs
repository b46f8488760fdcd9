//! The header extensions that a router knows.

/// A header extension. The number is its canonical id: the one that routers offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Extension {
    /// Which media section (RFC 8843 §15).
    Mid = 1,
    /// Which encoding (RFC 8852 §4).
    Rid = 2,
    /// Which encoding a repair packet repairs (RFC 8852 §4).
    RepairedRid = 3,
    /// When the packet left, on the sender's clock.
    AbsSendTime = 4,
    /// Its number among all packets of the transport.
    TransportSeq = 5,
    /// How loud the audio in it is (RFC 6464).
    AudioLevel = 6,
    /// Which frames it depends on (AV1 RTP specification, appendix A).
    DependencyDescriptor = 7,
    /// How the picture is to be turned (3GPP TS 26.114 §7.4.5).
    VideoOrientation = 8,
    /// How much later than its timestamp it left (RFC 5450).
    TransmissionOffset = 9,
    /// When the frame was captured.
    AbsCaptureTime = 10,
    /// How long a player should wait.
    PlayoutDelay = 11,
    /// A number that stays the same across routers.
    PacketId = 12,
}

impl Extension {
    /// Every one, in the order of canonical ids.
    pub const ALL: [Self; 12] = [
        Self::Mid,
        Self::Rid,
        Self::RepairedRid,
        Self::AbsSendTime,
        Self::TransportSeq,
        Self::AudioLevel,
        Self::DependencyDescriptor,
        Self::VideoOrientation,
        Self::TransmissionOffset,
        Self::AbsCaptureTime,
        Self::PlayoutDelay,
        Self::PacketId,
    ];

    /// The id that routers offer, 1 to 12.
    #[must_use]
    pub const fn canonical_id(self) -> u8 {
        self as u8
    }

    /// The extension that routers offer under `id`.
    #[must_use]
    pub fn from_canonical_id(id: u8) -> Option<Self> {
        Self::ALL.get(usize::from(id).checked_sub(1)?).copied()
    }

    /// What it is called in negotiation.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::Rid => "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            Self::RepairedRid => "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            Self::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            Self::TransportSeq => {
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            }
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            Self::DependencyDescriptor => {
                "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
            }
            Self::VideoOrientation => "urn:3gpp:video-orientation",
            Self::TransmissionOffset => "urn:ietf:params:rtp-hdrext:toffset",
            Self::AbsCaptureTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
            Self::PlayoutDelay => "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
            Self::PacketId => "urn:mediasoup:params:rtp-hdrext:packet-id",
        }
    }

    /// The extension called `uri`.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.uri() == uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_uris_lead_back() {
        for kind in Extension::ALL {
            assert_eq!(
                Extension::from_canonical_id(kind.canonical_id()),
                Some(kind)
            );
            assert_eq!(Extension::from_uri(kind.uri()), Some(kind));
        }
        assert_eq!(Extension::from_canonical_id(0), None);
        assert_eq!(Extension::from_canonical_id(13), None);
    }
}
