//! `cargo xtask demo`: from a fresh clone to a URL.

use crate::machine::{self, cargo};
use crate::test;

/// Builds the page and the server, then becomes the server.
pub fn run(arguments: &[String]) -> Result<(), String> {
    machine::provide(machine::LIBRARIES)?;
    machine::npm_install()?;
    test::build_page()?;
    machine::run(
        "cargo build demo",
        cargo().args(["build", "--release", "--quiet", "--package", "brodo-demo"]),
    )?;
    let server = machine::target().join("release/brodo-demo");
    machine::run("demo", std::process::Command::new(server).args(arguments))
}
