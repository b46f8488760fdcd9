//! How calls come about.

use sim::{CameraConfig, LinkConfig, PeerConfig, World, tell};
use str0m::config::DtlsVersion;
use str0m::crypto::dtls::ProtocolVersion;

use crate::support::{Call, connect, secs};

#[test]
fn a_call_comes_about_and_media_flows() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());

        world.run_for(secs(5));

        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn a_call_comes_about_on_a_fifth_of_loss() {
    tell(1..9, |seed| {
        let mut world = World::new(seed);
        for active in [true, false] {
            let config = PeerConfig {
                active,
                ..PeerConfig::default()
            };
            let peer = world.join(config);
            world.set_links(peer, LinkConfig::lossy(0.2, 30));

            connect(&mut world, &[peer], secs(20));
        }
    });
}

#[test]
fn dtls_is_spoken_in_the_version_that_the_peer_has() {
    tell(1..3, |seed| {
        let mut world = World::new(seed);
        for (offered, active, spoken) in [
            (DtlsVersion::Dtls12, true, ProtocolVersion::DTLS1_2),
            (DtlsVersion::Dtls12, false, ProtocolVersion::DTLS1_2),
            (DtlsVersion::Dtls13, true, ProtocolVersion::DTLS1_3),
            (DtlsVersion::Auto, true, ProtocolVersion::DTLS1_3),
            // As a client we speak 1.2, which everybody does.
            (DtlsVersion::Auto, false, ProtocolVersion::DTLS1_2),
        ] {
            let config = PeerConfig {
                dtls: offered,
                active,
                ..PeerConfig::default()
            };
            let peer = world.join(config);

            connect(&mut world, &[peer], secs(5));

            let version = world.peer_mut(peer).dtls_version();
            assert_eq!(version, Some(spoken), "{offered}, active: {active}");
        }
    });
}
