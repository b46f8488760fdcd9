//! What comes through the pipe of a worker is a message or refused, and is written as it was read.

#![no_main]

use control::{Notification, Refusal, Reply, Request};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};

fuzz_target!(|data: &[u8]| {
    both_ways::<Request>(data);
    both_ways::<Result<Reply, Refusal>>(data);
    both_ways::<Notification>(data);
});

fn both_ways<T: Serialize + DeserializeOwned>(data: &[u8]) {
    let Ok(read) = rmp_serde::from_slice::<T>(data) else {
        return;
    };
    let written = rmp_serde::to_vec_named(&read).expect("it was read, so it can be written");
    let again: T = rmp_serde::from_slice(&written).expect("what we write we read");
    // By bytes: a number that is none (NaN) does not equal itself.
    assert_eq!(rmp_serde::to_vec_named(&again).expect("as before"), written);
}
