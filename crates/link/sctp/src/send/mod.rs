//! The sending half: what waits, what is in flight, how fast, and what is given up.

mod congestion;
mod flight;
mod queue;
mod sender;

pub(crate) use sender::Sender;
