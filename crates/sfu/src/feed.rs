//! Where a packet comes from: one of its producer's encodings.

use crate::history::MediaClock;

/// What a packet comes with that is not in it.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// The place of its stream among its producer's encodings.
    pub encoding: usize,
    /// Where its stream's media clock stands.
    pub clock: Option<MediaClock>,
}

/// Some of a producer's encodings. Those beyond the first 31 are all in or all out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encodings(u32);

impl Encodings {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(u32::MAX);

    /// These and this one.
    #[must_use]
    pub fn with(self, encoding: usize) -> Self {
        Self(self.0 | 1 << encoding.min(31))
    }

    /// These and those.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contains(self, encoding: usize) -> bool {
        self.0 & 1 << encoding.min(31) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<usize> for Encodings {
    fn from_iter<T: IntoIterator<Item = usize>>(encodings: T) -> Self {
        encodings.into_iter().fold(Self::NONE, Self::with)
    }
}
