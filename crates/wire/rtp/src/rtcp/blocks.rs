//! Reports, names and goodbyes (RFC 3550 §6.4-6.6).

use units::{NtpTime, RtpTimestamp};

use crate::ids::Ssrc;
use crate::rtcp::cursor::{take_u32, take_u64};

/// Bytes of a report block.
pub(crate) const BLOCK_LEN: usize = 24;

/// How well one stream arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportBlock {
    /// The stream.
    pub ssrc: u32,
    /// Packets lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Packets lost since the beginning, 24 bits; negative with duplicates.
    pub cumulative_lost: i32,
    /// Highest sequence number received, with the count of wraps above it.
    pub extended_highest_seq: u32,
    /// In ticks of the stream's media clock.
    pub jitter: u32,
    /// The middle of the NTP time in the last sender report; 0 if there was none.
    pub last_sr: u32,
    /// Since that report arrived, in 2⁻¹⁶ s.
    pub delay_since_last_sr: u32,
}

impl ReportBlock {
    fn read(bytes: &[u8; BLOCK_LEN]) -> Self {
        let word = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        Self {
            ssrc: word(0),
            fraction_lost: bytes[4],
            cumulative_lost: (word(4) << 8).cast_signed() >> 8,
            extended_highest_seq: word(8),
            jitter: word(12),
            last_sr: word(16),
            delay_since_last_sr: word(20),
        }
    }

    pub(crate) fn to_bytes(self) -> [u8; BLOCK_LEN] {
        // RFC 3550 §6.4.1: the count saturates at what 24 bits hold.
        let lost = self.cumulative_lost.clamp(-0x0080_0000, 0x007f_ffff) & 0x00ff_ffff;
        let words = [
            self.ssrc,
            u32::from(self.fraction_lost) << 24 | lost.cast_unsigned(),
            self.extended_highest_seq,
            self.jitter,
            self.last_sr,
            self.delay_since_last_sr,
        ];
        let mut bytes = [0; BLOCK_LEN];
        for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }
}

/// Walks report blocks.
#[derive(Clone, Copy, Debug)]
pub struct ReportBlocks<'a>(&'a [u8]);

impl<'a> ReportBlocks<'a> {
    fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        body.get(..usize::from(count) * BLOCK_LEN).map(Self)
    }
}

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.0.split_first_chunk::<BLOCK_LEN>()?;
        self.0 = rest;
        Some(ReportBlock::read(block))
    }
}

/// A sender's clock and counts.
#[derive(Clone, Copy, Debug)]
pub struct SenderReport<'a> {
    /// The sender's stream.
    pub ssrc: Ssrc,
    /// When it was sent, on the sender's wall clock.
    pub ntp: NtpTime,
    /// The same moment on the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// Packets sent.
    pub packet_count: u32,
    /// Payload bytes sent.
    pub octet_count: u32,
    blocks: ReportBlocks<'a>,
}

impl<'a> SenderReport<'a> {
    pub(crate) fn read(count: u8, mut body: &'a [u8]) -> Option<Self> {
        Some(Self {
            ssrc: Ssrc(take_u32(&mut body)?),
            ntp: NtpTime(take_u64(&mut body)?),
            timestamp: RtpTimestamp(take_u32(&mut body)?),
            packet_count: take_u32(&mut body)?,
            octet_count: take_u32(&mut body)?,
            blocks: ReportBlocks::read(count, body)?,
        })
    }

    /// What the sender receives itself.
    #[must_use]
    pub fn report_blocks(&self) -> ReportBlocks<'a> {
        self.blocks
    }
}

/// How well streams arrive.
#[derive(Clone, Copy, Debug)]
pub struct ReceiverReport<'a> {
    /// Who reports.
    pub ssrc: Ssrc,
    blocks: ReportBlocks<'a>,
}

impl<'a> ReceiverReport<'a> {
    pub(crate) fn read(count: u8, mut body: &'a [u8]) -> Option<Self> {
        Some(Self {
            ssrc: Ssrc(take_u32(&mut body)?),
            blocks: ReportBlocks::read(count, body)?,
        })
    }

    /// One a stream.
    #[must_use]
    pub fn report_blocks(&self) -> ReportBlocks<'a> {
        self.blocks
    }
}

/// Names of sources.
#[derive(Clone, Copy, Debug)]
pub struct Sdes<'a> {
    chunks: u8,
    body: &'a [u8],
}

/// The item that names a source across its streams (RFC 3550 §6.5.1).
const CNAME: u8 = 1;

impl<'a> Sdes<'a> {
    pub(crate) fn read(chunks: u8, body: &'a [u8]) -> Self {
        Self { chunks, body }
    }

    /// Each source with its CNAME. Ends early where the packet contradicts itself.
    pub fn cnames(&self) -> impl Iterator<Item = (Ssrc, &'a [u8])> + use<'a> {
        let mut rest = self.body;
        (0..self.chunks)
            .map_while(move |_| chunk(&mut rest))
            .filter_map(|(ssrc, cname)| Some((ssrc, cname?)))
    }
}

fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(Ssrc, Option<&'a [u8]>)> {
    let ssrc = Ssrc(take_u32(rest)?);
    let whole = rest.len();
    let mut cname = None;
    loop {
        let (&kind, tail) = rest.split_first()?;
        *rest = tail;
        if kind == 0 {
            // The items end with zeros up to the next word.
            let used = whole - rest.len();
            *rest = rest.get(used.next_multiple_of(4) - used..)?;
            return Some((ssrc, cname));
        }
        let (&len, tail) = rest.split_first()?;
        let (text, tail) = tail.split_at_checked(usize::from(len))?;
        *rest = tail;
        if kind == CNAME {
            cname = Some(text);
        }
    }
}

/// Sources that end.
#[derive(Clone, Copy, Debug)]
pub struct Bye<'a> {
    sources: &'a [u8],
}

impl<'a> Bye<'a> {
    pub(crate) fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        Some(Self {
            sources: body.get(..usize::from(count) * 4)?,
        })
    }

    /// Which.
    pub fn ssrcs(&self) -> impl Iterator<Item = Ssrc> + use<'a> {
        ssrcs(self.sources)
    }
}

/// The SSRCs in a list of them.
pub(crate) fn ssrcs(bytes: &[u8]) -> impl Iterator<Item = Ssrc> + use<'_> {
    bytes
        .chunks_exact(4)
        .map(|word| Ssrc(u32::from_be_bytes([word[0], word[1], word[2], word[3]])))
}
