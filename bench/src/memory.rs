//! What a consumer holds: bytes on the heap of the whole process, API objects included.

use std::thread;
use std::time::{Duration, Instant};

use brodo::MediaKind;

use crate::bursts::Bursts;
use crate::call::Call;
use crate::heap;
use crate::place::Place;
use crate::shape::Shape;

/// Consumers, each on a transport of its own.
const CONSUMERS: usize = 64;

/// 100 bursts of three a second: a good camera.
const LOAD: Shape = Shape {
    name: "load",
    burst: 3,
    payload: 1_100,
    receivers: CONSUMERS,
    bursts: 0,
    aim: 0.0,
};
const PAUSE: Duration = Duration::from_millis(10);

/// Longer than anything is remembered.
const LOADED_FOR: Duration = Duration::from_secs(4);

/// Kibibytes that the project aims at, with mediasoup's figure beside it.
const AIMS: &str = "aims: idle < 8, loaded <= 25 (mediasoup: about 440 loaded)";

/// Prints a line an object.
pub fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let place = Place::loopback(CONSUMERS);
    runtime.block_on(measure(&place));
}

async fn measure(place: &Place) {
    let call = Call::start(MediaKind::Video).await;
    let mut bursts = Bursts::new(call.payload_type);
    // The history belongs to the stream and not to its consumers: it grows before they come.
    load(&mut bursts, &call);
    let history = heap::bytes();

    let mut transports = Vec::with_capacity(CONSUMERS);
    for &address in &place.addresses {
        transports.push(call.transport(place.local, address, true).await);
    }
    let with_transports = heap::bytes();

    let mut consumers = Vec::with_capacity(CONSUMERS);
    for transport in &transports {
        consumers.push(call.consumer(transport).await);
    }
    let idle = heap::bytes();

    load(&mut bursts, &call);
    call.forwarded().await;
    let loaded = heap::bytes();

    let each = |from: usize, to: usize| to.saturating_sub(from) as f64 / CONSUMERS as f64 / 1_024.0;
    println!(
        "\nKiB on the heap, {CONSUMERS} consumers on {CONSUMERS} plain transports with AES-128-GCM; {AIMS}:"
    );
    for (what, kib) in [
        ("transport alone", each(history, with_transports)),
        ("consumer, idle", each(with_transports, idle)),
        ("consumer at 300 packets/s", each(with_transports, loaded)),
        ("the same with its transport", each(history, loaded)),
    ] {
        println!("{what:<30} {kib:>7.1}");
    }
}

fn load(bursts: &mut Bursts, call: &Call) {
    let end = Instant::now() + LOADED_FOR;
    while Instant::now() < end {
        bursts.send(&LOAD, call.address);
        thread::sleep(PAUSE);
    }
}
