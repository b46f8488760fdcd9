//! AES-GCM for SRTP and SRTCP (RFC 7714).
//!
//! ```text
//!  RTP    header (authenticated) │ payload (encrypted) │ tag
//!  RTCP   first 8 bytes (authenticated) │ rest (encrypted) │ tag │ E, index (authenticated)
//! ```

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::derive::{KeyError, MasterKey, Purpose, Usage};
use crate::packet::{PacketId, RTCP_CLEAR_LEN, xor};
use crate::refusal::Refusal;
use crate::suite::Suite;

const TAG_LEN: usize = 16;
const NONCE_LEN: usize = 12;

/// One session key and its salt.
pub(crate) struct Gcm {
    key: LessSafeKey,
    salt: [u8; NONCE_LEN],
}

impl Gcm {
    pub(crate) fn new(master: &MasterKey, usage: Usage) -> Result<Self, KeyError> {
        let key = match master.suite() {
            Suite::AeadAes256Gcm => {
                let key: [u8; 32] = master.derive(usage, Purpose::Encryption)?;
                UnboundKey::new(&AES_256_GCM, &key)?
            }
            _ => {
                let key: [u8; 16] = master.derive(usage, Purpose::Encryption)?;
                UnboundKey::new(&AES_128_GCM, &key)?
            }
        };
        Ok(Self {
            key: LessSafeKey::new(key),
            salt: master.derive(usage, Purpose::Salt)?,
        })
    }

    /// Writes payload and tag behind the header in `out`; gives the length of it all.
    pub(crate) fn seal_rtp(
        &self,
        id: PacketId,
        out: &mut [u8],
        header_len: usize,
        [first, second]: [&[u8]; 2],
    ) -> Option<usize> {
        let end = header_len + first.len() + second.len() + TAG_LEN;
        let (header, body) = out.get_mut(..end)?.split_at_mut_checked(header_len)?;
        // Out of place spares a copy: 210 ns instead of 232 for 1200 bytes.
        let (first_out, second_out_and_tag) = body.split_at_mut_checked(first.len())?;
        self.key
            .seal_out_of_place_scatter(
                self.nonce(id),
                Aad::from(&*header),
                first,
                first_out,
                second,
                second_out_and_tag,
            )
            .ok()?;
        Some(end)
    }

    /// Encrypts what follows the first 8 of `len` bytes, in place, and appends tag and index.
    pub(crate) fn seal_rtcp(&self, id: PacketId, packet: &mut [u8], len: usize) -> Option<usize> {
        let index_word = id.rtcp_index_word();
        let end = len + TAG_LEN + index_word.len();
        let (clear, body) = packet
            .get_mut(..end)?
            .split_at_mut_checked(RTCP_CLEAR_LEN)?;
        let (text, trailer) = body.split_at_mut_checked(len.checked_sub(RTCP_CLEAR_LEN)?)?;
        let aad = rtcp_aad(clear, index_word);
        let tag = self
            .key
            .seal_in_place_separate_tag(self.nonce(id), Aad::from(aad), text)
            .ok()?;
        trailer[..TAG_LEN].copy_from_slice(tag.as_ref());
        trailer[TAG_LEN..].copy_from_slice(&index_word);
        Some(end)
    }

    /// Decrypts in place; gives the length without the tag.
    pub(crate) fn open_rtp(
        &self,
        id: PacketId,
        packet: &mut [u8],
        header_len: usize,
    ) -> Result<usize, Refusal> {
        let (header, body) = packet
            .split_at_mut_checked(header_len)
            .ok_or(Refusal::Malformed)?;
        let text_len = self.open(id, Aad::from(&*header), body)?;
        Ok(header_len + text_len)
    }

    /// The word with E and the index: the end of the packet (RFC 7714 §9.4).
    pub(crate) fn rtcp_index_word(packet: &[u8]) -> Option<[u8; 4]> {
        packet.last_chunk().copied()
    }

    /// Decrypts in place; gives the length without tag and index.
    pub(crate) fn open_rtcp(&self, id: PacketId, packet: &mut [u8]) -> Result<usize, Refusal> {
        let (packet, index_word) = packet.split_last_chunk_mut().ok_or(Refusal::Malformed)?;
        let (clear, body) = packet
            .split_at_mut_checked(RTCP_CLEAR_LEN)
            .ok_or(Refusal::Malformed)?;
        let text_len = self.open(id, Aad::from(rtcp_aad(clear, *index_word)), body)?;
        Ok(RTCP_CLEAR_LEN + text_len)
    }

    /// The library compares the tag in constant time.
    fn open<A: AsRef<[u8]>>(
        &self,
        id: PacketId,
        aad: Aad<A>,
        body: &mut [u8],
    ) -> Result<usize, Refusal> {
        let (text, tag) = body
            .split_last_chunk_mut::<TAG_LEN>()
            .ok_or(Refusal::Malformed)?;
        self.key
            .open_in_place_separate_tag(self.nonce(id), aad, tag, text)
            .map_err(|_| Refusal::Forged)?;
        Ok(text.len())
    }

    /// Two zero bytes, SSRC, 48 bit index, all XOR the salt (RFC 7714 §8.1). §9.1 for RTCP puts two zero bytes
    /// between the SSRC and an index of 32 bits, which is the same.
    fn nonce(&self, id: PacketId) -> Nonce {
        let mut nonce = self.salt;
        xor(&mut nonce[2..6], &id.ssrc.to_be_bytes());
        xor(&mut nonce[6..], &id.index.to_be_bytes()[2..]);
        Nonce::assume_unique_for_key(nonce)
    }
}

/// RFC 7714 §9.2: the clear part of the packet, then the word that stands behind its tag.
fn rtcp_aad(clear: &[u8], index_word: [u8; 4]) -> [u8; RTCP_CLEAR_LEN + 4] {
    let mut aad = [0; RTCP_CLEAR_LEN + 4];
    aad[..RTCP_CLEAR_LEN].copy_from_slice(clear);
    aad[RTCP_CLEAR_LEN..].copy_from_slice(&index_word);
    aad
}
