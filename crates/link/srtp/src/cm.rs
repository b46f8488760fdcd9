//! AES in counter mode with HMAC-SHA1, for SRTP and SRTCP (RFC 3711 §4.1.1, §4.2.1).
//!
//! ```text
//!  RTP    header │ payload (encrypted) │ tag over all before it and the rollover counter
//!  RTCP   first 8 bytes │ rest (encrypted) │ E, index │ tag over all before it
//! ```

use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;

use crate::derive::{KeyError, MasterKey, Purpose, Usage};
use crate::index::rollover_counter;
use crate::packet::{PacketId, RTCP_CLEAR_LEN, xor};
use crate::refusal::Refusal;

const RTCP_INDEX_LEN: usize = 4;

/// One session encryption key, its salt, and one session authentication key.
pub(crate) struct Cm {
    cipher: EncryptingKey,
    /// Holds the hash state after the key, so that a packet does not pay for it.
    mac: hmac::Key,
    salt: [u8; 14],
    tag_len: usize,
}

impl Cm {
    pub(crate) fn new(master: &MasterKey, usage: Usage) -> Result<Self, KeyError> {
        let encryption: [u8; 16] = master.derive(usage, Purpose::Encryption)?;
        let authentication: [u8; 20] = master.derive(usage, Purpose::Authentication)?;
        Ok(Self {
            cipher: EncryptingKey::ctr(UnboundCipherKey::new(&AES_128, &encryption)?)?,
            mac: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &authentication),
            salt: master.derive(usage, Purpose::Salt)?,
            tag_len: match usage {
                Usage::Rtp => master.suite().rtp_tag_len(),
                Usage::Rtcp => master.suite().rtcp_tag_len(),
            },
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
        let text_len = first.len() + second.len();
        let out = out.get_mut(..header_len + text_len + self.tag_len)?;
        let (packet, tag_out) = out.split_at_mut_checked(header_len + text_len)?;
        let text = packet.get_mut(header_len..)?;
        text[..first.len()].copy_from_slice(first);
        text[first.len()..].copy_from_slice(second);
        self.apply_keystream(id, text)?;
        let tag = self.tag([packet, &rollover_counter(id.index).to_be_bytes()]);
        tag_out.copy_from_slice(tag.as_ref().get(..self.tag_len)?);
        Some(out.len())
    }

    /// Encrypts what follows the first 8 of `len` bytes, in place, and appends index and tag.
    pub(crate) fn seal_rtcp(&self, id: PacketId, packet: &mut [u8], len: usize) -> Option<usize> {
        let index_word = id.rtcp_index_word();
        let authenticated_len = len + index_word.len();
        let packet = packet.get_mut(..authenticated_len + self.tag_len)?;
        let (authenticated, tag_out) = packet.split_at_mut_checked(authenticated_len)?;
        self.apply_keystream(id, authenticated.get_mut(RTCP_CLEAR_LEN..len)?)?;
        authenticated[len..].copy_from_slice(&index_word);
        let tag = self.tag([authenticated, &[]]);
        tag_out.copy_from_slice(tag.as_ref().get(..self.tag_len)?);
        Some(packet.len())
    }

    /// Decrypts in place; gives the length without the tag.
    pub(crate) fn open_rtp(
        &self,
        id: PacketId,
        packet: &mut [u8],
        header_len: usize,
    ) -> Result<usize, Refusal> {
        let (authenticated, tag) = self.split_tag(packet)?;
        if authenticated.len() < header_len {
            return Err(Refusal::Malformed);
        }
        self.verify(
            [authenticated, &rollover_counter(id.index).to_be_bytes()],
            tag,
        )?;
        self.decrypt(id, &mut authenticated[header_len..])?;
        Ok(authenticated.len())
    }

    /// The word with E and the index: it stands before the tag (RFC 3711 §3.4).
    pub(crate) fn rtcp_index_word(&self, packet: &[u8]) -> Option<[u8; 4]> {
        let authenticated_len = packet.len().checked_sub(self.tag_len)?;
        packet.get(..authenticated_len)?.last_chunk().copied()
    }

    /// Decrypts in place; gives the length without index and tag.
    pub(crate) fn open_rtcp(&self, id: PacketId, packet: &mut [u8]) -> Result<usize, Refusal> {
        let (authenticated, tag) = self.split_tag(packet)?;
        if authenticated.len() < RTCP_CLEAR_LEN + RTCP_INDEX_LEN {
            return Err(Refusal::Malformed);
        }
        self.verify([authenticated, &[]], tag)?;
        let len = authenticated.len() - RTCP_INDEX_LEN;
        self.decrypt(id, &mut authenticated[RTCP_CLEAR_LEN..len])?;
        Ok(len)
    }

    fn split_tag<'a>(&self, packet: &'a mut [u8]) -> Result<(&'a mut [u8], &'a [u8]), Refusal> {
        let authenticated_len = packet.len().checked_sub(self.tag_len);
        let (authenticated, tag) =
            packet.split_at_mut(authenticated_len.ok_or(Refusal::Malformed)?);
        Ok((authenticated, tag))
    }

