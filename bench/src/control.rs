//! The control path: how many objects a second can be made, and what each costs the shard.
//!
//! The same as `bench/control` does through Node, here through the crate: no pipe, no process, no
//! MessagePack. The difference is what those cost.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use brodo::{
    ConsumerOptions, DtlsFingerprint, DtlsParameters, DtlsRole, FingerprintAlgorithm, ListenInfo,
    MediaKind, Producer, ProducerOptions, Protocol, Router, RouterOptions, RtpParameters,
    WebRtcServer, WebRtcServerOptions, WebRtcTransport, WebRtcTransportOptions, Worker,
    WorkerSettings,
};
use serde_json::json;
use tokio::sync::oneshot;

use crate::cpu::Thread;

/// An odd number has a middle.
const ROUNDS: usize = 5;

const ROUND: Duration = Duration::from_millis(1_000);
const FLOOR_ROUND: Duration = Duration::from_millis(200);

/// Together, they keep the shard busy.
const CALLERS: usize = 32;

/// Create, connect, consume.
const OPERATIONS: usize = 3;

/// Prints a line a shape.
pub fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    println!(
        "Through Rust; an operation is a create, a connect or a consume; medians of {ROUNDS} rounds; the floor is a question to a thread that does nothing"
    );
    println!(
        "  {:<6} {:>8} {:>8} {:>14} {:>8} {:>11} {:>12}",
        "port", "alive", "callers", "operations/s", "best", "of floor", "shard µs/op"
    );
    for own_port in [false, true] {
        for callers in [1, CALLERS] {
            let costs = [1, 1_000].map(|alive| {
                let shape = Shape {
                    own_port,
                    callers,
                    alive,
                };
                runtime.block_on(line(shape))
            });
            println!(
                "         shard CPU an operation with 1 000 alive, next to 1: {:.2} times",
                costs[1] / costs[0]
            );
        }
    }
}

#[derive(Clone, Copy)]
struct Shape {
    own_port: bool,
    callers: usize,
    alive: usize,
}

/// Measures and prints; gives what an operation costs the shard, in microseconds.
async fn line(shape: Shape) -> f64 {
    let room = Room::open(shape).await;
    let echo = Echo::start();
    let (mut rates, mut shares, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    // One round to warm up.
    for round in 0..=ROUNDS {
        let floor = echo.rate().await;
        let (rate, cost) = room.round(shape.callers).await;
        if round > 0 {
            rates.push(rate);
            shares.push(rate / floor);
            costs.push(cost);
        }
    }
    let best = rates.iter().copied().fold(0.0, f64::max);
    let cost = median(costs);
    println!(
        "  {:<6} {:>8} {:>8} {:>14.0} {:>8.0} {:>11.2} {:>12.1}",
        if shape.own_port { "own" } else { "shared" },
        shape.alive,
        shape.callers,
        median(rates),
        best,
        median(shares),
        cost
    );
    cost
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A router with a producer, and others who are only there.
#[derive(Clone)]
struct Room {
    router: Router,
    server: Option<WebRtcServer>,
    producer: Producer,
    shard: Thread,
    /// Kept: whoever drops them closes them.
    alive: Vec<(WebRtcTransport, brodo::Consumer)>,
}

impl Room {
    async fn open(shape: Shape) -> Self {
        let worker = Worker::new(WorkerSettings::default()).expect("a worker");
        let router = worker
            .create_router(RouterOptions::new(brodo::default_codecs()))
            .await
            .expect("a router");
        // The worker has answered, so its thread has its name.
        let shard = Thread::named("brodo-shard").expect("the shard's thread");
        let server = match shape.own_port {
            true => None,
            false => Some(
                worker
                    .create_webrtc_server(WebRtcServerOptions::new([loopback()]))
                    .await
                    .expect("a server"),
            ),
        };
        let sender = router
            .create_webrtc_transport(listen(server.as_ref()))
            .await
            .expect("a transport");
        let producer = sender
            .produce(ProducerOptions::new(MediaKind::Video, video()))
            .await
            .expect("a producer");
        let mut room = Self {
            router,
            server,
            producer,
            shard,
            alive: Vec::new(),
        };
        for _ in 1..shape.alive {
            let pair = room.join(None).await;
            room.alive.push(pair);
        }
        room
    }

    /// Operations a second, and microseconds of the shard an operation.
    async fn round(&self, callers: usize) -> (f64, f64) {
        let (begun, before) = (Instant::now(), self.shard.nanos());
        let callers: Vec<_> = (0..callers)
            .map(|_| tokio::spawn(self.clone().call(begun)))
            .collect();
        let mut done = 0;
        for caller in callers {
            done += caller.await.expect("no panic");
        }
        let operations = (done * OPERATIONS) as f64;
        let spent = (self.shard.nanos() - before) as f64 / 1e3;
        (
            operations / begun.elapsed().as_secs_f64(),
            spent / operations,
        )
    }

    /// One who does one thing after the other: how often all of them.
    async fn call(self, begun: Instant) -> usize {
        let mut done = 0;
        while begun.elapsed() < ROUND {
            self.join(Some(dtls())).await;
            done += 1;
        }
        done
    }

    async fn join(&self, dtls: Option<DtlsParameters>) -> (WebRtcTransport, brodo::Consumer) {
        let transport = self
            .router
            .create_webrtc_transport(listen(self.server.as_ref()))
            .await
            .expect("a transport");
        if let Some(dtls) = dtls {
            transport.connect(dtls).await.expect("connects");
        }
        let options = ConsumerOptions::new(
            self.producer.id().clone(),
            self.router.rtp_capabilities().clone(),
        );
        let consumer = transport.consume(options).await.expect("a consumer");
        (transport, consumer)
    }
}

/// A thread that answers at once.
struct Echo(Sender<oneshot::Sender<()>>);

impl Echo {
    fn start() -> Self {
        let (questions, incoming) = channel::<oneshot::Sender<()>>();
        thread::spawn(move || {
            for question in incoming {
                let _ = question.send(());
            }
        });
        Self(questions)
    }

    /// Answers a second, one at a time.
    async fn rate(&self) -> f64 {
        let (begun, mut done) = (Instant::now(), 0_u32);
        while begun.elapsed() < FLOOR_ROUND {
            let (sender, answer) = oneshot::channel();
            self.0.send(sender).expect("it runs");
            answer.await.expect("it answers");
            done += 1;
        }
        f64::from(done) / begun.elapsed().as_secs_f64()
    }
}

fn listen(server: Option<&WebRtcServer>) -> WebRtcTransportOptions {
    match server {
        Some(server) => WebRtcTransportOptions::with_server(server.clone()),
        None => WebRtcTransportOptions::new([loopback()]),
    }
}

fn loopback() -> ListenInfo {
    ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into())
}

fn dtls() -> DtlsParameters {
    DtlsParameters {
        role: DtlsRole::Client,
        fingerprints: vec![DtlsFingerprint {
            algorithm: FingerprintAlgorithm::Sha256,
            value: ["AB"; 32].join(":"),
        }],
    }
}

/// A camera with a retransmission stream.
fn video() -> RtpParameters {
    let parameters = json!({
        "codecs": [
            {
                "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000,
                "rtcpFeedback": [{ "type": "nack" }, { "type": "nack", "parameter": "pli" }, { "type": "transport-cc" }],
            },
            { "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 } },
        ],
        "headerExtensions": [
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 1 },
            { "uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "id": 3 },
        ],
        "encodings": [{ "ssrc": 1_111, "rtx": { "ssrc": 1_112 } }],
    });
    serde_json::from_value(parameters).expect("RTP parameters")
}
