//! Observers: they hear how loud producers are, and tell who speaks.
//!
//! ```text
//!  packet ─▶ level (RFC 6464) ─▶ observer ─┬─ levels:  means of an interval ─▶ Volumes, Silence
//!                                          └─ speaker: three spans of speech ─▶ DominantSpeaker
//! ```
//! A producer that nobody observes costs nothing here: the engine does not even read its levels.

mod levels;
mod object;
mod speaker;
mod speech;

pub use levels::AudioLevels;
pub use object::{ObserverEvent, RtpObserver};
pub use speaker::ActiveSpeaker;
pub use speech::Speech;
