//! VP8 (RFC 7741 §4.2).
//!
//! ```text
//!  |X|R|N|S|R| PID | (required)   |I|L|T|K| RSV | if X   |M| PictureID  | if I
//!  | M: PictureID, low byte |     |   TL0PICIDX |  if L  |TID|Y| KEYIDX | if T or K
//! ```

use crate::info::{LAYER_MAX, PayloadInfo};

/// What stands before a VP8 payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vp8Descriptor {
    /// Nothing depends on this frame.
    pub non_reference: bool,
    /// The first packet of a partition.
    pub start_of_partition: bool,
    /// Which partition.
    pub partition: u8,
    /// The picture's number, 7 or 15 bits.
    pub picture_id: Option<u16>,
    /// The picture's number has 15 bits.
    pub picture_id_long: bool,
    /// The number of the last picture of temporal layer 0.
    pub tl0_picture_index: Option<u8>,
    /// The temporal layer.
    pub temporal: Option<u8>,
    /// Depends on layer 0 only.
    pub layer_sync: bool,
    /// Bytes of the descriptor.
    pub len: usize,
    /// The first partition begins here and its frame is a key frame.
    pub keyframe: bool,
}

/// The numbers by which a receiver follows VP8 pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vp8Numbers {
    /// The picture's, 15 bits.
    pub picture_id: u16,
    /// That of the last picture of temporal layer 0.
    pub tl0_picture_index: u8,
}

/// A descriptor that was written.
#[derive(Clone, Copy, Debug)]
pub struct Vp8Written {
    bytes: [u8; Self::LEN_MAX],
    len: usize,
}

impl Vp8Written {
    /// Every part, once.
    pub const LEN_MAX: usize = 6;

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Callers write a descriptor's parts, of which each is there once.
    fn push(&mut self, part: &[u8]) {
        let part = &part[..part.len().min(Self::LEN_MAX - self.len)];
        self.bytes[self.len..self.len + part.len()].copy_from_slice(part);
        self.len += part.len();
    }
}

