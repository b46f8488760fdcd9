//! The engine as a process of its own: requests come on file descriptor 3, answers and notifications leave
//! on 4. The protocol and the exit codes stand in the README of this crate.
//!
//! ```text
//!  fd 3 ─▶ intake ─▶ shard (a thread of its own) ─▶ outbox (bounded) ─▶ writer ─▶ fd 4
//!            ╰─────────── in turn with the answers ────────▲
//! ```
//! Three threads beside the shard's: `intake` reads and decodes, `writer` encodes and writes, the main one
//! waits for the end. Nothing here touches media.

#![forbid(unsafe_code)]

mod about;
mod decode;
mod frame;
mod intake;
mod log;
mod metrics;
mod outbox;
mod process;
mod settings;
mod signals;
mod writer;

use std::process::ExitCode;

fn main() -> ExitCode {
    process::main()
}
