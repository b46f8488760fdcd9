//! What a receiver gets again in the media stream, where there is no repair stream.

use crate::packets::{is_rtcp, nack, spoken};
use crate::room::{Peer, Room, sound};

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

fn media(room: &mut Room, peer: Peer) -> Vec<Vec<u8>> {
    let mut sent = room.take_sent(peer);
    sent.retain(|packet| !is_rtcp(packet));
    sent
}
