//! Everything a developer runs: `cargo xtask demo | test | tidy | bench | fuzz`.

#![forbid(unsafe_code)]

mod bench;
mod demo;
mod fuzz;
mod machine;
mod report;
mod test;
mod tidy;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND
  demo [--listen-ip IP] [--announced-ip IP] [--port PORT] [--tls]
         builds what it needs, starts the SFU with the web demo, prints the URL
  test [PART ...]
         runs everything, or the parts named: tidy rust web browsers tools
  tidy   checks the architecture's invariants
  bench forward | memory
         what a forwarded packet costs next to the floor of the same run; what a consumer holds
  fuzz [SECONDS] [TARGET ...]
         feeds every parser, or those named, with random bytes for so long each";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_deref() {
        Some("demo") => demo::run(&rest),
        Some("test") => test::run(&rest),
        Some("tidy") => tidy::run(),
        Some("bench") => bench::run(&rest),
        Some("fuzz") => fuzz::run(&rest),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}
