//! What an application can watch, through real sockets: levels, traces, dumps.

mod common;

use std::net::UdpSocket;
use std::time::Duration;

use brodo::{
    ActiveSpeakerObserverOptions, AudioLevelObserverOptions, ConsumerEvent, ConsumerOptions,
    EventStream, MediaKind, PlainTransport, Producer, ProducerEvent, ProducerOptions, RequestError,
    Router, RtpObserverEvent, RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection, TransportDump,
    TransportTraceType,
};
use common::{audio, capable, comedia, parameters, room, vp8};
use futures_util::{Stream, StreamExt};
use serde_json::json;

/// Longer than any interval of an observer.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn loud_producers_are_told_and_then_silence() {
    let (_worker, router) = room().await;
    let (incoming, producer) = microphone(&router, 1_111).await;
    let options = AudioLevelObserverOptions {
        interval: 250,
        ..AudioLevelObserverOptions::default()
    };
    let observer = router
        .create_audio_level_observer(options)
        .await
        .expect("an observer");
    let mut events = observer.events();
    observer.add_producer(producer.id()).await.expect("audio");
    observer.add_producer(producer.id()).await.expect("again");

    // However an interval cuts them, one part is more than ten.
    speak(&incoming, 1_111, 30, 40);

    let mut told = vec![];
    loop {
        match next(&mut events).await {
            RtpObserverEvent::Silence => break,
            RtpObserverEvent::Volumes(volumes) => told.push(volumes),
            RtpObserverEvent::AddProducer(id) => assert_eq!(&id, producer.id()),
            other => panic!("{other:?}"),
        }
    }
    assert!((1..=2).contains(&told.len()), "{told:?}");
    for volumes in told {
        assert_eq!(volumes.len(), 1);
        assert_eq!(
            (&volumes[0].producer_id, volumes[0].volume),
            (producer.id(), -30)
        );
    }
}

#[tokio::test]
async fn the_only_one_who_is_there_is_dominant() {
    let (_worker, router) = room().await;
    let (_incoming, producer) = microphone(&router, 1_111).await;
    let options = ActiveSpeakerObserverOptions { interval: 100 };
    let observer = router
        .create_active_speaker_observer(options)
        .await
        .expect("an observer");
    let mut events = observer.events();

    observer.add_producer(producer.id()).await.expect("audio");

    let id = producer.id().clone();
    assert_eq!(
        next(&mut events).await,
        RtpObserverEvent::AddProducer(id.clone())
    );
    assert_eq!(
        next(&mut events).await,
        RtpObserverEvent::DominantSpeaker(id.clone())
    );
    assert!(observer.add_producer(&id).await.is_err(), "twice");
    observer.remove_producer(&id).await.expect("there");
    observer.remove_producer(&id).await.expect("gone is fine");
    assert_eq!(
        next(&mut events).await,
        RtpObserverEvent::RemoveProducer(id)
    );
}

#[tokio::test]
async fn an_observer_is_paused_resumed_listed_and_closed() {
    let (_worker, router) = room().await;
    let (_incoming, producer) = microphone(&router, 1_111).await;
    let observer = router
        .create_active_speaker_observer(ActiveSpeakerObserverOptions::default())
        .await
        .expect("an observer");
    let events = observer.events();
    observer.add_producer(producer.id()).await.expect("audio");
    observer.pause().await.expect("open");
    assert!(observer.is_paused());
    observer.pause().await.expect("open");
    observer.resume().await.expect("open");
    assert!(!observer.is_paused());

    let dump = router.dump().await.expect("open");
    assert_eq!(dump.rtp_observer_ids, [observer.id().clone()]);
    let row = &dump.map_producer_id_observer_ids[0];
    assert_eq!(
        (&row.key, &row.values[..]),
        (producer.id(), &[observer.id().clone()][..])
    );
    observer.close();
    assert!(
        router
            .dump()
            .await
            .expect("open")
            .rtp_observer_ids
            .is_empty()
    );
    assert!(matches!(
        observer.pause().await,
        Err(RequestError::Refused(refusal)) if refusal.to_string().contains("not found")
    ));
    let id = producer.id().clone();
    let expected = [
        RtpObserverEvent::AddProducer(id),
        RtpObserverEvent::Pause,
        RtpObserverEvent::Resume,
        RtpObserverEvent::Close,
    ];
    assert_eq!(events.collect::<Vec<_>>().await, expected);
}

