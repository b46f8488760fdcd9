//! What a payload says of itself: key frame, layer, frame borders.
//!
//! One file a codec; each reads no more of the payload than the answer needs. Any bytes give an
//! answer: a payload that contradicts itself is one of which nothing is known.

#![forbid(unsafe_code)]

mod av1;
mod bits;
mod codec;
pub mod dd;
mod h264;
mod h265;
mod info;
mod opus;
mod vp8;
mod vp9;

pub use codec::{Codec, describe};
pub use info::{LAYER_MAX, PayloadInfo};
pub use opus::is_dtx;
pub use vp8::{Vp8Descriptor, Vp8Numbers, Vp8Written};
pub use vp9::Vp9Descriptor;
