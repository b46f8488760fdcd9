//! Extended reports (RFC 3611): how a receiver that sends nothing learns the round trip.

use units::NtpTime;

use crate::ids::Ssrc;
use crate::rtcp::cursor::take_u32;

/// Extended reports of one source.
#[derive(Clone, Copy, Debug)]
pub struct Xr<'a> {
    /// Who reports.
    pub ssrc: Ssrc,
    blocks: XrBlocks<'a>,
}

impl<'a> Xr<'a> {
    pub(crate) fn read(mut body: &'a [u8]) -> Option<Self> {
        Some(Self {
            ssrc: Ssrc(take_u32(&mut body)?),
            blocks: XrBlocks(body),
        })
    }

    /// Its blocks. Ends early where the packet contradicts itself.
    #[must_use]
    pub fn blocks(&self) -> XrBlocks<'a> {
        self.blocks
    }
}

/// Walks report blocks.
#[derive(Clone, Copy, Debug)]
pub struct XrBlocks<'a>(&'a [u8]);

/// One report block.
#[derive(Clone, Copy, Debug)]
pub enum XrBlock<'a> {
    /// A receiver's wall clock (§4.4).
    ReferenceTime(NtpTime),
    /// Answers to reference times (§4.5).
    Dlrr(DlrrItems<'a>),
    /// Another block.
    Other(u8),
}

impl<'a> Iterator for XrBlocks<'a> {
    type Item = XrBlock<'a>;

    fn next(&mut self) -> Option<XrBlock<'a>> {
        let (&[kind, _, l0, l1], rest) = self.0.split_first_chunk::<4>()?;
        let len = usize::from(u16::from_be_bytes([l0, l1])) * 4;
        let Some((body, rest)) = rest.split_at_checked(len) else {
            self.0 = &[];
            return None;
        };
        self.0 = rest;
        Some(match (kind, body.first_chunk::<8>()) {
            (4, Some(ntp)) => XrBlock::ReferenceTime(NtpTime(u64::from_be_bytes(*ntp))),
            (5, _) => XrBlock::Dlrr(DlrrItems(body)),
            _ => XrBlock::Other(kind),
        })
    }
}

/// An answer to a reference time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DlrrItem {
    /// Who sent the reference time.
    pub ssrc: Ssrc,
    /// The middle of the NTP time in it; 0 if there was none.
    pub last_rr: u32,
    /// Since it arrived, in 2⁻¹⁶ s.
    pub delay_since_last_rr: u32,
}

/// Walks answers to reference times.
#[derive(Clone, Copy, Debug)]
pub struct DlrrItems<'a>(&'a [u8]);

impl Iterator for DlrrItems<'_> {
    type Item = DlrrItem;

    fn next(&mut self) -> Option<DlrrItem> {
        Some(DlrrItem {
            ssrc: Ssrc(take_u32(&mut self.0)?),
            last_rr: take_u32(&mut self.0)?,
            delay_since_last_rr: take_u32(&mut self.0)?,
        })
    }
}