#[tokio::test]
async fn an_observer_closes_with_its_router_and_refuses_what_it_cannot_hear() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let camera = incoming
        .produce(ProducerOptions::new(MediaKind::Video, vp8(2_222)))
        .await
        .expect("video");
    let wrong = AudioLevelObserverOptions {
        threshold: 1,
        ..AudioLevelObserverOptions::default()
    };
    let refused = router.create_audio_level_observer(wrong).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("threshold")));
    let observer = router
        .create_audio_level_observer(AudioLevelObserverOptions::default())
        .await
        .expect("an observer");
    let refused = observer.add_producer(camera.id()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("not audio")));
    let refused = observer.add_producer(&"nobody".into()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("not found")));
    let events = observer.events();

    router.close();

    assert!(observer.is_closed());
    assert_eq!(
        events.collect::<Vec<_>>().await,
        [RtpObserverEvent::RouterClose, RtpObserverEvent::Close]
    );
    assert!(observer.resume().await.is_err());
}

#[tokio::test]
async fn packets_are_traced_on_both_sides_once() {
    let (_worker, router) = room().await;
    let (incoming, producer) = microphone(&router, 1_111).await;
    let outgoing = comedia(&router).await;
    let receiver = socket();
    receiver
        .send_to(&rtp(1_111, 1, 127), to(&outgoing))
        .expect("sent");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = outgoing.consume(options).await.expect("a consumer");
    producer
        .enable_trace_event(&[RtpTraceType::Rtp, RtpTraceType::Sr])
        .await
        .expect("open");
    consumer
        .enable_trace_event(&[RtpTraceType::Rtp])
        .await
        .expect("open");
    let (coming, going) = (producer.events(), consumer.events());

    speak(&incoming, 1_111, 30, 3);

    let coming = traced(coming, 3, |event| match event {
        ProducerEvent::Trace(trace) => Some(*trace),
        _ => None,
    });
    for (seq, trace) in (1..).zip(coming.await) {
        assert_eq!(
            (trace.kind, trace.direction),
            (RtpTraceType::Rtp, TraceDirection::In)
        );
        let Some(RtpTraceInfo::Packet { rtp_packet, is_rtx }) = trace.info else {
            panic!("{trace:?}")
        };
        assert_eq!(
            (rtp_packet.sequence_number, rtp_packet.ssrc, is_rtx),
            (seq, 1_111, false)
        );
        assert_eq!((rtp_packet.size, rtp_packet.payload_size), (25, 5));
    }
    let ssrc = consumer.rtp_parameters().encodings[0].ssrc;
    let going = traced(going, 3, |event| match event {
        ConsumerEvent::Trace(trace) => Some(*trace),
        _ => None,
    });
    let mut numbers = Vec::new();
    for trace in going.await {
        assert_eq!(trace.direction, TraceDirection::Out);
        let Some(RtpTraceInfo::Packet { rtp_packet, .. }) = trace.info else {
            panic!("{trace:?}")
        };
        assert_eq!(Some(rtp_packet.ssrc), ssrc);
        assert_eq!(rtp_packet.mid, consumer.rtp_parameters().mid);
        numbers.push(rtp_packet.sequence_number);
    }
    assert!(numbers.is_sorted_by(|a, b| b - a == 1), "{numbers:?}");
}

#[tokio::test]
async fn what_is_on_is_shown_in_dumps() {
    let (_worker, router) = room().await;
    let (incoming, producer) = microphone(&router, 1_111).await;
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = incoming.consume(options).await.expect("a consumer");
    use RtpTraceType::{Fir, Nack, Rtp, Sr};
    producer
        .enable_trace_event(&[Sr, Nack, Rtp])
        .await
        .expect("open");
    consumer
        .enable_trace_event(&[Fir, Rtp])
        .await
        .expect("open");
    incoming
        .enable_trace_event(&[TransportTraceType::Bwe])
        .await
        .expect("open");

    let dump = producer.dump().await.expect("open");
    assert_eq!(dump.trace_event_types, [Rtp, Nack, Sr]);
    let dump = consumer.dump().await.expect("open");
    assert_eq!(dump.trace_event_types, [Rtp, Fir]);
    let Ok(TransportDump::Plain(dump)) = incoming.dump().await else {
        panic!("a plain transport")
    };
    assert_eq!(dump.base.trace_event_types, [TransportTraceType::Bwe]);
}

