//! One thread, one loop: reads the clock, drives an engine over real sockets.
//!
//! ```text
//!  wait ─▶ orders (bounded) ─▶ a batch from each ready socket ─▶ timers ─▶ output, until there is none
//!    ▲─────────────────────── notifications, sockets to close ◀────────────────────────────────┘
//! ```
//! The clock is read once a turn. The loop owns everything; others reach it through a [`ShardHandle`].

#![forbid(unsafe_code)]

mod bind;
mod clock;
mod counters;
mod driver;
mod entropy;
mod handle;
mod names;
mod sockets;
mod start;

pub use counters::ShardCounters;
pub use entropy::SystemEntropy;
pub use handle::{
    CountersSink, EventSink, PatientHandle, PendingReply, ReplySink, RequestError, ShardHandle,
};
pub use sockets::SocketCounters;
pub use start::{Shard, ShardConfig, ShardThread};
