//! The worker process.

#![forbid(unsafe_code)]

fn main() {}
