//! What this process asks of the heap. C code (AWS-LC, OpenSSL) has a heap of its own, not counted here.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Times that memory was asked for so far, by any thread.
pub fn allocations() -> usize {
    let stats = HEAP.stats();
    stats.allocations + stats.reallocations
}

/// Bytes held now.
pub fn bytes() -> usize {
    let Stats {
        bytes_allocated,
        bytes_deallocated,
        ..
    } = HEAP.stats();
    bytes_allocated.saturating_sub(bytes_deallocated)
}
