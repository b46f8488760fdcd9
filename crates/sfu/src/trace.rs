//! Which traces are on, as bits: whether any is costs one comparison a packet.

use std::marker::PhantomData;

use control::{RtpTraceType, TransportTraceType};

/// Something that can be traced.
pub trait Traced: Copy + Eq + 'static {
    /// All of them, in the order of a dump. Eight at most.
    const ALL: &'static [Self];

    /// Its place among all.
    #[must_use]
    fn bit(self) -> u8 {
        let place = Self::ALL.iter().position(|&kind| kind == self);
        place.map_or(0, |place| 1 << place)
    }
}

impl Traced for RtpTraceType {
    const ALL: &'static [Self] = &[
        Self::Rtp,
        Self::KeyFrame,
        Self::Nack,
        Self::Pli,
        Self::Fir,
        Self::Sr,
    ];
}

impl Traced for TransportTraceType {
    const ALL: &'static [Self] = &[Self::Probation, Self::Bwe];
}

/// The traces that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceSet<T> {
    bits: u8,
    of: PhantomData<T>,
}

impl<T> Default for TraceSet<T> {
    fn default() -> Self {
        Self {
            bits: 0,
            of: PhantomData,
        }
    }
}

impl<T: Traced> TraceSet<T> {
    /// Exactly these.
    #[must_use]
    pub fn of(kinds: &[T]) -> Self {
        Self {
            bits: kinds.iter().fold(0, |bits, kind| bits | kind.bit()),
            of: PhantomData,
        }
    }

    /// All but this one.
    #[must_use]
    pub fn without(self, kind: T) -> Self {
        Self {
            bits: self.bits & !kind.bit(),
            ..self
        }
    }

    /// Whether none is on.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Whether this one is on.
    #[must_use]
    pub fn contains(self, kind: T) -> bool {
        self.bits & kind.bit() != 0
    }

    /// Those that are on, in the order of a dump.
    #[must_use]
    pub fn kinds(self) -> Vec<T> {
        let on = T::ALL.iter().copied().filter(|&kind| self.contains(kind));
        on.collect()
    }
}

impl TraceSet<RtpTraceType> {
    /// As what a packet is to be told: a key frame's rather than any packet's, and never as both.
    #[must_use]
    pub fn of_packet(self, keyframe: bool) -> Option<RtpTraceType> {
        if keyframe && self.contains(RtpTraceType::KeyFrame) {
            return Some(RtpTraceType::KeyFrame);
        }
        self.contains(RtpTraceType::Rtp)
            .then_some(RtpTraceType::Rtp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_is_listed_once_and_in_order() {
        use RtpTraceType::{Fir, KeyFrame, Nack, Rtp, Sr};
        let set = TraceSet::of(&[Sr, Fir, Rtp, Fir, KeyFrame]);

        assert_eq!(set.kinds(), [Rtp, KeyFrame, Fir, Sr]);
        assert_eq!(set.without(Sr).kinds(), [Rtp, KeyFrame, Fir]);
        assert!(!set.contains(Nack) && !set.is_empty());
        assert!(TraceSet::<RtpTraceType>::of(&[]).is_empty());
    }

    #[test]
    fn a_key_frame_is_told_as_one_thing() {
        use RtpTraceType::{KeyFrame, Rtp};

        let of = |kinds: &[RtpTraceType], keyframe| TraceSet::of(kinds).of_packet(keyframe);
        assert_eq!(of(&[Rtp, KeyFrame], true), Some(KeyFrame));
        assert_eq!(of(&[Rtp, KeyFrame], false), Some(Rtp));
        assert_eq!(of(&[Rtp], true), Some(Rtp));
        assert_eq!(of(&[KeyFrame], false), None);
    }
}
