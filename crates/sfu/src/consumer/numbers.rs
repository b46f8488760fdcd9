//! What a packet is called on its way out: sequence number, time, and what its codec counts.

use payload::{Codec, Vp8Descriptor, Vp8Numbers};
use rtp::SeqNumber;
use units::{ClockRate, Entropy, Instant, RtpTimestamp};

use crate::consumer::frames::Frames;
use crate::consumer::pictures::Pictures;
use crate::consumer::sequencer::{Outgoing, Sequencer};
use crate::consumer::timeline::Timeline;
use crate::feed::Feed;
use crate::history::StoredPacket;

/// First numbers lie below the half circle, so that early reordering cannot look like a wrap to SRTP.
pub(super) const FIRST_SEQ: (u32, u32) = (1_000, 32_767);

/// Names the packets of one consumer.
#[derive(Debug)]
pub struct Numbers {
    sequencer: Sequencer,
    timeline: Timeline,
    frames: Frames,
    /// Where layers are left out or streams change.
    layered: Option<Box<Layered>>,
}

/// What only consumers of layers need.
#[derive(Debug)]
struct Layered {
    /// Of VP8.
    pictures: Option<Pictures>,
    /// The highest number that went out, and whether it ended its frame.
    last: Option<(u64, bool)>,
}

impl Numbers {
    /// Packets of one stream without layers.
    pub fn simple(rate: ClockRate, entropy: &mut dyn Entropy) -> Self {
        Self {
            sequencer: Sequencer::new(entropy.next_in(FIRST_SEQ.0, FIRST_SEQ.1) as u16),
            timeline: Timeline::new(rate),
            frames: Frames::default(),
            layered: None,
        }
    }

    /// Packets of layers.
    pub fn layered(codec: Codec, rate: ClockRate, entropy: &mut dyn Entropy) -> Self {
        let numbers = Self::simple(rate, entropy);
        let first = entropy.next_u32() as u16;
        Self {
            layered: Some(Box::new(Layered {
                pictures: (codec == Codec::Vp8).then(|| Pictures::new(first)),
                last: None,
            })),
            ..numbers
        }
    }

    /// The receiver begins (again) with this packet.
    pub fn begin(
        &mut self,
        now: Instant,
        feed: Feed,
        (packet, marker): (&StoredPacket<'_>, bool),
    ) -> Outgoing {
        let anew = self.sequencer.begins_anew(packet.seq);
        // A frame that was not sent to its end leaves a gap, which tells the decoder.
        let last = self.layered.as_ref().and_then(|layered| layered.last);
        if last.is_some_and(|(_, ended)| !ended) {
            self.sequencer.leave_gap();
        }
        let output = self.sequencer.begin(packet.seq);
        let pictures = self.layered.as_mut().and_then(|it| it.pictures.as_mut());
        let rewrite =
            pictures.and_then(|pictures| pictures.begin(&Vp8Descriptor::read(packet.payload)?));
        self.frames.begin(packet);
        self.timeline.begin(now, feed, packet.facts.timestamp, anew);
        self.sent(now, feed, (packet, marker), (output, rewrite))
    }

    /// The next packet; `None` if it comes too late to have a place.
    pub fn next(
        &mut self,
        now: Instant,
        feed: Feed,
        (packet, marker): (&StoredPacket<'_>, bool),
    ) -> Option<Outgoing> {
        let anew = self.sequencer.begins_anew(packet.seq);
        let output = self.sequencer.map(packet.seq)?;
        if anew {
            self.frames.begin(packet);
            self.timeline.begin(now, feed, packet.facts.timestamp, anew);
        }
        let mut rewrite = None;
        let pictures = self.layered.as_mut().and_then(|it| it.pictures.as_mut());
        if let Some(pictures) = pictures
            && let Some(descriptor) = Vp8Descriptor::read(packet.payload)
            && descriptor.has_numbers()
        {
            rewrite = Some(pictures.map(&descriptor)?);
        }
        Some(self.sent(now, feed, (packet, marker), (output, rewrite)))
    }

    /// A packet is left out.
    pub fn skip(&mut self, packet: &StoredPacket<'_>) {
        self.sequencer.skip(packet.seq);
        let pictures = self.layered.as_mut().and_then(|it| it.pictures.as_mut());
        if let Some(pictures) = pictures
            && let Some(descriptor) = Vp8Descriptor::read(packet.payload)
        {
            pictures.skip(&descriptor);
        }
    }

    /// Where this moment of the stream that goes lies for the receiver.
    #[must_use]
    pub fn timestamp(&self, input: RtpTimestamp) -> RtpTimestamp {
        self.timeline.output(input)
    }

    fn sent(
        &mut self,
        now: Instant,
        feed: Feed,
        (packet, marker): (&StoredPacket<'_>, bool),
        (output, rewrite): (u64, Option<Vp8Numbers>),
    ) -> Outgoing {
        if let Some(layered) = &mut self.layered
            && layered.last.is_none_or(|(last, _)| output > last)
        {
            layered.last = Some((output, marker));
        }
        Outgoing {
            seq: SeqNumber(output as u16),
            timestamp: self.timeline.map(now, feed, packet.facts.timestamp),
            marker,
            original: None,
            rewrite,
            frame_step: self.frames.map(packet),
        }
    }
}

#[cfg(test)]
mod tests;
