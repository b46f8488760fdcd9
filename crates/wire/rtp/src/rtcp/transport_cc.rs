//! When each packet of a transport arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
//!
//! A base number, a count, chunks that say of each packet whether it arrived and how large its time
//! difference is, then the differences: one byte, or two signed ones, in units of 250 µs.

use crate::ids::Ssrc;
use crate::rtcp::cursor::take_u32;

/// Arrival times.
#[derive(Clone, Copy, Debug)]
pub struct TransportFeedback<'a> {
    /// Who reports.
    pub sender_ssrc: Ssrc,
    /// Some stream of the transport.
    pub media_ssrc: Ssrc,
    /// The number of the first packet.
    pub base_seq: u16,
    /// What the first difference counts from, in 64 ms, 24 bits signed.
    pub reference_time: i32,
    /// The number of this report.
    pub feedback_count: u8,
    status_count: u16,
    body: &'a [u8],
}

/// How a packet's time difference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Missing,
    Small,
    Large,
}

impl Symbol {
    fn read(bits: u16) -> Self {
        match bits {
            1 => Self::Small,
            2 => Self::Large,
            // 3 is reserved: a packet whose time is not told.
            _ => Self::Missing,
        }
    }
}

impl<'a> TransportFeedback<'a> {
    pub(crate) fn read(mut body: &'a [u8]) -> Option<Self> {
        let sender_ssrc = Ssrc(take_u32(&mut body)?);
        let media_ssrc = Ssrc(take_u32(&mut body)?);
        let (&[b0, b1, s0, s1, r0, r1, r2, feedback_count], body) =
            body.split_first_chunk::<8>()?;
        Some(Self {
            sender_ssrc,
            media_ssrc,
            base_seq: u16::from_be_bytes([b0, b1]),
            reference_time: i32::from_be_bytes([r0, r1, r2, 0]) >> 8,
            feedback_count,
            status_count: u16::from_be_bytes([s0, s1]),
            body,
        })
    }

    /// How many packets it speaks of.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.status_count)
    }

    /// Whether it speaks of none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.status_count == 0
    }

    /// Each packet's number, and the difference to the one before it in units of 250 µs if it
    /// arrived. Ends early where the packet contradicts itself.
    pub fn packets(&self) -> impl Iterator<Item = (u16, Option<i32>)> + use<'a> {
        let mut deltas = self.deltas();
        let base = self.base_seq;
        let count = usize::from(self.status_count);
        symbols(self.body)
            .take(count)
            .zip(0_u16..)
            .map_while(move |(symbol, at)| {
                let delta = match symbol {
                    Symbol::Missing => None,
                    Symbol::Small => {
                        let (&byte, rest) = deltas.split_first()?;
                        deltas = rest;
                        Some(i32::from(byte))
                    }
                    Symbol::Large => {
                        let (word, rest) = deltas.split_first_chunk::<2>()?;
                        deltas = rest;
                        Some(i32::from(i16::from_be_bytes(*word)))
                    }
                };
                Some((base.wrapping_add(at), delta))
            })
    }

    /// The bytes behind the chunks.
    fn deltas(&self) -> &'a [u8] {
        let mut covered = 0;
        let mut rest = self.body;
        while covered < usize::from(self.status_count) {
            let Some((chunk, tail)) = rest.split_first_chunk::<2>() else {
                return &[];
            };
            rest = tail;
            covered += chunk_len(u16::from_be_bytes(*chunk));
        }
        rest
    }
}

/// How many packets a chunk speaks of.
fn chunk_len(chunk: u16) -> usize {
    match (chunk >> 15, chunk >> 14 & 1) {
        (0, _) => usize::from(chunk & 0x1fff).max(1),
        (_, 0) => 14,
        (_, _) => 7,
    }
}

fn symbols(body: &[u8]) -> impl Iterator<Item = Symbol> + use<'_> {
    body.chunks_exact(2).flat_map(|chunk| {
        let chunk = u16::from_be_bytes([chunk[0], chunk[1]]);
        (0..chunk_len(chunk)).map(move |at| match (chunk >> 15, chunk >> 14 & 1) {
            (0, _) => Symbol::read(chunk >> 13 & 3),
            (_, 0) => Symbol::read(chunk >> (13 - at) & 1),
            (_, _) => Symbol::read(chunk >> (12 - 2 * at) & 3),
        })
    })
}
