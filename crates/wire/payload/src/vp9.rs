//! VP9 (RFC 9628 §4.2).
//!
//! ```text
//!  |I|P|L|F|B|E|V|Z|   |M| PICTURE ID |…| if I   | TID |U| SID |D|  TL0PICIDX (if not F) | if L
//! ```

use crate::info::{LAYER_MAX, PayloadInfo};

/// What stands before a VP9 payload, as far as forwarding asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vp9Descriptor {
    /// The picture's number, 7 or 15 bits.
    pub picture_id: Option<u16>,
    /// Depends on earlier pictures.
    pub inter_predicted: bool,
    /// The first packet of a layer frame.
    pub start_of_frame: bool,
    /// The last one.
    pub end_of_frame: bool,
    /// The temporal layer.
    pub temporal: u8,
    /// Lower temporal layers may go up from here.
    pub switching_up: bool,
    /// The spatial layer.
    pub spatial: u8,
    /// Depends on the spatial layer below.
    pub inter_layer: bool,
    /// Nothing above depends on this layer frame.
    pub not_a_reference: bool,
    /// The number of the last picture of temporal layer 0.
    pub tl0_picture_index: Option<u8>,
    /// A scalability structure follows.
    pub has_structure: bool,
}

impl Vp9Descriptor {
    /// Reads the descriptor; `None` if it is cut off.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let (&first, mut rest) = payload.split_first()?;
        let mut descriptor = Self {
            inter_predicted: first & 0x40 != 0,
            start_of_frame: first & 0x08 != 0,
            end_of_frame: first & 0x04 != 0,
            has_structure: first & 0x02 != 0,
            not_a_reference: first & 0x01 != 0,
            ..Self::default()
        };
        let mut take = || {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            Some(byte)
        };
        if first & 0x80 != 0 {
            let high = take()?;
            descriptor.picture_id = Some(match high & 0x80 {
                0 => u16::from(high),
                _ => u16::from(high & 0x7f) << 8 | u16::from(take()?),
            });
        }
        if first & 0x20 != 0 {
            let layer = take()?;
            descriptor.temporal = layer >> 5;
            descriptor.switching_up = layer & 0x10 != 0;
            descriptor.spatial = layer >> 1 & 0x07;
            descriptor.inter_layer = layer & 0x01 != 0;
            if first & 0x10 == 0 {
                descriptor.tl0_picture_index = Some(take()?);
            }
        }
        Some(descriptor)
    }

    /// RFC 9628 §4.2: behind a picture with U nothing higher depends on what came before it. From the
    /// base layer that opens every layer, from another one at least its own.
    fn switch_up_to(&self, keyframe: bool) -> u8 {
        match (keyframe, self.switching_up) {
            (true, _) => LAYER_MAX,
            (false, true) if self.temporal == 0 => LAYER_MAX,
            (false, true) => self.temporal,
            (false, false) => 0,
        }
    }

    /// In terms that every codec shares.
    #[must_use]
    pub fn info(&self) -> PayloadInfo {
        let keyframe = !self.inter_predicted && self.start_of_frame && self.spatial == 0;
        PayloadInfo {
            start_of_frame: self.start_of_frame,
            end_of_frame: self.end_of_frame,
            inter_predicted: self.inter_predicted,
            spatial: self.spatial,
            reach: match self.not_a_reference {
                true => self.spatial,
                false => LAYER_MAX,
            },
            temporal: self.temporal,
            switch_up_to: self.switch_up_to(keyframe),
            ..PayloadInfo::of_keyframe(keyframe)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layered_descriptor_is_read() {
        // I P L E: an inter-predicted packet of temporal layer 2, spatial layer 1.
        let descriptor = Vp9Descriptor::read(&[0xe4, 0x81, 0x02, 0x53, 0x77]).expect("whole");

        assert_eq!(descriptor.picture_id, Some(0x0102));
        assert_eq!((descriptor.temporal, descriptor.spatial), (2, 1));
        assert!(descriptor.switching_up && descriptor.inter_layer && descriptor.end_of_frame);
        assert_eq!(descriptor.tl0_picture_index, Some(0x77));
        assert!(!descriptor.info().keyframe);
    }

    #[test]
    fn a_key_frame_starts_spatial_layer_0_without_prediction() {
        let keyframe = |payload: &[u8]| {
            Vp9Descriptor::read(payload).is_some_and(|descriptor| descriptor.info().keyframe)
        };

        assert!(keyframe(&[0x8a, 0x05]));
        assert!(!keyframe(&[0xca, 0x05]));
        assert!(!keyframe(&[0x82, 0x05]));
        assert!(!keyframe(&[0xa8, 0x05, 0x02, 0x00]));
    }

    #[test]
    fn a_descriptor_cut_anywhere_is_none() {
        let whole = [0xe4, 0x81, 0x02, 0x53, 0x77];

        for len in 0..whole.len() {
            assert_eq!(Vp9Descriptor::read(&whole[..len]), None, "{len} bytes");
        }
    }
}
