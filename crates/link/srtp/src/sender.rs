//! The sending half: which index a packet has, and sealing it.

use std::fmt;

use rtp::Ssrc;
use rustc_hash::FxHashMap;

use crate::cipher::Cipher;
use crate::derive::{KeyError, MasterKey, Usage};
use crate::index::{Position, RTCP_INDEX_MAX, nearest};
use crate::packet::{PacketId, RtpHeader, rtcp_ssrc};
use crate::suite::Suite;

/// Outbound SSRCs at once. Our own consumers choose them, so this is a bound on a bug, not on load. When full, packets of
/// further SSRCs are not sealed (`None`): forgetting a live stream would use its indices, and so nonces, twice.
pub const OUTBOUND_STREAMS_MAX: usize = 65_536;

/// Protects what one transport sends.
///
/// The same sequence number may be sent again (a retransmission without RTX), if header, payload and so every byte is
/// the same: **sealing two different packets under one index breaks GCM**, even if only a header extension differs.
/// For the same reason an SSRC that was forgotten must not come back under these keys.
pub struct SrtpSender {
    suite: Suite,
    rtp: Cipher,
    rtcp: Cipher,
    /// The highest index sent of each SSRC.
    highest: FxHashMap<u32, u64>,
    /// One for all SSRCs: each still sees it rise (all that RFC 3711 §3.4 needs), and to forget an SSRC cannot
    /// bring an index back.
    rtcp_index_next: u32,
}

impl SrtpSender {
    /// Derives the session keys from the master key and the master salt behind it.
    ///
    /// # Errors
    /// When `key_and_salt` has not [`Suite::master_len`] bytes.
    pub fn new(suite: Suite, key_and_salt: &[u8]) -> Result<Self, KeyError> {
        let master = MasterKey::new(suite, key_and_salt)?;
        Ok(Self {
            suite,
            rtp: Cipher::new(&master, Usage::Rtp)?,
            rtcp: Cipher::new(&master, Usage::Rtcp)?,
            highest: FxHashMap::default(),
            rtcp_index_next: 0,
        })
    }

    /// The suite in use.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Writes the encrypted `payload` and the tag behind the finished RTP header `out[..header_len]`,
    /// and gives the length of the whole packet.
    ///
    /// `None`, and nothing remembered, when `out` is too short ([`Suite::rtp_overhead`]), when there is no
    /// RTP header of that length in it, when the packet is older than the first one of its SSRC, or when the table or the
    /// key is exhausted. `out` behind the header is then to be discarded.
    #[must_use]
    pub fn protect_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: &[u8],
    ) -> Option<usize> {
        self.protect_rtp_parts(out, header_len, [payload, &[]])
    }

    /// As [`Self::protect_rtp`], with a payload in two pieces: what RTX puts before the media (RFC 4588 §4), then the media.
    #[must_use]
    pub fn protect_rtp_parts(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        let header = RtpHeader::parse(out.get(..header_len)?)?;
        if header.len != header_len {
            return None;
        }
        let ssrc = header.ssrc;
        // One look-up a packet: this is the forwarding path.
        let Some(highest) = self.highest.get_mut(&ssrc) else {
            return self.protect_first(out, header, payload);
        };
        let index = match nearest(*highest, header.seq) {
            Position::At(index) => index,
            // There is no rollover counter -1 to seal it with, and to take it for a leap ahead would
            // lose the receivers that miss it.
            Position::BeforeStart | Position::Spent => return None,
        };
        let id = PacketId { ssrc, index };
        let len = self.rtp.seal_rtp(id, out, header_len, payload)?;
        *highest = index.max(*highest);
        Some(len)
    }

    /// Seals the first packet of an SSRC, and remembers it.
    fn protect_first(
        &mut self,
        out: &mut [u8],
        header: RtpHeader,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        if self.highest.len() >= OUTBOUND_STREAMS_MAX {
            return None;
        }
        let (ssrc, index) = (header.ssrc, u64::from(header.seq));
        let id = PacketId { ssrc, index };
        let len = self.rtp.seal_rtp(id, out, header.len, payload)?;
        self.highest.insert(ssrc, index);
        Some(len)
    }

    /// Encrypts the RTCP packet `packet[..len]`, alone or compound, in place; appends index and tag
    /// ([`Suite::rtcp_overhead`]) and gives the length of it all.
    ///
    /// `None` when `packet` has no room for that, when there is no RTCP in it, or after 2³¹ packets.
    #[must_use]
    pub fn protect_rtcp(&mut self, packet: &mut [u8], len: usize) -> Option<usize> {
        let ssrc = rtcp_ssrc(packet.get(..len)?)?;
        if self.rtcp_index_next > RTCP_INDEX_MAX {
            return None;
        }
        let id = PacketId {
            ssrc,
            index: u64::from(self.rtcp_index_next),
        };
        let sealed_len = self.rtcp.seal_rtcp(id, packet, len)?;
        self.rtcp_index_next += 1;
        Some(sealed_len)
    }

    /// Frees what is remembered of an SSRC that is gone for good.
    pub fn forget(&mut self, ssrc: Ssrc) {
        self.highest.remove(&ssrc.0);
    }

    /// SSRCs remembered.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.highest.len()
    }
}

impl fmt::Debug for SrtpSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrtpSender")
            .field("suite", &self.suite)
            .field("streams", &self.highest.len())
            .field("rtcp_index_next", &self.rtcp_index_next)
            .finish_non_exhaustive()
    }
}
