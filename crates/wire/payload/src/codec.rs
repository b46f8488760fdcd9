//! Codecs, and who reads which.

use crate::dd::FrameInfo;
use crate::info::PayloadInfo;
use crate::{av1, h264, h265, opus, vp8, vp9};

/// A codec whose payload we look into, or some other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// RFC 7741.
    Vp8,
    /// RFC 9628.
    Vp9,
    /// RFC 6184.
    H264,
    /// RFC 7798.
    H265,
    /// AV1 RTP specification.
    Av1,
    /// RFC 7587.
    Opus,
    /// Nothing is known of its payload.
    Other,
}

impl Codec {
    /// The codec called `video/VP8` or the like, in any case.
    #[must_use]
    pub fn from_mime(mime: &str) -> Self {
        const NAMES: [(&str, Codec); 7] = [
            ("video/vp8", Codec::Vp8),
            ("video/vp9", Codec::Vp9),
            ("video/h264", Codec::H264),
            ("video/h265", Codec::H265),
            ("video/av1", Codec::Av1),
            ("audio/opus", Codec::Opus),
            ("audio/multiopus", Codec::Opus),
        ];
        let known = NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(mime));
        known.map_or(Self::Other, |&(_, codec)| codec)
    }

    /// Whether a decoder must wait for a key frame.
    #[must_use]
    pub const fn has_keyframes(self) -> bool {
        !matches!(self, Self::Opus | Self::Other)
    }
}

/// What a payload says of itself; nothing, if it contradicts itself. A dependency descriptor, where
/// the stream has them, knows more than the payload.
#[must_use]
pub fn describe(codec: Codec, payload: &[u8], frame: Option<&FrameInfo>) -> PayloadInfo {
    let read = match codec {
        Codec::Vp8 => vp8::Vp8Descriptor::read(payload).map(|descriptor| descriptor.info()),
        Codec::Vp9 => vp9::Vp9Descriptor::read(payload).map(|descriptor| descriptor.info()),
        Codec::H264 => h264::read(payload),
        Codec::H265 => h265::read(payload),
        Codec::Av1 => av1::read(payload),
        Codec::Opus => opus::read(payload),
        Codec::Other => None,
    };
    let mut info = read.unwrap_or_default();
    if let Some(frame) = frame {
        info.keyframe |= frame.keyframe;
        info.start_of_frame = frame.start_of_frame;
        info.end_of_frame = frame.end_of_frame;
        info.spatial = frame.spatial;
        info.reach = frame.reach;
        info.temporal = frame.temporal;
        info.switch_up_to = info.switch_up_to.max(frame.switch_up_to);
    }
    info
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Codec; 7] = [
        Codec::Vp8,
        Codec::Vp9,
        Codec::H264,
        Codec::H265,
        Codec::Av1,
        Codec::Opus,
        Codec::Other,
    ];

    #[test]
    fn codecs_are_known_by_name_in_any_case() {
        assert_eq!(Codec::from_mime("VIDEO/vp8"), Codec::Vp8);
        assert_eq!(Codec::from_mime("audio/PCMU"), Codec::Other);
        assert!(Codec::from_mime("video/AV1").has_keyframes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_bytes_have_an_answer(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
            for codec in ALL {
                let _ = describe(codec, &payload, None);
            }
        }
    }
}
