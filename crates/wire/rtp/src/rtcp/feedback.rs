//! Feedback that asks for something: packets, key frames, a lower rate (RFC 4585 §6, RFC 5104 §4).

use units::DataRate;

use crate::ids::Ssrc;
use crate::rtcp::blocks::ssrcs;
use crate::rtcp::cursor::take_u32;
use crate::seq::SeqNumber;

/// Packets that are missing.
#[derive(Clone, Copy, Debug)]
pub struct Nack<'a> {
    /// Who asks.
    pub sender_ssrc: Ssrc,
    /// Of which stream.
    pub media_ssrc: Ssrc,
    items: &'a [u8],
}

impl<'a> Nack<'a> {
    pub(crate) fn read(mut body: &'a [u8]) -> Option<Self> {
        Some(Self {
            sender_ssrc: Ssrc(take_u32(&mut body)?),
            media_ssrc: Ssrc(take_u32(&mut body)?),
            items: body,
        })
    }

    /// The missing numbers: each item names one, and by bits the sixteen behind it.
    pub fn lost(&self) -> impl Iterator<Item = SeqNumber> + use<'a> {
        self.items.chunks_exact(4).flat_map(|item| {
            let first = SeqNumber(u16::from_be_bytes([item[0], item[1]]));
            let behind = u32::from(u16::from_be_bytes([item[2], item[3]])) << 1 | 1;
            (0..17_u16)
                .filter(move |bit| behind >> bit & 1 == 1)
                .map(move |bit| first.wrapping_add(bit))
        })
    }
}

/// A key frame is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pli {
    /// Who asks.
    pub sender_ssrc: Ssrc,
    /// Of which stream.
    pub media_ssrc: Ssrc,
}

impl Pli {
    pub(crate) fn read(mut body: &[u8]) -> Option<Self> {
        Some(Self {
            sender_ssrc: Ssrc(take_u32(&mut body)?),
            media_ssrc: Ssrc(take_u32(&mut body)?),
        })
    }
}

/// Key frames are demanded.
#[derive(Clone, Copy, Debug)]
pub struct Fir<'a> {
    /// Who asks.
    pub sender_ssrc: Ssrc,
    entries: &'a [u8],
}

/// A demand to one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirEntry {
    /// Which stream.
    pub ssrc: Ssrc,
    /// The number of the demand; the same number again is the same demand.
    pub seq: u8,
}

impl<'a> Fir<'a> {
    pub(crate) fn read(mut body: &'a [u8]) -> Option<Self> {
        let sender_ssrc = Ssrc(take_u32(&mut body)?);
        // RFC 5104 §4.3.1.1: the media source is unused.
        take_u32(&mut body)?;
        Some(Self {
            sender_ssrc,
            entries: body,
        })
    }

    /// One a stream.
    pub fn entries(&self) -> impl Iterator<Item = FirEntry> + use<'a> {
        self.entries.chunks_exact(8).map(|entry| FirEntry {
            ssrc: Ssrc(u32::from_be_bytes([entry[0], entry[1], entry[2], entry[3]])),
            seq: entry[4],
        })
    }
}

/// What a receiver believes it can take (draft-alvestrand-rmcat-remb-03).
#[derive(Clone, Copy, Debug)]
pub struct Remb<'a> {
    /// Who says so.
    pub sender_ssrc: Ssrc,
    /// In sum.
    pub bitrate: DataRate,
    sources: &'a [u8],
}

impl<'a> Remb<'a> {
    pub(crate) fn read(mut body: &'a [u8]) -> Option<Self> {
        let sender_ssrc = Ssrc(take_u32(&mut body)?);
        take_u32(&mut body)?;
        let (&[b'R', b'E', b'M', b'B', count, a, b, c], sources) = body.split_first_chunk::<8>()?
        else {
            return None;
        };
        let mantissa = u64::from(u32::from_be_bytes([0, a & 0x03, b, c]));
        let exponent = u32::from(a >> 2);
        let bps = if mantissa == 0 {
            0
        } else {
            mantissa
                .checked_shl(exponent)
                .filter(|bps| bps >> exponent == mantissa)?
        };
        Some(Self {
            sender_ssrc,
            bitrate: DataRate::from_bps(bps),
            sources: sources.get(..usize::from(count) * 4)?,
        })
    }

    /// The streams it speaks of.
    pub fn ssrcs(&self) -> impl Iterator<Item = Ssrc> + use<'a> {
        ssrcs(self.sources)
    }
}
