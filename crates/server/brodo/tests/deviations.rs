//! Where we differ from mediasoup (docs/deviations), as an endpoint on a real socket sees it.

mod common;

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use brodo::{
    ConsumerOptions, DtlsFingerprint, DtlsParameters, DtlsRole, FingerprintAlgorithm, IceState,
    MediaKind, ProducerOptions, Protocol, Router, TransportEvent, WebRtcServerOptions,
    WebRtcTransport, WebRtcTransportOptions,
};
use common::ice::{Checks, UdpPeer};
use common::rtp::{connected_to, receive, receive_media, rtp, socket};
use common::{audio, capable, comedia, loopback, parameters, room, vp8};
use futures_util::StreamExt;
use serde_json::json;

/// Repeats a second that need no packets sent.
const REPEATS_FREE: u64 = 40;

/// RTCP packet types (RFC 3550 §12.1, RFC 4585 §6.1).
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const TRANSPORT_FEEDBACK: u8 = 205;

#[tokio::test]
async fn a_client_may_use_its_way_again_for_another_transport() {
    let (worker, router) = room().await;
    let server = worker
        .create_webrtc_server(WebRtcServerOptions::new([loopback(Protocol::Udp)]))
        .await
        .expect("a server");
    let on_server = async || {
        let options = WebRtcTransportOptions::with_server(server.clone());
        router
            .create_webrtc_transport(options)
            .await
            .expect("a transport")
    };
    let (first, second) = (on_server().await, on_server().await);
    let mut of_second = second.events();
    let mut peer = UdpPeer::of(&first);
    peer.check(true);

    peer.checks = Checks::of(&second.ice_parameters());
    peer.check(true);

    let selected = of_second.next().await;
    let Some(TransportEvent::IceSelectedTupleChange(tuple)) = selected else {
        panic!("{selected:?}")
    };
    assert_eq!(tuple.remote(), peer.socket.local_addr().ok());
}

#[tokio::test]
async fn a_first_nomination_numbered_zero_completes() {
    let (_worker, router) = room().await;
    let transport = webrtc(&router).await;
    let events = transport.events();
    let mut peer = UdpPeer::of(&transport);

    let nomination = peer.checks.nomination(0);
    peer.send(&nomination);

    assert!(peer.checks.is_answered_by(&peer.receive()));
    let completed = TransportEvent::IceStateChange(IceState::Completed);
    assert!(events.any(async |event| event == completed).await);
}

#[tokio::test]
async fn after_a_restart_an_answer_is_signed_with_the_password_of_the_question() {
    let (_worker, router) = room().await;
    let transport = webrtc(&router).await;
    let mut peer = UdpPeer::of(&transport);
    peer.check(true);

    let new = transport.restart_ice().await.expect("open");

    // `check` verifies the signature with the credentials of the request.
    peer.check(false);
    peer.checks = Checks::of(&new);
    peer.check(false);
}

#[tokio::test]
async fn a_forged_first_byte_does_not_move_the_selected_way() {
    let (worker, router) = room().await;
    let transport = webrtc(&router).await;
    let mut peer = UdpPeer::of(&transport);
    peer.check(true);
    let mut other = UdpPeer::of(&transport);
    other.check(false);
    let before = worker.counters().await.expect("open").engine.datagrams;

    // What begins like RTP, RTCP and DTLS (RFC 7983 §7), from a way that is known.
    for forged in [
        &rtp(111, 1, 1_111, b"sound")[..],
        &[0x80, 200, 0, 0],
        &[22, 254, 253, 0],
    ] {
        other.send(forged);
    }
    while worker.counters().await.expect("open").engine.datagrams < before + 3 {}

    let selected = transport
        .ice_selected_tuple()
        .and_then(|tuple| tuple.remote());
    assert_eq!(selected, peer.socket.local_addr().ok());
}

