//! What is known of a payload.

/// Above every layer that there is.
pub const LAYER_MAX: u8 = 7;

/// What a payload says of itself, in terms that every codec shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadInfo {
    /// A decoder can start here.
    pub keyframe: bool,
    /// The first packet of a layer's frame, as far as the payload tells.
    pub start_of_frame: bool,
    /// The last packet of a layer's frame, as far as the payload tells.
    pub end_of_frame: bool,
    /// The frame depends on earlier pictures, as far as the payload tells.
    pub inter_predicted: bool,
    /// The spatial layer; 0 where there is one.
    pub spatial: u8,
    /// The highest spatial layer that needs this frame.
    pub reach: u8,
    /// The temporal layer; 0 where there is one.
    pub temporal: u8,
    /// A receiver of lower temporal layers may go up to this one from here; 0 if it may not.
    pub switch_up_to: u8,
    /// Audio without sound (Opus DTX).
    pub silent: bool,
}

impl Default for PayloadInfo {
    fn default() -> Self {
        Self {
            keyframe: false,
            start_of_frame: false,
            end_of_frame: false,
            inter_predicted: false,
            spatial: 0,
            reach: LAYER_MAX,
            temporal: 0,
            switch_up_to: 0,
            silent: false,
        }
    }
}

impl PayloadInfo {
    /// A payload of which it is known whether a decoder can start at it; from there every layer may be
    /// had.
    #[must_use]
    pub fn of_keyframe(keyframe: bool) -> Self {
        Self {
            keyframe,
            switch_up_to: if keyframe { LAYER_MAX } else { 0 },
            ..Self::default()
        }
    }
}
