//! `cargo xtask test`: everything that must hold.
//!
//! Each part runs even if an earlier one failed, so that one run shows all there is to mend.

use std::process::Command;
use std::time::Instant;

use crate::machine::{self, cargo, program};
use crate::package;
use crate::report::Counts;
use crate::tidy;
use crate::types;

/// A part of the run: its name, and what it does.
type Part = (&'static str, fn() -> (Result<(), String>, Counts));

const PARTS: &[Part] = &[
    ("tidy", architecture),
    ("rust", rust),
    ("web", web),
    ("upstream", upstream),
    ("browsers", browsers),
    ("tools", tools),
    ("node", node),
    ("install", install),
];

/// Runs the parts named, or all.
pub fn run(names: &[String]) -> Result<(), String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !PARTS.iter().any(|(part, _)| part == name))
    {
        return Err(format!("no part is called {unknown}"));
    }
    let mut total = Counts::default();
    let mut troubles = Vec::new();
    for (name, part) in PARTS
        .iter()
        .filter(|(part, _)| names.is_empty() || names.iter().any(|name| name == part))
    {
        let begun = Instant::now();
        let (outcome, counts) = part();
        println!(
            "══ {name}: {} passed, {} failed, {} skipped in {} s",
            counts.passed,
            counts.failed,
            counts.skipped,
            begun.elapsed().as_secs()
        );
        total = total.plus(counts);
        troubles.extend(outcome.err().map(|trouble| format!("{name}: {trouble}")));
    }
    println!(
        "{} passed, {} failed, {} skipped",
        total.passed, total.failed, total.skipped
    );
    match troubles.is_empty() {
        true => Ok(()),
        false => Err(troubles.join("\n")),
    }
}

fn architecture() -> (Result<(), String>, Counts) {
    (tidy::run(), Counts::default())
}

fn rust() -> (Result<(), String>, Counts) {
    let prepared = machine::provide(machine::LIBRARIES);
    let formatted = machine::run(
        "cargo fmt --check",
        cargo().args(["fmt", "--all", "--check"]),
    );
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    let linted = machine::run("cargo clippy", clippy.args(["--", "-D", "warnings"]));
    let (tests, counts) = rust_tests();
    let (docs, doc_counts) = tests_of(
        "cargo test --doc",
        cargo().args(["test", "--workspace", "--doc", "--quiet"]),
    );
    let outcome = prepared.and(formatted).and(linted).and(tests).and(docs);
    (outcome, counts.plus(doc_counts))
}

fn rust_tests() -> (Result<(), String>, Counts) {
    if machine::has("cargo-nextest") {
        let mut command = cargo();
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--status-level",
            "fail",
            "--final-status-level",
            "fail",
        ]);
        return tests_of("cargo nextest run", &mut command);
    }
    tests_of(
        "cargo test",
        cargo().args([
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--examples",
            "--no-fail-fast",
        ]),
    )
}

fn web() -> (Result<(), String>, Counts) {
    let checked = types::check()
        .and_then(|()| machine::npm_install())
        .and_then(|()| {
            machine::run(
                "tsc",
                program("npm", ".").args(["run", "--silent", "check"]),
            )
        })
        .and_then(|()| build_page());
    let (tests, counts) = with_worker(
        "npm test",
        program("npm", ".").args(["run", "--silent", "test"]),
    );
    (checked.and(tests), counts)
}

/// The tests that mediasoup publishes, against the Node package.
fn upstream() -> (Result<(), String>, Counts) {
    let prepared = machine::npm_install().and_then(|()| package::build_libraries());
    if prepared.is_err() {
        return (prepared, Counts::default());
    }
    with_worker(
        "upstream",
        program("npm", "conformance/upstream").args(["run", "--silent", "upstream"]),
    )
}

/// Runs tests of the Node package on the worker that is used in production.
fn with_worker(what: &str, command: &mut Command) -> (Result<(), String>, Counts) {
    match package::build_worker() {
        Ok(worker) => tests_of(what, command.env("BRODO_WORKER_BIN", worker)),
        Err(trouble) => (Err(trouble), Counts::default()),
    }
}

fn build_demo() -> Result<(), String> {
    machine::run(
        "cargo build brodo-demo",
        cargo().args(["build", "--release", "--quiet", "--package", "brodo-demo"]),
    )
}

/// Builds the demo's page.
pub fn build_page() -> Result<(), String> {
    machine::run(
        "vite build",
        program("npm", "demo/web").args(["run", "--silent", "build"]),
    )
}

fn browsers() -> (Result<(), String>, Counts) {
    through_demo("browsers", &[])
}

fn tools() -> (Result<(), String>, Counts) {
    through_demo("tools", machine::TOOLS)
}

/// Tests against programs that we did not write, through the demo's server.
fn through_demo(script: &str, wanted: &[(&str, &[&str])]) -> (Result<(), String>, Counts) {
    let prepared = end_to_end(wanted).and_then(|()| build_demo());
    if prepared.is_err() {
        return (prepared, Counts::default());
    }
    let demo = machine::target().join("release/brodo-demo");
    tests_of(script, endpoints(script).env("BRODO_DEMO", demo))
}

/// The same tests through the Node package, and those that only it has.
fn node() -> (Result<(), String>, Counts) {
    let prepared = end_to_end(machine::TOOLS).and_then(|()| package::build_libraries());
    if prepared.is_err() {
        return (prepared, Counts::default());
    }
    with_worker("node", &mut endpoints("node"))
}

/// The packages as they are published, in applications far from the clone.
fn install() -> (Result<(), String>, Counts) {
    let packed = package::build_worker().and_then(|worker| package::pack(&worker));
    if packed.is_err() {
        return (packed, Counts::default());
    }
    let mut command = program("node", "conformance/install");
    command.args(["--test", "--test-reporter=spec"]);
    tests_of("install", command.env("BRODO_PACKAGES", package::folder()))
}

fn end_to_end(wanted: &[(&str, &[&str])]) -> Result<(), String> {
    machine::provide(wanted)
        .and_then(|()| machine::provide(machine::BROWSERS))
        .and_then(|()| machine::npm_install())
        .and_then(|()| build_page())
}

fn endpoints(script: &str) -> Command {
    let mut command = program("npm", "conformance/endpoints");
    command.args(["run", "--silent", script]);
    command
}

/// Runs tests; none at all counts as a failure.
fn tests_of(what: &str, command: &mut Command) -> (Result<(), String>, Counts) {
    let (outcome, text) = machine::run_and_read(what, command);
    let counts = Counts::read(&text);
    let outcome = outcome.and(match counts.passed {
        0 => Err(format!("{what}: no test ran")),
        _ => Ok(()),
    });
    (outcome, counts)
}
