//! The application as an endpoint: RTP and RTCP as bytes in memory.

mod common;
#[path = "common/packets.rs"]
mod wire;

use std::net::UdpSocket;
use std::time::Duration;

use brodo::{
    ConsumerOptions, MediaKind, PlainConnect, PlainTransportOptions, ProducerOptions, Protocol,
    RequestError, TransportDump, TransportStats,
};
use common::{audio, capable, comedia, loopback, room, vp8};
use wire::{direct, packets, payload_of, pli, rtcp, rtp, seq_of, ssrc_of, ssrcs};

#[tokio::test]
async fn what_the_application_sends_the_application_gets_to_the_bit() {
    let (_worker, router) = room().await;
    let (sender, receiver) = (direct(&router).await, direct(&router).await);
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = receiver.consume(options).await.expect("a consumer");
    let mut events = consumer.events();

    for n in 0..5_u16 {
        let packet = rtp(111, 65_533_u16.wrapping_add(n), 1_111, &payload(n));
        producer.send(packet).expect("open");
    }

    let got = packets(&mut events, 5).await;
    for (packet, n) in got.iter().zip(0..) {
        assert_eq!(payload_of(packet), payload(n));
        assert_eq!(ssrc_of(packet), ssrcs(&consumer)[0]);
        assert_eq!(
            packet[1] & 0x7f,
            consumer.rtp_parameters().codecs[0].payload_type
        );
        assert_eq!(seq_of(packet), seq_of(&got[0]) + n);
        assert_eq!(
            packet[4..8],
            (u32::from(65_533_u16.wrapping_add(n)) * 960).to_be_bytes()
        );
    }
    let stats = producer.get_stats().await.expect("open");
    assert_eq!(stats[0].base.packet_count, 5);
}

#[tokio::test]
async fn what_the_application_sends_leaves_over_the_network_too() {
    let (_worker, router) = room().await;
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    let plain = router
        .create_plain_transport(PlainTransportOptions::new(loopback(Protocol::Udp)))
        .await
        .expect("a transport");
    let at = socket.local_addr().expect("bound");
    let peer = PlainConnect {
        ip: Some(at.ip()),
        port: Some(at.port()),
        ..PlainConnect::default()
    };
    plain.connect(peer).await.expect("an address");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let _consumer = plain.consume(options).await.expect("a consumer");

    producer.send(rtp(111, 7, 1_111, b"sound")).expect("open");

    let mut buffer = [0; 1_500];
    let len = socket.recv(&mut buffer).expect("a packet");
    assert_eq!(payload_of(&buffer[..len]), b"sound");
}

#[tokio::test]
async fn the_application_is_asked_for_key_frames_and_lost_packets() {
    let (_worker, router) = room().await;
    let (sender, receiver) = (direct(&router).await, direct(&router).await);
    let mut asked = sender.events();
    let video = ProducerOptions::new(MediaKind::Video, vp8(2_222));
    let producer = sender.produce(video).await.expect("video");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let _consumer = receiver.consume(options).await.expect("a consumer");

    producer
        .send(rtp(96, 1, 2_222, &[0x10, 0x01, 7]))
        .expect("open");
    let request = rtcp(&mut asked, (206, Some(1))).await;
    assert_eq!(request[8..12], 2_222_u32.to_be_bytes());

    producer
        .send(rtp(96, 2, 2_222, &[0x10, 0x00, 8]))
        .expect("open");
    producer
        .send(rtp(96, 4, 2_222, &[0x10, 0x01, 9]))
        .expect("open");
    let request = rtcp(&mut asked, (205, Some(1))).await;
    assert_eq!(request[8..12], 2_222_u32.to_be_bytes());
    assert_eq!(request[12..14], 3_u16.to_be_bytes());
}

#[tokio::test]
async fn the_application_gets_reports_every_second_or_so() {
    let (_worker, router) = room().await;
    let (sender, receiver) = (direct(&router).await, direct(&router).await);
    let (mut to_sender, mut to_receiver) = (sender.events(), receiver.events());
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = receiver.consume(options).await.expect("a consumer");

    producer.send(rtp(111, 7, 1_111, b"sound")).expect("open");

    let sender_report = rtcp(&mut to_receiver, (200, None)).await;
    assert_eq!(sender_report[4..8], ssrcs(&consumer)[0].to_be_bytes());
    let receiver_report = rtcp(&mut to_sender, (201, None)).await;
    assert_eq!(receiver_report[8..12], 1_111_u32.to_be_bytes());
}

