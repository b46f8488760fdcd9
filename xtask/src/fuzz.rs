//! `cargo xtask fuzz`: random bytes for every parser. Needs cargo-fuzz and a nightly compiler.

use std::fs;

use crate::machine::{self, program};

/// How long each target runs unless told otherwise.
const SECONDS: &str = "60";

/// Runs one target, or all.
pub fn run(arguments: &[String]) -> Result<(), String> {
    if !machine::has("cargo-fuzz") {
        return Err("cargo-fuzz is missing: cargo install cargo-fuzz".into());
    }
    let targets = match arguments.first() {
        Some(name) => vec![name.clone()],
        None => all_targets()?,
    };
    let seconds = arguments.get(1).map_or(SECONDS, String::as_str);
    for target in targets {
        let mut command = program("cargo", "fuzz");
        command
            .args([
                "+nightly",
                "fuzz",
                "run",
                &target,
                "--",
                &format!("-max_total_time={seconds}"),
            ])
            .env("CARGO_TARGET_DIR", machine::cache().join("fuzz"));
        machine::run(&format!("fuzz {target}"), &mut command)?;
    }
    Ok(())
}

fn all_targets() -> Result<Vec<String>, String> {
    let folder = machine::root().join("fuzz/fuzz_targets");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            entry
                .path()
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}
