//! The middlebox: transports, producers, consumers, routers; sans-IO.
//!
//! [`Engine`] is a plain object. Datagrams, requests and time go in; datagrams, notifications and
//! replies come out into an [`Outbox`] passed by reference. It reads no clock and opens no socket, so
//! a shard drives it over real sockets and a simulation drives many of them in virtual time, in
//! exactly the same way.
//!
//! ```text
//!  engine ──▶ router ──▶ transport  producer  consumer  data   the nouns do not know each other
//!    │                      │           │          │
//!    └── demux, timers      └─ outbox ◀─┴─ history ┴─ rate, score, wallclock
//! ```

#![forbid(unsafe_code)]

pub mod consumer;
pub mod data;
pub mod demux;
pub mod engine;
pub mod history;
pub mod observer;
pub mod outbox;
pub mod producer;
pub mod rate;
pub mod router;
pub mod score;
pub mod trace;
pub mod transport;
pub mod understood;
pub mod wallclock;

pub use engine::{Engine, EngineConfig, EngineCounters, SLEEP_MAX};
pub use outbox::{Outbox, Train};
pub use transport::{Identity, Listener};
pub use wallclock::Wallclock;
