//! What a history keeps, forgets and refuses.

use payload::PayloadInfo;
use rtp::PayloadType;
use units::RtpTimestamp;

use super::*;

#[test]
fn a_packet_is_kept_as_it_came() {
    let mut history = History::new(Limits::VIDEO);

    assert!(history.insert(70_000, at(0), &[6, 1, 0x8f], b"payload"));

    let packet = history.get(70_000).expect("kept");
    assert_eq!(
        (packet.extensions, packet.payload),
        (&[6, 1, 0x8f][..], &b"payload"[..])
    );
    assert_eq!(history.newest(), Some(70_000));
}

#[test]
fn a_packet_that_is_here_is_not_taken_twice() {
    let mut history = History::new(Limits::VIDEO);
    history.insert(70_000, at(0), &[], b"first");

    assert!(!history.insert(70_000, at(1), &[], b"second"));
    assert_eq!(history.get(70_000).expect("kept").payload, b"first");
}

#[test]
fn a_late_packet_finds_its_place() {
    let mut history = History::new(Limits::VIDEO);
    history.insert(70_000, at(0), &[], b"a");
    history.insert(70_002, at(1), &[], b"c");

    assert!(history.insert(70_001, at(2), &[], b"b"));
    assert_eq!(history.get(70_001).expect("kept").payload, b"b");
    assert_eq!(history.newest(), Some(70_002));
}

#[test]
fn a_second_of_video_survives_growth_byte_for_byte() {
    let mut history = History::new(Limits::VIDEO);
    for n in 0..1_000_u64 {
        assert!(history.insert(70_000 + n, at(n), &[1, 1, n as u8], &[n as u8; 1_100]));
    }

    for n in 1..1_000_u64 {
        let packet = history.get(70_000 + n).expect("younger than a second");
        assert!(
            packet.payload.iter().all(|&byte| byte == n as u8),
            "packet {n}"
        );
        assert_eq!(packet.extensions[2], n as u8);
    }
    assert!(history.footprint() < (3 << 20), "{}", history.footprint());
}

#[test]
fn memory_stops_growing_at_the_limit() {
    let mut history = History::new(Limits::AUDIO);
    for n in 0..20_000_u64 {
        history.insert(70_000 + n, at(0), &[], &[0; 1_000]);
    }

    assert!(history.footprint() < 300 << 10, "{}", history.footprint());
    assert!(history.get(70_000).is_none());
    assert!(history.get(89_999).is_some());
}

#[test]
fn a_slow_stream_stays_small() {
    let mut history = History::new(Limits::AUDIO);
    for n in 0..5_000_u64 {
        history.insert(70_000 + n, at(n * 20), &[], &[0; 80]);
    }

    assert!(history.footprint() < 32 << 10, "{}", history.footprint());
}

#[test]
fn what_was_forgotten_is_not_taken_for_something_else() {
    let mut history = History::new(Limits::AUDIO);
    for n in 0..3_000_u64 {
        history.insert(
            70_000 + n,
            at(n / 10),
            &[],
            &(n as u32).to_be_bytes().repeat(100),
        );
    }

    for n in 0..3_000_u64 {
        if let Some(packet) = history.get(70_000 + n) {
            assert_eq!(packet.payload[..4], (n as u32).to_be_bytes());
        }
    }
}

fn at(millis: u64) -> PacketFacts {
    PacketFacts {
        timestamp: RtpTimestamp(0),
        marker: false,
        payload_type: PayloadType::new(96).expect("96 is below 128"),
        received_at: Instant::from_millis(millis),
        info: PayloadInfo::default(),
    }
}
