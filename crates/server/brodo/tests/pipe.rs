//! Media from one router to another: what arrives, what is asked for on the way, what follows what.

mod common;
#[path = "common/relay.rs"]
mod relay;
#[path = "common/packets.rs"]
mod wire;

use brodo::{
    Consumer, ConsumerEvent, ConsumerOptions, ConsumerType, ConsumerTypeDump, MediaKind,
    PipeConnect, PipeError, PipeToRouterOptions, PipeTransport, PipeTransportOptions,
    PipedProducer, PlainConnect, PlainTransportOptions, PortRange, ProduceError, Producer,
    ProducerEvent, ProducerOptions, ProducerType, Protocol, RequestError, Router, SrtpCryptoSuite,
    SrtpParameters, TransportDump, TransportEvent, TransportStats,
};
use common::{audio, capable, comedia, loopback, parameters, room, vp8};
use relay::Relay;
use serde_json::json;
use wire::{direct, next, packets, payload_of, pli, rtcp, rtp, seq_of, ssrc_of, ssrcs};

#[tokio::test]
async fn sound_reaches_another_worker_to_the_bit() {
    arrives_to_the_bit(PipeToRouterOptions::default()).await;
}

#[tokio::test]
async fn sound_reaches_another_worker_encrypted() {
    let options = PipeToRouterOptions {
        enable_srtp: true,
        enable_rtx: true,
        ..PipeToRouterOptions::default()
    };
    arrives_to_the_bit(options).await;
}

async fn arrives_to_the_bit(options: PipeToRouterOptions) {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let piped = router
        .pipe_producer_to_router(producer.id(), &target, options)
        .await
        .expect("a pipe");
    let receiver = direct(&target).await;
    let consumer = consume(&receiver, &target, &piped.pipe_producer).await;
    let mut events = consumer.events();

    for n in 0..20_u16 {
        let packet = rtp(111, 65_530_u16.wrapping_add(n), 1_111, &payload(n));
        producer.send(packet).expect("open");
    }

    let got = packets(&mut events, 20).await;
    for (packet, n) in got.iter().zip(0..) {
        assert_eq!(payload_of(packet), payload(n));
        assert_eq!(seq_of(packet), seq_of(&got[0]).wrapping_add(n));
        let timestamp = u32::from(65_530_u16.wrapping_add(n)) * 960;
        assert_eq!(packet[4..8], timestamp.to_be_bytes());
    }
    assert_eq!(piped.pipe_producer.id(), producer.id());
    assert_eq!(
        piped.pipe_producer.rtp_parameters(),
        piped.pipe_consumer.rtp_parameters()
    );
}

#[tokio::test]
async fn a_pipe_ends_at_a_plain_receiver_like_any_producer() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let piped = pipe(&router, &producer, &target).await;
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket
        .set_read_timeout(Some(std::time::Duration::from_secs(10)))
        .expect("a timeout");
    let plain = target
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
    let options = ConsumerOptions::new(piped.pipe_producer.id().clone(), capable(&target));
    let _consumer = plain.consume(options).await.expect("a consumer");

    producer.send(rtp(111, 7, 1_111, b"sound")).expect("open");

    let mut buffer = [0; 1_500];
    let len = socket.recv(&mut buffer).expect("a packet");
    assert_eq!(payload_of(&buffer[..len]), b"sound");
}

