//! `cargo xtask fuzz [seconds] [target …]`: random bytes for every parser. Needs cargo-fuzz and a
//! nightly compiler. Corpora stay in `fuzz/corpus`, what broke something in `fuzz/artifacts`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::machine::{self, program};

/// How long each target runs unless told otherwise.
const SECONDS: u32 = 60;

/// Bytes of an input: longer than any datagram that reaches us is not worth the time.
const INPUT_MAX: u32 = 4_096;

/// What became of a target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    runs: u64,
    runs_a_second: u64,
    /// What was broken, and the file that breaks it again.
    finding: Option<String>,
}

/// Runs the targets named, or all.
pub fn run(arguments: &[String]) -> Result<(), String> {
    if !machine::has("cargo-fuzz") {
        return Err("cargo-fuzz is missing: cargo install cargo-fuzz --locked".into());
    }
    let (seconds, mut targets) = read(arguments);
    if targets.is_empty() {
        targets = all_targets()?;
    }
    machine::run("fuzz build", &mut cargo_fuzz("build", &[]))?;
    println!("{:<24} {:>12} {:>9}  findings", "target", "runs", "runs/s");
    let mut findings = 0;
    for target in &targets {
        let outcome = fuzz(target, seconds)?;
        findings += usize::from(outcome.finding.is_some());
        println!(
            "{target:<24} {:>12} {:>9}  {}",
            outcome.runs,
            outcome.runs_a_second,
            outcome.finding.as_deref().unwrap_or("none")
        );
    }
    match findings {
        0 => Ok(()),
        _ => Err(format!(
            "fuzz: {findings} of {} targets broke",
            targets.len()
        )),
    }
}

fn fuzz(target: &str, seconds: u32) -> Result<Outcome, String> {
    let arguments = [
        target,
        "--",
        &format!("-max_total_time={seconds}"),
        &format!("-max_len={INPUT_MAX}"),
        // From the first run inputs may be long: most targets read several packets from one.
        "-len_control=0",
        "-print_final_stats=1",
    ];
    let output = cargo_fuzz("run", &arguments)
        .output()
        .map_err(|error| format!("fuzz {target}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let outcome = outcome_of(&text);
    match (output.status.success(), &outcome.finding) {
        (false, None) => Err(format!("fuzz {target}: it did not run\n{text}")),
        _ => Ok(outcome),
    }
}

/// `cargo fuzz` with our target folder. It takes its options between the command and the target.
fn cargo_fuzz(command: &str, arguments: &[&str]) -> Command {
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(machine::cache, PathBuf::from)
        .join("fuzz");
    let mut cargo = program("cargo", "fuzz");
    cargo
        .args(["+nightly", "fuzz", command, "--target-dir"])
        .arg(folder)
        .args(arguments);
    cargo
}

/// Seconds, wherever they stand, and names.
fn read(arguments: &[String]) -> (u32, Vec<String>) {
    let mut seconds = SECONDS;
    let mut targets = Vec::new();
    for argument in arguments {
        match argument.parse() {
            Ok(number) => seconds = number,
            Err(_) => targets.push(argument.clone()),
        }
    }
    (seconds, targets)
}

/// Reads what libFuzzer printed at the end.
fn outcome_of(text: &str) -> Outcome {
    let after = |label: &str| {
        text.lines()
            .find_map(|line| line.split_once(label))
            .map(|(_, rest)| rest.trim())
    };
    let number = |label| after(label).and_then(|rest| rest.parse().ok()).unwrap_or(0);
    let broken = after("panicked at").or_else(|| after("SUMMARY: "));
    Outcome {
        runs: number("stat::number_of_executed_units:"),
        runs_a_second: number("stat::average_exec_per_sec:"),
        finding: after("Test unit written to ").map(|file| {
            let broken = broken.unwrap_or("see the file").trim_end_matches(':');
            format!("{broken} ({file})")
        }),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_seconds_and_the_rest_are_targets() {
        let arguments = ["rtcp", "5", "stun"].map(str::to_owned);

        assert_eq!(read(&arguments), (5, vec!["rtcp".into(), "stun".into()]));
        assert_eq!(read(&[]), (SECONDS, vec![]));
    }

    #[test]
    fn a_finding_is_told_with_its_file() {
        let text = "thread '<unnamed>' (7) panicked at src/a.rs:46:9:\nboom\n\
                    artifact_prefix='x/'; Test unit written to x/crash-1\n\
                    stat::number_of_executed_units: 1200\nstat::average_exec_per_sec:     40\n";

        assert_eq!(
            outcome_of(text),
            Outcome {
                runs: 1_200,
                runs_a_second: 40,
                finding: Some("src/a.rs:46:9 (x/crash-1)".into()),
            }
        );
    }

    #[test]
    fn a_quiet_end_has_no_finding() {
        let text = "stat::number_of_executed_units: 9\nstat::average_exec_per_sec:     3\n";

        assert_eq!(outcome_of(text).finding, None);
    }
}
