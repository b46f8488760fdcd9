//! A conferencing app in one process: brodo, signalling and the page.

fn main() {}
