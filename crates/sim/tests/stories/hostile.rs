//! Strangers who send what they like. The call goes on, nothing grows, nobody is helped to flood others.

use std::net::SocketAddr;

use sim::{CameraConfig, Packet, PeerConfig, PeerId, SeededEntropy, World, tell};

use crate::support::{Call, Heap, connect, millis, secs};

/// What a flood may leave behind: tables at their bounds, and what the call itself remembers.
const LEFT_BEHIND: usize = 4 << 20;

/// Somebody out there.
fn stranger(entropy: &mut SeededEntropy) -> SocketAddr {
    let host = entropy.below(250) as u8;
    let port = 1_024 + entropy.below(60_000) as u16;
    ([198, 51, 100, host], port).into()
}

/// STUN, DTLS or media, by its first byte (RFC 7983 §7).
fn is_dtls(packet: &Packet) -> bool {
    matches!(packet.data.first(), Some(20..=63))
}

fn is_stun(packet: &Packet) -> bool {
    matches!(packet.data.first(), Some(0..=3))
}

fn is_media(packet: &Packet) -> bool {
    matches!(packet.data.first(), Some(128..=191))
}

/// What a peer sends in a second of call.
fn overhear(world: &mut World, peer: PeerId) -> Vec<Packet> {
    world.tap(peer);
    world.run_for(secs(1));
    let heard = world.take_tapped(peer);
    assert!(heard.iter().any(is_media));
    // What is still under way arrives before anybody repeats it.
    world.run_for(millis(100));
    heard
}

#[test]
fn noise_changes_nothing() {
    tell(1..3, |seed| {
        let heap = Heap::watch();
        let mut entropy = SeededEntropy::new(seed);
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let heard = overhear(&mut world, call.sender);
        world.run_for(secs(2));
        let before = heap.bytes();

        for _ in 0..400 {
            world.run_for(millis(5));
            for _ in 0..50 {
                let from = stranger(&mut entropy);
                let len = match entropy.below(20) {
                    0 => entropy.below(65_507),
                    1 => entropy.below(4),
                    _ => entropy.below(1_500),
                };
                let mut noise = entropy.bytes(len);
                world.inject(from, &noise);
                // The same from an address that is trusted.
                noise.truncate(1_400);
                world.inject(heard[0].from, &noise);
            }
        }

        let grown = heap.bytes().saturating_sub(before);
        assert!(grown < LEFT_BEHIND, "{grown} bytes more");
        assert!(world.host(0).counters().strays > 10_000);
        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn what_was_overheard_and_changed_is_refused() {
    tell(1..4, |seed| {
        let mut entropy = SeededEntropy::new(seed);
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let heard = overhear(&mut world, call.sender);

        for nth in 0..20_000 {
            if nth % 20 == 0 {
                world.run_for(millis(2));
            }
            let packet = &heard[entropy.below(heard.len())];
            let mut data = packet.data.clone();
            match entropy.below(3) {
                0 => data.truncate(entropy.below(data.len())),
                1 => data.extend(entropy.bytes(40)),
                _ => {
                    let at = entropy.below(data.len());
                    data[at] ^= 1 << entropy.below(8);
                }
            }
            let trusted = entropy.happens(0.5);
            let from = match trusted {
                true => packet.from,
                false => stranger(&mut entropy),
            };
            world.inject(from, &data);
        }

        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn media_that_is_replayed_goes_nowhere() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let heard = overhear(&mut world, call.sender);
        let before = world.host(0).counters();

        for packet in heard.iter().filter(|packet| is_media(packet)) {
            for _ in 0..3 {
                world.inject(packet.from, &packet.data);
            }
        }

        let after = world.host(0).counters();
        assert_eq!(after.received_rtp, before.received_rtp);
        assert_eq!(after.forwarded_rtp, before.forwarded_rtp);
        assert!(after.datagrams > before.datagrams + 300);
        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn checks_without_credentials_get_next_to_no_answer() {
    let mut entropy = SeededEntropy::new(4);
    let mut world = World::new(4);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    world.tap(call.sender);
    world.run_for(secs(10));
    let heard = world.take_tapped(call.sender);
    let check = heard.iter().find(|packet| is_stun(packet)).expect("checks");
    let _ = world.take_astray();

    let mut asked = 0;
    for nth in 0..50_000 {
        if nth % 500 == 0 {
            world.run_for(millis(10));
        }
        let mut data = check.data.clone();
        // Another transaction (RFC 8489 §5), so the integrity does not hold; sometimes another user.
        data[8..20].copy_from_slice(&entropy.bytes(12));
        if entropy.happens(0.5) {
            data[24..28].copy_from_slice(&entropy.bytes(4));
        }
        asked += data.len();
        world.inject(stranger(&mut entropy), &data);
    }
    world.run_for(millis(100));

    let answered: usize = world.take_astray().iter().map(|it| it.data.len()).sum();
    assert!(answered * 20 < asked, "{answered} bytes for {asked}");
    call.assert_complete(&mut world, 0);
}

#[test]
fn a_handshake_is_not_begun_for_an_address_that_ice_has_not_checked() {
    let mut entropy = SeededEntropy::new(6);
    let mut world = World::new(6);
    let peer = world.join(PeerConfig::default());
    world.tap(peer);
    connect(&mut world, &[peer], secs(5));
    let heard = world.take_tapped(peer);
    let hellos: Vec<&Packet> = heard.iter().filter(|packet| is_dtls(packet)).collect();
    assert!(!hellos.is_empty());
    let other = world.join(PeerConfig::default());
    let _ = world.take_astray();

    for _ in 0..5_000 {
        let hello = hellos[entropy.below(hellos.len())];
        world.inject(stranger(&mut entropy), &hello.data);
    }

    assert_eq!(world.take_astray(), []);
    connect(&mut world, &[other], secs(5));
}

#[test]
fn a_hundred_thousand_addresses_leave_no_trace() {
    let heap = Heap::watch();
    let mut world = World::new(8);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let heard = overhear(&mut world, call.sender);
    let check = heard.iter().find(|packet| is_stun(packet)).cloned();
    world.run_for(secs(2));
    let before = heap.bytes();

    for nth in 0..100_000_u32 {
        if nth % 100 == 0 {
            world.run_for(millis(1));
        }
        let [a, b, c, d] = (0x0b00_0000 + nth * 7).to_be_bytes();
        let from = ([a, b, c, d], 5_000).into();
        let data = match (&check, nth % 2) {
            // A valid check, replayed: authenticated, so it may take one of the few places.
            (Some(check), 0) => check.data.clone(),
            _ => heard[nth as usize % heard.len()].data.clone(),
        };
        world.inject(from, &data);
    }

    let _ = world.take_astray();
    world.forget_notifications();
    let grown = heap.bytes().saturating_sub(before);
    assert!(grown < LEFT_BEHIND, "{grown} bytes more");
}
