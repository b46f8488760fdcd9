//! How a story is told with several seeds.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Tells a story once with each seed. If it goes wrong, says with which.
pub fn tell(seeds: impl IntoIterator<Item = u64>, story: impl Fn(u64)) {
    for seed in seeds {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| story(seed))) {
            eprintln!("the story went wrong with seed {seed}");
            resume_unwind(panic);
        }
    }
}
