//! One association: the handshake, and the two halves it holds together.

mod cookie;
mod handshake;
mod inbound;
mod object;
mod outbound;
mod phase;

pub use object::Association;
pub use phase::State;
