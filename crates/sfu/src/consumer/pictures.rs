//! Numbers of VP8 pictures: without a gap where pictures were left out or another stream goes on.
//!
//! Receivers find what a picture depends on by its number and by that of the last picture of temporal
//! layer 0 (RFC 7741 §4.2); a gap makes them wait for what never comes.

use payload::{Vp8Descriptor, Vp8Numbers};
use rtp::{SeqNumber, SeqUnwrapper};

use crate::consumer::sequencer::Sequencer;

/// Picture numbers have 15 bits.
const PICTURE_MASK: u64 = 0x7fff;

/// Renumbers the pictures of one consumer.
#[derive(Debug)]
pub struct Pictures {
    unwrapper: SeqUnwrapper,
    sequencer: Sequencer,
    /// Output less input.
    tl0_offset: u8,
    /// The highest that went out.
    tl0_sent: u8,
}

impl Pictures {
    /// Begins with these numbers.
    #[must_use]
    pub fn new(first: u16) -> Self {
        Self {
            unwrapper: SeqUnwrapper::default(),
            sequencer: Sequencer::new(first),
            tl0_offset: 0,
            tl0_sent: (first >> 8) as u8,
        }
    }

    /// The receiver begins (again) with this picture.
    pub fn begin(&mut self, descriptor: &Vp8Descriptor) -> Option<Vp8Numbers> {
        self.unwrapper = SeqUnwrapper::default();
        let input = self.unwrap(descriptor)?;
        let picture = self.sequencer.begin(input);
        if let Some(tl0) = descriptor.tl0_picture_index {
            self.tl0_sent = self.tl0_sent.wrapping_add(1);
            self.tl0_offset = self.tl0_sent.wrapping_sub(tl0);
        }
        Some(self.numbers(descriptor, picture))
    }

    /// The numbers of a picture that is sent. `None` if it has none of its own. A picture from before
    /// what is remembered gets no place either; it is too late anyway.
    pub fn map(&mut self, descriptor: &Vp8Descriptor) -> Option<Vp8Numbers> {
        let input = self.unwrap(descriptor)?;
        let picture = self.sequencer.map(input)?;
        let numbers = self.numbers(descriptor, picture);
        let ahead = numbers.tl0_picture_index.wrapping_sub(self.tl0_sent);
        if descriptor.tl0_picture_index.is_some() && ahead < 0x80 {
            self.tl0_sent = numbers.tl0_picture_index;
        }
        Some(numbers)
    }

    /// A picture is left out.
    pub fn skip(&mut self, descriptor: &Vp8Descriptor) {
        if let Some(input) = self.unwrap(descriptor) {
            self.sequencer.skip(input);
        }
    }

    fn numbers(&self, descriptor: &Vp8Descriptor, picture: u64) -> Vp8Numbers {
        let tl0 = descriptor.tl0_picture_index.unwrap_or(0);
        Vp8Numbers {
            picture_id: (picture & PICTURE_MASK) as u16,
            tl0_picture_index: tl0.wrapping_add(self.tl0_offset),
        }
    }

    /// Without wraps: the number is moved up to where 16 bits wrap when it does.
    fn unwrap(&mut self, descriptor: &Vp8Descriptor) -> Option<u64> {
        let shift = if descriptor.picture_id_long { 1 } else { 9 };
        let moved = SeqNumber(descriptor.picture_id? << shift);
        Some(self.unwrapper.unwrap(moved) >> shift)
    }
}