#[tokio::test]
async fn a_priority_is_kept_until_it_is_unset() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let producer = incoming.produce(audio(1_111)).await.expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = incoming.consume(options).await.expect("a consumer");
    assert_eq!(consumer.priority(), 1);

    consumer.set_priority(255).await.expect("in bounds");
    assert_eq!(consumer.dump().await.expect("open").priority, 255);
    assert!(consumer.set_priority(0).await.is_err());
    assert_eq!(consumer.priority(), 255);
    consumer.unset_priority().await.expect("open");
    assert_eq!(consumer.dump().await.expect("open").priority, 1);
    assert_eq!(consumer.priority(), 1);
}

#[tokio::test]
async fn a_packet_id_travels_to_the_receiver() {
    let (_worker, router) = room().await;
    let incoming = comedia(&router).await;
    let options = ProducerOptions {
        enable_packet_id: true,
        ..ProducerOptions::new(MediaKind::Audio, opus_with_levels(1_111))
    };
    let producer = incoming.produce(options).await.expect("sound");
    let outgoing = comedia(&router).await;
    let receiver = socket();
    receiver
        .send_to(&rtp(1_111, 1, 127), to(&outgoing))
        .expect("sent");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = outgoing.consume(options).await.expect("a consumer");
    let offered = consumer.rtp_parameters().header_extensions.iter();
    let id = offered
        .filter(|one| one.uri.ends_with("packet-id"))
        .map(|one| one.id)
        .next()
        .expect("negotiated");

    speak(&incoming, 1_111, 30, 1);

    let packet = receive_media(&receiver);
    // One-byte form (RFC 8285 §4.2): the id, and the length less one.
    let head = id << 4 | 3;
    assert!(packet[16..].contains(&head), "{packet:?}");
}

/// A producer of Opus with audio levels.
async fn microphone(router: &Router, ssrc: u32) -> (PlainTransport, Producer) {
    let incoming = comedia(router).await;
    let options = ProducerOptions::new(MediaKind::Audio, opus_with_levels(ssrc));
    let producer = incoming.produce(options).await.expect("sound");
    (incoming, producer)
}

fn opus_with_levels(ssrc: u32) -> brodo::RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "headerExtensions": [{ "uri": "urn:ietf:params:rtp-hdrext:ssrc-audio-level", "id": 3 }],
        "encodings": [{ "ssrc": ssrc }],
    }))
}

/// So many packets, so loud.
fn speak(transport: &PlainTransport, ssrc: u32, level: u8, packets: u16) {
    let sender = socket();
    for seq in 1..=packets {
        sender
            .send_to(&rtp(ssrc, seq, level), to(transport))
            .expect("sent");
    }
}

fn to(transport: &PlainTransport) -> (&'static str, u16) {
    ("127.0.0.1", transport.tuple().expect("bound").local_port)
}

/// Opus with an audio level (RFC 6464 §3) in a one-byte header extension.
fn rtp(ssrc: u32, seq: u16, level: u8) -> Vec<u8> {
    let mut packet = vec![0x90, 111];
    packet.extend(seq.to_be_bytes());
    packet.extend((u32::from(seq) * 960).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend([0xbe, 0xde, 0, 1, 0x30, level, 0, 0]);
    packet.extend(b"sound");
    packet
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    socket
}

/// The next packet that is not RTCP.
fn receive_media(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = [0; 2_048];
    loop {
        let len = socket
            .recv(&mut buffer)
            .expect("a packet within ten seconds");
        if !(192..224).contains(&buffer[1]) {
            return buffer[..len].to_vec();
        }
    }
}

async fn next<T>(events: &mut EventStream<T>) -> T {
    tokio::time::timeout(PATIENCE, events.next())
        .await
        .expect("an event in time")
        .expect("open")
}

/// The first so many traces among events.
async fn traced<T>(
    events: impl Stream<Item = T>,
    count: usize,
    pick: impl Fn(T) -> Option<RtpTrace>,
) -> Vec<RtpTrace> {
    let picked = events.filter_map(|event| std::future::ready(pick(event)));
    tokio::time::timeout(PATIENCE, picked.take(count).collect())
        .await
        .expect("traces in time")
}
