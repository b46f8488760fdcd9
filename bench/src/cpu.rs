//! CPU time of threads, as the kernel counts it.

use std::fs;
use std::time::Instant;

/// A thread of this process.
#[derive(Clone, Debug)]
pub struct Thread(String);

impl Thread {
    /// The newest thread called `name`.
    pub fn named(name: &str) -> Option<Self> {
        let tasks = fs::read_dir("/proc/self/task").ok()?;
        let found = tasks.flatten().filter(|task| {
            fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name)
        });
        let newest = found
            .filter_map(|task| task.file_name().to_string_lossy().parse::<u64>().ok())
            .max()?;
        Some(Self(format!("/proc/self/task/{newest}/schedstat")))
    }

    /// Nanoseconds on a processor so far.
    pub fn nanos(&self) -> u64 {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        text.split_whitespace()
            .next()
            .and_then(|first| first.parse().ok())
            .unwrap_or(0)
    }
}

/// What a system call costs now, in nanoseconds: these figures drift, and all others with them.
pub fn calibration() -> u64 {
    const CALLS: u32 = 20_000;
    let begun = Instant::now();
    for _ in 0..CALLS {
        std::hint::black_box(std::os::unix::process::parent_id());
    }
    begun.elapsed().as_nanos() as u64 / u64::from(CALLS)
}