    fn verify(&self, parts: [&[u8]; 2], tag: &[u8]) -> Result<(), Refusal> {
        let expected = self.tag(parts);
        // In constant time; the cut to `tag_len` is RFC 2104 §5.
        verify_slices_are_equal(&expected.as_ref()[..self.tag_len], tag)
            .map_err(|_| Refusal::Forged)
    }

    fn tag(&self, parts: [&[u8]; 2]) -> hmac::Tag {
        let mut mac = hmac::Context::with_key(&self.mac);
        for part in parts {
            mac.update(part);
        }
        mac.sign()
    }

    fn decrypt(&self, id: PacketId, text: &mut [u8]) -> Result<(), Refusal> {
        // Counter mode fails only on a context that is not of its kind, which ours is.
        self.apply_keystream(id, text).ok_or(Refusal::Forged)
    }

    fn apply_keystream(&self, id: PacketId, text: &mut [u8]) -> Option<()> {
        let iv = EncryptionContext::Iv128(FixedLength::from(&self.iv(id)));
        self.cipher.less_safe_encrypt(text, iv).ok().map(drop)
    }

    /// RFC 3711 §4.1.1: (salt × 2¹⁶) XOR (SSRC × 2⁶⁴) XOR (index × 2¹⁶). The lowest 16 bits count blocks: enough
    /// for 1 MiB, and no packet is that long.
    fn iv(&self, id: PacketId) -> [u8; 16] {
        let mut iv = [0; 16];
        iv[..14].copy_from_slice(&self.salt);
        xor(&mut iv[4..8], &id.ssrc.to_be_bytes());
        xor(&mut iv[8..14], &id.index.to_be_bytes()[2..]);
        iv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3711 appendix B.2: blocks 0, 1 and 65279..65281 of a keystream.
    #[test]
    fn the_keystream_of_the_rfc_comes_out() {
        let key = [
            0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf,
            0x4f, 0x3c,
        ];
        let cm = Cm {
            cipher: EncryptingKey::ctr(UnboundCipherKey::new(&AES_128, &key).unwrap()).unwrap(),
            mac: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &[0; 20]),
            salt: [
                0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd,
            ],
            tag_len: 10,
        };
        let mut keystream = vec![0; 65_282 * 16];

        cm.apply_keystream(PacketId { ssrc: 0, index: 0 }, &mut keystream)
            .unwrap();

        let block =
            |number: usize| u128::from_be_bytes(*keystream[number * 16..].first_chunk().unwrap());
        assert_eq!(block(0), 0xe03e_ad09_35c9_5e80_e166_b16d_d92b_4eb4);
        assert_eq!(block(1), 0xd235_1316_2b02_d0f7_2a43_a2fe_4a5f_97ab);
        assert_eq!(block(65_279), 0xec8c_df73_9860_7cb0_f2d2_1675_ea9e_a1e4);
        assert_eq!(block(65_280), 0x362b_7c3c_6773_5163_18a0_77d7_fc50_73ae);
        assert_eq!(block(65_281), 0x6a2c_c378_7889_374f_beb4_c81b_17ba_6c44);
    }
}