#[tokio::test]
async fn a_pipe_consumer_is_described_as_a_pipe_needs_it() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let sound = sender.produce(audio(1_111)).await.expect("sound");
    let video = sender.produce(simulcast()).await.expect("video");

    let sound = pipe(&router, &sound, &target).await;
    let video = pipe(&router, &video, &target).await;

    for piped in [&sound, &video] {
        let consumer = &piped.pipe_consumer;
        assert_eq!(consumer.consumer_type(), ConsumerType::Pipe);
        assert!(!consumer.is_paused() && !consumer.is_producer_paused());
        let score = consumer.score();
        assert_eq!((score.score, score.producer_score), (10, 10));
        assert!(score.producer_scores.is_empty());
        assert_eq!(consumer.rtp_parameters().mid, None);
    }
    let extensions = |piped: &PipedProducer| -> Vec<u8> {
        let headers = &piped.pipe_consumer.rtp_parameters().header_extensions;
        headers.iter().map(|extension| extension.id).collect()
    };
    assert_eq!(extensions(&sound), [6, 7, 11, 12]);
    assert_eq!(extensions(&video), [7, 8, 9, 11, 12]);
    assert_eq!(video.pipe_producer.producer_type(), ProducerType::Simulcast);
    let dump = video.pipe_consumer.dump().await.expect("open");
    let ConsumerTypeDump::Pipe { rtp_streams } = dump.details else {
        panic!("a pipe consumer");
    };
    let sent: Vec<u32> = rtp_streams
        .iter()
        .map(|stream| stream.params.ssrc)
        .collect();
    assert_eq!(sent, ssrcs(&video.pipe_consumer));
    let stats = video.pipe_consumer.get_stats().await.expect("open");
    assert_eq!((stats.outbound.len(), stats.inbound), (2, None));
    // Each endpoint keeps its name across the pipe.
    let cname = |piped: &PipedProducer| piped.pipe_producer.rtp_parameters().rtcp.cname.clone();
    assert_eq!(cname(&sound).as_deref(), Some("alice"));
}

#[tokio::test]
async fn two_encodings_arrive_as_two_streams_in_whatever_order_they_begin() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(simulcast()).await.expect("video");
    let piped = pipe(&router, &producer, &target).await;
    let receiver = direct(&target).await;
    let options = ConsumerOptions {
        pipe: true,
        ..ConsumerOptions::new(piped.pipe_producer.id().clone(), capable(&target))
    };
    let consumer = receiver.consume(options).await.expect("a consumer");
    let mut events = consumer.events();

    // The second encoding begins, in the same batch as the first.
    for (n, ssrc) in [(5, 20), (900, 10), (6, 20), (901, 10)] {
        let key = u8::from(n != 5 && n != 900);
        let packet = rtp(96, n, ssrc, &[0x10, key, n as u8, ssrc as u8]);
        producer.send(packet).expect("open");
    }

    let got = packets(&mut events, 4).await;
    for (ssrc, origin) in ssrcs(&consumer).into_iter().zip([10_u8, 20]) {
        let stream: Vec<&Vec<u8>> = got
            .iter()
            .filter(|packet| ssrc_of(packet) == ssrc)
            .collect();
        let origins: Vec<u8> = stream.iter().map(|packet| payload_of(packet)[3]).collect();
        assert_eq!(origins, [origin, origin]);
        assert_eq!(seq_of(stream[1]), seq_of(stream[0]).wrapping_add(1));
    }
    assert_eq!(consumer.score().producer_scores.len(), 2);
}

#[tokio::test]
async fn a_key_frame_is_asked_of_the_stream_that_lacks_it() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let mut asked = sender.events();
    let producer = sender.produce(simulcast()).await.expect("video");
    let piped = pipe(&router, &producer, &target).await;
    let receiver = direct(&target).await;
    let options = ConsumerOptions {
        pipe: true,
        ..ConsumerOptions::new(piped.pipe_producer.id().clone(), capable(&target))
    };
    let consumer = receiver.consume(options).await.expect("a consumer");
    let mut events = consumer.events();
    for ssrc in [10, 20] {
        let packet = rtp(96, 1, ssrc, &[0x10, 0x00, 1]);
        producer.send(packet).expect("open");
    }
    packets(&mut events, 2).await;

    receiver.send_rtcp(pli(ssrcs(&consumer)[1])).expect("open");

    // Two hops on, the one PLI that comes is for the second encoding.
    let request = rtcp(&mut asked, (206, Some(1))).await;
    assert_eq!(request[8..12], 20_u32.to_be_bytes());
    let stats = producer.get_stats().await.expect("open");
    let asked: Vec<u64> = stats.iter().map(|stream| stream.base.pli_count).collect();
    assert_eq!(asked, [0, 1]);
}