#[tokio::test]
async fn fingerprints_are_taken_in_either_case() {
    let (_worker, router) = room().await;
    for value in [["AB"; 32].join(":"), ["ab"; 32].join(":")] {
        let fingerprint = DtlsFingerprint {
            algorithm: FingerprintAlgorithm::Sha256,
            value,
        };
        let parameters = DtlsParameters {
            role: DtlsRole::Client,
            fingerprints: vec![fingerprint],
        };

        webrtc(&router)
            .await
            .connect(parameters)
            .await
            .expect("RFC 8122 §5");
    }
}

#[tokio::test]
async fn repeats_have_a_share_of_what_is_sent_however_many_are_asked_for() {
    let (worker, router) = room().await;
    let incoming = comedia(&router).await;
    let options = ProducerOptions::new(MediaKind::Video, vp8(2_222));
    let producer = incoming.produce(options).await.expect("video");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = outgoing.consume(options).await.expect("a consumer");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    let sender = socket();
    let sent: Vec<_> = (0..100_u16)
        .map(|n| {
            // Each a key frame (RFC 7741 §4.3), so that it goes out at once.
            sender
                .send_to(&rtp(96, n, 2_222, &[0x10, 0x00, 7]), to)
                .expect("sent");
            receive_media(&receiver)
        })
        .collect();
    let before = worker.counters().await.expect("open").engine.datagrams;
    let began = Instant::now();

    let back = ("127.0.0.1", outgoing.tuple().expect("bound").local_port);
    for packet in &sent {
        receiver.send_to(&nack(packet), back).expect("sent");
    }
    while worker.counters().await.expect("open").engine.datagrams < before + 100 {}

    let stats = consumer.get_stats().await.expect("open");
    let repeats = stats.outbound[0].base.packets_retransmitted;
    // Each second that has begun has its share: forty, and a quarter of the hundred.
    let shares = began.elapsed().as_secs() + 1;
    assert!(repeats >= REPEATS_FREE, "{repeats}");
    assert!(repeats <= shares * (REPEATS_FREE + 25), "{repeats}");
}

#[tokio::test]
async fn a_sender_may_go_on_with_another_ssrc_after_a_second_of_silence() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let known_by_mid = parameters(json!({
        "mid": "a",
        "codecs": [{ "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "headerExtensions": [{ "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 1 }],
        "encodings": [{}],
    }));
    let options = ProducerOptions::new(MediaKind::Audio, known_by_mid);
    let producer = incoming.produce(options).await.expect("sound");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let _consumer = outgoing.consume(options).await.expect("a consumer");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    let sender = socket();
    let send = |seq: u16, ssrc: u32| {
        sender.send_to(&rtp_with_mid(seq, ssrc), to).expect("sent");
    };

    send(60_000, 1_111);
    let first = receive_media(&receiver);
    send(500, 2_222);
    assert!(
        !hears_media_within(&receiver, Duration::from_millis(1_100)),
        "the old one may go on"
    );
    send(501, 2_222);

    let second = receive_media(&receiver);
    assert_eq!(
        second[8..12],
        first[8..12],
        "one stream to whoever receives it"
    );
    let number = |packet: &[u8]| u16::from_be_bytes([packet[2], packet[3]]);
    assert_eq!(number(&second), number(&first).wrapping_add(1));
}

#[tokio::test]
async fn octets_in_sender_reports_are_payload() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming.produce(audio(1_111)).await.expect("sound");
    let receiver = socket();
    let outgoing = connected_to(&router, &receiver).await;
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let _consumer = outgoing.consume(options).await.expect("a consumer");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    let sender = socket();

    for n in 0..5_u16 {
        sender
            .send_to(&rtp(111, n, 1_111, b"sound"), to)
            .expect("sent");
    }

    // RFC 3550 §6.4.1: what the counts say once all five are in them.
    let octets = loop {
        let report = receive_rtcp(&receiver, SENDER_REPORT);
        if word(&report, 5) == 5 {
            break word(&report, 6);
        }
    };
    assert_eq!(octets, 5 * 5);
}

