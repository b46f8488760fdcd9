//! Our sessions with each other, over good and bad paths.

mod common;

use std::time::Duration;

use common::foreign::Pure;
use common::{End, World, certificate, orderly, ours, pure_config, reliable};
use dtls::{Event, Failure, Fingerprint, HashAlgorithm, Role, SendError, Version, Versions};
use rand::Rng;
use units::Instant;

/// Longer than any time-out in here.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn two_sessions_agree_on_keys_and_know_each_other() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        3,
        reliable(),
    );

    world.run(LONG);

    let (client, server) = (world.handshaken(0), world.handshaken(1));
    assert_eq!(client.version, Version::Dtls12);
    let (client_keys, server_keys) = (client.srtp.as_ref(), server.srtp.as_ref());
    let (client_keys, server_keys) = (client_keys.expect("keys"), server_keys.expect("keys"));
    assert!(client_keys.profile.is_gcm());
    assert_eq!(client_keys.profile, server_keys.profile);
    assert_eq!(client_keys.local, server_keys.remote);
    assert_eq!(client_keys.remote, server_keys.local);
    assert_ne!(client_keys.local, client_keys.remote);
    assert_ne!(client.peer_certificate, server.peer_certificate);
}

#[test]
fn a_session_may_move_to_another_thread_and_tells_no_secrets() {
    fn movable<T: Send + std::fmt::Debug>(value: &T) -> String {
        format!("{value:?}")
    }
    let own = certificate(1);
    let session = dtls::DtlsSession::new(Instant::ZERO, Role::Client, &own, &pure_config());

    assert!(movable(&session).starts_with("DtlsSession { state: \"Shaking\""));
    assert!(movable(&own).contains("sha-256"));
}

#[test]
fn a_wrong_fingerprint_is_told_from_the_right_one() {
    let own = certificate(9);
    let session = dtls::DtlsSession::new(Instant::ZERO, Role::Server, &own, &pure_config());
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        End::Ours(Box::new(session)),
        3,
        reliable(),
    );

    world.run(LONG);

    let peer = &world.handshaken(0).peer_certificate;
    assert_eq!(peer, own.der());
    for fingerprint in own.fingerprints() {
        let name = fingerprint.algorithm().name();
        let signalled = Fingerprint::parse(name, &fingerprint.value()).expect("valid");
        assert!(signalled.verify(peer));
    }
    for algorithm in HashAlgorithm::ALL {
        assert!(!Fingerprint::of(algorithm, certificate(10).der()).verify(peer));
    }
}

#[test]
fn handshakes_survive_a_lossy_path() {
    for seed in 0..20 {
        let mut world = World::new(
            ours(Role::Client, 1, &pure_config()),
            ours(Role::Server, 2, &pure_config()),
            seed,
            Box::new(|_, rng| {
                let delay = Duration::from_micros(rng.random_range(10_000..40_000));
                (!rng.random_bool(0.1)).then_some(delay)
            }),
        );

        world.run(LONG);

        assert_eq!(
            world.handshaken(0).srtp.as_ref().map(|keys| &keys.local),
            world.handshaken(1).srtp.as_ref().map(|keys| &keys.remote),
            "seed {seed}"
        );
    }
}

#[test]
fn any_one_datagram_may_be_lost_or_late() {
    for mtu in [1_200, 300] {
        for fated in 0..12 {
            for fate in [None, Some(Duration::from_millis(45))] {
                let config = dtls::Config {
                    mtu,
                    ..pure_config()
                };
                let mut world = World::new(
                    ours(Role::Client, 1, &config),
                    ours(Role::Server, 2, &config),
                    0,
                    Box::new(move |number, _| match number == fated {
                        true => fate,
                        false => Some(Duration::from_millis(20)),
                    }),
                );

                world.run(LONG);
                // A last flight that was lost is repeated when the peer shows that it misses it.
                world.handshaken(0);
                world.handshaken(1);
            }
        }
    }
}

#[test]
fn an_unanswered_flight_is_repeated_ever_more_slowly_and_given_up_in_time() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        0,
        Box::new(|_, _| None),
    );

    world.run(LONG);

    let mut moments: Vec<_> = world.sent[0].iter().map(|(at, _)| *at).collect();
    moments.dedup();
    assert!(moments.len() >= 5, "{moments:?}");
    assert_eq!(moments[0], Instant::ZERO);
    assert!(moments[1] <= Instant::from_millis(400), "{moments:?}");
    let gaps: Vec<_> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.last() > gaps.first(), "{gaps:?}");
    assert_eq!(
        world.events[0],
        [Event::Failed(Failure::Timeout { alert: None })]
    );
    assert_eq!(world.session(0).poll_timeout(), None);
    // The server never heard of it: no timer, no event.
    assert_eq!(world.events[1], []);
    assert_eq!(world.session(1).poll_timeout(), None);
}

#[test]
fn a_server_gives_up_on_a_client_that_went_away() {
    let short = dtls::Config {
        handshake_timeout: Duration::from_secs(5),
        ..pure_config()
    };
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &short),
        0,
        Box::new(|number, _| (number == 0).then_some(Duration::from_millis(20))),
    );

    world.run(Duration::from_millis(5_019));
    assert_eq!(world.events[1], []);

    world.run(Duration::from_millis(2));
    assert_eq!(
        world.events[1],
        [Event::Failed(Failure::Timeout { alert: None })]
    );
}