#[tokio::test]
async fn a_key_frame_request_is_answered_for_sound_too() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = comedia(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let piped = pipe(&router, &producer, &target).await;

    let answer = tokio::time::timeout(
        std::time::Duration::from_secs(10),
        piped.pipe_consumer.request_key_frame(),
    );

    assert_eq!(answer.await.expect("an answer"), Ok(()));
}

#[tokio::test]
async fn what_a_lossy_pipe_loses_is_sent_again_over_it() {
    for enable_srtp in [false, true] {
        let ((_here, router), (_there, target)) = (room().await, room().await);
        let (near, far) = (
            end(&router, enable_srtp).await,
            end(&target, enable_srtp).await,
        );
        // The third packet of media and every seventh from then on is lost on its way.
        let relay = Relay::start([&near, &far].map(|end| end.tuple().local_port), |n| {
            n % 7 == 2
        });
        for (own, other, port) in [(&near, &far, relay.ports[0]), (&far, &near, relay.ports[1])] {
            let peer = PipeConnect {
                ip: "127.0.0.1".to_owned(),
                port: Some(port),
                srtp_parameters: other.srtp_parameters(),
            };
            own.connect(peer).await.expect("an address");
        }
        let sender = direct(&router).await;
        let video = ProducerOptions::new(MediaKind::Video, vp8(2_222));
        let producer = sender.produce(video).await.expect("video");
        let pipe_consumer = near.consume(producer.id().clone()).await.expect("a pipe");
        assert!(pipe_consumer.rtp_parameters().encodings[0].rtx.is_some());
        let parameters = pipe_consumer.rtp_parameters().clone();
        let options = ProducerOptions::new(MediaKind::Video, parameters);
        let pipe_producer = far.produce(options).await.expect("a pipe");
        let receiver = direct(&target).await;
        let consumer = consume(&receiver, &target, &pipe_producer).await;
        let mut events = consumer.events();

        for n in 1..=60_u16 {
            let packet = rtp(96, n, 2_222, &[0x10, u8::from(n != 1), n as u8]);
            producer.send(packet).expect("open");
        }

        let mut got: Vec<u8> = packets(&mut events, 60)
            .await
            .iter()
            .map(|packet| payload_of(packet)[2])
            .collect();
        got.sort_unstable();
        assert_eq!(got, (1..=60).collect::<Vec<u8>>());
        assert!(relay.lost() >= 8);
        let sent = pipe_consumer.get_stats().await.expect("open");
        assert!(sent.outbound[0].base.packets_retransmitted >= 8);
        let TransportStats::Pipe(stats) = far.get_stats().await.expect("open") else {
            panic!("a pipe transport");
        };
        assert!(stats.base.rtx_bytes_received > 0);
    }
}

#[tokio::test]
async fn who_is_not_the_other_end_is_not_heard() {
    let ((here, router), (_there, target)) = (room().await, room().await);
    let (near, far) = (end(&router, false).await, end(&target, false).await);
    let mut parameters = common::opus(1_111);
    parameters.mid = None;
    let options = ProducerOptions::new(MediaKind::Audio, parameters);
    let producer = near.produce(options).await.expect("sound");
    let stranger = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let to = ("127.0.0.1", near.tuple().local_port);
    stranger
        .send_to(&rtp(111, 1, 1_111, b"early"), to)
        .expect("sent");
    while here.counters().await.expect("open").engine.datagrams < 1 {}
    connect(&near, &far).await;

    stranger
        .send_to(&rtp(111, 2, 1_111, b"noise"), to)
        .expect("sent");

    while here.counters().await.expect("open").engine.datagrams < 2 {}
    assert!(producer.get_stats().await.expect("open").is_empty());
    let TransportStats::Pipe(stats) = near.get_stats().await.expect("open") else {
        panic!("a pipe transport");
    };
    assert_eq!(stats.base.bytes_received, 0);
}