#[tokio::test]
async fn a_repaired_packet_stays_lost_in_receiver_reports() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let options = ProducerOptions::new(MediaKind::Video, vp8(2_222));
    let producer = incoming.produce(options).await.expect("video");
    let to = ("127.0.0.1", incoming.tuple().expect("bound").local_port);
    let sender = socket();

    for n in [1, 2, 4] {
        sender
            .send_to(&rtp(96, n, 2_222, &[0x10, 0x00, 7]), to)
            .expect("sent");
    }
    let asked = receive_rtcp(&sender, TRANSPORT_FEEDBACK);
    assert_eq!(word(&asked, 3) >> 16, 3, "a NACK of the third");
    // RFC 4588 §4: the number it had, and what it was.
    sender
        .send_to(&rtp(97, 1, 2_223, &[0, 3, 0x10, 0x00, 7]), to)
        .expect("sent");
    let report = receive_rtcp(&sender, RECEIVER_REPORT);

    assert_eq!(word(&report, 2), 2_222);
    assert_eq!(
        (report[12], word(&report, 3) & 0xff_ffff),
        (64, 1),
        "one of four"
    );
    let stats = producer.get_stats().await.expect("open");
    assert_eq!(stats[0].base.packets_repaired, 1);
}

async fn webrtc(router: &Router) -> WebRtcTransport {
    let options = WebRtcTransportOptions::new([loopback(Protocol::Udp)]);
    router
        .create_webrtc_transport(options)
        .await
        .expect("a transport")
}

/// Asks for `packet` again (RFC 4585 §6.2.1).
fn nack(packet: &[u8]) -> Vec<u8> {
    let mut nack = vec![0x81, TRANSPORT_FEEDBACK, 0, 3, 0, 0, 0, 1];
    nack.extend(&packet[8..12]);
    nack.extend([packet[2], packet[3], 0, 0]);
    nack
}

/// A packet whose MID is `a`, in a one-byte header extension with the id 1 (RFC 8285 §4.2).
fn rtp_with_mid(seq: u16, ssrc: u32) -> Vec<u8> {
    let mut packet = rtp(111, seq, ssrc, &[0xbe, 0xde, 0, 1, 0x10, b'a', 0, 0]);
    packet[0] |= 0x10;
    packet.extend(b"sound");
    packet
}

/// The next RTCP packet of this type, from whatever compound it comes in; the sender's SSRC is word 1.
fn receive_rtcp(socket: &UdpSocket, packet_type: u8) -> Vec<u8> {
    loop {
        let datagram = receive(socket);
        let mut rest = &datagram[..];
        while rest.len() >= 4 && (192..224).contains(&rest[1]) {
            let length = 4 * (1 + usize::from(u16::from_be_bytes([rest[2], rest[3]])));
            let (packet, others) = rest.split_at(length);
            // A report without a block says nothing of anybody.
            if packet[1] == packet_type && length > 8 {
                return packet.to_vec();
            }
            rest = others;
        }
    }
}

fn word(packet: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(packet[at * 4..at * 4 + 4].try_into().expect("four bytes"))
}

/// Whether a packet that is not a report comes in the next `span`.
fn hears_media_within(socket: &UdpSocket, span: Duration) -> bool {
    let until = Instant::now() + span;
    let patience = socket.read_timeout().expect("open");
    let mut buffer = [0; 2_048];
    let mut heard = false;
    while !heard && Instant::now() < until {
        let left = until.saturating_duration_since(Instant::now());
        socket
            .set_read_timeout(Some(left.max(Duration::from_millis(1))))
            .expect("a timeout");
        heard = socket.recv(&mut buffer).is_ok() && !(192..224).contains(&buffer[1]);
    }
    socket.set_read_timeout(patience).expect("a timeout");
    heard
}
