//! The session keys of one direction, for RTP or for RTCP, whichever the suite.

use crate::cm::Cm;
use crate::derive::{KeyError, MasterKey, Usage};
use crate::gcm::Gcm;
use crate::packet::PacketId;
use crate::refusal::Refusal;
use crate::suite::Suite;

/// Seals and opens packets whose index is known. Knows nothing of streams.
pub(crate) enum Cipher {
    Gcm(Gcm),
    /// Boxed: hash states and two key schedules, 1.7 KiB that a transport with GCM should not carry.
    Cm(Box<Cm>),
}

impl Cipher {
    pub(crate) fn new(master: &MasterKey, usage: Usage) -> Result<Self, KeyError> {
        Ok(match master.suite() {
            Suite::AeadAes128Gcm | Suite::AeadAes256Gcm => Self::Gcm(Gcm::new(master, usage)?),
            Suite::AesCm128HmacSha1_80 | Suite::AesCm128HmacSha1_32 => {
                Self::Cm(Box::new(Cm::new(master, usage)?))
            }
        })
    }

    pub(crate) fn seal_rtp(
        &self,
        id: PacketId,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        match self {
            Self::Gcm(gcm) => gcm.seal_rtp(id, out, header_len, payload),
            Self::Cm(cm) => cm.seal_rtp(id, out, header_len, payload),
        }
    }

    pub(crate) fn seal_rtcp(&self, id: PacketId, packet: &mut [u8], len: usize) -> Option<usize> {
        match self {
            Self::Gcm(gcm) => gcm.seal_rtcp(id, packet, len),
            Self::Cm(cm) => cm.seal_rtcp(id, packet, len),
        }
    }

    pub(crate) fn open_rtp(
        &self,
        id: PacketId,
        packet: &mut [u8],
        header_len: usize,
    ) -> Result<usize, Refusal> {
        match self {
            Self::Gcm(gcm) => gcm.open_rtp(id, packet, header_len),
            Self::Cm(cm) => cm.open_rtp(id, packet, header_len),
        }
    }

    pub(crate) fn open_rtcp(&self, id: PacketId, packet: &mut [u8]) -> Result<usize, Refusal> {
        match self {
            Self::Gcm(gcm) => gcm.open_rtcp(id, packet),
            Self::Cm(cm) => cm.open_rtcp(id, packet),
        }
    }

    /// Where E and the index stand depends on the suite.
    pub(crate) fn rtcp_index_word(&self, packet: &[u8]) -> Option<[u8; 4]> {
        match self {
            Self::Gcm(_) => Gcm::rtcp_index_word(packet),
            Self::Cm(cm) => cm.rtcp_index_word(packet),
        }
    }
}
