//! However a TCP stream is cut, frames are bounded.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|pieces: Vec<Vec<u8>>| {
    let mut reader = ice::FrameReader::default();
    for mut piece in pieces {
        let outcome = reader.feed(&mut piece, |packet| assert!(packet.len() <= 8_192));
        if outcome.is_err() {
            break;
        }
    }
});
