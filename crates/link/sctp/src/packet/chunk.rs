//! What stands in the chunks.

use super::kind::Kind;
use super::read::{be16, be32, parameters};
use super::write::parameter;

/// Flags of DATA (RFC 9260 §3.3.1, RFC 7053).
pub(crate) mod data_flags {
    pub(crate) const END: u8 = 0x01;
    pub(crate) const BEGIN: u8 = 0x02;
    pub(crate) const UNORDERED: u8 = 0x04;
    pub(crate) const IMMEDIATE: u8 = 0x08;
}

const PARAM_STATE_COOKIE: u16 = 7;
const PARAM_SUPPORTED_EXTENSIONS: u16 = 0x8008;
const PARAM_FORWARD_TSN_SUPPORTED: u16 = 0xC000;

/// INIT and INIT-ACK without their parameters (RFC 9260 §3.3.2, §3.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Init {
    pub tag: u32,
    pub window: u32,
    pub streams_out: u16,
    pub streams_in: u16,
    pub tsn: u32,
}

/// What the parameters of INIT and INIT-ACK told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InitParams<'a> {
    pub cookie: Option<&'a [u8]>,
    pub forward_tsn: bool,
    pub reconfig: bool,
}

impl Init {
    pub(crate) fn parse(value: &[u8]) -> Option<(Self, InitParams<'_>)> {
        let init = Self {
            tag: be32(value, 0)?,
            window: be32(value, 4)?,
            streams_out: be16(value, 8)?,
            streams_in: be16(value, 10)?,
            tsn: be32(value, 12)?,
        };
        let mut params = InitParams::default();
        for (code, value) in parameters(value.get(16..)?) {
            match code {
                PARAM_STATE_COOKIE => params.cookie = Some(value),
                PARAM_FORWARD_TSN_SUPPORTED => params.forward_tsn = true,
                PARAM_SUPPORTED_EXTENSIONS => {
                    params.forward_tsn |= value.contains(&(Kind::ForwardTsn as u8));
                    params.reconfig |= value.contains(&(Kind::Reconfig as u8));
                }
                _ => {}
            }
        }
        Some((init, params))
    }

    pub(crate) fn write(&self, cookie: Option<&[u8]>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.tag.to_be_bytes());
        out.extend_from_slice(&self.window.to_be_bytes());
        out.extend_from_slice(&self.streams_out.to_be_bytes());
        out.extend_from_slice(&self.streams_in.to_be_bytes());
        out.extend_from_slice(&self.tsn.to_be_bytes());
        parameter(out, PARAM_FORWARD_TSN_SUPPORTED, |_| {});
        parameter(out, PARAM_SUPPORTED_EXTENSIONS, |out| {
            out.extend_from_slice(&[Kind::Reconfig as u8, Kind::ForwardTsn as u8]);
        });
        if let Some(cookie) = cookie {
            parameter(out, PARAM_STATE_COOKIE, |out| out.extend_from_slice(cookie));
        }
    }
}

/// One fragment of a message (RFC 9260 §3.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Data<'a> {
    pub flags: u8,
    pub tsn: u32,
    pub stream: u16,
    pub ssn: u16,
    pub ppid: u32,
    pub payload: &'a [u8],
}

impl<'a> Data<'a> {
    /// The header of the chunk and of what is in it.
    pub(crate) const HEADER_LEN: usize = 16;

    pub(crate) fn parse(flags: u8, value: &'a [u8]) -> Option<Self> {
        Some(Self {
            flags,
            tsn: be32(value, 0)?,
            stream: be16(value, 4)?,
            ssn: be16(value, 6)?,
            ppid: be32(value, 8)?,
            payload: value.get(12..)?,
        })
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.tsn.to_be_bytes());
        out.extend_from_slice(&self.stream.to_be_bytes());
        out.extend_from_slice(&self.ssn.to_be_bytes());
        out.extend_from_slice(&self.ppid.to_be_bytes());
        out.extend_from_slice(self.payload);
    }

    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// What the peer has (RFC 9260 §3.3.4).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sack<'a> {
    pub cumulative: u32,
    pub window: u32,
    blocks: &'a [u8],
}

impl<'a> Sack<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let blocks = usize::from(be16(value, 8)?);
        Some(Self {
            cumulative: be32(value, 0)?,
            window: be32(value, 4)?,
            blocks: value.get(12..12 + 4 * blocks)?,
        })
    }

    /// First and last of each run received above the cumulative TSN, as distances from it.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (u16, u16)> + use<'a> {
        self.blocks
            .chunks_exact(4)
            .filter_map(|block| Some((be16(block, 0)?, be16(block, 2)?)))
    }
}

/// What the peer will not send any more (RFC 3758 §3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForwardTsn<'a> {
    pub cumulative: u32,
    streams: &'a [u8],
}

impl<'a> ForwardTsn<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        Some(Self {
            cumulative: be32(value, 0)?,
            streams: value.get(4..)?,
        })
    }

    /// The last sequence number given up, for each stream that lost an ordered message.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (u16, u16)> + use<'a> {
        self.streams
            .chunks_exact(4)
            .filter_map(|entry| Some((be16(entry, 0)?, be16(entry, 2)?)))
    }
}
