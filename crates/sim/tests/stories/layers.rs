//! How layers are chosen, and that receivers see one stream whatever is behind it.

use std::collections::BTreeSet;

use control::{
    ConsumerCall, ConsumerDump, ConsumerId, ConsumerLayers, ConsumerTypeDump, LayeredConsumerDump,
    ProducerCall, Reply, Request,
};
use sim::{CameraConfig, Glimpse, LinkConfig, PeerConfig, Style, World, tell};

use crate::support::{Call, connect, millis, secs};

#[test]
fn layers_go_up_and_down_and_the_receiver_sees_one_stream() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
        world.run_for(secs(5));
        let wishes = [(0, 2), (2, 0), (1, 1), (0, 0), (2, 2), (1, 2), (2, 1)];
        for (spatial, temporal) in wishes {
            prefer(&mut world, &call.consumer, spatial, Some(temporal));
            let asked = world.now();
            world.run_for(secs(3));

            let seen = since(&world, &call.consumer, asked + millis(500));
            assert!(!seen.is_empty());
            let layers: BTreeSet<(u8, u8)> = seen.iter().map(layer).collect();
            let expected = (0..=temporal).map(|temporal| (spatial, temporal));
            assert_eq!(layers, expected.collect());
            let told = world.layers_told(&call.consumer).pop().flatten();
            assert_eq!(told, Some(wanted(spatial, Some(temporal))));
            assert_eq!(dumped(&mut world, &call.consumer), (spatial, temporal));
        }

        let view = world.view(&call.consumer);
        assert_one_stream(&view.in_order());
        assert_steady_clock(&view.in_order());
        assert_eq!(view.garbled(), 0);
    });
}

#[test]
fn a_stream_that_stops_is_left_for_another_until_it_comes_back() {
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
    world.run_for(secs(3));

    world.peer_mut(call.sender).camera(2).set_filming(false);
    world.run_for(secs(3));
    let next_best = since(&world, &call.consumer, world.now().saturating_sub(secs(1)));
    world.peer_mut(call.sender).camera(2).set_filming(true);
    let back = world.now();
    world.run_for(secs(2));

    assert!(!next_best.is_empty());
    assert!(next_best.iter().all(|glimpse| glimpse.encoding == 1));
    let best = since(&world, &call.consumer, back + millis(500));
    assert!(!best.is_empty());
    assert!(best.iter().all(|glimpse| glimpse.encoding == 2));
    assert_one_stream(&world.view(&call.consumer).in_order());
}

#[test]
fn when_no_stream_is_left_the_application_is_told() {
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
    world.run_for(secs(3));

    film(&mut world, &call, false);
    world.run_for(secs(3));

    let told = world.layers_told(&call.consumer);
    assert_eq!(told.last(), Some(&None));
    film(&mut world, &call, true);
    let back = world.now();
    world.run_for(secs(1));
    let seen = since(&world, &call.consumer, back);
    assert!(seen[0].key_frame, "began with {:?}", seen[0]);
    assert_one_stream(&world.view(&call.consumer).in_order());
}

#[test]
fn what_is_lost_around_switches_is_repaired() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
        world.set_downlink(call.viewer, LinkConfig::lossy(0.05, 10));
        for nth in 0..40 {
            prefer(&mut world, &call.consumer, nth % 3, None);
            world.run_for(millis(700));
        }

        world.set_downlink(call.viewer, LinkConfig::lossy(0.0, 10));
        world.run_for(secs(1));
        film(&mut world, &call, false);
        world.run_for(secs(1));
        let seen = world.view(&call.consumer).in_order();
        assert_one_stream(&seen);
        let switches = seen
            .windows(2)
            .filter(|it| it[0].encoding != it[1].encoding);
        assert!(switches.count() >= 39, "too few switches");
    });
}

#[test]
fn disorder_and_loss_on_the_way_in_never_make_numbers_run_back() {
    tell(1..6, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
        let unruly = LinkConfig {
            delay: sim::Delay {
                base: millis(20),
                jitter: millis(30),
                reorders: true,
            },
            duplication: sim::Duplication(0.05),
            ..LinkConfig::lossy(0.05, 20)
        };
        world.set_uplink(call.sender, unruly);
        for nth in 0..30 {
            prefer(&mut world, &call.consumer, nth % 3, Some((nth / 3) % 3));
            world.run_for(millis(900));
        }

        let seen = world.view(&call.consumer).in_order();
        assert!(seen.len() > 300, "{} packets", seen.len());
        let mut packets = BTreeSet::new();
        for glimpse in &seen {
            assert!(
                packets.insert((glimpse.encoding, glimpse.index)),
                "{glimpse:?} came twice"
            );
        }
        for pair in seen.windows(2) {
            assert!(pair[1].seq > pair[0].seq, "{pair:?}");
            assert!(pair[1].timestamp.wrapping_sub(pair[0].timestamp) < 1 << 31);
            let ahead = tl0(&pair[1]).wrapping_sub(tl0(&pair[0]));
            assert!(ahead < 128, "{pair:?}");
        }
    });
}

