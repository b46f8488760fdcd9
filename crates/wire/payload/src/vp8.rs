//! VP8 (RFC 7741 §4.2).
//!
//! ```text
//!  |X|R|N|S|R| PID | (required)   |I|L|T|K| RSV | if X   |M| PictureID  | if I
//!  | M: PictureID, low byte |     |   TL0PICIDX |  if L  |TID|Y| KEYIDX | if T or K
//! ```

use crate::info::PayloadInfo;

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
                descriptor.picture_id = Some(match high & 0x80 {
                    0 => u16::from(high),
                    _ => u16::from(high & 0x7f) << 8 | u16::from(take(&mut rest)?),
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

    /// In terms that every codec shares.
    #[must_use]
    pub fn info(&self) -> PayloadInfo {
        PayloadInfo {
            keyframe: self.keyframe,
            temporal: self.temporal.unwrap_or(0),
            switching_point: self.layer_sync || self.keyframe,
            ..PayloadInfo::default()
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
}
