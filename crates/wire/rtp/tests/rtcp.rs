//! RTCP laid out by hand, written and read back, and bytes that are none.

use proptest::prelude::*;
use rtp::rtcp::{
    DlrrItem, FeedbackInfo, FirEntry, Malformed, ReportBlock, RtcpPacket, RtcpWriter, SenderInfo,
    XrBlock, parse,
};
use rtp::{SeqNumber, Ssrc};
use units::{DataRate, NtpTime, RtpTimestamp};

#[test]
fn a_sender_report_with_a_block_is_read_as_the_rfc_draws_it() {
    let mut data = vec![0x81, 200, 0, 12];
    for word in [
        7_u32,
        1,
        2,
        3,
        4,
        5,
        9,
        0x40ff_ffff,
        0x0001_0002,
        6,
        0x1234_5678,
        0x8000,
    ] {
        data.extend(word.to_be_bytes());
    }

    let Some(Ok(RtcpPacket::SenderReport(report))) = parse(&data).next() else {
        panic!("a sender report");
    };

    assert_eq!((report.ssrc, report.ntp), (Ssrc(7), NtpTime(1 << 32 | 2)));
    assert_eq!(
        (report.timestamp, report.packet_count, report.octet_count),
        (RtpTimestamp(3), 4, 5)
    );
    let blocks: Vec<_> = report.report_blocks().collect();
    assert_eq!(
        blocks,
        [ReportBlock {
            ssrc: 9,
            fraction_lost: 0x40,
            cumulative_lost: -1,
            extended_highest_seq: 0x0001_0002,
            jitter: 6,
            last_sr: 0x1234_5678,
            delay_since_last_sr: 0x8000,
        }]
    );
}

#[test]
fn a_nack_names_a_number_and_sixteen_behind_it() {
    let data = [
        0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0x80, 0x01,
    ];

    let Some(Ok(RtcpPacket::Nack(nack))) = parse(&data).next() else {
        panic!("a NACK");
    };

    assert_eq!(nack.media_ssrc, Ssrc(2));
    assert_eq!(
        nack.lost().map(|seq| seq.0).collect::<Vec<_>>(),
        [65_535, 0, 15]
    );
}

