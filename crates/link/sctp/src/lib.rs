//! SCTP for data channels, as a machine without sockets, clock or randomness.
//!
//! One [`Association`] is one peer: packets and time go in, packets and [`Event`]s come out. It runs
//! over DTLS (RFC 8261) and over bare UDP alike, since it never learns what carries it.
//!
//! ```text
//!  handle_input ──▶ association ─┬─▶ receive   TSNs seen, SACKs owed, fragments joined, order kept
//!                     │          ├─▶ send      queues, what is in flight, congestion, abandoning
//!  handle_timeout ──▶ │          ├─▶ reset     streams taken back, in both directions
//!                     │          └─▶ heartbeat
//!  send ─────────────▶│
//!                     └─▶ poll_transmit, poll_event, poll_timeout
//! ```
//!
//! RFC 9260 (SCTP), 3758 (partial reliability), 6525 (stream reset), 8831 and 8832 (data channels).
//! Not spoken: multihoming, interleaving (RFC 8260), authentication (RFC 4895), a zero checksum.
//!
//! # Why our own
//!
//! An SFU's streams are one-way: what it receives on stream 3 and what it sends on stream 3 belong to
//! two applications. `rtc-sctp` 0.21 and `sctp-proto` 0.10 keep one object for both directions, so
//! resetting the one silences the other; their reassembly takes a message without an end past every
//! limit, a FORWARD-TSN turns a loop up to 2³¹ times, and any ERROR chunk closes the association.
//! `dcsctp` 0.1 has neither fault but prints every packet in hexadecimal before asking whether anybody
//! reads it (25 ns a byte, at both ends). All of them draw their randomness themselves. `dcsctp`, which
//! is what Chrome speaks, is the foreign peer of this crate's tests.
//!
//! # Bounds
//!
//! | what | at most | when full |
//! |---|---|---|
//! | messages not yet sent | [`Config::send_buffer_size`], and a limit per stream | [`SendRefusal::BufferFull`] |
//! | bytes in flight | `CWND_MAX` | waits in the queue |
//! | bytes being reassembled, bookkeeping included | [`Config::receive_window`] | the chunk is left to be sent again; past any help, ABORT |
//! | gaps in what was received | `RANGES_MAX` | the chunk is left to be sent again |
//! | answers waiting to leave | `REPLIES_MAX`, `CONTROL_MAX` | dropped: the peer asks again |
#![forbid(unsafe_code)]

mod association;
mod config;
mod dcep;
mod event;
mod heartbeat;
mod message;
mod packet;
mod receive;
mod reset;
mod rto;
mod send;
mod serial;

pub use association::{Association, State};
pub use config::Config;
pub use event::{CloseReason, Event, Negotiated, SendRefusal, Statistics};
pub use message::{Message, Outgoing, Ppid, Reliability};
pub use packet::is_packet;
