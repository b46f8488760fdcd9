//! Any bytes are a STUN message or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(message) = stun::Message::parse(data) {
        let _ = (message.receiver_ufrag(), message.xor_mapped_address());
        assert!(!message.verify(&stun::IntegrityKey::new("nobody knows this password")));
    }
});
