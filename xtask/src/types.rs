//! `cargo xtask types`: the worker's vocabulary as TypeScript, for `packages/node`.

use std::fs;
use std::path::PathBuf;

use crate::machine::{self, cargo};

/// Writes the declarations.
pub fn run() -> Result<(), String> {
    let file = file();
    let trouble = |error| format!("{}: {error}", file.display());
    let declarations = declarations()?;
    file.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .map_err(trouble)?;
    fs::write(&file, declarations).map_err(trouble)
}

/// Whether the declarations that are checked in are those of the vocabulary as it is.
pub fn check() -> Result<(), String> {
    let written = fs::read_to_string(file()).unwrap_or_default();
    match declarations()? == written.replace("\r\n", "\n") {
        true => Ok(()),
        false => Err("the TypeScript types are stale: run `cargo xtask types`".into()),
    }
}

fn file() -> PathBuf {
    machine::root().join("packages/node/src/generated/control.ts")
}

fn declarations() -> Result<String, String> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "brodo-control"]);
    command.args(["--features", "typescript", "--example", "typescript"]);
    machine::output("types", &mut command)
}
