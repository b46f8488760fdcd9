//! Hosts, endpoints and the links between them, moved from event to event.

mod calls;
mod messages;
mod object;
mod plain;
mod run;

pub use object::{PeerId, World};
pub use plain::Liar;
