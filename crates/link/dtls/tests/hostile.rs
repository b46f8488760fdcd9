//! Datagrams that were never meant well.

mod common;

use std::time::Duration;

use common::foreign::Pure;
use common::{End, World, entropy, orderly, ours, pure_config};
use dtls::{Event, Failure, Role, Version};
use proptest::prelude::*;
use units::{Entropy, Instant};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn garbage_between_all_datagrams_does_not_stop_the_handshake() {
    for seed in 0..10 {
        let mut world = World::new(
            ours(Role::Client, 1, &pure_config()),
            ours(Role::Server, 2, &pure_config()),
            seed,
            orderly(),
        );

        flood(&mut world, &[0, 1], seed);

        for end in [0, 1] {
            world.handshaken(end);
            assert_eq!(world.events[end].len(), 1, "{:?}", world.events[end]);
            assert!(world.session(end).refused() > 100);
        }
        let now = world.now;
        world.session(0).send(now, b"alive").expect("connected");
        world.run(LONG);
        assert_eq!(world.events[1][1], Event::AppData(b"alive".to_vec()));
    }
}

#[test]
fn garbage_does_not_stop_a_handshake_of_dtls_1_3() {
    for seed in 0..10 {
        let config = pure_config();
        let client = Pure::client(config.epoch, 1_200);
        let mut world = World::new(
            End::Dimpl(Box::new(client)),
            ours(Role::Server, 2, &config),
            seed,
            orderly(),
        );

        flood(&mut world, &[1], seed);

        assert_eq!(world.handshaken(1).version, Version::Dtls13);
        assert_eq!(world.events[1].len(), 1, "{:?}", world.events[1]);
        let now = world.now;
        world.session(1).send(now, b"alive").expect("connected");
    }
}

#[test]
fn an_alert_in_the_clear_is_only_a_hint() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        0,
        Box::new(|_, _| None),
    );

    world.ends[0].handle_datagram(Instant::ZERO, &record(21, 0, &[2, 40]));
    world.run(Duration::from_secs(1));
    assert_eq!(world.events[0], []);

    world.run(LONG);
    assert_eq!(
        world.events[0],
        [Event::Failed(Failure::Timeout { alert: Some(40) })]
    );
}

#[test]
fn a_hello_that_nobody_can_serve_fails_the_session_only_when_it_is_whole() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        0,
        orderly(),
    );
    // A whole message of type 1 whose body does not add up.
    let mut fragment = vec![1, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4];
    fragment.extend([0xff; 4]);

    world.ends[1].handle_datagram(Instant::ZERO, &record(22, 0, &fragment));
    assert_eq!(world.session(1).refused(), 1);

    world.run(LONG);
    world.handshaken(1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn changed_datagrams_never_panic(
        seed: u64,
        changes in proptest::collection::vec((0..1_500_usize, any::<u8>()), 1..4),
        which in 0..8_usize,
    ) {
        let mut world = World::new(
            ours(Role::Client, 1, &pure_config()),
            ours(Role::Server, 2, &pure_config()),
            seed,
            orderly(),
        );
        world.run(Duration::from_millis(100));
        let recorded: Vec<_> = world.sent.iter().flatten().cloned().collect();
        let (_, mut datagram) = recorded[which % recorded.len()].clone();
        for (at, value) in changes {
            let at = at % datagram.len();
            datagram[at] ^= value;
        }

        for role in [Role::Client, Role::Server] {
            let mut fresh = ours(role, 3, &pure_config());
            fresh.handle_datagram(Instant::ZERO, &datagram);
        }
        for end in [0, 1] {
            world.ends[end].handle_datagram(Instant::from_millis(100), &datagram);
        }
        world.run(Duration::from_millis(100));
        prop_assert!(world.session(0).is_connected() && world.session(1).is_connected());
    }
}

/// Runs the handshake while junk pours on `victims`, some of it right after each real datagram.
fn flood(world: &mut World, victims: &[usize], seed: u64) {
    let mut entropy = entropy(seed);
    for _ in 0..40 {
        for &end in victims {
            let recorded = world.sent[1 - end].last().map(|(_, datagram)| datagram);
            for junk in junk(&mut entropy, recorded.map_or(&[], Vec::as_slice)) {
                let now = world.now;
                world.ends[end].handle_datagram(now, &junk);
            }
        }
        world.run(Duration::from_millis(10));
    }
    world.run(LONG);
}

fn junk(entropy: &mut impl Entropy, recorded: &[u8]) -> Vec<Vec<u8>> {
    let mut noise = vec![0; usize::try_from(entropy.next_in(1, 200)).expect("short")];
    entropy.fill(&mut noise);
    let cut = usize::try_from(entropy.next_u64() % (recorded.len() as u64 + 1)).expect("short");
    vec![
        noise.clone(),
        recorded[..cut].to_vec(),
        record(20, 0, &[2]),
        record(21, 0, &[2, 40]),
        record(21, 0, &[1, 0]),
        record(21, 1, &noise),
        record(22, 0, &noise),
        record(22, 1, &noise),
        record(23, 0, &noise),
        record(23, 1, &noise),
        record(23, 7, &noise),
        [&[0x2f][..], &noise].concat(),
    ]
}

fn record(content_type: u8, epoch: u16, fragment: &[u8]) -> Vec<u8> {
    let mut bytes = vec![content_type, 0xfe, 0xfd];
    bytes.extend(epoch.to_be_bytes());
    bytes.extend([0, 0, 0, 0, 0, 9]);
    bytes.extend(u16::try_from(fragment.len()).expect("short").to_be_bytes());
    bytes.extend_from_slice(fragment);
    bytes
}
