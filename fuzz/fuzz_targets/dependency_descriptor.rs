//! Any run of dependency descriptors resolves or not.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|descriptors: Vec<Vec<u8>>| {
    let mut state = payload::dd::DependencyState::default();
    for descriptor in descriptors {
        if let Some(frame) = state.resolve(&descriptor) {
            assert!(frame.spatial < 4 && frame.temporal < 8);
        }
    }
});
