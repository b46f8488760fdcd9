//! All rules over the whole tree.

use std::path::Path;

use super::{circles, fences, layers, sizes, source};
use crate::machine;

/// Checks the tree; complains on one line each.
pub fn run() -> Result<(), String> {
    let root = machine::root();
    let complaints = complaints(&root);
    if complaints.is_empty() {
        println!("tidy: every invariant holds");
        return Ok(());
    }
    Err(format!(
        "{}\ntidy: {} complaint(s)",
        complaints.join("\n"),
        complaints.len()
    ))
}

/// What is wrong in the tree at `root`.
pub fn complaints(root: &Path) -> Vec<String> {
    let sources = source::read_tree(root);
    let mut complaints = layers::check(root);
    for source in &sources {
        complaints.extend(fences::check(source));
        complaints.extend(sizes::check(source));
    }
    complaints.extend(circles::check(&sources));
    complaints
}
