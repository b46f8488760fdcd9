//! The dependency descriptor (AV1 RTP specification, appendix A): which frames a frame needs.
//!
//! A key frame brings a structure: templates of frames, each with a layer, what decode targets it
//! serves and what it refers to. Every later packet names a template. [`DependencyState`] keeps the
//! structure of one stream and resolves its packets.

mod number;
mod read;
mod structure;

pub use number::{frame_number, move_frame_number};
pub use read::DependencyState;
pub use structure::{Dti, FrameInfo, Structure, Template};
