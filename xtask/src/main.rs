//! Everything a developer runs: `cargo xtask demo | test | tidy | types | package | bench | fuzz`.

#![forbid(unsafe_code)]

mod bench;
mod demo;
mod fuzz;
mod machine;
mod package;
mod report;
mod test;
mod tidy;
mod types;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND
  demo [--listen-ip IP] [--announced-ip IP] [--port PORT] [--tls]
         builds what it needs, starts the SFU with the web demo, prints the URL
  test [PART ...]
         runs everything, or the parts named: tidy rust web upstream browsers
         tools node install
  tidy   checks the architecture's invariants
  bench forward | memory | control [operations | leaks | data]
         what a forwarded packet costs next to the floor of the same run; what a consumer holds;
         what creating, connecting and consuming cost through Node and through Rust
  fuzz [SECONDS] [TARGET ...]
         feeds every parser, or those named, with random bytes for so long each
  types  writes the worker's vocabulary as TypeScript, for packages/node
  package [--worker FILE]
         makes the npm packages, this platform's worker among them, and says where";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_deref() {
        Some("demo") => demo::run(&rest),
        Some("test") => test::run(&rest),
        Some("tidy") => tidy::run(),
        Some("types") => types::run(),
        Some("package") => package::run(&rest),
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
