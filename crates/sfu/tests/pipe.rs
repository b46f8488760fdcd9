//! Pipe consumers in an engine alone: what a batch of packets becomes, to the packet.

use std::time::Duration;

use control::{
    Command, ConsumeOptions, ConsumerCall, ConsumerEvent, DirectTransportOptions, Notification,
    ProduceOptions, Reply, Request, RouterCall, TransportCall,
};
use ortc::{MediaKind, ProducerType, RtpParameters};
use serde_json::json;
use sfu::{Engine, EngineConfig, Identity, Outbox, Wallclock};
use units::{Entropy, Instant, NtpTime};

#[test]
fn a_stream_that_appears_in_front_leaves_waiting_packets_to_their_streams() {
    let mut room =
        Room::new(json!({ "encodings": [{ "ssrc": 10 }, { "ssrc": 20 }, { "ssrc": 30 }] }));

    // One batch, in which the streams appear from the back to the front.
    let batch = [(30, 1), (30, 2), (20, 1), (10, 1), (30, 3), (10, 2)];
    for (ssrc, n) in batch {
        room.send(n, ssrc, &[0x10, u8::from(n > 1), ssrc as u8, n as u8]);
    }
    let got = room.forwarded();

    assert_eq!(got.len(), batch.len());
    for (at, origin) in [10, 20, 30].into_iter().enumerate() {
        let sent: Vec<u8> = (batch.iter().filter(|(ssrc, _)| *ssrc == origin))
            .map(|&(_, n)| n as u8)
            .collect();
        let ssrc = room.consumer.encodings[at].ssrc.expect("an SSRC");
        let received: Vec<u8> = (got.iter().filter(|packet| packet.ssrc == ssrc))
            .map(|packet| {
                assert_eq!(u32::from(packet.payload[2]), origin);
                packet.payload[3]
            })
            .collect();
        assert_eq!(received, sent);
    }
}

#[test]
fn each_stream_begins_at_its_own_key_frame() {
    let mut room = Room::new(json!({ "encodings": [{ "ssrc": 10 }, { "ssrc": 20 }] }));

    for (ssrc, n, key) in [(10, 1, 1), (20, 1, 0), (10, 2, 1), (10, 3, 0), (20, 2, 1)] {
        room.send(n, ssrc, &[0x10, key, ssrc as u8, n as u8]);
    }

    let got = room.forwarded();
    let numbers: Vec<(u8, u8)> = got
        .iter()
        .map(|packet| (packet.payload[2], packet.payload[3]))
        .collect();
    assert_eq!(
        sorted(numbers),
        [(10, 3), (20, 1), (20, 2)],
        "what came before a key frame cannot be shown"
    );
}

