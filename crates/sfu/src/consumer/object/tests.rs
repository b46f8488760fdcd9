//! What a consumer is refused for, and what it tells.

use ortc::{RtcpFeedback, RtpHeaderExtensionParameters};
use rtp::Extension;

use super::*;
use crate::consumer::testing::{frame, key_frame, packet};

#[test]
fn every_codec_with_key_frames_may_come_as_simulcast() {
    for codec in ["VP8", "VP9", "H264", "H265", "AV1"] {
        let config = config(ProducerType::Simulcast, &format!("video/{codec}"), 3);
        let consumer = Consumer::new(config, &mut Zeros).expect(codec);
        assert_eq!(consumer.consumer_type(), ConsumerType::Simulcast);
        assert_eq!(consumer.preferred_layers(), Some(layers(2, 1)));
    }
    for producer_type in [ProducerType::Simulcast, ProducerType::Svc] {
        let config = config(producer_type, "audio/opus", 3);
        assert_refused(config, "has no layers");
    }
    assert_refused(config(ProducerType::Svc, "video/H265", 1), "has no layers");
}

#[test]
fn there_is_a_spatial_layer_for_each_encoding() {
    let mut config = config(ProducerType::Simulcast, "video/VP8", 3);
    config.consumable_rtp_encodings.pop();

    assert_refused(config, "3 spatial layers, the producer 2 encodings");
}

#[test]
fn encodings_without_an_ssrc_are_refused() {
    let mut incomplete = config(ProducerType::Simulcast, "video/VP8", 3);
    incomplete.consumable_rtp_encodings[1].ssrc = None;
    assert_refused(incomplete, "consumableRtpEncodings");

    let mut incomplete = config(ProducerType::Simulcast, "video/VP8", 3);
    incomplete.rtp_parameters.encodings[0].ssrc = None;
    assert_refused(incomplete, "rtpParameters.encodings[0]");
}

#[test]
fn a_switch_is_told_with_the_score_of_the_stream_that_goes() {
    let mut consumer = begun();
    consumer.set_producer_scores(vec![8, 9, 7]);
    told(&mut consumer);

    consumer.set_preferred_layers(layers(1, 0));
    assert_eq!(told(&mut consumer), []);
    forward(&mut consumer, 1, &packet(500, 0, key_frame()));

    let score = ConsumerScore {
        score: 10,
        producer_score: 9,
        producer_scores: vec![8, 9, 7],
    };
    let expected = [
        ConsumerEvent::LayersChange(Some(layers(1, 0))),
        ConsumerEvent::Score(score),
    ];
    assert_eq!(told(&mut consumer), expected);
    assert!(consumer.take_wants_moved());
}

#[test]
fn whoever_pauses_gets_nothing_and_asks_for_a_key_frame_afterwards() {
    let mut consumer = begun();

    consumer.pause();
    assert_eq!(told(&mut consumer)[0], ConsumerEvent::LayersChange(None));
    assert!(consumer.wanted().is_empty());
    assert_eq!(
        forward(&mut consumer, 2, &packet(11, 3_000, frame(0, 0))),
        Decision::Drop
    );

    consumer.resume();
    assert!(consumer.take_keyframe_wishes().contains(2));
    assert!(consumer.wanted().contains(2));
}

#[test]
fn a_key_frame_is_asked_of_what_goes_and_of_what_shall_go() {
    let mut consumer = begun();
    consumer.set_preferred_layers(layers(0, 0));
    consumer.take_keyframe_wishes();

    consumer.request_keyframe();

    let wishes = consumer.take_keyframe_wishes();
    assert_eq!([0, 1, 2].map(|it| wishes.contains(it)), [true, false, true]);
}

#[test]
fn a_cut_frame_leaves_a_gap_and_a_whole_one_none() {
    for (whole, step) in [(true, 1), (false, 2)] {
        let mut consumer = begun();
        let mut last = packet(11, 3_000, frame(0, 0));
        last.facts.marker = whole;
        let Decision::Send(before) = forward(&mut consumer, 2, &last) else {
            panic!("the stream goes on");
        };
        consumer.set_preferred_layers(layers(0, 0));

        let key = packet(500, 0, key_frame());
        let Decision::Begin(after) = forward(&mut consumer, 0, &key) else {
            panic!("a key frame of the target");
        };

        assert_eq!(after.seq, before.seq.wrapping_add(step));
        assert!(after.timestamp.is_after(before.timestamp));
    }
}

#[test]
fn frames_of_another_stream_go_on_counting_in_the_header() {
    let element = [7, 3, 0xc0, 0x03, 0xe8];
    let mut consumer = begun();
    let old = StoredPacket {
        extensions: &element,
        ..packet(11, 3_000, frame(0, 0))
    };
    forward(&mut consumer, 2, &old);
    consumer.set_preferred_layers(layers(0, 0));
    let element = [7, 3, 0xc0, 0x00, 0x05];
    let key = StoredPacket {
        extensions: &element,
        ..packet(500, 0, key_frame())
    };
    let Decision::Begin(after) = forward(&mut consumer, 0, &key) else {
        panic!("a key frame of the target");
    };

    let mut header = [0; 200];
    let len = consumer
        .write_header(&after, &key, &SendStamp::default(), &mut header)
        .expect("room");

    let descriptor = [0xc0, 0x03, 0xe9];
    assert!(
        header[..len].windows(3).any(|bytes| bytes == descriptor),
        "{:?}",
        &header[..len]
    );
}

