//! The parameters of RE-CONFIG (RFC 6525 §4).

use super::read::{be16, be32, parameters};
use super::write::parameter;

const OUTGOING_RESET: u16 = 13;
const RESPONSE: u16 = 16;

/// The results we send and understand (RFC 6525 §4.4).
pub(crate) mod outcome {
    pub(crate) const NOTHING_TO_DO: u32 = 0;
    pub(crate) const PERFORMED: u32 = 1;
    pub(crate) const DENIED: u32 = 2;
    pub(crate) const ALREADY_IN_PROGRESS: u32 = 4;
    pub(crate) const BAD_SEQUENCE: u32 = 5;
    pub(crate) const IN_PROGRESS: u32 = 6;
}

/// One parameter of a RE-CONFIG chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reconfig {
    /// The peer starts streams of its own anew.
    Reset(ResetRequest),
    /// The peer answers a request of ours.
    Response { sequence: u32, outcome: u32 },
    /// The peer asks for something we do not do.
    Other { sequence: u32 },
}

/// An outgoing stream reset (RFC 6525 §4.1). No streams means all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResetRequest {
    pub sequence: u32,
    /// The last sequence number of the other side's requests that was seen.
    pub answered: u32,
    /// The last TSN sent before the streams start anew.
    pub tsn_last: u32,
    pub streams: Vec<u16>,
}

impl ResetRequest {
    /// Whether both ask for the same, perhaps under different numbers.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.tsn_last == other.tsn_last && self.streams == other.streams
    }
}

impl Reconfig {
    pub(crate) fn parse(value: &[u8]) -> impl Iterator<Item = Self> {
        parameters(value).filter_map(|(code, value)| {
            Some(match code {
                OUTGOING_RESET => Self::Reset(ResetRequest {
                    sequence: be32(value, 0)?,
                    answered: be32(value, 4)?,
                    tsn_last: be32(value, 8)?,
                    streams: value
                        .get(12..)?
                        .chunks_exact(2)
                        .filter_map(|id| be16(id, 0))
                        .collect(),
                }),
                RESPONSE => Self::Response {
                    sequence: be32(value, 0)?,
                    outcome: be32(value, 4)?,
                },
                _ => Self::Other {
                    sequence: be32(value, 0)?,
                },
            })
        })
    }
}

pub(crate) fn write_request(request: &ResetRequest, out: &mut Vec<u8>) {
    parameter(out, OUTGOING_RESET, |out| {
        out.extend_from_slice(&request.sequence.to_be_bytes());
        out.extend_from_slice(&request.answered.to_be_bytes());
        out.extend_from_slice(&request.tsn_last.to_be_bytes());
        for stream in &request.streams {
            out.extend_from_slice(&stream.to_be_bytes());
        }
    });
}

pub(crate) fn write_response(sequence: u32, outcome: u32, out: &mut Vec<u8>) {
    parameter(out, RESPONSE, |out| {
        out.extend_from_slice(&sequence.to_be_bytes());
        out.extend_from_slice(&outcome.to_be_bytes());
    });
}
