//! What is known of a payload.

/// What a payload says of itself, in terms that every codec shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadInfo {
    /// A decoder can start here.
    pub keyframe: bool,
    /// The spatial layer; 0 where there is one.
    pub spatial: u8,
    /// The temporal layer; 0 where there is one.
    pub temporal: u8,
    /// A receiver of lower temporal layers may go up to this one from here.
    pub switching_point: bool,
    /// Audio without sound (Opus DTX).
    pub silent: bool,
}
