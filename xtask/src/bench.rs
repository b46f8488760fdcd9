//! `cargo xtask bench`: figures, never verdicts.

use crate::machine::{self, cargo};

/// Builds with optimisation and runs the bench named.
pub fn run(arguments: &[String]) -> Result<(), String> {
    machine::provide(machine::LIBRARIES)?;
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
