//! What a forwarded packet costs, next to the floor measured in the same run; what a consumer holds.
//!
//! `forward`: one plain sender, N plain receivers, in the clear and with AES-128-GCM, on loopback and
//! into a sink. The figure is CPU time of the shard's thread a forwarded packet; see `floor` for what
//! the floor is. `memory`: bytes on the heap a consumer and a transport.

#![forbid(unsafe_code)]

mod bursts;
mod call;
mod cpu;
mod floor;
mod forward;
mod heap;
mod memory;
mod place;
mod receivers;
mod shape;
mod sink;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("forward") => {
            forward::run();
            memory::run();
        }
        Some(forward::IN_SINK) => forward::run_in_sink(),
        Some("memory") => memory::run(),
        _ => {
            eprintln!("usage: cargo xtask bench forward | memory");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
