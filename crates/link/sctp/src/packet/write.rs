//! Writing: chunks go one behind the other into one buffer, up to the MTU; the checksum comes last.

use super::kind::Kind;
use super::read::checksum;
use crate::config::{MTU, PORT};

const HEADER_LEN: usize = 12;

/// The length with the padding to four bytes that a chunk or parameter is given.
pub(crate) fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}

/// What stands at the head of a packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// The verification tag the reader expects.
    pub tag: u32,
}

/// A packet being written.
pub(crate) struct PacketWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> PacketWriter<'a> {
    /// Starts a packet in `out`, over whatever was there.
    pub(crate) fn new(out: &'a mut Vec<u8>, header: Header) -> Self {
        out.clear();
        out.extend_from_slice(&PORT.to_be_bytes());
        out.extend_from_slice(&PORT.to_be_bytes());
        out.extend_from_slice(&header.tag.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        Self { out }
    }

    /// How long the next chunk may be, its header included.
    pub(crate) fn room(&self) -> usize {
        MTU.saturating_sub(self.out.len()) & !3
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.out.len() == HEADER_LEN
    }

    /// Appends a chunk whose value `write` appends.
    pub(crate) fn chunk(&mut self, kind: Kind, flags: u8, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.out.len();
        self.out.extend_from_slice(&[kind as u8, flags, 0, 0]);
        write(self.out);
        close(self.out, start);
    }

    /// Seals the packet.
    pub(crate) fn finish(self) {
        let (header, chunks) = self.out.split_at(HEADER_LEN);
        let sum = checksum(header, chunks);
        self.out[8..HEADER_LEN].copy_from_slice(&sum.to_le_bytes());
    }
}

/// Appends a parameter whose value `write` appends.
pub(crate) fn parameter(out: &mut Vec<u8>, code: u16, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    write(out);
    close(out, start);
}

/// Fills in the length of the record that began at `start`, and pads it.
fn close(out: &mut Vec<u8>, start: usize) {
    let length = u16::try_from(out.len() - start).unwrap_or(u16::MAX);
    out[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
    out.resize(start + padded(out.len() - start), 0);
}