#[test]
fn asking_for_what_never_was_leaves_the_share_of_repeats_to_what_was() {
    let mut consumer = begun();
    let packet = packet(11, 3_000, frame(0, 0));
    let Decision::Send(outgoing) = forward(&mut consumer, 2, &packet) else {
        panic!("the stream goes on");
    };
    let sent = (&outgoing, SendStamp::default());
    consumer.note_sent(Instant::ZERO, sent, (2, &packet), 100);

    let mut resend = Vec::with_capacity(512);
    let never = (1..=500).map(|n| outgoing.seq.wrapping_add(n));
    consumer.handle_nack(Instant::from_millis(50), never, &mut resend);
    let lost = std::iter::once(outgoing.seq);
    consumer.handle_nack(Instant::from_millis(51), lost, &mut resend);

    assert_eq!(resend.len(), 1);
}

#[test]
fn a_repeat_after_a_switch_is_what_was_sent_before_it() {
    let mut consumer = begun();
    let old = packet(11, 3_000, frame(0, 0));
    let Decision::Send(before) = forward(&mut consumer, 2, &old) else {
        panic!("the stream goes on");
    };
    let stamp = SendStamp::default();
    consumer.note_sent(Instant::ZERO, (&before, stamp), (2, &old), 100);
    consumer.set_preferred_layers(layers(0, 0));
    forward(&mut consumer, 0, &packet(500, 0, key_frame()));

    let mut resend = Vec::with_capacity(4);
    let lost = std::iter::once(before.seq);
    consumer.handle_nack(Instant::from_millis(50), lost, &mut resend);

    assert_eq!(resend.len(), 1);
    assert_eq!(resend[0].source, (2, 11));
    assert_eq!(resend[0].outgoing, before);
}

/// A consumer of three streams to which the highest goes since packet 10.
fn begun() -> Consumer {
    let config = config(ProducerType::Simulcast, "video/VP8", 3);
    let mut consumer = Consumer::new(config, &mut Zeros).expect("complete");
    consumer.set_producer_scores(vec![10; 3]);
    consumer.set_transport_connected(true);
    assert!(consumer.take_keyframe_wishes().contains(2));
    let first = forward(&mut consumer, 2, &packet(10, 0, key_frame()));
    assert!(matches!(first, Decision::Begin(_)));
    told(&mut consumer);
    consumer.take_wants_moved();
    consumer
}

fn forward(consumer: &mut Consumer, encoding: usize, packet: &StoredPacket<'_>) -> Decision {
    let feed = Feed {
        encoding,
        clock: None,
    };
    consumer.handle_packet(Instant::from_millis(40), feed, packet)
}

fn told(consumer: &mut Consumer) -> Vec<ConsumerEvent> {
    std::iter::from_fn(|| consumer.poll_event()).collect()
}

fn layers(spatial_layer: u8, temporal_layer: u8) -> ConsumerLayers {
    ConsumerLayers {
        spatial_layer,
        temporal_layer: Some(temporal_layer),
    }
}

fn assert_refused(config: ConsumerConfig, why: &str) {
    let refusal = Consumer::new(config, &mut Zeros).expect_err("incomplete");
    assert!(
        matches!(&refusal, Refusal::TypeError(told) if told.contains(why)),
        "{refusal:?}"
    );
}

fn config(producer_type: ProducerType, mime_type: &str, encodings: u32) -> ConsumerConfig {
    let codec = RtpCodecParameters {
        mime_type: mime_type.to_owned(),
        payload_type: 96,
        clock_rate: 90_000,
        channels: None,
        parameters: Default::default(),
        rtcp_feedback: vec![RtcpFeedback {
            kind: "nack".to_owned(),
            parameter: String::new(),
        }],
    };
    let encoding = |ssrc| RtpEncodingParameters {
        ssrc: Some(ssrc),
        ..RtpEncodingParameters::default()
    };
    ConsumerConfig {
        id: ConsumerId::from("consumer"),
        producer_id: ProducerId::from("producer"),
        kind: MediaKind::Video,
        producer_type,
        rtp_parameters: RtpParameters {
            codecs: vec![codec],
            encodings: vec![RtpEncodingParameters {
                scalability_mode: Some(format!("L{encodings}T2")),
                ..encoding(1)
            }],
            header_extensions: vec![RtpHeaderExtensionParameters {
                uri: Extension::DependencyDescriptor.uri().to_owned(),
                id: 8,
                encrypt: false,
                parameters: Default::default(),
            }],
            ..RtpParameters::default()
        },
        consumable_rtp_encodings: (0..encodings).map(|nth| encoding(100 + nth)).collect(),
        ignore_dtx: false,
        paused: false,
        producer_paused: false,
        preferred_layers: None,
    }
}

/// Nothing here depends on what is drawn.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill(0);
    }
}
