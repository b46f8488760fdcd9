//! What is traced: once, with numbers, and nothing else.

use control::{
    ConsumerCall, ConsumerEvent, Notification, ProducerCall, ProducerEvent, RtpPacketTrace,
    RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection, TransportCall, TransportTraceType,
};
use rtp::RtpPacket;
use rtp::rtcp::{self, RtcpPacket};

use crate::packets::{DELTA_FRAME, KEY_FRAME, fir, is_rtcp, nack, pli, report, rtp, shown};
use crate::room::{Peer, Room, picture};

const ALL: [RtpTraceType; 6] = [
    RtpTraceType::Rtp,
    RtpTraceType::KeyFrame,
    RtpTraceType::Nack,
    RtpTraceType::Pli,
    RtpTraceType::Fir,
    RtpTraceType::Sr,
];

#[test]
fn without_traces_nothing_is_traced() {
    let (mut room, camera, _) = call();

    room.receive(camera, &shown(500, 1, KEY_FRAME));
    room.receive(camera, &report(500));

    assert_eq!(traces(&mut room), []);
}

#[test]
fn a_packet_is_traced_once_as_it_came() {
    let (mut room, camera, _) = call();
    trace_producer(&mut room, &ALL);
    let extensions: [(u8, &[u8]); 2] = [(10, b"hi"), (5, &[1, 2])];
    room.wait(1_234);
    traces(&mut room);

    let packet = rtp((96, 500, 7), &extensions, KEY_FRAME);
    room.receive(camera, &packet);
    room.receive(camera, &shown(500, 8, DELTA_FRAME));

    let told = traces(&mut room);
    let expected = RtpPacketTrace {
        payload_type: 96,
        sequence_number: 7,
        timestamp: 7 * 960,
        marker: true,
        ssrc: 500,
        is_key_frame: true,
        size: packet.len() as u32,
        payload_size: 4,
        rid: Some("hi".to_owned()),
        wide_sequence_number: Some(0x0102),
        ..RtpPacketTrace::default()
    };
    assert_eq!(
        told[0],
        RtpTrace {
            kind: RtpTraceType::KeyFrame,
            timestamp: 1_234,
            direction: TraceDirection::In,
            info: Some(RtpTraceInfo::Packet {
                rtp_packet: expected,
                is_rtx: false
            }),
        }
    );
    assert_eq!(kinds(&told), [RtpTraceType::KeyFrame, RtpTraceType::Rtp]);
}

#[test]
fn a_repeat_says_whose_it_is_in_rrid_and_not_in_rid() {
    let (mut room, camera, _) = call();
    for seq in [1, 3] {
        room.receive(camera, &shown(500, seq, KEY_FRAME));
    }
    trace_producer(&mut room, &[RtpTraceType::Rtp]);

    let payload = [&[0, 2][..], DELTA_FRAME].concat();
    room.receive(camera, &rtp((97, 501, 90), &[(11, b"hi")], &payload));

    let told = traces(&mut room);
    let Some(RtpTraceInfo::Packet { rtp_packet, is_rtx }) = &told[0].info else {
        panic!("{told:?}")
    };
    assert!(is_rtx);
    assert_eq!(
        (&rtp_packet.rid, &rtp_packet.rrid),
        (&None, &Some("hi".to_owned()))
    );
    assert_eq!((rtp_packet.payload_type, rtp_packet.ssrc), (97, 501));
}

#[test]
fn feedback_that_goes_to_a_sender_is_traced_as_what_it_is() {
    let (mut room, camera, _) = call();
    trace_producer(&mut room, &[RtpTraceType::Nack, RtpTraceType::Pli]);

    room.receive(camera, &shown(500, 1, DELTA_FRAME));
    room.wait(20);
    let asked = traces(&mut room);
    assert_eq!(kinds(&asked), [RtpTraceType::Pli], "and no NACK beside it");
    assert_eq!(asked[0].direction, TraceDirection::Out);
    assert_eq!(
        asked[0].info,
        Some(RtpTraceInfo::KeyFrameRequest { ssrc: 500 })
    );

    room.receive(camera, &shown(500, 2, KEY_FRAME));
    room.receive(camera, &shown(500, 4, DELTA_FRAME));
    room.wait(30);
    let missed = traces(&mut room);
    assert_eq!(kinds(&missed), [RtpTraceType::Nack]);
    assert_eq!(missed[0].info, None);
    let nacks = room.take_sent(camera);
    let nacks = nacks.iter().flat_map(|packet| rtcp::parse(packet));
    let nacks = nacks.filter(|item| matches!(item, Ok(RtcpPacket::Nack(_))));
    assert_eq!(nacks.count(), 1, "as many as were told");
}

#[test]
fn sender_reports_are_traced_while_the_producer_is_not_paused() {
    let (mut room, camera, _) = call();
    room.receive(camera, &shown(500, 1, KEY_FRAME));
    trace_producer(&mut room, &[RtpTraceType::Sr]);

    room.receive(camera, &report(500));

    let expected = RtpTraceInfo::SenderReport {
        ssrc: 500,
        ntp_sec: 3_900_000_000,
        ntp_frac: 0x8000_0000,
        rtp_ts: 77,
        packet_count: 5,
        octet_count: 500,
    };
    let told = traces(&mut room);
    assert_eq!(kinds(&told), [RtpTraceType::Sr]);
    assert_eq!(told[0].info, Some(expected));
    assert_eq!(
        room.dump_producer("camera").trace_event_types,
        [RtpTraceType::Sr]
    );
    room.producer("camera", ProducerCall::Pause).expect("open");
    trace_producer(&mut room, &ALL);
    room.receive(camera, &report(500));
    room.receive(camera, &shown(500, 2, KEY_FRAME));
    assert_eq!(traces(&mut room), []);
}

