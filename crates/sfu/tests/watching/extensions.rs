//! Header extensions that travel from a producer to its consumers.

use control::{Notification, ProducerEvent, VideoOrientation};
use ortc::RtpParameters;
use rtp::{Extension, ExtensionMap, RtpPacket};

use crate::packets::{KEY_FRAME, is_rtcp, rtp, shown, spoken};
use crate::room::{Media, Peer, Room, picture, sound};

#[test]
fn packets_get_an_id_that_counts_up_if_the_producer_is_to_have_one() {
    let (mut room, peers, parameters) = call((true, picture(500)));

    for seq in 1..4 {
        room.receive(peers[0], &shown(500, seq, KEY_FRAME));
    }

    let ids = values(&mut room, peers[1], &parameters, Extension::PacketId);
    let ids: Vec<u32> = ids
        .into_iter()
        .map(|id| u32::from_be_bytes(id.expect("an id").try_into().expect("four bytes")))
        .collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[1], ids[0].wrapping_add(1));
    assert_eq!(ids[2], ids[0].wrapping_add(2));
}

#[test]
fn sound_gets_packet_ids_too() {
    let (mut room, peers, parameters) = call((true, sound(500)));

    room.receive(peers[0], &spoken(500, 1, 30));

    let ids = values(&mut room, peers[1], &parameters, Extension::PacketId);
    assert!(matches!(&ids[..], [Some(id)] if id.len() == 4), "{ids:?}");
}

#[test]
fn a_packet_that_brings_an_id_keeps_it() {
    for enabled in [false, true] {
        let (mut room, peers, parameters) = call((enabled, picture(500)));

        room.receive(peers[0], &rtp((96, 500, 1), &[(12, b"1234")], KEY_FRAME));

        let ids = values(&mut room, peers[1], &parameters, Extension::PacketId);
        assert_eq!(ids, [Some(b"1234".to_vec())]);
    }
}

#[test]
fn without_being_asked_for_there_are_no_packet_ids() {
    let (mut room, peers, parameters) = call((false, picture(500)));

    room.receive(peers[0], &shown(500, 1, KEY_FRAME));

    let ids = values(&mut room, peers[1], &parameters, Extension::PacketId);
    assert_eq!(ids, [None]);
}

#[test]
fn a_camera_that_turns_is_told_on_each_change_and_consumers_hear_of_every_packet() {
    let (mut room, peers, parameters) = call((false, picture(500)));

    // Camera, flip, and quarter turns (3GPP TS 26.114 §7.4.5).
    for (seq, turned) in (1..).zip([0b0001, 0b0001, 0b1110, 0b1110, 0b0000]) {
        let packet = rtp((96, 500, seq), &[(4, &[turned])], KEY_FRAME);
        room.receive(peers[0], &packet);
    }

    let told = room.take_told().into_iter();
    let told: Vec<VideoOrientation> = told
        .filter_map(|notification| match notification {
            Notification::Producer(_, ProducerEvent::VideoOrientationChange(turned)) => {
                Some(turned)
            }
            _ => None,
        })
        .collect();
    let turned = |camera, flip, rotation| VideoOrientation {
        camera,
        flip,
        rotation,
    };
    assert_eq!(
        told,
        [
            turned(false, false, 90),
            turned(true, true, 180),
            turned(false, false, 0)
        ]
    );
    let forwarded = values(
        &mut room,
        peers[1],
        &parameters,
        Extension::VideoOrientation,
    );
    assert_eq!(
        forwarded,
        [[1], [1], [14], [14], [0]].map(|value| Some(value.to_vec()))
    );
}

#[test]
fn levels_travel_on() {
    let (mut room, peers, parameters) = call((false, sound(500)));

    room.receive(peers[0], &spoken(500, 1, 30));

    let levels = values(&mut room, peers[1], &parameters, Extension::AudioLevel);
    assert_eq!(levels, [Some(vec![0x80 | 30])]);
}

/// A producer with or without packet ids, and a consumer of it.
fn call((packet_ids, media): (bool, Media)) -> (Room, [Peer; 2], RtpParameters) {
    let mut room = Room::open();
    let peers = [room.join("sender"), room.join("receiver")];
    let (kind, parameters, _) = media;
    room.produce("sender", "media", (kind, parameters, packet_ids));
    let parameters = room.consume("receiver", "view", "media");
    (room, peers, parameters)
}

/// An extension of each packet that left for a consumer.
fn values(
    room: &mut Room,
    peer: Peer,
    parameters: &RtpParameters,
    kind: Extension,
) -> Vec<Option<Vec<u8>>> {
    let offered = parameters.header_extensions.iter();
    let ids = ExtensionMap::from_uris(offered.map(|one| (one.uri.as_str(), one.id)));
    assert!(ids.id(kind).is_some(), "negotiated");
    let sent = room.take_sent(peer);
    let media = sent.iter().filter(|packet| !is_rtcp(packet));
    media
        .map(|packet| {
            let packet = RtpPacket::parse(packet).expect("RTP");
            packet.extension_of(kind, &ids).map(<[u8]>::to_vec)
        })
        .collect()
}