#[test]
fn messages_go_both_ways_and_none_before_the_handshake() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        0,
        orderly(),
    );
    let early = world.session(0).send(Instant::ZERO, b"early");
    assert_eq!(early, Err(SendError::NotConnected));
    world.run(LONG);
    let now = world.now;

    for message in [&b"one"[..], b"two", &[7; 1_100]] {
        world.session(0).send(now, message).expect("connected");
        world.session(1).send(now, message).expect("connected");
    }
    let long = world.session(0).send(now, &[0; (1 << 14) + 1]);
    world.run(LONG);

    assert_eq!(long, Err(SendError::TooLong));
    for end in [0, 1] {
        assert_eq!(
            world.events[end][1..],
            [
                Event::AppData(b"one".to_vec()),
                Event::AppData(b"two".to_vec()),
                Event::AppData(vec![7; 1_100]),
            ]
        );
    }
    assert_eq!(world.session(0).poll_timeout(), None);
}

#[test]
fn a_goodbye_is_heard_and_ends_both_sides() {
    for closer in [0, 1] {
        let mut world = World::new(
            ours(Role::Client, 1, &pure_config()),
            ours(Role::Server, 2, &pure_config()),
            0,
            orderly(),
        );
        world.run(LONG);
        let now = world.now;

        world.session(closer).close(now);
        world.run(LONG);

        assert_eq!(world.events[1 - closer][1..], [Event::Closed]);
        assert_eq!(world.events[closer].len(), 1);
        for end in [0, 1] {
            assert!(!world.session(end).is_connected());
            assert_eq!(world.session(end).poll_timeout(), None);
            let late = world.session(end).send(now, b"late");
            assert_eq!(late, Err(SendError::NotConnected));
        }
    }
}

#[test]
fn closing_during_the_handshake_is_silent() {
    let mut world = World::new(
        ours(Role::Client, 1, &pure_config()),
        ours(Role::Server, 2, &pure_config()),
        0,
        orderly(),
    );

    world.session(1).close(Instant::ZERO);
    world.run(Duration::from_secs(1));

    assert_eq!(world.sent[1], []);
    assert_eq!(world.events[1], []);
    assert!(world.session(1).refused() > 0);
}

#[test]
fn dtls_1_3_is_spoken_with_a_client_that_lists_gcm_first() {
    // 400 bytes cut the ClientHello in pieces.
    for mtu in [1_200, 400] {
        let config = pure_config();
        let mut world = World::new(
            End::Dimpl(Box::new(Pure::client(config.epoch, mtu))),
            ours(Role::Server, 2, &config),
            0,
            reliable(),
        );

        world.run(LONG);

        let server = world.handshaken(1);
        assert_eq!(server.version, Version::Dtls13);
        let keys = server.srtp.as_ref().expect("keys");
        let End::Dimpl(client) = &world.ends[0] else {
            unreachable!()
        };
        let (profile, material) = client.material.as_ref().expect("material");
        assert_eq!(*profile, dimpl::SrtpProfile::AEAD_AES_256_GCM);
        assert_eq!(keys.remote.as_bytes()[..32], material[..32]);
        assert_eq!(keys.local.as_bytes()[..32], material[32..64]);
        assert_eq!(keys.remote.as_bytes()[32..], material[64..76]);
        assert_eq!(keys.local.as_bytes()[32..], material[76..]);
    }
}

#[test]
fn handshakes_of_dtls_1_3_survive_a_lossy_path() {
    for seed in 0..20 {
        // A small MTU makes flights of several datagrams, which come late and out of order.
        let config = dtls::Config {
            mtu: 400,
            ..pure_config()
        };
        let mut world = World::new(
            End::Dimpl(Box::new(Pure::client(config.epoch, 400))),
            ours(Role::Server, 2, &config),
            seed,
            Box::new(|_, rng| {
                let delay = Duration::from_micros(rng.random_range(10_000..40_000));
                (!rng.random_bool(0.05)).then_some(delay)
            }),
        );

        world.run(LONG);

        assert_eq!(world.handshaken(1).version, Version::Dtls13, "seed {seed}");
    }
}

#[test]
fn dtls_1_3_goodbyes_and_messages_work() {
    let config = pure_config();
    let mut world = World::new(
        End::Dimpl(Box::new(Pure::client(config.epoch, 1_200))),
        ours(Role::Server, 2, &config),
        0,
        orderly(),
    );
    world.run(Duration::from_secs(5));
    let now = world.now;

    world.session(1).send(now, b"hello").expect("connected");
    world.session(1).close(now);
    let before = world.sent[1].len();
    world.run(Duration::from_secs(1));

    assert!(world.sent[1].len() >= before + 2);
}

#[test]
fn the_owner_can_keep_to_dtls_1_2() {
    let only_12 = dtls::Config {
        versions: Versions::Only12,
        ..pure_config()
    };
    let mut world = World::new(
        ours(Role::Client, 1, &only_12),
        ours(Role::Server, 2, &only_12),
        0,
        orderly(),
    );

    world.run(LONG);

    assert_eq!(world.handshaken(1).version, Version::Dtls12);
}

#[test]
fn flights_keep_to_the_mtu() {
    let small = dtls::Config {
        mtu: 300,
        ..pure_config()
    };
    let mut world = World::new(
        ours(Role::Client, 1, &small),
        ours(Role::Server, 2, &small),
        0,
        reliable(),
    );

    world.run(LONG);

    world.handshaken(0);
    world.handshaken(1);
    for (_, datagram) in world.sent.iter().flatten() {
        assert!(datagram.len() <= 300, "{}", datagram.len());
    }
}
