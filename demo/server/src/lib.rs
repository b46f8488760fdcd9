//! A conferencing app in one process: brodo, signalling and the page.
//!
//! ```text
//! browser ── GET /  ───────────▶ page      the page, from within the binary
//!         ── WebSocket /ws ────▶ socket ─▶ methods ─▶ room ─▶ brodo
//! ffmpeg  ── POST /rooms/… ────▶ plain ───────────────▶ room ─▶ brodo
//! ```
//!
//! A room is a router. It begins with the first peer or plain transport and ends with the last.

#![forbid(unsafe_code)]

mod addresses;
mod app;
mod error;
mod methods;
mod names;
mod options;
mod page;
mod peer;
mod plain;
mod plain_media;
mod room;
mod rooms;
mod server;
mod shapes;
mod signal;
mod socket;
mod watch;

pub use options::{Options, OptionsError, USAGE};
pub use server::{Server, StartError};
