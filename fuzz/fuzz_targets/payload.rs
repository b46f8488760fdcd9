//! Any payload of any codec has an answer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use payload::Codec;

fuzz_target!(|data: &[u8]| {
    for codec in [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::H265, Codec::Av1, Codec::Opus] {
        let info = payload::describe(codec, data, None);
        assert!(info.spatial < 8 && info.temporal < 8);
    }
});
