//! A sender that begins anew, with numbers and times that have nothing to do with those before.

use std::time::Duration;

use rtp::RtpPacket;
use rtp::rtcp::{self, RtcpPacket};
use units::{Instant, NtpTime};

use crate::packets::{is_rtcp, spoken};
use crate::room::{Peer, Room, SINCE_1970, sound};

/// Ticks of sound in a millisecond.
const RATE_KHZ: u32 = 48;

#[test]
fn a_sender_that_begins_anew_is_one_stream_to_the_receiver() {
    // The times of a packet made up here follow from its number: once they run back, once far ahead.
    for (before, after) in [(40_000, 7), (7, 30_000)] {
        let mut room = Room::open();
        let mic = room.join("mic");
        let ear = room.join("ear");
        room.produce("mic", "p", sound(5));
        room.consume("ear", "c", "p");
        for seq in (before..before + 5).chain(after..after + 5) {
            room.wait(20);
            room.receive(mic, &spoken(5, seq, 20));
        }

        let heard = times(&mut room, ear);

        assert_eq!(heard.len(), 9, "the first from far away is not believed");
        for pair in heard.windows(2) {
            let [(seq, time), (next, later)] = [pair[0], pair[1]];
            assert_eq!(next, seq.wrapping_add(1));
            let step = later.wrapping_sub(time);
            assert!((1..=40 * RATE_KHZ).contains(&step), "{heard:?}");
        }
        let last = room.now;
        assert_reported(&mut room, ear, (last, heard[8].1));
    }
}

/// The next report says when, on the media clock, the moment was at which that time was sent.
fn assert_reported(room: &mut Room, peer: Peer, (at, time): (Instant, u32)) {
    room.wait(1_600);
    let sent = room.take_sent(peer);
    let items = sent.iter().flat_map(|packet| rtcp::parse(packet));
    let report = items.filter_map(|item| match item {
        Ok(RtcpPacket::SenderReport(report)) => Some((report.ntp, report.timestamp.0)),
        _ => None,
    });
    let (ntp, told) = report.last().expect("a report");
    let since_1970 = SINCE_1970 + Duration::from_micros(at.as_micros());
    let passed = NtpTime(ntp.0 - NtpTime::from_unix(since_1970).0).as_micros();
    let expected = time.wrapping_add(passed as u32 * RATE_KHZ / 1_000);
    let off = told.wrapping_sub(expected).cast_signed();
    assert!(off.unsigned_abs() < 10 * RATE_KHZ, "off by {off} ticks");
}

/// Number and time of the media that left for a peer.
fn times(room: &mut Room, peer: Peer) -> Vec<(u16, u32)> {
    let mut sent = room.take_sent(peer);
    sent.retain(|packet| !is_rtcp(packet));
    let read = sent.iter().map(|packet| {
        let packet = RtpPacket::parse(packet).expect("RTP");
        (packet.seq().0, packet.timestamp().0)
    });
    read.collect()
}