#[test]
fn whoever_comes_late_begins_with_a_key_frame_of_the_layer_it_wants() {
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
    let late = world.join(PeerConfig::default());
    world.set_links(late, LinkConfig::lossy(0.0, 10));
    connect(&mut world, &[late], secs(5));
    world.run_for(secs(5));
    let before = key_frames(&mut world, &call);

    let consumer = world.consume_up_to(late, &call.producer, Some(wanted(1, Some(0))));
    let came = world.now();
    world.run_for(secs(3));

    let seen = world.view(&consumer).in_order();
    assert!(seen[0].key_frame, "began with {:?}", seen[0]);
    assert!(seen[0].arrived_at.saturating_since(came) < millis(200));
    assert!(seen.iter().all(|glimpse| layer(glimpse) == (1, 0)));
    assert_one_stream(&seen);
    let after = key_frames(&mut world, &call);
    let asked: Vec<u64> = after.iter().zip(before).map(|(a, b)| a - b).collect();
    assert_eq!(asked, [0, 1, 0]);
}

#[test]
fn a_pause_ends_with_a_key_frame_and_no_seam() {
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
    world.run_for(secs(3));
    let stop = Request::Consumer(call.consumer.clone(), ConsumerCall::Pause);
    let go = Request::Consumer(call.consumer.clone(), ConsumerCall::Resume);
    assert_eq!(world.request(stop), Reply::Done);
    world.run_for(secs(1));
    assert_eq!(world.layers_told(&call.consumer).last(), Some(&None));
    assert_eq!(world.request(go), Reply::Done);
    world.run_for(secs(1));
    let stop = Request::Producer(call.producer.clone(), ProducerCall::Pause);
    let go = Request::Producer(call.producer.clone(), ProducerCall::Resume);
    assert_eq!(world.request(stop), Reply::Done);
    world.run_for(secs(4));
    assert_eq!(world.request(go), Reply::Done);
    let back = world.now();
    world.run_for(secs(1));

    let seen = world.view(&call.consumer).in_order();
    assert_one_stream(&seen);
    let again = since(&world, &call.consumer, back + millis(100));
    assert!(!again.is_empty(), "nothing after the pause");
    assert!(again.iter().all(|glimpse| glimpse.encoding == 2));
}

#[test]
fn temporal_layers_of_one_vp8_stream_leave_no_seam() {
    let camera = CameraConfig {
        style: Style::Vp8 { temporal: 3 },
        ..CameraConfig::video()
    };
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, camera);
    for temporal in [2, 0, 1, 2, 1, 0, 2] {
        prefer(&mut world, &call.consumer, 0, Some(temporal));
        let asked = world.now();
        world.run_for(secs(2));

        let seen = since(&world, &call.consumer, asked + millis(500));
        let layers: BTreeSet<(u8, u8)> = seen.iter().map(layer).collect();
        assert_eq!(layers, (0..=temporal).map(|it| (0, it)).collect());
    }

    let asked = world.peer_mut(call.sender).camera(0).key_frames();
    assert_eq!(asked, 1, "temporal layers need no key frame");
    assert_one_stream(&world.view(&call.consumer).in_order());
}

#[test]
fn spatial_and_temporal_layers_of_one_vp9_stream() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::svc());
        world.run_for(secs(2));
        for (spatial, temporal) in [(0, 2), (2, 0), (1, 1), (0, 0), (2, 2)] {
            prefer(&mut world, &call.consumer, spatial, Some(temporal));
            let asked = world.now();
            world.run_for(secs(2));

            let seen = since(&world, &call.consumer, asked + millis(500));
            let layers: BTreeSet<(u8, u8)> = seen.iter().map(picture_layer).collect();
            let pairs = (0..=spatial).flat_map(|s| (0..=temporal).map(move |t| (s, t)));
            assert_eq!(layers, pairs.collect());
            assert_eq!(dumped(&mut world, &call.consumer), (spatial, temporal));
            // Where the highest layer that goes ends, the picture ends.
            for pair in seen.windows(2) {
                let ends = pair[0].timestamp != pair[1].timestamp;
                assert_eq!(pair[0].marker, ends, "{pair:?}");
            }
        }
        let seen = world.view(&call.consumer).in_order();
        for pair in seen.windows(2) {
            assert_eq!(pair[1].seq, pair[0].seq + 1, "{pair:?}");
        }
    });
}

#[test]
fn a_spatial_layer_that_is_not_sent_any_more_is_not_waited_for() {
    let mut world = World::new(1);
    let call = Call::begin(&mut world, 0, CameraConfig::svc());
    world.run_for(secs(2));

    world.peer_mut(call.sender).camera(0).set_spatial(2);
    world.run_for(secs(3));
    let lower = dumped(&mut world, &call.consumer);
    world.peer_mut(call.sender).camera(0).set_spatial(3);
    world.run_for(secs(3));

    assert_eq!(lower, (1, 2));
    assert_eq!(dumped(&mut world, &call.consumer), (2, 2));
    let seen = since(&world, &call.consumer, world.now().saturating_sub(secs(1)));
    assert!(seen.iter().any(|glimpse| picture_layer(glimpse).0 == 2));
}