#[tokio::test]
async fn the_far_producer_is_paused_resumed_and_closed_with_the_original() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let options = ProducerOptions {
        paused: true,
        ..audio(1_111)
    };
    let producer = sender.produce(options).await.expect("sound");
    let piped = pipe(&router, &producer, &target).await;
    assert!(!piped.pipe_consumer.is_paused() && piped.pipe_consumer.is_producer_paused());
    assert!(piped.pipe_producer.is_paused());
    let receiver = direct(&target).await;
    let consumer = consume(&receiver, &target, &piped.pipe_producer).await;
    assert!(consumer.is_producer_paused());
    let mut events = consumer.events();
    let mut far = piped.pipe_producer.events();

    producer.resume().await.expect("open");
    assert_eq!(next(&mut events).await, ConsumerEvent::ProducerResume);
    assert_eq!(next(&mut far).await, ProducerEvent::Resume);
    assert!(!piped.pipe_producer.is_paused());
    producer.pause().await.expect("open");
    assert_eq!(next(&mut events).await, ConsumerEvent::ProducerPause);
    assert_eq!(next(&mut far).await, ProducerEvent::Pause);
    assert!(piped.pipe_producer.is_paused() && consumer.is_producer_paused());
    producer.close();

    assert_eq!(next(&mut events).await, ConsumerEvent::ProducerClose);
    assert_eq!(next(&mut far).await, ProducerEvent::Close);
    assert!(piped.pipe_consumer.is_closed());
}

#[tokio::test]
async fn nothing_done_at_the_far_end_touches_the_original() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let piped = pipe(&router, &producer, &target).await;
    let mut near = piped.pipe_consumer.events();

    piped.pipe_producer.pause().await.expect("open");
    assert!(!producer.is_paused() && !piped.pipe_consumer.is_producer_paused());
    piped.pipe_producer.close();

    assert_eq!(next(&mut near).await, ConsumerEvent::Close);
    assert!(piped.pipe_consumer.is_closed() && !producer.is_closed());
    assert!(router.can_consume(producer.id(), &capable(&router)));
}

#[tokio::test]
async fn calls_at_once_in_both_directions_share_one_pair_of_transports() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let (here, there) = (direct(&router).await, direct(&target).await);
    let mut producers = Vec::new();
    for ssrc in [1, 2, 3] {
        producers.push((
            here.produce(audio(ssrc)).await.expect("sound"),
            there.produce(audio(ssrc)).await.expect("sound"),
        ));
    }

    let ways = producers.iter().map(async |(near, far)| {
        futures_util::future::join(pipe(&router, near, &target), pipe(&target, far, &router)).await
    });
    let piped = futures_util::future::join_all(ways).await;

    for room in [&router, &target] {
        let dump = room.dump().await.expect("open");
        assert_eq!(dump.transport_ids.len(), 2, "the direct one and one pipe");
    }
    let (there, back) = &piped[0];
    assert_eq!(
        there.pipe_consumer.transport().id(),
        back.pipe_producer.transport().id()
    );
    drop(piped);
    for room in [&router, &target] {
        let dump = room.dump().await.expect("open");
        assert_eq!(
            dump.transport_ids.len(),
            1,
            "a pipe goes with its last user"
        );
    }
}

