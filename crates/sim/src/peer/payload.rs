//! Payloads of each codec, as far as a forwarder looks into them.

/// What a camera's payloads look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// VP8 (or sound) without numbers or layers.
    #[default]
    Plain,
    /// VP8 with picture numbers, and 1 to 3 temporal layers.
    Vp8 {
        /// How many.
        temporal: u8,
    },
    /// VP9 with layers in one stream, each spatial one a frame of its own.
    Vp9 {
        /// How many spatial layers.
        spatial: u8,
        /// How many temporal layers, 1 to 3.
        temporal: u8,
    },
}

/// What a payload says of its picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The picture's number.
    pub number: u16,
    /// That of the last picture of temporal layer 0.
    pub tl0: u8,
    /// Its spatial layer.
    pub spatial: u8,
    /// Its temporal layer.
    pub temporal: u8,
    /// It needs nothing before it.
    pub key_frame: bool,
}

/// Where a packet stands in its frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub first: bool,
    pub last: bool,
}

impl Style {
    /// Spatial layers in one stream.
    pub(super) fn spatial(self) -> u8 {
        match self {
            Self::Vp9 { spatial, .. } => spatial,
            Self::Plain | Self::Vp8 { .. } => 1,
        }
    }

    /// Temporal layers.
    #[must_use]
    pub fn temporal(self) -> u8 {
        match self {
            Self::Plain => 1,
            Self::Vp8 { temporal } | Self::Vp9 { temporal, .. } => temporal,
        }
    }

    /// The codec's name.
    #[must_use]
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Plain | Self::Vp8 { .. } => "video/VP8",
            Self::Vp9 { .. } => "video/VP9",
        }
    }

    /// The scalability mode to announce, if there is one to tell of.
    #[must_use]
    pub fn mode(self) -> Option<String> {
        match self {
            Self::Plain => None,
            _ => Some(format!("L{}T{}", self.spatial(), self.temporal())),
        }
    }

    /// The temporal layer of the picture with this number, and whether higher layers may begin there.
    pub(super) fn temporal_of(self, number: u16) -> (u8, bool) {
        match self.temporal() {
            1 => (0, false),
            2 => ((number % 2) as u8, number % 2 == 1),
            _ => [(0, false), (2, true), (1, true), (2, false)][usize::from(number % 4)],
        }
    }

    /// Writes what stands at the front of a payload.
    pub(super) fn write(self, picture: &Picture, part: Part, payload: &mut [u8]) {
        let [high, low] = (picture.number & 0x7fff | 0x8000).to_be_bytes();
        let (_, up) = self.temporal_of(picture.number);
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        match self {
            // RFC 7741 §4.2: S marks the first packet of a partition; §4.3: the frame's first bit is P.
            Self::Plain => {
                payload[0] = bit(part.first, 0x10);
                payload[1] = bit(!picture.key_frame, 1) | 0x50;
            }
            Self::Vp8 { .. } => {
                let layer = picture.temporal << 6 | bit(up, 0x20);
                let front = [
                    0x80 | bit(part.first, 0x10),
                    0xe0,
                    high,
                    low,
                    picture.tl0,
                    layer,
                    bit(!picture.key_frame, 1) | 0x50,
                ];
                payload[..front.len()].copy_from_slice(&front);
            }
            // RFC 9628 §4.2: I P L F B E V Z, the picture's number, TID U SID D, TL0PICIDX.
            Self::Vp9 { .. } => {
                let flags = 0xa0
                    | bit(!picture.key_frame, 0x40)
                    | bit(part.first, 0x08)
                    | bit(part.last, 0x04);
                // Everything later is built on the base layer alone.
                let up = picture.temporal == 0 || up;
                let layer = picture.temporal << 5
                    | bit(up, 0x10)
                    | picture.spatial << 1
                    | bit(picture.spatial > 0, 1);
                let front = [flags, high, low, layer, picture.tl0];
                payload[..front.len()].copy_from_slice(&front);
            }
        }
    }
}

/// What a payload says, by the codec it is of: the first packet of a key frame of the lowest layer is
/// one where a receiver can begin.
pub(super) fn read(payload: &[u8], vp9: bool) -> (Option<Picture>, bool) {
    match (payload, vp9) {
        (&[flags, high, low, layer, tl0, ..], true) => {
            let picture = Picture {
                number: u16::from_be_bytes([high & 0x7f, low]),
                tl0,
                spatial: layer >> 1 & 7,
                temporal: layer >> 5,
                key_frame: flags & 0x40 == 0,
            };
            let begins = picture.key_frame && flags & 0x08 != 0 && picture.spatial == 0;
            (Some(picture), begins)
        }
        (
            &[
                first @ (0x80 | 0x90),
                0xe0,
                high,
                low,
                tl0,
                layer,
                frame,
                ..,
            ],
            false,
        ) => {
            let picture = Picture {
                number: u16::from_be_bytes([high & 0x7f, low]),
                tl0,
                spatial: 0,
                temporal: layer >> 6,
                key_frame: frame & 1 == 0,
            };
            (Some(picture), first == 0x90 && picture.key_frame)
        }
        (&[0x10, frame, ..], false) => (None, frame & 1 == 0),
        _ => (None, false),
    }
}
