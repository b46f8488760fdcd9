//! Everything a developer runs: demo, test, tidy, bench, fuzz.

fn main() {}
