//! TCP: accepting within limits, and connections that carry packets framed as RFC 4571 has it.

mod admission;
mod connection;
mod listener;
mod queue;

pub use admission::AdmissionLimits;
pub use connection::{TcpConnection, TcpCounters};
pub use listener::{Accept, TcpListener};
pub use queue::{Enqueued, Flushed, PacketClass};