#[tokio::test]
async fn the_application_may_ask_as_an_endpoint_does() {
    let (_worker, router) = room().await;
    let (sender, receiver) = (direct(&router).await, direct(&router).await);
    let mut asked = sender.events();
    let video = ProducerOptions::new(MediaKind::Video, vp8(2_222));
    let producer = sender.produce(video).await.expect("video");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = receiver.consume(options).await.expect("a consumer");
    let mut events = consumer.events();
    producer
        .send(rtp(96, 1, 2_222, &[0x10, 0x00, 8]))
        .expect("open");
    let first = packets(&mut events, 1).await.remove(0);

    receiver
        .send_rtcp(nack(ssrc_of(&first), seq_of(&first)))
        .expect("open");
    let again = packets(&mut events, 1).await.remove(0);
    receiver.send_rtcp(pli(ssrc_of(&first))).expect("open");

    let rtx = consumer.rtp_parameters().encodings[0].rtx.expect("RTX");
    assert_eq!(ssrc_of(&again), rtx.ssrc);
    assert_eq!(payload_of(&again)[..2], seq_of(&first).to_be_bytes());
    assert_eq!(payload_of(&again)[2..], [0x10, 0x00, 8]);
    let request = rtcp(&mut asked, (206, Some(1))).await;
    assert_eq!(request[8..12], 2_222_u32.to_be_bytes());
}

#[tokio::test]
async fn what_is_not_a_packet_is_dropped_and_counted() {
    let (worker, router) = room().await;
    let transport = direct(&router).await;
    let producer = transport.produce(audio(1_111)).await.expect("sound");
    let plain = comedia(&router).await;
    let elsewhere = plain.produce(audio(2_222)).await.expect("sound");
    let closed = transport.produce(audio(3_333)).await.expect("sound");
    closed.close();

    producer.send(*b"not RTP").expect("open");
    producer.send(Vec::new()).expect("open");
    let long = rtp(111, 1, 1_111, &vec![0; 65_537 - 12]);
    producer.send(long).expect("open");
    elsewhere.send(rtp(111, 1, 2_222, b"sound")).expect("open");
    closed.send(rtp(111, 1, 3_333, b"sound")).expect("open");
    transport.send_rtcp(*b"not RTCP").expect("open");
    transport.send_rtcp(Vec::new()).expect("open");
    let mut half = nack(1_111, 1);
    half.extend(&nack(1_111, 2)[..8]);
    transport.send_rtcp(half).expect("open");
    transport
        .send_rtcp(vec![nack(1_111, 1); 101].concat())
        .expect("open");

    let counters = worker.counters().await.expect("open").engine;
    assert_eq!(counters.dropped_commands, 9);
    assert_eq!((counters.malformed_rtp, counters.malformed_rtcp), (2, 3));
    assert_eq!(counters.received_rtp, 0);
    let long = rtp(111, 1, 1_111, &vec![0; 65_535 - 12]);
    producer.send(long).expect("open");
    transport.send_rtcp(nack(1_111, 1)).expect("open");
    let counters = worker.counters().await.expect("open").engine;
    assert_eq!((counters.dropped_commands, counters.received_rtp), (9, 1));
}

#[tokio::test]
async fn a_direct_transport_has_no_bitrate_limits_and_shows_its_sizes() {
    let (_worker, router) = room().await;
    let transport = direct(&router).await;

    for refused in [
        transport.set_max_incoming_bitrate(Some(100_000)).await,
        transport.set_max_outgoing_bitrate(Some(100_000)).await,
        transport.set_min_outgoing_bitrate(None).await,
    ] {
        assert!(matches!(
            refused,
            Err(RequestError::Refused(refusal)) if refusal.to_string().contains("DirectTransport")
        ));
    }
    let TransportDump::Direct(dump) = transport.dump().await.expect("open") else {
        panic!("a direct transport");
    };
    assert_eq!(dump.base.sctp.max_send_message_size, 262_144);
    assert_eq!(dump.base.sctp.max_receive_message_size, 262_144);
    let TransportStats::Direct(stats) = transport.get_stats().await.expect("open") else {
        panic!("a direct transport");
    };
    assert_eq!((stats.base.bytes_received, stats.base.bytes_sent), (0, 0));
    assert_eq!(
        router.dump().await.expect("open").transport_ids,
        [transport.id().clone()]
    );
}

fn payload(n: u16) -> Vec<u8> {
    (0..40).map(|byte| byte ^ n as u8 ^ 0x5a).collect()
}

/// A NACK for one packet, from 1.
fn nack(ssrc: u32, seq: u16) -> Vec<u8> {
    let mut packet = vec![0x81, 205, 0, 3, 0, 0, 0, 1];
    packet.extend(ssrc.to_be_bytes());
    packet.extend(seq.to_be_bytes());
    packet.extend([0, 0]);
    packet
}
