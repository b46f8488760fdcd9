//! Orders: nothing that was asked waits for something else to happen.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use control::{Request, RouterCall, RouterId};
use shard::{Shard, ShardConfig, ShardHandle, SystemEntropy};

/// A turn takes 64 orders. If the rest waited for the poller's timeout, this would take seconds.
#[test]
fn a_burst_longer_than_a_turn_is_carried_out_at_once() {
    let shard = start();
    let patient = shard.patient();
    let (release, released) = channel::<()>();
    let (done, answers) = channel();

    // All wake-ups of the burst fall into one, since the loop stands still meanwhile.
    let stop_here = Box::new(move |_| released.recv().expect("it is released"));
    assert!(patient.in_turn(stop_here).is_ok());
    for _ in 0..2_000 {
        let done = done.clone();
        let reply = Box::new(move |_| done.send(()).expect("it is awaited"));
        assert!(patient.request(Request::DumpWorker, reply).is_ok());
    }
    let begun = Instant::now();
    release.send(()).expect("it waits");

    assert_eq!(answers.iter().take(2_000).count(), 2_000);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn counters_come_in_turn_with_answers() {
    let patient = start().patient();
    let (told, heard) = channel();

    for number in 0..100 {
        let (answered, counted) = (told.clone(), told.clone());
        let nobody = Request::Router(RouterId::from("none"), RouterCall::Dump);
        let reply = Box::new(move |_| answered.send(2 * number).expect("heard"));
        assert!(patient.request(nobody, reply).is_ok());
        let sink = Box::new(move |_| counted.send(2 * number + 1).expect("heard"));
        assert!(patient.in_turn(sink).is_ok());
    }

    let order: Vec<i32> = heard.iter().take(200).collect();
    assert_eq!(order, (0..200).collect::<Vec<_>>());
}

fn start() -> ShardHandle {
    let since_1970 = Duration::from_secs(1_700_000_000);
    let certificate = dtls::Certificate::generate(since_1970, &mut SystemEntropy::default());
    Shard::start(ShardConfig {
        certificate: certificate.expect("made"),
        port_range: None,
    })
    .expect("it starts")
}
