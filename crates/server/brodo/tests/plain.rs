//! Packets through real sockets: plain RTP in, plain RTP out.

mod common;

use brodo::{ConsumerOptions, MediaKind, ProducerOptions, TransportEvent};
use common::rtp::{connected_to, receive, receive_media, rtp, socket};
use common::{audio, capable, comedia, room, vp8};
use futures_util::StreamExt;

#[tokio::test]
async fn what_a_plain_sender_sends_a_plain_receiver_gets_in_its_own_numbers() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming.produce(audio(1_111)).await.expect("sound");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let consumer = outgoing
        .consume(ConsumerOptions::new(
            producer.id().clone(),
            capable(&router),
        ))
        .await
        .expect("a consumer");
    let mut learnt = incoming.events();
    let sender = socket();
    let to = incoming.tuple().expect("bound").local_port;

    for n in 0..5_u16 {
        sender
            .send_to(&rtp(111, 100 + n, 1_111, b"sound"), ("127.0.0.1", to))
            .expect("sent");
    }

    let packets: Vec<Vec<u8>> = (0..5).map(|_| receive(&receiver)).collect();
    let encoding = &consumer.rtp_parameters().encodings[0];
    let first = u16::from_be_bytes([packets[0][2], packets[0][3]]);
    for (n, packet) in packets.iter().enumerate() {
        assert_eq!(packet[8..12], encoding.ssrc.expect("an SSRC").to_be_bytes());
        assert_eq!(
            packet[1] & 0x7f,
            consumer.rtp_parameters().codecs[0].payload_type
        );
        assert_eq!(u16::from_be_bytes([packet[2], packet[3]]), first + n as u16);
        assert!(packet.ends_with(b"sound"));
    }
    assert!(
        matches!(learnt.next().await, Some(TransportEvent::Tuple(tuple)) if tuple.remote_port != 0)
    );
    let stats = producer.get_stats().await.expect("open");
    assert_eq!(
        (stats[0].base.packet_count, stats[0].base.packets_lost),
        (5, 0)
    );
    let sent = consumer.get_stats().await.expect("open");
    assert_eq!(sent.outbound[0].base.packet_count, 5);
}

#[tokio::test]
async fn video_begins_at_a_key_frame_that_was_asked_for() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming
        .produce(ProducerOptions::new(MediaKind::Video, vp8(2_222)))
        .await
        .expect("video");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let _consumer = outgoing
        .consume(ConsumerOptions::new(
            producer.id().clone(),
            capable(&router),
        ))
        .await
        .expect("a consumer");
    let sender = socket();
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);

    sender
        .send_to(&rtp(96, 1, 2_222, &[0x10, 0x01, 7]), to)
        .expect("sent");
    let asked = receive(&sender);
    assert_eq!((asked[0], asked[1]), (0x81, 206), "a PLI");
    assert_eq!(asked[8..12], 2_222_u32.to_be_bytes());
    sender
        .send_to(&rtp(96, 2, 2_222, &[0x10, 0x00, 8]), to)
        .expect("sent");

    let first = receive(&receiver);
    assert!(
        first.ends_with(&[0x10, 0x00, 8]),
        "the key frame is the first packet"
    );
}

#[tokio::test]
async fn a_repeat_in_the_same_stream_is_the_same_to_the_bit() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming.produce(audio(1_111)).await.expect("sound");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let options = ConsumerOptions {
        enable_rtx: Some(true),
        ..ConsumerOptions::new(producer.id().clone(), capable(&router))
    };
    let consumer = outgoing.consume(options).await.expect("a consumer");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    socket()
        .send_to(&rtp(111, 7, 1_111, b"sound"), to)
        .expect("sent");
    let first = receive_media(&receiver);

    let mut nack = vec![0x81, 205, 0, 3, 0, 0, 0, 1];
    nack.extend(&first[8..12]);
    nack.extend([first[2], first[3], 0, 0]);
    let back = ("127.0.0.1", outgoing.tuple().expect("bound").local_port);
    receiver.send_to(&nack, back).expect("sent");

    // Another send time under the same number would be another plaintext under the same nonce.
    assert_eq!(receive_media(&receiver), first);
    let stats = consumer.get_stats().await.expect("open");
    assert_eq!(stats.outbound[0].base.packets_retransmitted, 1);
}

#[tokio::test]
async fn a_stranger_cannot_speak_for_a_peer_that_is_known() {
    let (worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming.produce(audio(1_111)).await.expect("sound");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    let (peer, stranger) = (socket(), socket());
    let mut learnt = incoming.events();

    peer.send_to(&rtp(111, 1, 1_111, b"sound"), to)
        .expect("sent");
    learnt.next().await;
    for n in 2..50_u16 {
        stranger
            .send_to(&rtp(111, n, 1_111, b"noise"), to)
            .expect("sent");
    }
    peer.send_to(&rtp(111, 2, 1_111, b"sound"), to)
        .expect("sent");
    while worker.counters().await.expect("open").engine.datagrams < 50 {}

    assert_eq!(
        producer.get_stats().await.expect("open")[0]
            .base
            .packet_count,
        2
    );
}
