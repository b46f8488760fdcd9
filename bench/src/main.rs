//! What a forwarded packet costs, next to the floor measured in the same run.

#![forbid(unsafe_code)]

fn main() {}
