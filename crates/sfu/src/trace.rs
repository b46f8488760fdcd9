//! Which traces are on, and what they tell.
//!
//! A set is a byte: whether any is on costs one comparison a packet.

use std::marker::PhantomData;

use control::{
    RtpPacketTrace, RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection, TransportTraceType,
};
use rtp::{Extension, ExtensionMap, RtpPacket, Ssrc};
use units::Instant;

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

    /// Feedback as it is to be told, if it is; a NACK without a stream.
    #[must_use]
    pub fn of_feedback(
        self,
        now: Instant,
        (kind, direction): (RtpTraceType, TraceDirection),
        ssrc: Option<Ssrc>,
    ) -> Option<RtpTrace> {
        self.contains(kind).then(|| RtpTrace {
            kind,
            timestamp: now.as_millis(),
            direction,
            info: ssrc.map(|ssrc| RtpTraceInfo::KeyFrameRequest { ssrc: ssrc.0 }),
        })
    }
}

/// What a packet says of itself in its header, under these extension ids.
#[must_use]
pub fn describe_packet(packet: &RtpPacket<'_>, ids: &ExtensionMap) -> RtpPacketTrace {
    let value = |kind: Extension| packet.extension_of(kind, ids);
    let text = |kind: Extension| {
        let bytes = value(kind).filter(|bytes| !bytes.is_empty())?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    let wide = |bytes: &[u8]| bytes.try_into().ok().map(u16::from_be_bytes);
    RtpPacketTrace {
        payload_type: packet.payload_type().value(),
        sequence_number: packet.seq().0,
        timestamp: packet.timestamp().0,
        marker: packet.marker(),
        ssrc: packet.ssrc().0,
        size: u32::try_from(packet.as_bytes().len()).unwrap_or(u32::MAX),
        payload_size: u32::try_from(packet.payload().len()).unwrap_or(u32::MAX),
        mid: text(Extension::Mid),
        rid: text(Extension::Rid),
        rrid: text(Extension::RepairedRid),
        wide_sequence_number: value(Extension::TransportSeq).and_then(wide),
        ..RtpPacketTrace::default()
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
