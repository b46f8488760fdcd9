//! A producer: media that an endpoint sends to us, one stream an encoding.
//!
//! ```text
//!  packet ─▶ streams: whose? ─▶ stream ─▶ reception (numbers, loss, jitter)
//!                                  │────▶ nack list ──▶ NACK
//!                                  │────▶ payload ────▶ key frame? ─▶ keyframe requester ─▶ PLI
//!                                  └────▶ history, to be forwarded
//! ```

mod capture;
mod inspect;
mod keyframes;
mod nack;
mod object;
mod reception;
mod resolve;
mod stream;
mod trace;

pub use keyframes::KeyframeRequester;
pub use nack::NackList;
pub use object::{Arrival, Disposition, Producer, ProducerConfig};
pub use stream::RecvStream;
