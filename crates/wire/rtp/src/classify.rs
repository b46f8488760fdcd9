//! What a datagram is, by its first bytes (RFC 7983 §7, RFC 5761 §4).

/// The protocols that share a transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// RFC 8489.
    Stun,
    /// RFC 6347, 9147.
    Dtls,
    /// RFC 3550, or SRTP.
    Rtp,
    /// RFC 3550, or SRTCP.
    Rtcp,
}

/// The magic cookie of every STUN message (RFC 8489 §5).
const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

impl PacketKind {
    /// What arrives at a WebRTC transport; `None` if it is nothing of that.
    #[must_use]
    pub fn classify(data: &[u8]) -> Option<Self> {
        match data.first()? {
            0..=2 if data.len() >= 20 && data.get(4..8) == Some(&STUN_COOKIE) => Some(Self::Stun),
            20..=63 if data.len() >= 13 => Some(Self::Dtls),
            _ => Self::classify_media(data),
        }
    }

    /// What arrives where only RTP and RTCP are spoken.
    #[must_use]
    pub fn classify_media(data: &[u8]) -> Option<Self> {
        match data {
            // Payload types 64 to 95 with the marker set would look like RTCP, so nobody may use them.
            [128..=191, 192..=223, _, _, ..] => Some(Self::Rtcp),
            [128..=191, ..] if data.len() >= 12 => Some(Self::Rtp),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let mut stun = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        stun.resize(20, 0);

        assert_eq!(PacketKind::classify(&stun), Some(PacketKind::Stun));
        assert_eq!(PacketKind::classify(&[22; 13]), Some(PacketKind::Dtls));
        assert_eq!(
            PacketKind::classify(&[0x80, 200, 0, 0]),
            Some(PacketKind::Rtcp)
        );
        assert_eq!(PacketKind::classify(&[0x80; 12]), Some(PacketKind::Rtp));
    }

    #[test]
    fn what_is_too_short_or_foreign_is_nothing() {
        assert_eq!(PacketKind::classify(&[]), None);
        assert_eq!(PacketKind::classify(&[0; 20]), None);
        assert_eq!(PacketKind::classify(&[22; 12]), None);
        assert_eq!(PacketKind::classify(&[0x80, 96, 0]), None);
        assert_eq!(PacketKind::classify(&[64; 100]), None);
    }
}
