//! Links: what may happen to a packet on its way, one file a kind of trouble.
//!
//! ```text
//!  packet ─▶ loss ─▶ bottleneck ─▶ duplication ─▶ delay (jitter, reordering) ─▶ calendar
//! ```

mod bottleneck;
mod calendar;
mod delay;
mod duplication;
mod link;
mod loss;

#[cfg(test)]
mod tests;

pub use bottleneck::{Bottleneck, BottleneckConfig};
pub use calendar::{Calendar, Packet};
pub use delay::Delay;
pub use duplication::Duplication;
pub use link::{Link, LinkConfig};
pub use loss::Loss;
