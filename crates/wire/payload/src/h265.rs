//! H.265 (RFC 7798 §4.4).

use crate::info::PayloadInfo;

const AGGREGATION: u8 = 48;
const FRAGMENTATION: u8 = 49;
const PACI: u8 = 50;

/// Whether a decoder can start here: at a parameter set or an intra random access point.
pub fn read(payload: &[u8]) -> Option<PayloadInfo> {
    let (head, rest) = payload.split_first_chunk::<2>()?;
    let temporal = (head[1] & 0x07).saturating_sub(1);
    let keyframe = match kind(head[0]) {
        AGGREGATION => units(rest).any(starts_decoding),
        FRAGMENTATION => {
            let &fragment = rest.first()?;
            fragment & 0x80 != 0 && starts_decoding(fragment & 0x3f)
        }
        // The unit behind the header extension keeps its kind there (§4.4.4).
        PACI => starts_decoding(rest.first()? >> 1 & 0x3f),
        kind => starts_decoding(kind),
    };
    // TSA and STSA pictures (2 to 5): from here a receiver may go up to their layer (H.265 §7.4.2.2).
    let switch_up_to = match kind(head[0]) {
        2..=5 => temporal,
        _ => 0,
    };
    Some(PayloadInfo {
        temporal,
        ..match keyframe {
            true => PayloadInfo::of_keyframe(true),
            false => PayloadInfo {
                switch_up_to,
                ..PayloadInfo::default()
            },
        }
    })
}

fn kind(head: u8) -> u8 {
    head >> 1 & 0x3f
}

/// BLA, IDR and CRA pictures are 16 to 21; VPS, SPS and PPS 32 to 34.
fn starts_decoding(kind: u8) -> bool {
    matches!(kind, 16..=21 | 32..=34)
}

/// The kinds of the units in an aggregate; ends where it contradicts itself.
fn units(mut rest: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (len, tail) = rest.split_first_chunk::<2>()?;
        let (unit, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        rest = tail;
        unit.first().map(|&head| kind(head))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_starts_at_parameters_or_a_random_access_point() {
        let keyframe = |payload: &[u8]| read(payload).is_some_and(|info| info.keyframe);

        assert!(keyframe(&[0x40, 1, 0]), "VPS");
        assert!(keyframe(&[0x26, 1, 0]), "IDR_W_RADL");
        assert!(keyframe(&[0x2a, 1, 0]), "CRA");
        assert!(keyframe(&[0x60, 1, 0, 2, 0x42, 1]), "SPS in an aggregate");
        assert!(keyframe(&[0x62, 1, 0x93, 0]), "start of a fragmented IDR");
        assert!(!keyframe(&[0x62, 1, 0x13, 0]), "middle of it");
        assert!(!keyframe(&[0x02, 1, 0]), "TRAIL_R");
    }

    #[test]
    fn the_temporal_layer_stands_in_the_header() {
        assert_eq!(read(&[0x02, 3, 0]).map(|info| info.temporal), Some(2));
    }
}
