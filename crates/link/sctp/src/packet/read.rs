//! Reading: a packet is a header and chunks, a chunk may hold parameters. Total: no input panics.

use crate::config::PORT;

const HEADER_LEN: usize = 12;

/// A packet whose checksum and ports are right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    pub tag: u32,
    chunks: &'a [u8],
}

/// Whether a datagram is an SCTP packet by its length, its ports and its checksum.
#[must_use]
pub fn is_packet(datagram: &[u8]) -> bool {
    datagram.len().is_multiple_of(4) && Packet::parse(datagram).is_some()
}

/// One chunk: its type as it stands there, and what is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk<'a> {
    pub code: u8,
    pub flags: u8,
    pub value: &'a [u8],
    /// With its header, as an error report quotes it.
    pub whole: &'a [u8],
}

impl<'a> Packet<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, chunks) = bytes.split_at_checked(HEADER_LEN)?;
        if be16(header, 0)? != PORT || be16(header, 2)? != PORT {
            return None;
        }
        let claimed = u32::from_le_bytes(header[8..12].try_into().ok()?);
        if claimed != checksum(header, chunks) {
            return None;
        }
        Some(Self {
            tag: be32(header, 4)?,
            chunks,
        })
    }

    /// The chunks up to the first that does not fit into the packet.
    pub(crate) fn chunks(self) -> impl Iterator<Item = Chunk<'a>> {
        let mut rest = self.chunks;
        std::iter::from_fn(move || {
            let (whole, behind) = split_record(rest)?;
            rest = behind;
            Some(Chunk {
                code: whole[0],
                flags: whole[1],
                value: &whole[4..],
                whole,
            })
        })
    }
}

/// The parameters of a chunk: type and value, up to the first that does not fit.
pub(crate) fn parameters(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (whole, behind) = split_record(rest)?;
        rest = behind;
        Some((be16(whole, 0)?, &whole[4..]))
    })
}

/// Chunks and parameters alike: two bytes, a length that counts itself, padding to four.
fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(be16(bytes, 2)?);
    if length < 4 {
        return None;
    }
    let whole = bytes.get(..length)?;
    // RFC 9260 §3.2: the last one's padding may be missing in what we are lenient about.
    let behind = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    Some((whole, behind))
}

/// CRC32c over the packet with a checksum of zero (RFC 9260 appendix A).
pub(crate) fn checksum(header: &[u8], chunks: &[u8]) -> u32 {
    let head = crc32c::crc32c(header.get(..8).unwrap_or(header));
    let head = crc32c::crc32c_append(head, &[0; 4]);
    crc32c::crc32c_append(head, chunks)
}

pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
