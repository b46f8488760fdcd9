//! The number of a frame: the two bytes behind the first of its descriptor (A.8.1). What a frame refers to
//! is told by distances, so numbers may be moved without looking at anything else.

const PLACE: std::ops::Range<usize> = 1..3;

/// The frame's number.
#[must_use]
pub fn frame_number(descriptor: &[u8]) -> Option<u16> {
    let bytes = descriptor.get(PLACE)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// Makes the frame's number larger by `step`; a descriptor that is cut off stays as it is.
pub fn move_frame_number(descriptor: &mut [u8], step: u16) {
    if let Some(number) = frame_number(descriptor) {
        let moved = number.wrapping_add(step);
        descriptor[PLACE].copy_from_slice(&moved.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_number_moves() {
        let mut descriptor = [0xc1, 0xff, 0xfe, 0x80];

        move_frame_number(&mut descriptor, 3);

        assert_eq!(descriptor, [0xc1, 0, 1, 0x80]);
        assert_eq!(frame_number(&descriptor), Some(1));
    }

    #[test]
    fn a_descriptor_that_is_cut_off_has_none() {
        let mut short = [0xc1, 0xff];
        move_frame_number(&mut short, 3);

        assert_eq!((frame_number(&short), short), (None, [0xc1, 0xff]));
    }
}