impl Vp8Descriptor {
    /// Reads the descriptor; `None` if it is cut off.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let (&first, mut rest) = payload.split_first()?;
        let mut descriptor = Self {
            non_reference: first & 0x20 != 0,
            start_of_partition: first & 0x10 != 0,
            partition: first & 0x07,
            ..Self::default()
        };
        if first & 0x80 != 0 {
            let flags = take(&mut rest)?;
            if flags & 0x80 != 0 {
                let high = take(&mut rest)?;
                descriptor.picture_id_long = high & 0x80 != 0;
                descriptor.picture_id = Some(match descriptor.picture_id_long {
                    false => u16::from(high),
                    true => u16::from(high & 0x7f) << 8 | u16::from(take(&mut rest)?),
                });
            }
            if flags & 0x40 != 0 {
                descriptor.tl0_picture_index = Some(take(&mut rest)?);
            }
            if flags & 0x30 != 0 {
                let layer = take(&mut rest)?;
                if flags & 0x20 != 0 {
                    descriptor.temporal = Some(layer >> 6);
                    descriptor.layer_sync = layer & 0x20 != 0;
                }
            }
        }
        descriptor.len = payload.len() - rest.len();
        // RFC 7741 §4.3: the P bit of the frame's first byte is 0 in a key frame.
        let frame = rest.first()?;
        descriptor.keyframe =
            descriptor.start_of_partition && descriptor.partition == 0 && frame & 1 == 0;
        Some(descriptor)
    }

    /// Whether [`Vp8Descriptor::rewrite`] can say other numbers.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        self.picture_id.is_some()
    }

    /// Writes this descriptor, which was read from the front of `payload`, with these numbers instead
    /// of its own, the picture's in 15 bits. Gives what was written; nothing if there are none to
    /// replace.
    #[must_use]
    pub fn rewrite(&self, payload: &[u8], numbers: Vp8Numbers) -> Option<Vp8Written> {
        self.picture_id?;
        let mut written = Vp8Written {
            bytes: [0; Vp8Written::LEN_MAX],
            len: 0,
        };
        let short = usize::from(!self.picture_id_long);
        let behind = 4 - short;
        written.push(payload.get(..2)?);
        written.push(&(numbers.picture_id | 0x8000).to_be_bytes());
        if self.tl0_picture_index.is_some() {
            written.push(&[numbers.tl0_picture_index]);
            written.push(payload.get(behind + 1..self.len)?);
        } else {
            written.push(payload.get(behind..self.len)?);
        }
        Some(written)
    }

    /// In terms that every codec shares.
    #[must_use]
    pub fn info(&self) -> PayloadInfo {
        let temporal = self.temporal.unwrap_or(0);
        PayloadInfo {
            start_of_frame: self.start_of_partition && self.partition == 0,
            temporal,
            switch_up_to: match (self.keyframe, self.layer_sync) {
                (true, _) => LAYER_MAX,
                (false, true) => temporal,
                (false, false) => 0,
            },
            ..PayloadInfo::of_keyframe(self.keyframe)
        }
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, tail) = rest.split_first()?;
    *rest = tail;
    Some(byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_descriptor_is_read() {
        let descriptor =
            Vp8Descriptor::read(&[0x90, 0xf0, 0x92, 0x34, 0x56, 0xa3, 0x01]).expect("whole");

        assert_eq!(descriptor.picture_id, Some(0x1234));
        assert_eq!(
            (descriptor.tl0_picture_index, descriptor.temporal),
            (Some(0x56), Some(2))
        );
        assert!(descriptor.layer_sync && !descriptor.keyframe);
        assert_eq!(descriptor.len, 6);
    }

    #[test]
    fn a_key_frame_begins_the_first_partition_with_an_even_byte() {
        let keyframe = |payload: &[u8]| {
            Vp8Descriptor::read(payload).is_some_and(|descriptor| descriptor.keyframe)
        };

        assert!(keyframe(&[0x10, 0x50]));
        assert!(!keyframe(&[0x10, 0x51]));
        assert!(!keyframe(&[0x00, 0x50]));
        assert!(!keyframe(&[0x11, 0x50]));
    }

    #[test]
    fn a_descriptor_cut_anywhere_is_none() {
        let whole = [0x90, 0xf0, 0x92, 0x34, 0x56, 0xa3, 0x01];

        for len in 0..whole.len() {
            assert_eq!(Vp8Descriptor::read(&whole[..len]), None, "{len} bytes");
        }
    }

    #[test]
    fn a_short_picture_number_is_widened() {
        let payload = [0x90, 0xc0, 0x12, 0x56, 0x01];
        let descriptor = Vp8Descriptor::read(&payload).expect("whole");

        let written = descriptor.rewrite(&payload, numbers(0x1234, 0x77));

        assert_eq!(
            written.expect("numbered").as_bytes(),
            [0x90, 0xc0, 0x92, 0x34, 0x77]
        );
    }

    #[test]
    fn without_a_picture_number_nothing_is_written() {
        let payload = [0x90, 0x20, 0x40, 0x01];
        let descriptor = Vp8Descriptor::read(&payload).expect("whole");

        assert!(descriptor.rewrite(&payload, numbers(1, 1)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn a_rewritten_descriptor_says_the_same_but_for_its_numbers(
            head in proptest::collection::vec(any::<u8>(), 8),
            picture_id in 0_u16..0x8000,
            tl0 in any::<u8>(),
        ) {
            let mut payload = head;
            payload[0] |= 0x80;
            payload[1] |= 0x80;
            let before = Vp8Descriptor::read(&payload).expect("eight bytes are enough");

            let written = before.rewrite(&payload, numbers(picture_id, tl0)).expect("numbered");

            let mut whole = written.as_bytes().to_vec();
            whole.extend_from_slice(&payload[before.len..]);
            let after = Vp8Descriptor::read(&whole).expect("still whole");
            prop_assert_eq!(after, Vp8Descriptor {
                picture_id: Some(picture_id),
                picture_id_long: true,
                tl0_picture_index: before.tl0_picture_index.map(|_| tl0),
                len: before.len + usize::from(!before.picture_id_long),
                ..before
            });
            prop_assert_eq!(&whole[after.len..], &payload[before.len..]);
        }
    }

    fn numbers(picture_id: u16, tl0_picture_index: u8) -> Vp8Numbers {
        Vp8Numbers {
            picture_id,
            tl0_picture_index,
        }
    }
}
