//! Why a received packet was dropped, and how often.

use std::error::Error;
use std::fmt;

/// Why a received packet was refused. The packet is dropped; the receiver goes on as if it had never come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Too short, or not version 2: no SRTP or SRTCP packet at all.
    Malformed,
    /// A packet with this index was accepted before.
    Replayed,
    /// So far behind the newest packet that it may have been accepted before: out of the window.
    TooOld,
    /// The tag does not fit: changed on the way, other keys, or another rollover counter.
    Forged,
    /// An SRTCP packet that says it is not encrypted (E = 0). None of our suites negotiates that.
    Unencrypted,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an SRTP or SRTCP packet",
            Self::Replayed => "seen before",
            Self::TooOld => "older than the replay window",
            Self::Forged => "authentication failed",
            Self::Unencrypted => "SRTCP without encryption",
        })
    }
}

impl Error for Refusal {}

/// How many packets a receiver has refused, by reason; RTP and RTCP together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// [`Refusal::Malformed`].
    pub malformed: u64,
    /// [`Refusal::Replayed`].
    pub replayed: u64,
    /// [`Refusal::TooOld`].
    pub too_old: u64,
    /// [`Refusal::Forged`].
    pub forged: u64,
    /// [`Refusal::Unencrypted`].
    pub unencrypted: u64,
}

impl Refusals {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.malformed + self.replayed + self.too_old + self.forged + self.unencrypted
    }

    pub(crate) fn count(&mut self, refusal: Refusal) {
        *match refusal {
            Refusal::Malformed => &mut self.malformed,
            Refusal::Replayed => &mut self.replayed,
            Refusal::TooOld => &mut self.too_old,
            Refusal::Forged => &mut self.forged,
            Refusal::Unencrypted => &mut self.unencrypted,
        } += 1;
    }
}
