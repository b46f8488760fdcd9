//! Endpoints that move, and endpoints that vanish.

use control::{IceState, TransportEvent};
use sim::{CameraConfig, LinkConfig, Loss, PeerConfig, World, tell};

use crate::support::{Call, connect, millis, secs};

#[test]
fn an_ice_restart_moves_the_call_to_another_address() {
    tell(1..6, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        world.run_for(secs(3));
        let elsewhere = ([192, 168, 200, 9], 40_404).into();

        world.restart_ice(call.viewer, elsewhere);
        world.run_for(secs(3));

        let tuple = world.dump(call.viewer).ice_selected_tuple.expect("a way");
        assert_eq!(tuple.remote(), Some(elsewhere));
        let seen = world.view(&call.consumer).glimpses().len();
        world.run_for(secs(2));
        let more = world.view(&call.consumer).glimpses().len() - seen;
        assert!(more >= 190, "{more} packets in two seconds");
        assert_eq!(
            world.dump(call.viewer).ice_state,
            IceState::Completed,
            "after the restart"
        );
    });
}

#[test]
fn a_nat_that_rebinds_is_followed_once_the_peer_proves_itself() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        world.run_for(secs(3));
        let face = ([203, 0, 113, 7], 61_000).into();

        world.peer_mut(call.viewer).rebind(face);
        world.run_for(secs(10));

        let tuple = world.dump(call.viewer).ice_selected_tuple.expect("a way");
        assert_eq!(tuple.remote(), Some(face));
        let seen = world.view(&call.consumer).glimpses().len();
        world.run_for(secs(2));
        let more = world.view(&call.consumer).glimpses().len() - seen;
        assert!(more >= 190, "{more} packets in two seconds");
    });
}

/// A NAT gives the face of one endpoint, which is gone, to another.
#[test]
fn whose_way_is_another_s_now_is_told_so_at_once() {
    let mut world = World::new(3);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let heir = world.join(PeerConfig::default());
    connect(&mut world, &[heir], secs(5));
    let face = ([203, 0, 113, 7], 61_000).into();
    world.peer_mut(call.viewer).rebind(face);
    world.run_for(secs(10));
    let dead = LinkConfig {
        loss: Loss::Always,
        ..LinkConfig::default()
    };
    world.set_uplink(call.viewer, dead);
    world.forget_notifications();

    world.peer_mut(heir).rebind(face);
    let moved = |event: &TransportEvent| match event {
        TransportEvent::IceSelectedTupleChange(tuple) => tuple.remote() == Some(face),
        _ => false,
    };
    let inherited = world.run_until(secs(10), |world| world.events(heir).iter().any(moved));

    assert!(inherited);
    // It is back to the way it had before.
    let told = world.events(call.viewer);
    let back = |event: &TransportEvent| match event {
        TransportEvent::IceSelectedTupleChange(tuple) => tuple.remote() != Some(face),
        _ => false,
    };
    assert!(told.iter().any(back), "{told:?}");
}

#[test]
fn consent_is_lost_with_the_path_and_found_again_with_it() {
    let mut world = World::new(5);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    world.run_for(secs(3));
    let dead = LinkConfig {
        loss: Loss::Always,
        ..LinkConfig::default()
    };

    world.set_links(call.viewer, dead);
    let cut_at = world.now();
    let gone = world.run_until(secs(60), |world| {
        world.dump(call.viewer).ice_state == IceState::Disconnected
    });
    assert!(gone, "still there after a minute");
    let took = world.now().saturating_since(cut_at);
    assert!(took > secs(20) && took < secs(35), "noticed after {took:?}");
    let told = world.events(call.viewer);
    assert!(told.contains(&TransportEvent::IceStateChange(IceState::Disconnected)));
    let before = world.host(0).counters().forwarded_rtp;
    world.run_for(secs(2));
    assert_eq!(
        world.host(0).counters().forwarded_rtp,
        before,
        "media for somebody who is gone"
    );

    world.set_links(call.viewer, LinkConfig::lossy(0.0, 10));
    // str0m has given its pairs up by now; a restart is what an application does then.
    world.restart_ice(call.viewer, ([192, 168, 201, 2], 50_001).into());
    let back = world.run_until(secs(10), |world| {
        world.dump(call.viewer).ice_state == IceState::Completed
    });
    assert!(back, "not back");
    let seen = world.view(&call.consumer).glimpses().len();
    world.run_for(secs(3));
    let view = world.view(&call.consumer);
    assert!(view.glimpses().len() > seen + 200);
    let first_after = view.glimpses()[seen];
    assert!(first_after.key_frame, "went on with {first_after:?}");
}

#[test]
fn a_consent_timeout_of_zero_never_expires() {
    let mut world = World::new(5);
    let peer = world.join(PeerConfig {
        consent_timeout: 0,
        ..PeerConfig::default()
    });
    connect(&mut world, &[peer], secs(5));
    world.run_for(millis(500));

    let dead = LinkConfig {
        loss: Loss::Always,
        ..LinkConfig::default()
    };
    world.set_links(peer, dead);
    world.run_for(secs(600));

    assert_eq!(world.dump(peer).ice_state, IceState::Completed);
}
