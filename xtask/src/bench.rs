//! `cargo xtask bench`: figures, never verdicts.

use crate::machine::{self, cargo, program};

/// Builds with optimisation and runs the bench named.
pub fn run(arguments: &[String]) -> Result<(), String> {
    machine::provide(machine::LIBRARIES)?;
    match arguments.split_first() {
        Some((bench, rest)) if bench == "control" => control(rest),
        _ => rust(arguments),
    }
}

fn rust(arguments: &[String]) -> Result<(), String> {
    let mut command = cargo();
    command
        .args([
            "run",
            "--release",
            "--quiet",
            "--package",
            "brodo-bench",
            "--",
        ])
        .args(arguments);
    machine::run("bench", &mut command)
}

/// Through Node, all of it or what is named; then operations through Rust.
fn control(wanted: &[String]) -> Result<(), String> {
    machine::npm_install()?;
    machine::run(
        "npm run build:packages",
        program("npm", ".").args(["run", "--silent", "build:packages"]),
    )?;
    let mut worker = cargo();
    worker.args(["build", "--release", "--quiet", "--package", "brodo-worker"]);
    machine::run("cargo build brodo-worker", &mut worker)?;
    let mut bench = program("node", "bench/control");
    bench.args(["--expose-gc", "main.js"]).args(wanted).env(
        "BRODO_WORKER_BIN",
        machine::target().join("release/brodo-worker"),
    );
    machine::run("bench control", &mut bench)?;
    match wanted.is_empty() || wanted.iter().any(|name| name == "operations") {
        true => rust(&["control".into()]),
        false => Ok(()),
    }
}
