//! Packets laid out by hand, and bytes that are none.

use proptest::prelude::*;

use super::*;
use crate::{FixedHeader, HeaderWriter};

#[test]
fn every_field_is_where_the_rfc_draws_it() {
    let data = [
        0xb1, 0xe0, 0x12, 0x34, 0, 0, 0, 9, 0, 0, 0, 7, // V=2 P X CC=1, M PT=96
        0, 0, 0, 1, // CSRC
        0xbe, 0xde, 0, 2, 0x10, 0xaa, 0x22, 1, 2, 3, 0, 0, // ids 1 and 2, padding
        0x77, 0x78, 0, 2,
    ];

    let packet = RtpPacket::parse(&data).expect("well formed");

    assert!(packet.marker());
    assert_eq!(packet.payload_type().value(), 96);
    assert_eq!(packet.seq(), SeqNumber(0x1234));
    assert_eq!(
        (packet.timestamp(), packet.ssrc()),
        (RtpTimestamp(9), Ssrc(7))
    );
    assert_eq!(packet.header_len(), 28);
    assert_eq!(
        (packet.payload(), packet.padding_len()),
        (&[0x77, 0x78][..], 2)
    );
    let extensions: Vec<_> = packet.extensions().collect();
    assert_eq!(extensions, [(1, &[0xaa][..]), (2, &[1, 2, 3][..])]);
}

#[test]
fn the_two_byte_form_has_empty_and_long_values() {
    let mut data = header(0x10);
    data.extend([0x10, 0x00, 0, 2, 20, 0, 0, 21, 2, 5, 6, 0]);

    let packet = RtpPacket::parse(&data).expect("well formed");

    assert_eq!(packet.extension(20), Some(&[][..]));
    assert_eq!(packet.extension(21), Some(&[5, 6][..]));
}

#[test]
fn id_15_ends_the_one_byte_form_and_the_last_of_two_counts() {
    let mut data = header(0x10);
    data.extend([0xbe, 0xde, 0, 2, 0x10, 1, 0x10, 2, 0xf0, 9, 0x20, 3]);

    let packet = RtpPacket::parse(&data).expect("well formed");

    assert_eq!(packet.extension(1), Some(&[2][..]));
    assert_eq!(packet.extension(2), None);
}

#[test]
fn an_unknown_profile_hides_its_block() {
    let mut data = header(0x10);
    data.extend([0xab, 0xcd, 0, 1, 0x10, 1, 0x10, 2, 42]);

    let packet = RtpPacket::parse(&data).expect("well formed");

    assert_eq!(packet.extensions().count(), 0);
    assert_eq!(packet.payload(), [42]);
}

#[test]
fn contradictions_are_refused() {
    let refusal = |data: &[u8]| RtpPacket::parse(data).expect_err("malformed");

    assert_eq!(refusal(&[0x80; 11]), Malformed::Truncated);
    assert_eq!(refusal(&[0x40; 12]), Malformed::Version);
    assert_eq!(refusal(&header(0x0f)), Malformed::Truncated);
    assert_eq!(refusal(&header(0x20)), Malformed::Padding);
    assert_eq!(
        refusal(&[header(0x20), vec![0]].concat()),
        Malformed::Padding
    );
    assert_eq!(
        refusal(&[header(0x20), vec![1, 3]].concat()),
        Malformed::Padding
    );
    assert_eq!(
        refusal(&[header(0x10), vec![0xbe, 0xde, 0, 1]].concat()),
        Malformed::Truncated
    );
    assert_eq!(
        refusal(&[header(0x10), vec![0xbe, 0xde, 0, 1, 0x1f, 0, 0, 0]].concat()),
        Malformed::Extension
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_a_packet_or_refused(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(packet) = RtpPacket::parse(&data) {
            prop_assert_eq!(packet.header_len() + packet.payload().len() + packet.padding_len(), data.len());
            prop_assert!(packet.extensions().count() <= data.len());
        }
    }

    #[test]
    fn what_is_written_is_read(
        seq: u16, timestamp: u32, ssrc: u32, marker: bool, payload_type in 0_u8..128,
        extensions in proptest::collection::vec((1_u8..20, proptest::collection::vec(any::<u8>(), 0..30)), 0..6),
        payload in proptest::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut out = [0; 512];
        let fixed = FixedHeader {
            marker,
            payload_type: PayloadType::new(payload_type).expect("below 128"),
            seq: SeqNumber(seq),
            timestamp: RtpTimestamp(timestamp),
            ssrc: Ssrc(ssrc),
        };
        let two_byte = extensions.iter().any(|(id, value)| !HeaderWriter::fits_one_byte(*id, value.len()));
        let mut writer = HeaderWriter::new(&mut out, &fixed, two_byte).expect("room");
        for (id, value) in &extensions {
            prop_assert!(writer.extension(*id, value).is_some());
        }
        let len = writer.finish().expect("room");
        out[len..len + payload.len()].copy_from_slice(&payload);

        let packet = RtpPacket::parse(&out[..len + payload.len()]).expect("well formed");

        prop_assert_eq!(packet.seq(), fixed.seq);
        prop_assert_eq!(packet.timestamp(), fixed.timestamp);
        prop_assert_eq!(packet.ssrc(), fixed.ssrc);
        prop_assert_eq!(packet.marker(), marker);
        prop_assert_eq!(packet.payload_type(), fixed.payload_type);
        prop_assert_eq!(packet.payload(), &payload[..]);
        let read: Vec<(u8, Vec<u8>)> = packet.extensions().map(|(id, value)| (id, value.to_vec())).collect();
        prop_assert_eq!(read, extensions);
    }
}

fn header(first_bits: u8) -> Vec<u8> {
    let mut data = vec![0; 12];
    data[0] = 0x80 | first_bits;
    data
}
