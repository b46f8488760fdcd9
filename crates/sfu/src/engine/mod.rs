//! The engine: every room of one shard, driven from outside.
//!
//! ```text
//!   handle_datagram ─▶ endpoints ─▶ transport ─▶ producer ─▶ history ─┐  (packets)
//!   handle_request ──▶ requests                                       │  (objects)
//!   handle_timeout ──▶ timers ────▶ whoever is due                    │  (time)
//!   poll_output ◀── outbox ◀── transport ◀── consumer ◀── fan-out ◀───┘
//! ```
//! A driver feeds a batch of datagrams with one `now`, then polls the output until there is no more.
//! Fan-out happens there and not per datagram, so that what a batch brought for one receiver leaves
//! in one train.

mod close;
mod core;
mod counters;
mod create;
mod data;
mod direct;
mod fanout;
mod inspect;
mod lane;
mod messages;
mod objects;
mod observe;
mod packets;
mod pipe;
mod queue;
mod reports;
mod requests;
mod rtcp;
mod timers;
mod trace;

pub use self::core::{Engine, EngineConfig};
pub use self::counters::EngineCounters;
pub use self::timers::SLEEP_MAX;
