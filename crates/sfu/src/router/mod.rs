//! A room: the border within which producers and consumers meet.
//!
//! A router keeps who is in it and who consumes what. It moves no packets itself: the lists here say
//! where the engine's fan-out takes them.

mod room;
mod subscriptions;

pub use room::Router;
pub use subscriptions::Subscriptions;
