//! What a receiver gets again in the media stream, and what it gets late.

use crate::packets::{DELTA_FRAME, KEY_FRAME, is_rtcp, nack, shown, spoken};
use crate::room::{Peer, Room, picture, sound};

/// The round trip that is supposed until a report tells it.
const ROUND_TRIP_MS: u64 = 100;

#[test]
fn a_repeat_is_the_same_to_the_bit_and_comes_once_a_round_trip() {
    let mut room = Room::open();
    let mic = room.join("mic");
    let ear = room.join("ear");
    room.produce("mic", "p", sound(5));
    let ssrc = room.consume("ear", "c", "p").encodings[0].ssrc.unwrap_or(0);
    for seq in 0..3 {
        room.receive(mic, &spoken(5, 100 + seq, 20));
        room.wait(20);
    }
    let sent = media(&mut room, ear);
    let second = u16::from_be_bytes([sent[1][2], sent[1][3]]);

    room.receive(ear, &nack(ssrc, second));
    assert_eq!(media(&mut room, ear), [sent[1].clone()]);

    room.wait(ROUND_TRIP_MS / 2);
    room.receive(ear, &nack(ssrc, second));
    assert!(media(&mut room, ear).is_empty(), "it is still on its way");

    room.wait(ROUND_TRIP_MS);
    room.receive(ear, &nack(ssrc, second));
    assert_eq!(media(&mut room, ear), [sent[1].clone()]);
}

/// Nobody could ask for what was passed over, as it was never sent.
#[test]
fn a_large_key_frame_whose_first_packet_comes_last_goes_out_whole() {
    let mut room = Room::open();
    let camera = room.join("camera");
    let eye = room.join("eye");
    room.produce("camera", "p", picture(500));
    room.consume("eye", "c", "p");
    room.receive(camera, &shown(500, 100, DELTA_FRAME));
    for seq in 102..402 {
        room.receive(camera, &shown(500, seq, DELTA_FRAME));
    }
    assert!(media(&mut room, eye).is_empty());

    room.receive(camera, &shown(500, 101, KEY_FRAME));

    assert_eq!(media(&mut room, eye).len(), 301);
}

fn media(room: &mut Room, peer: Peer) -> Vec<Vec<u8>> {
    let mut sent = room.take_sent(peer);
    sent.retain(|packet| !is_rtcp(packet));
    sent
}
