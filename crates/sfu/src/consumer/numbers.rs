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
    /// Where layers are left out or streams change.
    layered: Option<Box<Layered>>,
}

/// What only consumers of layers need.
#[derive(Debug)]
struct Layered {
    timeline: Timeline,
    /// Of VP8.
    pictures: Option<Pictures>,
    frames: Frames,
    /// The highest number that went out, and whether it ended its frame.
    last: Option<(u64, bool)>,
}

impl Numbers {
    /// Packets of one stream without layers.
    pub fn simple(entropy: &mut dyn Entropy) -> Self {
        Self {
            sequencer: Sequencer::new(entropy.next_in(FIRST_SEQ.0, FIRST_SEQ.1) as u16),
            layered: None,
        }
    }

    /// Packets of layers.
    pub fn layered(codec: Codec, rate: ClockRate, entropy: &mut dyn Entropy) -> Self {
        let numbers = Self::simple(entropy);
        let first = entropy.next_u32() as u16;
        Self {
            layered: Some(Box::new(Layered {
                timeline: Timeline::new(rate),
                pictures: (codec == Codec::Vp8).then(|| Pictures::new(first)),
                frames: Frames::default(),
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
        let Some(layered) = &mut self.layered else {
            let output = self.sequencer.begin(packet.seq);
            return numbered(output, packet.facts.timestamp, marker);
        };
        let anew = self.sequencer.begins_anew(packet.seq);
        // A frame that was not sent to its end leaves a gap, which tells the decoder.
        if layered.last.is_some_and(|(_, ended)| !ended) {
            self.sequencer.leave_gap();
        }
        let output = self.sequencer.begin(packet.seq);
        let rewrite = layered
            .pictures
            .as_mut()
            .and_then(|pictures| pictures.begin(&Vp8Descriptor::read(packet.payload)?));
        layered.frames.begin(packet);
        layered
            .timeline
            .begin(now, feed, packet.facts.timestamp, anew);
        layered.sent(now, feed, (packet, marker), (output, rewrite))
    }

    /// The next packet; `None` if it comes too late to have a place.
    pub fn next(
        &mut self,
        now: Instant,
        feed: Feed,
        (packet, marker): (&StoredPacket<'_>, bool),
    ) -> Option<Outgoing> {
        let output = self.sequencer.map(packet.seq)?;
        let Some(layered) = &mut self.layered else {
            return Some(numbered(output, packet.facts.timestamp, marker));
        };
        let mut rewrite = None;
        if let Some(pictures) = &mut layered.pictures
            && let Some(descriptor) = Vp8Descriptor::read(packet.payload)
            && descriptor.has_numbers()
        {
            rewrite = Some(pictures.map(&descriptor)?);
        }
        Some(layered.sent(now, feed, (packet, marker), (output, rewrite)))
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
        let layered = self.layered.as_ref();
        layered.map_or(input, |layered| layered.timeline.output(input))
    }
}

impl Layered {
    fn sent(
        &mut self,
        now: Instant,
        feed: Feed,
        (packet, marker): (&StoredPacket<'_>, bool),
        (output, rewrite): (u64, Option<Vp8Numbers>),
    ) -> Outgoing {
        if self.last.is_none_or(|(last, _)| output > last) {
            self.last = Some((output, marker));
        }
        let timestamp = self.timeline.map(now, feed, packet.facts.timestamp);
        Outgoing {
            rewrite,
            frame_step: self.frames.map(packet),
            ..numbered(output, timestamp, marker)
        }
    }
}

fn numbered(output: u64, timestamp: RtpTimestamp, marker: bool) -> Outgoing {
    Outgoing {
        seq: SeqNumber(output as u16),
        timestamp,
        marker,
        original: None,
        rewrite: None,
        frame_step: 0,
    }
}

#[cfg(test)]
mod tests;