#[test]
fn a_consumer_traces_what_goes_out_and_what_comes_back() {
    let (mut room, camera, screen) = call();
    trace_consumer(&mut room, &ALL);
    room.receive(camera, &shown(500, 1, KEY_FRAME));
    room.receive(camera, &shown(500, 2, DELTA_FRAME));

    let told = traces(&mut room);
    assert_eq!(kinds(&told), [RtpTraceType::KeyFrame, RtpTraceType::Rtp]);
    let sent = room.take_sent(screen);
    let sent: Vec<&Vec<u8>> = sent.iter().filter(|packet| !is_rtcp(packet)).collect();
    let first = RtpPacket::parse(sent[0]).expect("RTP");
    let Some(RtpTraceInfo::Packet { rtp_packet, is_rtx }) = &told[0].info else {
        panic!("{told:?}")
    };
    assert!(!is_rtx);
    assert_eq!(rtp_packet.ssrc, first.ssrc().0);
    assert_eq!(rtp_packet.sequence_number, first.seq().0);
    assert_eq!(
        (rtp_packet.size, rtp_packet.payload_size),
        (sent[0].len() as u32, 4)
    );
    assert_eq!(rtp_packet.mid.as_deref(), Some("7"));
    assert!(rtp_packet.wide_sequence_number.is_some() && rtp_packet.is_key_frame);

    let ssrc = first.ssrc().0;
    room.receive(screen, &nack(ssrc, first.seq().0));
    room.receive(screen, &pli(ssrc));
    room.receive(screen, &fir(ssrc));
    let told = traces(&mut room);
    assert_eq!(
        kinds(&told),
        [
            RtpTraceType::Nack,
            RtpTraceType::KeyFrame,
            RtpTraceType::Pli,
            RtpTraceType::Fir
        ]
    );
    assert!(matches!(
        &told[1].info,
        Some(RtpTraceInfo::Packet { rtp_packet, is_rtx: true })
            if rtp_packet.ssrc != ssrc && rtp_packet.payload_size == 6
    ));
    assert_eq!(told[0].info, None);
    assert_eq!(told[2].info, Some(RtpTraceInfo::KeyFrameRequest { ssrc }));
    assert!(
        [&told[0], &told[2], &told[3]]
            .iter()
            .all(|one| one.direction == TraceDirection::In)
    );
}

#[test]
fn the_set_is_replaced_and_listed_in_order() {
    let (mut room, _, _) = call();
    trace_producer(&mut room, &[RtpTraceType::Sr, RtpTraceType::Fir]);
    trace_producer(&mut room, &[RtpTraceType::Pli, RtpTraceType::Rtp]);
    trace_consumer(&mut room, &[RtpTraceType::Sr, RtpTraceType::Nack]);
    let kinds = vec![TransportTraceType::Bwe, TransportTraceType::Probation];
    room.transport("sender", TransportCall::EnableTraceEvent(kinds))
        .expect("open");

    assert_eq!(
        room.dump_producer("camera").trace_event_types,
        [RtpTraceType::Rtp, RtpTraceType::Pli]
    );
    assert_eq!(
        room.dump_consumer("view").trace_event_types,
        [RtpTraceType::Nack],
        "sender reports are a producer's"
    );
    let reply = room.transport("sender", TransportCall::Dump).expect("open");
    let dump = serde_json::to_value(reply).expect("JSON").to_string();
    assert!(
        dump.contains(r#""traceEventTypes":["probation","bwe"]"#),
        "{dump}"
    );
    trace_producer(&mut room, &[]);
    assert_eq!(room.dump_producer("camera").trace_event_types, []);
}

/// A camera with SSRC 500, and a screen that shows it.
fn call() -> (Room, Peer, Peer) {
    let mut room = Room::open();
    let (camera, screen) = (room.join("sender"), room.join("receiver"));
    room.produce("sender", "camera", picture(500));
    room.consume("receiver", "view", "camera");
    room.take_told();
    (room, camera, screen)
}

fn trace_producer(room: &mut Room, kinds: &[RtpTraceType]) {
    room.producer("camera", ProducerCall::EnableTraceEvent(kinds.to_vec()))
        .expect("open");
}

fn trace_consumer(room: &mut Room, kinds: &[RtpTraceType]) {
    room.consumer("view", ConsumerCall::EnableTraceEvent(kinds.to_vec()))
        .expect("open");
}

fn traces(room: &mut Room) -> Vec<RtpTrace> {
    let told = room.take_told().into_iter();
    told.filter_map(|notification| match notification {
        Notification::Producer(_, ProducerEvent::Trace(trace))
        | Notification::Consumer(_, ConsumerEvent::Trace(trace)) => Some(*trace),
        _ => None,
    })
    .collect()
}

fn kinds(traces: &[RtpTrace]) -> Vec<RtpTraceType> {
    traces.iter().map(|trace| trace.kind).collect()
}
