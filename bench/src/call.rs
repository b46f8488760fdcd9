//! A call through a worker of its own: one plain sender, plain receivers.

use std::net::{IpAddr, SocketAddr};

use brodo::{
    Consumer, ConsumerOptions, ListenInfo, MediaKind, PlainConnect, PlainTransport,
    PlainTransportOptions, Producer, ProducerOptions, Protocol, Router, RouterOptions,
    RtpParameters, SrtpCryptoSuite, SrtpParameters, Worker, WorkerSettings,
};
use serde_json::json;

use crate::bursts::SSRC;
use crate::cpu::Thread;

/// A room with a producer; transports and consumers come later. Whoever drops it closes it.
pub struct Call {
    /// The worker.
    pub worker: Worker,
    /// The CPU time of its shard.
    pub shard: Thread,
    /// Where the producer's packets are to go.
    pub address: SocketAddr,
    /// The producer's payload type.
    pub payload_type: u8,
    router: Router,
    producer: Producer,
    _incoming: PlainTransport,
}

impl Call {
    /// A room with a producer that listens on loopback.
    pub async fn start(kind: MediaKind) -> Self {
        let worker = Worker::new(WorkerSettings::default()).expect("a worker");
        let router = worker
            .create_router(RouterOptions::new(brodo::default_codecs()))
            .await
            .expect("a router");
        // The worker has answered, so its thread has its name.
        let shard = Thread::named("brodo-shard").expect("the shard's thread");
        let comedia = PlainTransportOptions {
            comedia: true,
            ..PlainTransportOptions::new(listen([127, 0, 0, 1].into()))
        };
        let incoming = router
            .create_plain_transport(comedia)
            .await
            .expect("a transport");
        let parameters = match kind {
            MediaKind::Video => video(),
            MediaKind::Audio => audio(),
        };
        let payload_type = parameters.codecs[0].payload_type;
        let producer = incoming
            .produce(ProducerOptions::new(kind, parameters))
            .await
            .expect("a producer");
        let port = incoming.tuple().expect("bound").local_port;
        Self {
            worker,
            shard,
            address: ([127, 0, 0, 1], port).into(),
            payload_type,
            router,
            producer,
            _incoming: incoming,
        }
    }

    /// A transport to `to`, with its own socket on `local`.
    pub async fn transport(
        &self,
        local: IpAddr,
        to: SocketAddr,
        encrypted: bool,
    ) -> PlainTransport {
        let srtp = encrypted.then_some(SrtpCryptoSuite::AeadAes128Gcm);
        let options = PlainTransportOptions {
            srtp,
            ..PlainTransportOptions::new(listen(local))
        };
        let outgoing = self
            .router
            .create_plain_transport(options)
            .await
            .expect("a transport");
        let key = |crypto_suite| SrtpParameters {
            crypto_suite,
            key_base64: "A".repeat(38) + "==",
        };
        let peer = PlainConnect {
            ip: Some(to.ip()),
            port: Some(to.port()),
            rtcp_port: None,
            srtp_parameters: srtp.map(key),
        };
        outgoing.connect(peer).await.expect("an address");
        outgoing
    }

    /// A consumer on a transport.
    pub async fn consumer(&self, outgoing: &PlainTransport) -> Consumer {
        let options = ConsumerOptions::new(
            self.producer.id().clone(),
            self.router.rtp_capabilities().clone(),
        );
        outgoing.consume(options).await.expect("a consumer")
    }

    /// Packets forwarded so far.
    pub async fn forwarded(&self) -> u64 {
        self.worker
            .counters()
            .await
            .expect("open")
            .engine
            .forwarded_rtp
    }
}

fn listen(ip: IpAddr) -> ListenInfo {
    ListenInfo::new(Protocol::Udp, ip)
}

fn video() -> RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000 }],
        "encodings": [{ "ssrc": SSRC }],
    }))
}

fn audio() -> RtpParameters {
    parameters(json!({
        "codecs": [{ "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "encodings": [{ "ssrc": SSRC }],
    }))
}

fn parameters(value: serde_json::Value) -> RtpParameters {
    serde_json::from_value(value).expect("RTP parameters")
}
