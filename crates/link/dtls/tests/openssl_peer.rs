//! Sessions with OpenSSL, the oracle for the keys.

mod common;

use std::time::Duration;

use common::foreign::{Foreign, Identity, KeyKind, Setup};
use common::{End, World, certificate, config, orderly, ours};
use dtls::{Event, Role, SrtpKeys, SrtpProfile};
use units::Instant;

const LONG: Duration = Duration::from_secs(60);

const GCM_128: &str = "SRTP_AEAD_AES_128_GCM";
const GCM_256: &str = "SRTP_AEAD_AES_256_GCM";
const SHA1_80: &str = "SRTP_AES128_CM_SHA1_80";

#[test]
fn keys_are_those_of_openssl_in_three_suites_and_both_roles() {
    let identity = Identity::new(KeyKind::P256);
    for browser_like in [true, false] {
        for (srtp, profile) in [
            (GCM_128, SrtpProfile::AeadAes128Gcm),
            (GCM_256, SrtpProfile::AeadAes256Gcm),
            (SHA1_80, SrtpProfile::Aes128CmSha1_80),
        ] {
            for client in [true, false] {
                let mut world = world(&Setup {
                    client,
                    srtp: Some(srtp),
                    browser_like,
                    ..Setup::client(&identity)
                });

                world.run(LONG);

                let keys = checked_keys(&mut world, &identity);
                assert_eq!(keys.profile, profile);
            }
        }
    }
}

#[test]
fn gcm_is_taken_whatever_the_client_puts_first() {
    let identity = Identity::new(KeyKind::P256);
    for browser_like in [true, false] {
        let mut world = world(&Setup {
            srtp: Some("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM"),
            browser_like,
            ..Setup::client(&identity)
        });

        world.run(LONG);

        let keys = checked_keys(&mut world, &identity);
        assert_eq!(keys.profile, SrtpProfile::AeadAes256Gcm);
    }
}

#[test]
fn a_p384_peer_is_served() {
    let identity = Identity::new(KeyKind::P384);
    for client in [true, false] {
        let mut world = world(&Setup {
            client,
            ..Setup::client(&identity)
        });

        world.run(LONG);

        checked_keys(&mut world, &identity);
    }
}

#[test]
fn a_hello_in_many_pieces_is_put_together() {
    let identity = Identity::new(KeyKind::P256);
    let mut world = world(&Setup {
        mtu: 256,
        ..Setup::client(&identity)
    });

    world.run(LONG);

    assert!(
        world.sent[0][..2]
            .iter()
            .all(|(at, datagram)| { *at == Instant::ZERO && datagram.len() <= 256 })
    );
    checked_keys(&mut world, &identity);
}

#[test]
fn a_peer_without_srtp_gets_data_only() {
    let identity = Identity::new(KeyKind::P256);
    let mut world = world(&Setup {
        srtp: None,
        ..Setup::client(&identity)
    });

    world.run(LONG);

    assert_eq!(world.handshaken(1).srtp, None);
}

#[test]
fn dtls_1_0_is_not_spoken() {
    let identity = Identity::new(KeyKind::P256);
    for client in [true, false] {
        for browser_like in [true, false] {
            let mut world = world(&Setup {
                client,
                browser_like,
                old: true,
                ..Setup::client(&identity)
            });

            world.run(LONG);

            if client {
                // Behind the headers of record and message, what its hello speaks (RFC 4347 §4.2.1).
                assert_eq!(world.sent[0][0].1[25..27], [0xfe, 0xff]);
            }
            assert!(!world.session(1).is_connected() && !world.openssl(0).connected);
        }
    }
}

#[test]
fn messages_and_goodbyes_pass_between_us_and_openssl() {
    let identity = Identity::new(KeyKind::P256);
    for browser_like in [true, false] {
        for client in [true, false] {
            let mut world = world(&Setup {
                client,
                browser_like,
                ..Setup::client(&identity)
            });
            world.run(LONG);
            let now = world.now;

            world.openssl(0).send(b"from OpenSSL");
            world.session(1).send(now, b"from us").expect("connected");
            world.run(LONG);
            world.openssl(0).close();
            world.run(LONG);

            assert_eq!(world.openssl(0).received, [b"from us".to_vec()]);
            assert_eq!(
                world.events[1][1..],
                [Event::AppData(b"from OpenSSL".to_vec()), Event::Closed]
            );
        }
    }
}

#[test]
fn openssl_hears_our_goodbye() {
    let identity = Identity::new(KeyKind::P256);
    for browser_like in [true, false] {
        let mut world = world(&Setup {
            browser_like,
            ..Setup::client(&identity)
        });
        world.run(LONG);
        let now = world.now;

        world.session(1).close(now);
        world.run(LONG);

        assert!(world.openssl(0).closed);
    }
}

#[test]
fn a_generated_certificate_is_one() {
    let certificate = openssl::x509::X509::from_der(certificate(4).der()).expect("X.509");
    let key = certificate.public_key().expect("a key");
    let moment = |days: i64| {
        let seconds = i64::try_from(common::SINCE_1970.as_secs()).expect("soon");
        openssl::asn1::Asn1Time::from_unix(seconds + days * 86_400).expect("a time")
    };

    assert!(certificate.verify(&key).expect("verified"));
    assert_eq!(certificate.version(), 2);
    assert_eq!(certificate.not_before(), &*moment(-3_650));
    assert_eq!(certificate.not_after(), &*moment(3_650));
    let serial = certificate.serial_number().to_bn().expect("a number");
    assert!(!serial.is_negative() && serial.num_bits() > 100);
    let curve = key.ec_key().expect("EC").group().curve_name();
    assert_eq!(curve, Some(openssl::nid::Nid::X9_62_PRIME256V1));
}

#[test]
fn a_key_comes_from_the_entropy() {
    let key = |seed| {
        let certificate = openssl::x509::X509::from_der(certificate(seed).der()).expect("X.509");
        let key = certificate.public_key().expect("a key");
        key.public_key_to_der().expect("DER")
    };

    assert_eq!(key(4), key(4));
    assert_ne!(key(4), key(5));
}

fn world(setup: &Setup<'_>) -> World {
    let role = match setup.client {
        true => Role::Server,
        false => Role::Client,
    };
    let peer = End::OpenSsl(Box::new(Foreign::new(setup)));
    World::new(peer, ours(role, 2, &config()), 0, orderly())
}

/// The keys of our end, after comparing them and the certificate with what OpenSSL says.
fn checked_keys(world: &mut World, identity: &Identity) -> SrtpKeys {
    let handshaken = world.handshaken(1).clone();
    assert_eq!(handshaken.peer_certificate, identity.der());
    let keys = handshaken.srtp.expect("keys");
    let (key, salt) = (keys.profile.key_len(), keys.profile.salt_len());
    let (_, material) = world.openssl(0).srtp(2 * (key + salt));

    let part = |at: usize, len: usize| material[at..at + len].to_vec();
    let client = [part(0, key), part(2 * key, salt)].concat();
    let server = [part(key, key), part(2 * key + salt, salt)].concat();
    let ours = [keys.local.as_bytes(), keys.remote.as_bytes()];
    let clients = [&client[..], &server];
    let servers = [&server[..], &client];
    assert!(ours == clients || ours == servers);
    keys
}
