//! Writes a header straight into the buffer it leaves from.

use units::RtpTimestamp;

use crate::ids::{PayloadType, Ssrc};
use crate::seq::SeqNumber;

/// The part of the header that every packet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedHeader {
    /// The marker bit.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// Its place in the stream.
    pub seq: SeqNumber,
    /// Its time on the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// Its stream.
    pub ssrc: Ssrc,
}

/// A header being written.
#[derive(Debug)]
pub struct HeaderWriter<'a> {
    out: &'a mut [u8],
    /// Where the next element goes; the block begins at 12 and the first element at 16.
    at: usize,
    two_byte: bool,
}

const FIXED_LEN: usize = 12;
const BLOCK_HEAD: usize = 4;

impl<'a> HeaderWriter<'a> {
    /// Begins a header. The caller says whether an element needs the two-byte form (RFC 8285 §4.3);
    /// see [`HeaderWriter::fits_one_byte`]. `None` if there is no room.
    #[must_use]
    pub fn new(out: &'a mut [u8], fixed: &FixedHeader, two_byte: bool) -> Option<Self> {
        let head = out.first_chunk_mut::<FIXED_LEN>()?;
        head[0] = 0x80;
        head[1] = u8::from(fixed.marker) << 7 | fixed.payload_type.value();
        head[2..4].copy_from_slice(&fixed.seq.0.to_be_bytes());
        head[4..8].copy_from_slice(&fixed.timestamp.0.to_be_bytes());
        head[8..12].copy_from_slice(&fixed.ssrc.0.to_be_bytes());
        Some(Self {
            out,
            at: FIXED_LEN + BLOCK_HEAD,
            two_byte,
        })
    }

    /// Whether an element can stand in the one-byte form (RFC 8285 §4.2).
    #[must_use]
    pub const fn fits_one_byte(id: u8, len: usize) -> bool {
        id <= 14 && len >= 1 && len <= 16
    }

    /// Adds an element. `None`, and nothing written, if it does not fit.
    pub fn extension(&mut self, id: u8, value: &[u8]) -> Option<()> {
        self.reserve(id, value.len())?.copy_from_slice(value);
        Some(())
    }

    /// Adds an element of `len` bytes for the caller to fill. `None`, and nothing written, if it does
    /// not fit.
    pub fn reserve(&mut self, id: u8, len: usize) -> Option<&mut [u8]> {
        let head = match self.two_byte {
            true => 2,
            false if Self::fits_one_byte(id, len) => 1,
            false => return None,
        };
        let short = u8::try_from(len).ok()?;
        let (start, end) = (self.at + head, self.at + head + len);
        let element = self.out.get_mut(self.at..end)?;
        match self.two_byte {
            true => element[..2].copy_from_slice(&[id, short]),
            false => element[0] = id << 4 | (short - 1),
        }
        self.at = end;
        self.out.get_mut(start..end)
    }

    /// Ends the header: pads the block, writes its length. Gives the header's length, or `None` if
    /// there is no room for the padding.
    #[must_use]
    pub fn finish(self) -> Option<usize> {
        if self.at == FIXED_LEN + BLOCK_HEAD {
            return Some(FIXED_LEN);
        }
        let end = self.at.next_multiple_of(4);
        self.out.get_mut(self.at..end)?.fill(0);
        let words = u16::try_from((end - FIXED_LEN - BLOCK_HEAD) / 4).ok()?;
        let profile: u16 = if self.two_byte { 0x1000 } else { 0xbede };
        self.out[0] |= 0x10;
        self.out[12..14].copy_from_slice(&profile.to_be_bytes());
        self.out[14..16].copy_from_slice(&words.to_be_bytes());
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_extensions_has_twelve_bytes() {
        let mut out = [0xff; 20];

        let len = HeaderWriter::new(&mut out, &fixed(), false)
            .expect("room")
            .finish();

        assert_eq!(len, Some(12));
        assert_eq!(out[..12], [0x80, 0xe0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7]);
    }

    #[test]
    fn the_block_is_padded_to_words() {
        let mut out = [0xff; 32];
        let mut writer = HeaderWriter::new(&mut out, &fixed(), false).expect("room");

        writer.extension(3, &[1, 2]).expect("room");

        assert_eq!(writer.finish(), Some(20));
        assert_eq!(out[0], 0x90);
        assert_eq!(out[12..20], [0xbe, 0xde, 0, 1, 0x31, 1, 2, 0]);
    }

    #[test]
    fn what_does_not_fit_is_refused_and_leaves_no_trace() {
        let mut out = [0; 21];
        let mut writer = HeaderWriter::new(&mut out, &fixed(), false).expect("room");

        assert!(writer.extension(15, &[1]).is_none());
        assert!(writer.extension(1, &[]).is_none());
        assert!(writer.extension(1, &[0; 10]).is_none());
        assert_eq!(writer.finish(), Some(12));
    }

    fn fixed() -> FixedHeader {
        FixedHeader {
            marker: true,
            payload_type: PayloadType::new(96).expect("below 128"),
            seq: SeqNumber(5),
            timestamp: RtpTimestamp(6),
            ssrc: Ssrc(7),
        }
    }
}