fn wanted(spatial_layer: u8, temporal_layer: Option<u8>) -> ConsumerLayers {
    ConsumerLayers {
        spatial_layer,
        temporal_layer,
    }
}

fn prefer(world: &mut World, consumer: &ConsumerId, spatial: u8, temporal: Option<u8>) {
    let call = ConsumerCall::SetPreferredLayers(wanted(spatial, temporal));
    let reply = world.request(Request::Consumer(consumer.clone(), call));
    let effective = wanted(spatial, temporal.or(Some(2)));
    assert_eq!(reply, Reply::PreferredLayers(Some(effective)));
}

/// What left the camera since then, in order.
fn since(world: &World, consumer: &ConsumerId, then: units::Instant) -> Vec<Glimpse> {
    let seen = world.view(consumer).in_order();
    seen.into_iter().filter(|it| it.sent_at >= then).collect()
}

/// Stream and temporal layer.
fn layer(glimpse: &Glimpse) -> (u8, u8) {
    (glimpse.encoding, picture_layer(glimpse).1)
}

/// Spatial and temporal layer within a stream.
fn picture_layer(glimpse: &Glimpse) -> (u8, u8) {
    let picture = glimpse.picture.expect("pictures are numbered");
    (picture.spatial, picture.temporal)
}

fn tl0(glimpse: &Glimpse) -> u8 {
    glimpse.picture.expect("pictures are numbered").tl0
}

/// The current layers of a consumer, by its dump.
fn dumped(world: &mut World, consumer: &ConsumerId) -> (u8, u8) {
    let request = Request::Consumer(consumer.clone(), ConsumerCall::Dump);
    let Reply::ConsumerDump(dump) = world.request(request) else {
        panic!("no dump");
    };
    let ConsumerDump { details, .. } = *dump;
    let (ConsumerTypeDump::Simulcast(dump) | ConsumerTypeDump::Svc(dump)) = details else {
        panic!("{details:?}");
    };
    let LayeredConsumerDump {
        current_spatial_layer: spatial,
        current_temporal_layer: temporal,
        ..
    } = dump;
    assert_eq!(
        (dump.target_spatial_layer, dump.target_temporal_layer),
        (spatial, temporal)
    );
    (spatial as u8, temporal as u8)
}

fn film(world: &mut World, call: &Call, filming: bool) {
    for camera in 0..3 {
        let peer = world.peer_mut(call.sender);
        peer.camera(camera).set_filming(filming);
    }
}

fn key_frames(world: &mut World, call: &Call) -> [u64; 3] {
    [0, 1, 2].map(|camera| world.peer_mut(call.sender).camera(camera).key_frames())
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let told = |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::simulcast());
        world.set_uplink(call.sender, LinkConfig::lossy(0.05, 20));
        world.set_downlink(call.viewer, LinkConfig::lossy(0.05, 10));
        for nth in 0..10 {
            prefer(&mut world, &call.consumer, nth % 3, None);
            world.run_for(millis(700));
        }
        world.view(&call.consumer).glimpses().to_vec()
    };

    let once = told(7);
    let different = once.iter().zip(told(7)).find(|(a, b)| *a != b);
    assert_eq!(different, None);
    assert_ne!(once, told(8));
}

/// Checks that sequence, picture numbers and time run on as if one encoder had made everything. A number
/// is left out only where a frame was cut off.
fn assert_one_stream(seen: &[Glimpse]) {
    assert!(seen.first().is_some_and(|first| first.key_frame));
    for pair in seen.windows(2) {
        let [before, after] = [pair[0], pair[1]];
        let cut = after.key_frame && !before.marker;
        assert_eq!(after.seq - before.seq, 1 + u64::from(cut), "{pair:?}");
        if before.encoding != after.encoding {
            assert!(after.key_frame, "{pair:?}");
        }
        let ticks = after.timestamp.wrapping_sub(before.timestamp);
        assert!(ticks < 5 * 90_000, "{pair:?}");
        let (Some(old), Some(new)) = (before.picture, after.picture) else {
            panic!("pictures are numbered: {pair:?}");
        };
        let same = ticks == 0;
        let step = u16::from(!same);
        assert_eq!(new.number, (old.number + step) & 0x7fff, "{pair:?}");
        let base = u8::from(!same && new.temporal == 0);
        assert_eq!(new.tl0, old.tl0.wrapping_add(base), "{pair:?}");
    }
}

/// Checks that the receiver's clock follows the camera's across switches.
fn assert_steady_clock(seen: &[Glimpse]) {
    // A camera that is started films twice at once.
    let begun = seen[0].sent_at + secs(1);
    let mut seen = seen.iter().filter(|glimpse| glimpse.sent_at >= begun);
    let first = seen.next().expect("more than a second");
    for glimpse in seen {
        let shown = u64::from(glimpse.timestamp.wrapping_sub(first.timestamp)) * 1_000 / 90;
        let filmed = glimpse.sent_at.saturating_since(first.sent_at).as_micros() as u64;
        assert!(
            shown.abs_diff(filmed) < 5_000,
            "{glimpse:?} is shown at {shown} µs, was filmed at {filmed} µs"
        );
    }
}
