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

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7714 §16.1.1 and §16.2.1: session keys and salt are given, not derived.
    #[test]
    fn the_rtp_packets_of_the_rfc_come_out() {
        let header = bytes("8040f17b8041f8d35501a0b2");
        let payload = b"Gallia est omnis divisa in partes tres";
        let id = PacketId {
            ssrc: 0x5501_a0b2,
            index: 0xf17b,
        };

        for (key_len, expected) in [
            (
                16,
                "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
            ),
            (
                32,
                "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
            ),
        ] {
            let mut packet = header.clone();
            packet.resize(12 + 38 + 16, 0);

            let len = gcm(key_len).seal_rtp(id, &mut packet, 12, [payload, &[]]);

            assert_eq!(len, Some(packet.len()));
            assert_eq!(packet[..12], header);
            assert_eq!(packet[12..], bytes(expected));
        }
    }

    /// RFC 7714 §17.1 and §17.3.
    #[test]
    fn the_rtcp_packets_of_the_rfc_come_out() {
        let rtcp = bytes(
            "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        );
        let id = PacketId {
            ssrc: 0x4d61_7273,
            index: 0x5d4,
        };

        for (key_len, expected) in [
            (
                16,
                "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4",
            ),
            (
                32,
                "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4",
            ),
        ] {
            let mut packet = rtcp.clone();
            packet.resize(rtcp.len() + 20, 0);

            let len = gcm(key_len).seal_rtcp(id, &mut packet, rtcp.len());

            assert_eq!(len, Some(packet.len()));
            assert_eq!(packet[8..], bytes(expected));
            assert_eq!(gcm(key_len).open_rtcp(id, &mut packet), Ok(rtcp.len()));
            assert_eq!(packet[..rtcp.len()], rtcp);
        }
    }

    fn gcm(key_len: u8) -> Gcm {
        let key: Vec<u8> = (0..key_len).collect();
        let algorithm = match key_len {
            16 => &AES_128_GCM,
            _ => &AES_256_GCM,
        };
        Gcm {
            key: LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap()),
            salt: *b"Quid pro quo",
        }
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    }
}
