//! An RTP packet as it lies in a buffer (RFC 3550 §5.1, RFC 8285).
//!
//! ```text
//!  0                   1                   2                   3
//! |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//! |                           timestamp                           |
//! |                             SSRC                              |
//! |                          CSRC × CC                            |
//! |  profile (0xBEDE or 0x100x)   |  length in words              |  if X
//! |                      extension elements                       |
//! |                       payload [padding, count]                |
//! ```

use units::RtpTimestamp;

use crate::ext::Extension;
use crate::ids::{PayloadType, Ssrc};
use crate::seq::SeqNumber;

const FIXED_LEN: usize = 12;
const ONE_BYTE_PROFILE: u16 = 0xbede;
const TWO_BYTE_PROFILE: u16 = 0x1000;

/// Why bytes are not an RTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Shorter than its header says it is.
    Truncated,
    /// Another version than 2.
    Version,
    /// More padding than payload, or a padding of zero.
    Padding,
    /// An extension element reaches beyond its block.
    Extension,
}

/// An RTP packet, checked.
#[derive(Clone, Copy, Debug)]
pub struct RtpPacket<'a> {
    data: &'a [u8],
    elements: Extensions<'a>,
    header_len: usize,
    payload_end: usize,
}

impl<'a> RtpPacket<'a> {
    /// Reads a packet.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the bytes contradict themselves.
    pub fn parse(data: &'a [u8]) -> Result<Self, Malformed> {
        let Some(&[first, ..]) = data.first_chunk::<FIXED_LEN>() else {
            return Err(Malformed::Truncated);
        };
        if first >> 6 != 2 {
            return Err(Malformed::Version);
        }
        let csrcs = usize::from(first & 0x0f) * 4;
        let mut header_len = FIXED_LEN + csrcs;
        let mut elements = Extensions {
            rest: &[],
            two_byte: false,
        };
        if first & 0x10 != 0 {
            let block = data
                .get(header_len..)
                .and_then(<[u8]>::split_first_chunk::<4>);
            let Some((&[p0, p1, l0, l1], rest)) = block else {
                return Err(Malformed::Truncated);
            };
            let len = usize::from(u16::from_be_bytes([l0, l1])) * 4;
            let bytes = rest.get(..len).ok_or(Malformed::Truncated)?;
            elements = Extensions::checked(u16::from_be_bytes([p0, p1]), bytes)?;
            header_len += 4 + len;
        }
        let body = data.get(header_len..).ok_or(Malformed::Truncated)?;
        let padding = match (first & 0x20 != 0, body.last()) {
            (false, _) => 0,
            (true, Some(&count)) if count > 0 && usize::from(count) <= body.len() => {
                usize::from(count)
            }
            (true, _) => return Err(Malformed::Padding),
        };
        Ok(Self {
            data,
            elements,
            header_len,
            payload_end: data.len() - padding,
        })
    }

    /// The marker bit: for video the end of a frame, for audio the start of a talk spurt.
    #[must_use]
    pub fn marker(&self) -> bool {
        self.data[1] & 0x80 != 0
    }

    /// What the payload is.
    #[must_use]
    pub fn payload_type(&self) -> PayloadType {
        PayloadType::from_header(self.data[1])
    }

    /// Its place in the stream.
    #[must_use]
    pub fn seq(&self) -> SeqNumber {
        SeqNumber(u16::from_be_bytes([self.data[2], self.data[3]]))
    }

    /// Its time on the stream's media clock.
    #[must_use]
    pub fn timestamp(&self) -> RtpTimestamp {
        RtpTimestamp(self.word(4))
    }

    /// Its stream.
    #[must_use]
    pub fn ssrc(&self) -> Ssrc {
        Ssrc(self.word(8))
    }

    /// Bytes before the payload.
    #[must_use]
    pub fn header_len(&self) -> usize {
        self.header_len
    }

    /// The payload without padding.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        &self.data[self.header_len..self.payload_end]
    }

    /// Bytes of padding.
    #[must_use]
    pub fn padding_len(&self) -> usize {
        self.data.len() - self.payload_end
    }

    /// The whole packet.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.data
    }

    /// The header extensions in the order they stand.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'a> {
        self.elements
    }

    /// The value of the extension with this id; the last one if it stands there more than once.
    #[must_use]
    pub fn extension(&self, id: u8) -> Option<&'a [u8]> {
        self.elements
            .filter(|&(other, _)| other == id)
            .last()
            .map(|(_, value)| value)
    }

    /// The value of an extension whose id `ids` knows.
    #[must_use]
    pub fn extension_of(&self, kind: Extension, ids: &crate::ExtensionMap) -> Option<&'a [u8]> {
        self.extension(ids.id(kind)?)
    }

    fn word(&self, at: usize) -> u32 {
        u32::from_be_bytes([
            self.data[at],
            self.data[at + 1],
            self.data[at + 2],
            self.data[at + 3],
        ])
    }
}

/// Walks header extensions: id and value. Padding is passed over; id 15 in the one-byte form ends the
/// walk (RFC 8285 §4.2).
#[derive(Clone, Copy, Debug)]
pub struct Extensions<'a> {
    rest: &'a [u8],
    two_byte: bool,
}

impl<'a> Extensions<'a> {
    /// Elements of a block whose every element fits; none of a profile that nobody knows.
    fn checked(profile: u16, bytes: &'a [u8]) -> Result<Self, Malformed> {
        let two_byte = profile & 0xfff0 == TWO_BYTE_PROFILE;
        if profile != ONE_BYTE_PROFILE && !two_byte {
            return Ok(Self {
                rest: &[],
                two_byte,
            });
        }
        let elements = Self {
            rest: bytes,
            two_byte,
        };
        let mut walk = elements;
        while walk.step()?.is_some() {}
        Ok(elements)
    }

    /// The next element, the end, or one that does not fit.
    fn step(&mut self) -> Result<Option<(u8, &'a [u8])>, Malformed> {
        while let [0, rest @ ..] = self.rest {
            self.rest = rest;
        }
        let (id, len, rest) = match (self.two_byte, self.rest) {
            (_, []) => return Ok(None),
            (false, [head, rest @ ..]) => (head >> 4, usize::from(head & 0x0f) + 1, rest),
            (true, [id, len, rest @ ..]) => (*id, usize::from(*len), rest),
            (true, [_]) => return Err(Malformed::Extension),
        };
        if !self.two_byte && id == 15 {
            self.rest = &[];
            return Ok(None);
        }
        let (value, rest) = rest.split_at_checked(len).ok_or(Malformed::Extension)?;
        self.rest = rest;
        Ok(Some((id, value)))
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.step().ok().flatten()
    }
}

#[cfg(test)]
mod tests;