#[test]
fn layers_inside_a_stream_pass_as_they_are() {
    let mut room = Room::new(json!({
        "encodings": [{ "ssrc": 10, "scalabilityMode": "L1T3" }],
    }));
    assert_eq!(room.producer_type, ProducerType::Svc);

    for (n, (temporal, key)) in [(0, 0), (2, 1), (1, 1), (2, 1)].into_iter().enumerate() {
        room.send(n as u16, 10, &[0x90, 0x20, temporal << 6, key, n as u8]);
    }

    let got = room.forwarded();
    let layers: Vec<u8> = got.iter().map(|packet| packet.payload[2] >> 6).collect();
    assert_eq!(layers, [0, 2, 1, 2]);
    let first = got[0].seq;
    let numbers: Vec<u16> = got.iter().map(|packet| packet.seq - first).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[test]
fn a_pause_leaves_no_gap_in_any_stream() {
    let mut room = Room::new(json!({ "encodings": [{ "ssrc": 10 }, { "ssrc": 20 }] }));
    for ssrc in [10, 20] {
        room.send(1, ssrc, &[0x10, 0, 1]);
    }
    let before = room.forwarded();

    room.call(ConsumerCall::Pause);
    for ssrc in [10, 20] {
        room.send(2, ssrc, &[0x10, 0, 2]);
    }
    assert!(room.forwarded().is_empty());
    room.call(ConsumerCall::Resume);
    for ssrc in [10, 20] {
        room.send(3, ssrc, &[0x10, 0, 3]);
    }

    let after = room.forwarded();
    assert_eq!(after.len(), 2);
    for packet in &after {
        let last = before.iter().find(|other| other.ssrc == packet.ssrc);
        assert_eq!(packet.seq, last.expect("the same streams").seq + 1);
    }
}

/// A room in which the application sends VP8 and takes all of it through a pipe consumer.
struct Room {
    engine: Engine,
    out: Outbox,
    producer_type: ProducerType,
    consumer: RtpParameters,
}

struct Packet {
    ssrc: u32,
    seq: u16,
    payload: Vec<u8>,
}

impl Room {
    fn new(encodings: serde_json::Value) -> Self {
        let mut entropy = Numbers(1);
        let codecs = json!([{ "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 }]);
        let codecs: Vec<ortc::RouterRtpCodecCapability> = parse(codecs);
        let router = ortc::generate_router_rtp_capabilities(&codecs).expect("VP8");
        let mut parameters = json!({
            "codecs": [{ "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000 }],
            "rtcp": { "cname": "alice" },
        });
        parameters["encodings"] = encodings["encodings"].clone();
        let mut sent: RtpParameters = parse(parameters);
        let mapping = ortc::get_producer_rtp_parameters_mapping(&mut sent, &router, &mut entropy)
            .expect("VP8");
        let consumable =
            ortc::get_consumable_rtp_parameters(MediaKind::Video, &sent, &router, &mapping)
                .expect("VP8");
        let request = ortc::PipeRequest {
            consumable_rtp_parameters: &consumable,
            enable_rtx: false,
        };
        let consumer = ortc::get_pipe_consumer_rtp_parameters(&request, &mut entropy);
        let mut room = Self {
            engine: engine(),
            out: Outbox::new(1 << 20, 1_024),
            producer_type: ProducerType::Simple,
            consumer: consumer.clone(),
        };
        room.ask(Request::CreateRouter { id: name("router") });
        let options = DirectTransportOptions::default();
        let create = RouterCall::CreateDirectTransport(name("transport"), options);
        room.ask(Request::Router(name("router"), create));
        let produce = TransportCall::Produce(ProduceOptions {
            id: name("producer"),
            kind: MediaKind::Video,
            rtp_parameters: sent,
            rtp_mapping: mapping,
            key_frame_request_delay: 0,
            paused: false,
            enable_packet_id: false,
        });
        if let Reply::Produced { producer_type } =
            room.ask(Request::Transport(name("transport"), produce))
        {
            room.producer_type = producer_type;
        }
        let consume = TransportCall::Consume(ConsumeOptions {
            id: name("consumer"),
            producer_id: name("producer"),
            kind: MediaKind::Video,
            rtp_parameters: consumer,
            consumable_rtp_encodings: consumable.encodings,
            ignore_dtx: false,
            paused: false,
            pipe: true,
            preferred_layers: None,
        });
        room.ask(Request::Transport(name("transport"), consume));
        room
    }

    fn ask(&mut self, request: Request) -> Reply {
        self.engine
            .handle_request(NOW, request, Vec::new(), &mut self.out)
            .expect("done")
    }

    fn call(&mut self, call: ConsumerCall) {
        self.ask(Request::Consumer(name("consumer"), call));
    }

    fn send(&mut self, seq: u16, ssrc: u32, payload: &[u8]) {
        let mut packet = vec![0x80, 96];
        packet.extend(seq.to_be_bytes());
        packet.extend((u32::from(seq) * 3_000).to_be_bytes());
        packet.extend(ssrc.to_be_bytes());
        packet.extend(payload);
        let command = Command::ProducerSend(name("producer"), packet);
        self.engine.handle_command(NOW, command, &mut self.out);
    }

    /// What the batch so far has become.
    fn forwarded(&mut self) -> Vec<Packet> {
        assert!(!self.engine.poll_output(NOW, &mut self.out));
        let mut packets = Vec::new();
        while let Some(notification) = self.out.poll_notification() {
            if let Notification::Consumer(_, ConsumerEvent::Rtp(data)) = notification {
                let packet = rtp::RtpPacket::parse(&data).expect("RTP");
                packets.push(Packet {
                    ssrc: packet.ssrc().0,
                    seq: packet.seq().0,
                    payload: packet.payload().to_vec(),
                });
            }
        }
        packets
    }
}

const NOW: Instant = Instant::from_millis(1_000);

fn engine() -> Engine {
    let certificate =
        dtls::Certificate::generate(Duration::from_secs(1_700_000_000), &mut Numbers(2));
    let config = EngineConfig {
        wallclock: Wallclock::new(NtpTime(0)),
        identity: Identity {
            certificate: certificate.expect("a certificate"),
            epoch: std::time::Instant::now(),
            rsa_peers: false,
        },
        entropy: Box::new(Numbers(3)),
        ufrag_prefix: String::new(),
    };
    Engine::new(NOW, config)
}

fn name<T: From<String>>(name: &str) -> T {
    name.to_owned().into()
}

fn parse<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("well formed")
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items
}

/// The same numbers each time (SplitMix64).
struct Numbers(u64);

impl Entropy for Numbers {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(word ^ (word >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
