//! AV1 (RTP payload format for AV1 §4.4): the aggregation header `|Z|Y| W |N|-|-|-|`.

use crate::info::PayloadInfo;

/// N: the first packet of a coded video sequence, which begins with a key frame.
const NEW_SEQUENCE: u8 = 0x08;

/// Whether a decoder can start here.
pub fn read(payload: &[u8]) -> Option<PayloadInfo> {
    let (&header, rest) = payload.split_first()?;
    // A continued fragment cannot begin a sequence (§4.4: Z must be 0 if N is set).
    let keyframe = header & NEW_SEQUENCE != 0 && header & 0x80 == 0 && !rest.is_empty();
    Some(PayloadInfo::of_keyframe(keyframe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_sequence_is_a_key_frame() {
        assert_eq!(read(&[0x18, 0x0a]).map(|info| info.keyframe), Some(true));
        assert_eq!(read(&[0x10, 0x32]).map(|info| info.keyframe), Some(false));
        assert_eq!(read(&[0x98, 0x0a]).map(|info| info.keyframe), Some(false));
    }
}
