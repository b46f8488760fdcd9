//! H.264 (RFC 6184 §5).

use crate::info::PayloadInfo;

/// A coded slice of an IDR picture.
const IDR: u8 = 5;
/// A sequence parameter set; senders put one before each IDR picture.
const SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const FU_B: u8 = 29;

/// Whether a decoder can start here: at an SPS or an IDR slice, alone, in an aggregate, or at the start
/// of a fragmented unit.
pub fn read(payload: &[u8]) -> Option<PayloadInfo> {
    let (&head, rest) = payload.split_first()?;
    let keyframe = match head & 0x1f {
        STAP_A => units(rest).any(starts_decoding),
        FU_A | FU_B => {
            let &fragment = rest.first()?;
            fragment & 0x80 != 0 && starts_decoding(fragment & 0x1f)
        }
        kind => starts_decoding(kind),
    };
    Some(PayloadInfo::of_keyframe(keyframe))
}

fn starts_decoding(kind: u8) -> bool {
    matches!(kind, IDR | SPS)
}

/// The kinds of the units in an aggregate; ends where it contradicts itself.
fn units(mut rest: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (len, tail) = rest.split_first_chunk::<2>()?;
        let (unit, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        rest = tail;
        unit.first().map(|head| head & 0x1f)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_starts_at_parameters_or_an_idr_slice() {
        let keyframe = |payload: &[u8]| read(payload).is_some_and(|info| info.keyframe);

        assert!(keyframe(&[0x67, 0x42]));
        assert!(keyframe(&[0x65, 0x88]));
        assert!(keyframe(&[0x78, 0, 2, 0x68, 1, 0, 2, 0x67, 1]));
        assert!(keyframe(&[0x7c, 0x85, 1]));
        assert!(!keyframe(&[0x7c, 0x05, 1]));
        assert!(!keyframe(&[0x61, 0x88]));
        assert!(!keyframe(&[0x78, 0, 9, 0x67]));
        assert!(!keyframe(&[]));
    }
}
