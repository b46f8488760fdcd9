//! What a forwarded packet costs, next to the floor measured in the same run.
//!
//! `forward`: one plain sender, N plain receivers on loopback, in the clear and with AES-128-GCM. The
//! figure is CPU time of the shard's thread a forwarded packet. The floor is the same trains to the
//! same receivers with the same cipher from a loop that does nothing else. Both alternate, medians count.

#![forbid(unsafe_code)]

mod cpu;
mod floor;
mod forward;
mod receivers;
mod shape;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("forward") => {
            forward::run();
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: cargo xtask bench forward");
            ExitCode::FAILURE
        }
    }
}
