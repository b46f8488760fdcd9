//! Peers with RSA certificates, and our own RSA certificate.

mod common;

use common::foreign::{Foreign, Identity, KeyKind, Setup};
use common::{End, World, config, orderly, ours};
use dtls::{Certificate, CertificateError, Role};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

#[cfg(feature = "rsa")]
mod with_openssl {
    use dtls::{DtlsSession, Event, Failure, SrtpProfile};
    use units::Instant;

    use super::*;

    /// Sessions with OpenSSL as GStreamer sets it up.
    #[test]
    fn an_rsa_peer_is_served_in_both_roles() {
        let identity = Identity::new(KeyKind::Rsa2048);
        for client in [true, false] {
            for (srtp, profile) in [
                ("SRTP_AEAD_AES_128_GCM", SrtpProfile::AeadAes128Gcm),
                ("SRTP_AEAD_AES_256_GCM", SrtpProfile::AeadAes256Gcm),
                ("SRTP_AES128_CM_SHA1_80", SrtpProfile::Aes128CmSha1_80),
                ("SRTP_AES128_CM_SHA1_32", SrtpProfile::Aes128CmSha1_32),
            ] {
                let mut world = world(&Setup {
                    client,
                    srtp: Some(srtp),
                    browser_like: false,
                    ..Setup::client(&identity)
                });

                world.run(LONG);

                let handshaken = world.handshaken(1).clone();
                assert_eq!(handshaken.peer_certificate, identity.der());
                let keys = handshaken.srtp.expect("keys");
                assert_eq!(keys.profile, profile);
                let (key, salt) = (profile.key_len(), profile.salt_len());
                let (_, material) = world.openssl(0).srtp(2 * (key + salt));
                let (ours, theirs) = match client {
                    true => (&keys.remote, &keys.local),
                    false => (&keys.local, &keys.remote),
                };
                assert_eq!(ours.as_bytes()[..key], material[..key]);
                assert_eq!(theirs.as_bytes()[..key], material[key..2 * key]);
                assert_eq!(ours.as_bytes()[key..], material[2 * key..][..salt]);
                assert_eq!(theirs.as_bytes()[key..], material[2 * key + salt..]);
            }
        }
    }

    #[test]
    fn our_first_choice_with_openssl_is_the_cheapest_profile() {
        let identity = Identity::new(KeyKind::Rsa2048);
        let mut world = world(&Setup {
            srtp: Some("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM"),
            browser_like: false,
            ..Setup::client(&identity)
        });

        world.run(LONG);

        let keys = world.handshaken(1).srtp.clone().expect("keys");
        assert_eq!(keys.profile, SrtpProfile::AeadAes128Gcm);
    }

    #[test]
    fn an_rsa_peer_in_a_small_mtu_is_served() {
        let identity = Identity::new(KeyKind::Rsa2048);
        let small = dtls::Config {
            mtu: 256,
            ..config()
        };
        for client in [true, false] {
            let setup = Setup {
                client,
                browser_like: false,
                mtu: 256,
                ..Setup::client(&identity)
            };
            let peer = End::OpenSsl(Box::new(Foreign::new(&setup)));
            let mut world = World::new(peer, ours(role(&setup), 2, &small), 0, orderly());

            world.run(LONG);

            assert_eq!(world.handshaken(1).peer_certificate, identity.der());
            for (_, datagram) in &world.sent[1] {
                assert!(datagram.len() <= 256, "{}", datagram.len());
            }
        }
    }

    #[test]
    fn a_lost_flight_is_repeated_at_moments_of_the_virtual_clock() {
        let identity = Identity::new(KeyKind::Rsa2048);
        // The peer repeats nothing: its clock is the machine's. Its own flight takes two datagrams.
        let flights = [(false, 0), (false, 3), (true, 1)];
        for (client, lost) in flights {
            let setup = Setup {
                client,
                browser_like: false,
                ..Setup::client(&identity)
            };
            let peer = End::OpenSsl(Box::new(Foreign::new(&setup)));
            let fate =
                move |number, _: &mut _| (number != lost).then_some(Duration::from_millis(20));
            let mut world = World::new(peer, ours(role(&setup), 2, &config()), 0, Box::new(fate));

            world.run(Duration::from_secs(2));

            assert!(
                world.session(1).is_connected(),
                "client {client}, lost {lost}"
            );
            let repeated = world.sent[1].iter().any(|(at, datagram)| {
                let first = world.sent[1].iter().find(|(_, sent)| sent == datagram);
                first.is_some_and(|(before, _)| *before + Duration::from_millis(250) == *at)
            });
            assert!(repeated);
        }
    }

    #[test]
    fn an_unanswered_client_gives_up_in_time() {
        let nobody = ours(Role::Server, 2, &config());
        let client = ours(Role::Client, 1, &config());
        let mut world = World::new(client, nobody, 0, Box::new(|_, _| None));

        world.run(LONG);

        let moments: Vec<_> = world.sent[0].iter().map(|(at, _)| at.as_millis()).collect();
        assert_eq!(moments[..5], [0, 250, 750, 1_750, 3_750]);
        assert_eq!(
            world.events[0],
            [Event::Failed(Failure::Timeout { alert: None })]
        );
    }

