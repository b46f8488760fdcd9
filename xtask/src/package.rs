//! `cargo xtask package`: the npm packages as they are published, in the target folder.

use std::path::{Path, PathBuf};

use crate::machine::{self, cargo, program};

/// Builds everything, or takes the worker that is named, and packs. The worker that is built here has its
/// OpenSSL inside, so that it runs wherever the C library is new enough.
pub fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => build(&["--features", "static-openssl"]).and_then(|worker| pack(&worker)),
        [option, worker] if option == "--worker" => pack(Path::new(worker)),
        _ => Err("usage: cargo xtask package [--worker FILE]".into()),
    }
}

/// Packs with this program as the worker.
pub fn pack(worker: &Path) -> Result<(), String> {
    machine::npm_install()?;
    build_libraries()?;
    let worker = std::path::absolute(worker).map_err(|error| error.to_string())?;
    machine::run(
        "npm pack",
        program("node", ".")
            .arg("packages/pack.js")
            .arg("--worker")
            .arg(worker)
            .arg("--out")
            .arg(folder()),
    )
}

/// Where the tarballs are.
pub fn folder() -> PathBuf {
    machine::target().join("npm")
}

/// Builds the worker that is used in production.
pub fn build_worker() -> Result<PathBuf, String> {
    build(&[])
}

fn build(more: &[&str]) -> Result<PathBuf, String> {
    machine::provide(machine::LIBRARIES)?;
    let mut command = cargo();
    command.args(["build", "--release", "--quiet", "--package", "brodo-worker"]);
    machine::run("cargo build brodo-worker", command.args(more))?;
    Ok(machine::target().join("release/brodo-worker"))
}

/// Compiles the TypeScript of the packages.
pub fn build_libraries() -> Result<(), String> {
    machine::run(
        "npm run build:packages",
        program("npm", ".").args(["run", "--silent", "build:packages"]),
    )
}
