//! What a forwarded packet costs, next to the floor measured in the same run; what a consumer holds.
//!
//! `forward`: one plain sender, N plain receivers, in the clear and with AES-128-GCM, on loopback and
//! into a sink. The figure is CPU time of the shard's thread a forwarded packet; see `floor` for what
//! the floor is. `memory`: bytes on the heap a consumer and a transport. `control`: operations a second.

#![forbid(unsafe_code)]

mod bursts;
mod call;
mod control;
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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = arguments.get(1).map(String::as_str);
    match arguments.first().map(String::as_str) {
        Some("forward") => {
            forward::run(only);
            memory::run();
        }
        Some(forward::IN_SINK) => forward::run_in_sink(only),
        Some("memory") => memory::run(),
        Some("control") => control::run(),
        _ => {
            eprintln!("usage: cargo xtask bench forward [BURSTxRECEIVERS] | memory | control");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