#[test]
fn an_application_packet_does_not_end_the_walk() {
    let mut data = vec![0x80, 204, 0, 2, 0, 0, 0, 1, b'n', b'a', b'm', b'e'];
    data.extend([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);

    let packets: Vec<_> = parse(&data).collect();

    assert!(matches!(
        packets[0],
        Ok(RtcpPacket::Unknown { packet_type: 204 })
    ));
    assert!(matches!(packets[1], Ok(RtcpPacket::Pli(pli)) if pli.media_ssrc == Ssrc(2)));
}

#[test]
fn what_came_before_a_malformed_packet_is_valid() {
    let data = [
        0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x81, 206, 0, 9, 0, 0,
    ];

    let packets: Vec<_> = parse(&data).collect();

    assert!(packets[0].is_ok());
    assert_eq!(packets[1].as_ref().err(), Some(&Malformed::Truncated));
    assert_eq!(packets.len(), 2);
}

#[test]
fn padding_is_taken_off() {
    let data = [0xa1, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4];

    assert!(matches!(parse(&data).next(), Some(Ok(RtcpPacket::Pli(_)))));
    assert_eq!(
        parse(&[0xa1, 206, 0, 0]).next().and_then(Result::err),
        Some(Malformed::Padding)
    );
}

#[test]
fn arrival_times_in_all_chunk_forms_are_read() {
    // Base 10, 9 packets: a run of 3 small, a two-bit vector of 6, then differences.
    let data = [
        0x8f, 205, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, 9, 0xff, 0xff, 0xfe, 7, 0x20, 0x03,
        0xd8, 0x00, //
        1, 2, 3, 4, 0xff, 0xfc, 0, 0,
    ];

    let Some(Ok(RtcpPacket::TransportFeedback(feedback))) = parse(&data).next() else {
        panic!("transport feedback");
    };

    assert_eq!(
        (
            feedback.base_seq,
            feedback.reference_time,
            feedback.feedback_count
        ),
        (10, -2, 7)
    );
    let packets: Vec<_> = feedback.packets().collect();
    assert_eq!(
        packets[..4],
        [(10, Some(1)), (11, Some(2)), (12, Some(3)), (13, Some(4))]
    );
    assert_eq!(packets[4], (14, Some(-4)));
    assert_eq!(
        packets[5..],
        [(15, None), (16, None), (17, None), (18, None)]
    );
}

#[test]
fn a_full_compound_is_read_back() {
    let mut buffer = Vec::new();
    let mut writer = RtcpWriter::new(&mut buffer, 1_200);
    let info = SenderInfo {
        ssrc: Ssrc(1),
        ntp: NtpTime(2),
        timestamp: RtpTimestamp(3),
        packet_count: 4,
        octet_count: 5,
    };
    let block = ReportBlock {
        ssrc: 8,
        cumulative_lost: -70,
        ..ReportBlock::default()
    };
    assert!(writer.sender_report(&info));
    assert!(writer.receiver_report(Ssrc(1), &[block]));
    assert!(writer.cname(Ssrc(1), "alice"));
    assert!(writer.reference_time(Ssrc(1), NtpTime(77)));
    assert!(writer.dlrr(
        Ssrc(1),
        &[DlrrItem {
            ssrc: Ssrc(9),
            last_rr: 10,
            delay_since_last_rr: 11
        }]
    ));
    assert!(writer.fir(
        Ssrc(1),
        &[FirEntry {
            ssrc: Ssrc(2),
            seq: 3
        }]
    ));
    assert!(writer.remb(Ssrc(1), DataRate::from_bps(2_500_000), &[Ssrc(4)]));
    assert!(writer.bye(Ssrc(1)));

    let packets: Vec<_> = parse(&buffer)
        .collect::<Result<_, _>>()
        .expect("well formed");

    assert_eq!(packets.len(), 8);
    assert!(matches!(packets[0], RtcpPacket::SenderReport(report) if report.octet_count == 5));
    assert!(
        matches!(packets[1], RtcpPacket::ReceiverReport(report) if report.report_blocks().next() == Some(block))
    );
    let RtcpPacket::Sdes(sdes) = packets[2] else {
        panic!("SDES")
    };
    assert_eq!(
        sdes.cnames().collect::<Vec<_>>(),
        [(Ssrc(1), &b"alice"[..])]
    );
    let RtcpPacket::Xr(xr) = packets[3] else {
        panic!("XR")
    };
    assert!(matches!(
        xr.blocks().next(),
        Some(XrBlock::ReferenceTime(NtpTime(77)))
    ));
    let RtcpPacket::Xr(xr) = packets[4] else {
        panic!("XR")
    };
    let Some(XrBlock::Dlrr(mut items)) = xr.blocks().next() else {
        panic!("DLRR")
    };
    assert_eq!(items.next().map(|item| item.last_rr), Some(10));
    assert!(
        matches!(packets[5], RtcpPacket::Fir(fir) if fir.entries().next().map(|entry| entry.seq) == Some(3))
    );
    let RtcpPacket::Remb(remb) = packets[6] else {
        panic!("REMB")
    };
    assert_eq!(remb.ssrcs().collect::<Vec<_>>(), [Ssrc(4)]);
    assert!(remb.bitrate.as_bps().abs_diff(2_500_000) < 16);
    assert!(matches!(packets[7], RtcpPacket::Bye(bye) if bye.ssrcs().eq([Ssrc(1)])));
}

#[test]
fn what_does_not_fit_leaves_no_trace() {
    let mut buffer = Vec::new();
    let mut writer = RtcpWriter::new(&mut buffer, 20);

    assert!(writer.pli(Ssrc(1), Ssrc(2)));
    assert!(!writer.pli(Ssrc(1), Ssrc(2)));
    assert_eq!(writer.nack(Ssrc(1), Ssrc(2), &[SeqNumber(1)]), 0);

    assert_eq!(buffer.len(), 12);
}

#[test]
fn a_long_nack_says_how_much_of_it_fitted() {
    let lost: Vec<SeqNumber> = (0..100).map(|n| SeqNumber(n * 20)).collect();
    let mut buffer = Vec::new();

    let fitted = RtcpWriter::new(&mut buffer, 12 + 4 * 10).nack(Ssrc(1), Ssrc(2), &lost);

    assert_eq!((fitted, buffer.len()), (10, 52));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_end_the_walk_somewhere(mut data in proptest::collection::vec(any::<u8>(), 0..200), kind in 200_u8..208) {
        if data.len() > 3 {
            data[0] = data[0] & 0x3f | 0x80;
            data[1] = kind;
            data[2] = 0;
            data[3] = (data.len() / 4 - 1) as u8;
        }
        for packet in parse(&data).flatten() {
            touch(&packet);
        }
    }

    #[test]
    fn a_nack_is_read_as_it_was_written(start: u16, steps in proptest::collection::vec(1_u16..40, 1..60)) {
        let mut at = SeqNumber(start);
        let lost: Vec<SeqNumber> = steps.iter().map(|&step| { at = at.wrapping_add(step); at }).collect();
        let mut buffer = Vec::new();
        prop_assert_eq!(RtcpWriter::new(&mut buffer, 1_200).nack(Ssrc(1), Ssrc(2), &lost), lost.len());

        let Some(Ok(RtcpPacket::Nack(nack))) = parse(&buffer).next() else { panic!("a NACK") };

        prop_assert_eq!(nack.lost().collect::<Vec<_>>(), lost);
    }

    #[test]
    fn arrival_times_are_read_as_they_were_written(
        base_seq: u16,
        packets in proptest::collection::vec(prop_oneof![
            3 => (0_i32..256).prop_map(Some), 1 => (-3_000_i32..3_000).prop_map(Some), 1 => Just(None)
        ], 1..200),
    ) {
        let info = FeedbackInfo { sender: Ssrc(1), media: Ssrc(2), base_seq, reference_time: -9, feedback_count: 3 };
        let mut buffer = Vec::new();
        prop_assert!(RtcpWriter::new(&mut buffer, 1_200).transport_feedback(&info, &packets));

        let Some(Ok(RtcpPacket::TransportFeedback(feedback))) = parse(&buffer).next() else { panic!("feedback") };

        let read: Vec<Option<i32>> = feedback.packets().map(|(_, delta)| delta).collect();
        prop_assert_eq!(read, packets);
        prop_assert_eq!(feedback.reference_time, -9);
    }

    #[test]
    fn long_runs_are_short(len in 8_usize..2_000) {
        let info = FeedbackInfo { sender: Ssrc(1), media: Ssrc(2), base_seq: 0, reference_time: 0, feedback_count: 0 };
        let mut buffer = Vec::new();

        prop_assert!(RtcpWriter::new(&mut buffer, 1_200).transport_feedback(&info, &vec![None; len]));

        prop_assert_eq!(buffer.len(), 24);
    }
}

/// Reads everything there is to read.
fn touch(packet: &RtcpPacket<'_>) {
    match packet {
        RtcpPacket::SenderReport(report) => {
            let _ = report.report_blocks().count();
        }
        RtcpPacket::ReceiverReport(report) => {
            let _ = report.report_blocks().count();
        }
        RtcpPacket::Sdes(sdes) => {
            let _ = sdes.cnames().count();
        }
        RtcpPacket::Bye(bye) => {
            let _ = bye.ssrcs().count();
        }
        RtcpPacket::Nack(nack) => {
            let _ = nack.lost().count();
        }
        RtcpPacket::Fir(fir) => {
            let _ = fir.entries().count();
        }
        RtcpPacket::Remb(remb) => {
            let _ = remb.ssrcs().count();
        }
        RtcpPacket::TransportFeedback(feedback) => {
            let _ = feedback.packets().count();
        }
        RtcpPacket::Xr(xr) => {
            for block in xr.blocks() {
                if let XrBlock::Dlrr(items) = block {
                    let _ = items.count();
                }
            }
        }
        RtcpPacket::Pli(_) | RtcpPacket::Unknown { .. } => {}
    }
}