#[tokio::test]
async fn closing_one_end_closes_the_whole_pipe_and_another_can_be_made() {
    let ((_here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let first = pipe(&router, &producer, &target).await;

    first.pipe_producer.transport().close();
    assert!(first.pipe_consumer.transport().is_closed() && first.pipe_consumer.is_closed());
    let second = pipe(&router, &producer, &target).await;
    assert!(!second.pipe_producer.is_closed());
    let mut far = second.pipe_producer.transport().events();
    let mut there = second.pipe_producer.events();
    router.close();

    assert_eq!(next(&mut far).await, TransportEvent::Close);
    assert!(matches!(
        next(&mut there).await,
        ProducerEvent::TransportClose | ProducerEvent::Close
    ));
    let dump = target.dump().await.expect("open");
    assert!(dump.transport_ids.is_empty());
}

#[tokio::test]
async fn a_pair_that_could_not_be_made_leaves_nothing_behind() {
    let ((_here, router), (there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let mut unbindable = PipeToRouterOptions::default();
    unbindable.listen_info.ip = "192.0.2.1".parse().expect("an address");
    let own = async || router.dump().await.expect("open").transport_ids.len();

    let failed = router
        .pipe_producer_to_router(producer.id(), &target, unbindable)
        .await;
    assert!(matches!(failed, Err(PipeError::CreateTransport(_))));
    assert_eq!(own().await, 1, "only the sender's");

    // The failure is not remembered.
    let piped = pipe(&router, &producer, &target).await;
    assert_eq!(own().await, 2);
    drop(piped);
    target.close();
    let closed = router
        .pipe_producer_to_router(producer.id(), &target, PipeToRouterOptions::default())
        .await;
    assert!(closed.expect_err("closed").to_string().contains("Router"));
    assert_eq!(own().await, 1, "our end went with the failure");
    there.close();
    let gone = router
        .pipe_producer_to_router(producer.id(), &target, PipeToRouterOptions::default())
        .await;
    assert!(gone.expect_err("gone").to_string().contains("worker"));
    assert_eq!(own().await, 1);
}

#[tokio::test]
async fn piping_names_what_is_wrong() {
    let ((here, router), (_there, target)) = (room().await, room().await);
    let sender = direct(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let options = PipeToRouterOptions::default;
    let to = async |target: &Router, options: PipeToRouterOptions| {
        router
            .pipe_producer_to_router(producer.id(), target, options)
            .await
    };

    assert!(matches!(
        to(&router, options()).await,
        Err(PipeError::SameRouter)
    ));
    let unknown = "nobody".to_owned().into();
    assert!(matches!(
        router
            .pipe_producer_to_router(&unknown, &target, options())
            .await,
        Err(PipeError::ProducerNotFound(id)) if id == unknown
    ));
    let mut tcp = options();
    tcp.listen_info = loopback(Protocol::Tcp);
    let refused = to(&target, tcp).await.expect_err("TCP");
    assert!(refused.to_string().contains("protocol"));
    let mut narrow = options();
    narrow.listen_info.port_range = Some(PortRange { min: 9, max: 8 });
    let refused = to(&target, narrow).await.expect_err("a range");
    assert!(refused.to_string().contains("portRange"));

    // A second way with the same name closes itself and nothing else.
    let first = to(&target, options()).await.expect("a pipe");
    assert!(matches!(
        to(&target, options()).await,
        Err(PipeError::Produce(ProduceError::AlreadyExists(_)))
    ));
    assert!(!first.pipe_consumer.is_closed());
    let other = PipeToRouterOptions {
        keep_id: false,
        ..options()
    };
    let second = to(&target, other.clone()).await.expect("another name");
    assert_ne!(second.pipe_producer.id(), producer.id());

    // Within a worker names are unique.
    let beside = here
        .create_router(brodo::RouterOptions::new(brodo::default_codecs()))
        .await
        .expect("a router");
    assert!(matches!(
        to(&beside, options()).await,
        Err(PipeError::Produce(ProduceError::Request(
            RequestError::Refused(_)
        )))
    ));
    to(&beside, other).await.expect("another name");
}

#[tokio::test]
async fn connecting_a_pipe_transport_names_what_is_missing_or_too_much() {
    let (_worker, router) = room().await;
    let to = |port: u16| PipeConnect {
        ip: "127.0.0.1".to_owned(),
        port: Some(port),
        srtp_parameters: None,
    };
    let key = |crypto_suite, bytes: usize| SrtpParameters {
        crypto_suite,
        key_base64: "AAAA".repeat(bytes / 3) + ["", "AA==", "AAA="][bytes % 3],
    };
    let with = |parameters: SrtpParameters| PipeConnect {
        srtp_parameters: Some(parameters),
        ..to(9_000)
    };
    let refused = async |end: &PipeTransport, peer: PipeConnect, what: &str| {
        let error = end.connect(peer).await.expect_err(what);
        assert!(error.to_string().contains(what), "{error}: {what}");
    };
    let good = with(key(SrtpCryptoSuite::AeadAes256Gcm, 44));

    let clear = end(&router, false).await;
    assert_eq!(clear.srtp_parameters(), None);
    assert_eq!(
        (clear.tuple().remote_ip, clear.tuple().remote_port),
        (None, 0)
    );
    let nowhere = |ip: &str| PipeConnect {
        ip: ip.to_owned(),
        ..to(9_000)
    };
    refused(&clear, nowhere(""), "ip is missing").await;
    refused(&clear, nowhere("example.net"), "ip is not").await;
    let no_port = PipeConnect {
        port: None,
        ..to(9_000)
    };
    refused(&clear, no_port, "port is missing").await;
    refused(&clear, good.clone(), "SRTP is not enabled").await;
    clear.connect(to(9_000)).await.expect("an address");
    assert_eq!(clear.tuple().remote_port, 9_000);
    refused(&clear, to(9_000), "already").await;

    let secret = end(&router, true).await;
    let own = secret.srtp_parameters().expect("a key");
    assert_eq!(
        (own.crypto_suite, own.key_base64.len()),
        (SrtpCryptoSuite::AeadAes256Gcm, 60)
    );
    refused(&secret, to(9_000), "srtpParameters is missing").await;
    let weaker = with(key(SrtpCryptoSuite::AeadAes128Gcm, 28));
    refused(&secret, weaker, "cryptoSuite").await;
    let short = with(key(SrtpCryptoSuite::AeadAes256Gcm, 43));
    refused(&secret, short, "44 bytes").await;
    let mut garbled = key(SrtpCryptoSuite::AeadAes256Gcm, 44);
    garbled.key_base64.push('!');
    refused(&secret, with(garbled), "base64").await;
    secret.connect(good).await.expect("a key");
    let TransportDump::Pipe(dump) = secret.dump().await.expect("open") else {
        panic!("a pipe transport");
    };
    assert_eq!(dump.srtp_parameters, Some(own));
    assert!(dump.rtx);
    assert_eq!(dump.tuple, secret.tuple());
}

#[tokio::test]
async fn a_closed_router_takes_its_ends_along() {
    let (_worker, router) = room().await;
    let end = end(&router, false).await;
    let mut events = end.events();

    router.close();

    assert_eq!(next(&mut events).await, TransportEvent::RouterClose);
    assert!(end.is_closed());
}

/// Two encodings of VP8.
fn simulcast() -> ProducerOptions {
    let parameters = parameters(json!({
        "codecs": [{ "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000,
                     "rtcpFeedback": [{ "type": "nack", "parameter": "pli" }] }],
        "encodings": [{ "ssrc": 10 }, { "ssrc": 20 }],
    }));
    ProducerOptions::new(MediaKind::Video, parameters)
}

async fn pipe(router: &Router, producer: &Producer, target: &Router) -> PipedProducer {
    router
        .pipe_producer_to_router(producer.id(), target, PipeToRouterOptions::default())
        .await
        .expect("a pipe")
}

async fn consume(
    receiver: &brodo::DirectTransport,
    router: &Router,
    producer: &Producer,
) -> Consumer {
    let options = ConsumerOptions::new(producer.id().clone(), capable(router));
    receiver.consume(options).await.expect("a consumer")
}

/// One end of a pipe with retransmissions.
async fn end(router: &Router, enable_srtp: bool) -> PipeTransport {
    let options = PipeTransportOptions {
        enable_rtx: true,
        enable_srtp,
        ..PipeTransportOptions::new(loopback(Protocol::Udp))
    };
    router
        .create_pipe_transport(options)
        .await
        .expect("a transport")
}

async fn connect(near: &PipeTransport, far: &PipeTransport) {
    let peer = PipeConnect {
        ip: far.tuple().local_address,
        port: Some(far.tuple().local_port),
        srtp_parameters: far.srtp_parameters(),
    };
    near.connect(peer).await.expect("an address");
}

fn payload(n: u16) -> Vec<u8> {
    (0..40).map(|byte| byte ^ n as u8 ^ 0x5a).collect()
}
