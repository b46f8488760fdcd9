//! The little of RTP and RTCP that SRTP must read: it stands in the clear, and is not yet to be trusted.

const RTP_HEADER_MIN: usize = 12;

/// What SRTCP leaves unencrypted: the first header and the SSRC of the sender (RFC 3711 §3.4).
pub(crate) const RTCP_CLEAR_LEN: usize = 8;

/// The E bit of the SRTCP index word: "encrypted".
const RTCP_ENCRYPTED: u32 = 1 << 31;

/// What names a packet within a key: the stream and its index in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PacketId {
    pub(crate) ssrc: u32,
    pub(crate) index: u64,
}

impl PacketId {
    /// E and the index as they go behind an SRTCP packet.
    pub(crate) fn rtcp_index_word(self) -> [u8; 4] {
        (self.index as u32 | RTCP_ENCRYPTED).to_be_bytes()
    }
}

/// The index in the word behind an SRTCP packet; `None` when its E bit says "not encrypted".
pub(crate) fn rtcp_index(word: [u8; 4]) -> Option<u64> {
    let word = u32::from_be_bytes(word);
    (word & RTCP_ENCRYPTED != 0).then_some(u64::from(word & !RTCP_ENCRYPTED))
}

/// The clear part of an RTP packet (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RtpHeader {
    pub(crate) ssrc: u32,
    pub(crate) seq: u16,
    /// With CSRCs and header extension: RFC 3711 §3.1 authenticates all of it and encrypts what follows.
    pub(crate) len: usize,
}

impl RtpHeader {
    /// Reads the header of a packet, `None` when it is none or ends early.
    pub(crate) fn parse(packet: &[u8]) -> Option<Self> {
        let fixed: &[u8; RTP_HEADER_MIN] = packet.first_chunk()?;
        if !is_version_2(fixed[0]) {
            return None;
        }
        let csrc_count = usize::from(fixed[0] & 0x0f);
        let has_extension = fixed[0] & 0x10 != 0;
        let mut len = RTP_HEADER_MIN + 4 * csrc_count;
        if has_extension {
            let extension: &[u8; 4] = packet.get(len..)?.first_chunk()?;
            len += 4 + 4 * usize::from(u16::from_be_bytes([extension[2], extension[3]]));
        }
        (len <= packet.len()).then_some(Self {
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            seq: u16::from_be_bytes([fixed[2], fixed[3]]),
            len,
        })
    }
}

/// The SSRC of the sender of an RTCP packet; `None` when it is none.
pub(crate) fn rtcp_ssrc(packet: &[u8]) -> Option<u32> {
    let fixed: &[u8; RTCP_CLEAR_LEN] = packet.first_chunk()?;
    is_version_2(fixed[0]).then(|| u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]))
}

/// XORs `bytes` into `target`; both are equally long.
pub(crate) fn xor(target: &mut [u8], bytes: &[u8]) {
    for (target, byte) in target.iter_mut().zip(bytes) {
        *target ^= byte;
    }
}

fn is_version_2(first_byte: u8) -> bool {
    first_byte >> 6 == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csrcs_and_the_extension_belong_to_the_header() {
        let mut packet = vec![0x92, 96, 0, 7, 0, 0, 0, 0, 0xca, 0xfe, 0xba, 0xbe];
        packet.extend([0; 8]);
        packet.extend([0xbe, 0xde, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);

        let header = RtpHeader {
            ssrc: 0xcafe_babe,
            seq: 7,
            len: 32,
        };
        assert_eq!(RtpHeader::parse(&packet), Some(header));
        assert_eq!(RtpHeader::parse(&packet[..31]), None);
        assert_eq!(RtpHeader::parse(&packet[..23]), None);
        assert_eq!(RtpHeader::parse(&packet[..11]), None);
    }
}
