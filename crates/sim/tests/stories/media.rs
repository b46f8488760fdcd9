//! How media gets through.

use control::{ConsumerCall, ProducerCall, Reply, Request};
use sim::{CameraConfig, Delay, Duplication, LinkConfig, Loss, PeerConfig, World, tell};

use crate::support::{Call, connect, millis, secs};

#[test]
fn what_a_twentieth_of_loss_takes_is_repaired() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        for peer in [call.sender, call.viewer] {
            world.set_links(peer, LinkConfig::lossy(0.05, 10));
        }

        world.run_for(secs(60));

        // The end has to get through, or nobody learns that something is missing.
        for peer in [call.sender, call.viewer] {
            world.set_links(peer, LinkConfig::lossy(0.0, 10));
        }
        world.run_for(secs(1));
        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn packets_out_of_order_and_twice_arrive_once_each() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let unruly = LinkConfig {
            delay: Delay {
                base: millis(20),
                jitter: millis(15),
                reorders: true,
            },
            duplication: Duplication(0.1),
            ..LinkConfig::default()
        };
        for peer in [call.sender, call.viewer] {
            world.set_links(peer, unruly);
        }

        world.run_for(secs(30));

        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn bursts_of_loss_are_repaired_or_end_in_a_key_frame() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let bursts = LinkConfig {
            loss: Loss::Bursts {
                begin: 0.005,
                end: 0.2,
            },
            ..LinkConfig::lossy(0.0, 20)
        };
        world.set_uplink(call.sender, bursts);

        world.run_for(secs(60));

        world.set_uplink(call.sender, LinkConfig::lossy(0.0, 20));
        world.run_for(secs(1));
        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn sequence_numbers_timestamps_and_the_rollover_wrap() {
    let mut world = World::new(1);
    let camera = CameraConfig {
        // 600 packets a second: around at once, and twice more in four minutes.
        packets_per_frame: 24,
        payload_len: 40,
        first_seq: 65_500,
        ..CameraConfig::video()
    };
    let call = Call::begin(&mut world, 0, camera);
    world.run_for(secs(240));

    let packets = world.peer_mut(call.sender).camera(0).packets();
    assert!(packets > 2 * 65_536, "only {packets} packets");
    call.assert_complete(&mut world, 0);
}

#[test]
fn half_an_hour_of_call() {
    let mut world = World::new(7);
    let video = Call::begin(&mut world, 0, CameraConfig::video());
    let sound = world.produce(video.sender, CameraConfig::audio());
    let heard = world.consume(video.viewer, &sound);
    let usual = LinkConfig {
        loss: Loss::Random(0.01),
        delay: Delay {
            base: millis(25),
            jitter: millis(5),
            reorders: false,
        },
        ..LinkConfig::default()
    };
    for peer in [video.sender, video.viewer] {
        world.set_links(peer, usual);
    }

    world.run_for(secs(30 * 60));

    for peer in [video.sender, video.viewer] {
        world.set_links(peer, LinkConfig::lossy(0.0, 25));
    }
    world.run_for(secs(1));
    video.assert_complete(&mut world, 0);
    // Nothing repairs sound: two links lose a hundredth each.
    let said = world.peer_mut(video.sender).camera(1).packets();
    let heard = world.view(&heard).glimpses().len() as u64;
    assert!(said >= 30 * 60 * 50, "{said} packets of sound");
    assert!(heard * 1_000 > said * 965, "{heard} of {said} arrived");
    assert!(heard < said, "a link without loss");
}

#[test]
fn whoever_comes_late_begins_with_a_key_frame() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        world.run_for(secs(10));
        let late = world.join(PeerConfig::default());
        world.set_links(late, LinkConfig::lossy(0.0, 10));
        connect(&mut world, &[late], secs(5));

        let before = world.peer_mut(call.sender).camera(0).key_frames();
        let consumer = world.consume(late, &call.producer);
        let came = world.now();
        world.run_for(secs(2));

        let view = world.view(&consumer);
        let first = view.in_order()[0];
        assert!(first.key_frame, "began with {first:?}");
        let waited = first.arrived_at.saturating_since(came);
        assert!(waited < millis(200), "waited {waited:?}");
        let after = world.peer_mut(call.sender).camera(0).key_frames();
        assert_eq!(after - before, 1);
    });
}

#[test]
fn many_who_come_at_once_cost_one_key_frame() {
    let mut world = World::new(3);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let crowd: Vec<_> = (0..20).map(|_| world.join(PeerConfig::default())).collect();
    connect(&mut world, &crowd, secs(5));
    world.run_for(secs(3));
    let before = world.peer_mut(call.sender).camera(0).key_frames();

    let consumers: Vec<_> = crowd
        .iter()
        .map(|peer| world.consume(*peer, &call.producer))
        .collect();
    world.run_for(secs(2));

    let after = world.peer_mut(call.sender).camera(0).key_frames();
    assert_eq!(after - before, 1);
    for consumer in consumers {
        assert!(world.view(&consumer).in_order()[0].key_frame);
    }
}

#[test]
fn a_pause_leaves_no_gap_and_ends_with_a_key_frame() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        for nth in 0..6 {
            world.run_for(secs(2));
            let (stop, go) = match nth % 2 {
                0 => (
                    Request::Consumer(call.consumer.clone(), ConsumerCall::Pause),
                    Request::Consumer(call.consumer.clone(), ConsumerCall::Resume),
                ),
                _ => (
                    Request::Producer(call.producer.clone(), ProducerCall::Pause),
                    Request::Producer(call.producer.clone(), ProducerCall::Resume),
                ),
            };
            assert_eq!(world.request(stop), Reply::Done);
            world.run_for(secs(1));
            assert_eq!(world.request(go), Reply::Done);
        }
        world.run_for(secs(2));

        let seen = world.view(&call.consumer).in_order();
        let mut breaks = 0;
        for pair in seen.windows(2) {
            assert_eq!(pair[1].seq, pair[0].seq + 1, "a gap on the wire");
            if pair[1].index != pair[0].index + 1 {
                breaks += 1;
                assert!(pair[1].key_frame, "after a pause came {:?}", pair[1]);
            }
            let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            assert!(ticks < 2 * 90_000, "the clock jumped by {ticks}");
        }
        assert_eq!(breaks, 6);
    });
}