    #[test]
    fn our_own_certificate_may_be_rsa() {
        let own = Identity::new(KeyKind::Rsa2048);
        let own = from_pem(&own).expect("an RSA certificate");
        for kind in [KeyKind::P256, KeyKind::Rsa2048] {
            let identity = Identity::new(kind);
            for client in [true, false] {
                let setup = Setup {
                    client,
                    ..Setup::client(&identity)
                };
                let peer = End::OpenSsl(Box::new(Foreign::new(&setup)));
                let session = DtlsSession::new(Instant::ZERO, role(&setup), &own, &config());
                let session = End::Ours(Box::new(session));
                let mut world = World::new(peer, session, 0, orderly());

                world.run(LONG);

                assert_eq!(world.handshaken(1).peer_certificate, identity.der());
                assert_eq!(world.openssl(0).peer_certificate(), own.der());
            }
        }
    }

    #[test]
    fn garbage_does_not_stop_a_handshake_on_openssl() {
        let identity = Identity::new(KeyKind::Rsa2048);
        for client in [true, false] {
            let mut world = world(&Setup {
                client,
                browser_like: false,
                ..Setup::client(&identity)
            });
            for _ in 0..40 {
                for junk in junk() {
                    let now = world.now;
                    world.ends[1].handle_datagram(now, &junk);
                }
                world.run(Duration::from_millis(10));
            }
            world.run(LONG);

            assert_eq!(world.handshaken(1).peer_certificate, identity.der());
            assert_eq!(world.events[1].len(), 1, "{:?}", world.events[1]);
            let now = world.now;
            world.session(1).send(now, b"alive").expect("connected");
            world.run(LONG);
            assert_eq!(world.openssl(0).received, [b"alive".to_vec()]);
        }
    }

    fn junk() -> Vec<Vec<u8>> {
        let header = |content_type, epoch| {
            let mut record = vec![content_type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 9, 0, 40];
            record.extend([0x5a; 40]);
            record
        };
        let mut alert = vec![21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 7, 0, 2];
        alert.extend([2, 40]);
        vec![
            vec![0x5a; 100],
            alert,
            header(20, 0),
            header(21, 1),
            header(22, 0),
            header(22, 1),
            header(23, 0),
            header(23, 1),
            header(0x2f, 0),
        ]
    }
}

/// Without OpenSSL, or with a peer that looks like a browser, the refusal comes late but clearly.
#[test]
fn an_rsa_peer_that_looks_like_a_browser_fails_with_its_reason() {
    let identity = Identity::new(KeyKind::Rsa2048);
    let mut world = world(&Setup {
        browser_like: true,
        ..Setup::client(&identity)
    });

    world.run(LONG);

    assert_eq!(
        world.events[1],
        [dtls::Event::Failed(dtls::Failure::PeerCertificate)]
    );
    assert!(world.openssl(0).failed);
}

#[test]
fn certificates_are_read_from_pem() {
    for kind in [KeyKind::P256, KeyKind::P384] {
        let identity = Identity::new(kind);
        let certificate = from_pem(&identity).expect("a certificate");
        assert_eq!(certificate.der(), identity.der());

        let sec1 = identity.key.ec_key().expect("EC");
        let sec1 = text(sec1.private_key_to_pem().expect("PEM"));
        let again = Certificate::from_pem(&certificate_pem(&identity), &sec1);
        assert_eq!(again.expect("a certificate").der(), identity.der());
    }
}

#[test]
fn broken_pem_is_refused() {
    let (one, other) = (Identity::new(KeyKind::P256), Identity::new(KeyKind::P256));
    let (pem, key) = (certificate_pem(&one), key_pem(&one));
    let refusal = |certificate: &str, key: &str| {
        Certificate::from_pem(certificate, key)
            .map(drop)
            .expect_err("refused")
    };

    assert_eq!(refusal("", &key), CertificateError::Pem);
    assert_eq!(refusal(&pem, &pem), CertificateError::Pem);
    assert_eq!(refusal(&key, &key), CertificateError::Pem);
    assert_eq!(refusal(&pem[..pem.len() / 2], &key), CertificateError::Pem);
    assert_eq!(refusal(&pem, &key_pem(&other)), CertificateError::Mismatch);
    let nonsense = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    assert_eq!(refusal(&pem, nonsense), CertificateError::Key);
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    assert_eq!(refusal(nonsense, &key), CertificateError::Mismatch);
}

#[cfg(not(feature = "rsa"))]
#[test]
fn an_rsa_key_needs_the_feature() {
    let identity = Identity::new(KeyKind::Rsa2048);

    let refused = from_pem(&identity).map(drop);

    assert_eq!(refused, Err(CertificateError::Key));
}

fn from_pem(identity: &Identity) -> Result<Certificate, CertificateError> {
    Certificate::from_pem(&certificate_pem(identity), &key_pem(identity))
}

fn certificate_pem(identity: &Identity) -> String {
    text(identity.certificate.to_pem().expect("PEM"))
}

fn key_pem(identity: &Identity) -> String {
    text(identity.key.private_key_to_pem_pkcs8().expect("PEM"))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

fn world(setup: &Setup<'_>) -> World {
    let peer = End::OpenSsl(Box::new(Foreign::new(setup)));
    World::new(peer, ours(role(setup), 2, &config()), 0, orderly())
}

fn role(setup: &Setup<'_>) -> Role {
    match setup.client {
        true => Role::Server,
        false => Role::Client,
    }
}
