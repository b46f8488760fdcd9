//! The bench: rounds of the SFU and of the floor in turn.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use brodo::{
    Consumer, ConsumerOptions, ListenInfo, MediaKind, PlainConnect, PlainTransport,
    PlainTransportOptions, Producer, ProducerOptions, Protocol, Router, RouterOptions,
    RtpParameters, SrtpCryptoSuite, SrtpParameters, Worker, WorkerSettings,
};
use serde_json::json;

use crate::cpu::{Thread, calibration};
use crate::floor::Floor;
use crate::receivers::Receivers;
use crate::shape::{SHAPES, Shape};

/// Rounds of each; an odd number has a middle.
const ROUNDS: usize = 5;

/// Between bursts, so that each is a turn of its own as in life.
const PAUSE: Duration = Duration::from_micros(1_500);

/// Prints a line a shape.
pub fn run() {
    println!(
        "CPU time of the sending thread a packet, medians of {ROUNDS} alternating rounds, loopback with GRO receivers"
    );
    println!(
        "{:<22} {:>9} {:>8} {:>9} {:>9} {:>7} {:>5} {:>9} {:>8}",
        "shape", "receivers", "cipher", "sfu ns", "floor ns", "ratio", "aim", "lost", "getppid"
    );
    for encrypted in [false, true] {
        for shape in SHAPES {
            line(&shape, encrypted);
        }
    }
}

fn line(shape: &Shape, encrypted: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let receivers = Receivers::start(shape.receivers);
    let mut floor = Floor::new(shape, &receivers.addresses, encrypted);
    let call = runtime.block_on(Call::start(shape, &receivers, encrypted));
    let (mut sfu, mut bare, mut lost) = (Vec::new(), Vec::new(), 0);
    // One round of each to warm up.
    for round in 0..=ROUNDS {
        let (cost, missing) = runtime.block_on(call.round(shape, &receivers, round));
        let floor_cost = floor.round(shape);
        if round > 0 {
            sfu.push(cost);
            bare.push(floor_cost);
            lost += missing;
        }
    }
    let (sfu, bare) = (median(sfu), median(bare));
    println!(
        "{:<22} {:>9} {:>8} {:>9.0} {:>9.0} {:>7.2} {:>5} {:>9} {:>8}",
        shape.name,
        shape.receivers,
        if encrypted { "gcm-128" } else { "none" },
        sfu,
        bare,
        sfu / bare,
        shape.aim,
        lost,
        calibration()
    );
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// One producer and its consumers, through a worker of their own.
struct Call {
    worker: Worker,
    shard: Thread,
    sender: UdpSocket,
    port: u16,
    payload_type: u8,
    /// Kept: whoever drops them closes them.
    _objects: (
        Router,
        PlainTransport,
        Producer,
        Vec<(PlainTransport, Consumer)>,
    ),
}

impl Call {
    async fn start(shape: &Shape, receivers: &Receivers, encrypted: bool) -> Self {
        let worker = Worker::new(WorkerSettings::default()).expect("a worker");
        let router = worker
            .create_router(RouterOptions::new(brodo::default_codecs()))
            .await
            .expect("a router");
        // The worker has answered, so its thread has its name.
        let shard = Thread::named("brodo-shard").expect("the shard's thread");
        let listen = || ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into());
        let comedia = PlainTransportOptions {
            comedia: true,
            ..PlainTransportOptions::new(listen())
        };
        let incoming = router
            .create_plain_transport(comedia)
            .await
            .expect("a transport");
        let is_video = shape.payload > 500;
        let (kind, parameters) = if is_video {
            (MediaKind::Video, video())
        } else {
            (MediaKind::Audio, audio())
        };
        let payload_type = parameters.codecs[0].payload_type;
        let producer = incoming
            .produce(ProducerOptions::new(kind, parameters))
            .await
            .expect("a producer");
        let mut consumers = Vec::new();
        for address in &receivers.addresses {
            let srtp = encrypted.then_some(SrtpCryptoSuite::AeadAes128Gcm);
            let options = PlainTransportOptions {
                srtp,
                ..PlainTransportOptions::new(listen())
            };
            let outgoing = router
                .create_plain_transport(options)
                .await
                .expect("a transport");
            let key = |crypto_suite| SrtpParameters {
                crypto_suite,
                key_base64: "A".repeat(38) + "==",
            };
            let peer = PlainConnect {
                ip: Some(address.ip()),
                port: Some(address.port()),
                rtcp_port: None,
                srtp_parameters: srtp.map(key),
            };
            outgoing.connect(peer).await.expect("an address");
            let options = ConsumerOptions::new(producer.id().clone(), router.rtp_capabilities());
            let consumer = outgoing.consume(options).await.expect("a consumer");
            consumers.push((outgoing, consumer));
        }
        let sender = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        let port = incoming.tuple().expect("bound").local_port;
        Self {
            worker,
            shard,
            sender,
            port,
            payload_type,
            _objects: (router, incoming, producer, consumers),
        }
    }

    /// CPU nanoseconds of the shard a forwarded packet, and packets that did not arrive.
    async fn round(&self, shape: &Shape, receivers: &Receivers, round: usize) -> (f64, u64) {
        let first = round * shape.bursts * shape.burst;
        let seen = receivers.received();
        let counted = self
            .worker
            .counters()
            .await
            .expect("open")
            .engine
            .forwarded_rtp;
        let before = self.shard.nanos();
        for burst in 0..shape.bursts {
            for n in 0..shape.burst {
                let packet = self.packet(shape, first + burst * shape.burst + n, n);
                self.sender
                    .send_to(&packet, ("127.0.0.1", self.port))
                    .expect("sent");
            }
            thread::sleep(PAUSE);
        }
        let expected = (shape.bursts * shape.burst * shape.receivers) as u64;
        receivers.settle(seen, expected);
        let spent = self.shard.nanos() - before;
        let forwarded = self
            .worker
            .counters()
            .await
            .expect("open")
            .engine
            .forwarded_rtp
            - counted;
        (
            spent as f64 / forwarded.max(1) as f64,
            expected.saturating_sub(receivers.received() - seen),
        )
    }

    fn packet(&self, shape: &Shape, seq: usize, in_burst: usize) -> Vec<u8> {
        let mut packet = vec![0x80, self.payload_type];
        packet[1] |= u8::from(in_burst + 1 == shape.burst) << 7;
        packet.extend((seq as u16).to_be_bytes());
        packet.extend(((seq / shape.burst) as u32 * 3_000).to_be_bytes());
        packet.extend(1_111_u32.to_be_bytes());
        // VP8: the first packet of a frame; every frame is a key frame. To Opus it is sound.
        packet.extend([0x10, 0x00]);
        packet.resize(12 + shape.payload, 7);
        packet
    }
}

fn video() -> RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000 }],
        "encodings": [{ "ssrc": 1_111 }],
    }))
}

fn audio() -> RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "encodings": [{ "ssrc": 1_111 }],
    }))
}

fn parameters(value: serde_json::Value) -> RtpParameters {
    serde_json::from_value(value).expect("RTP parameters")
}
