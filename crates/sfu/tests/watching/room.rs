//! An engine with one room, and peers that speak plain RTP.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use control::{
    ConsumeOptions, ConsumerCall, ConsumerDump, ListenInfo, Notification, PlainConnect,
    PlainTransportOptions, ProduceOptions, ProducerCall, ProducerDump, Protocol, Refusal, Reply,
    Request, RouterCall, RouterDump, TransportCall,
};
use ice::{SocketId, Tuple};
use ortc::{MediaKind, RtpCapabilities, RtpParameters};
use sfu::{Engine, EngineConfig, Identity, Listener, Outbox, Wallclock};
use units::{Entropy, Instant, NtpTime};

/// The room's name.
pub const ROOM: &str = "room";

/// What the wall clock shows at the beginning.
pub const SINCE_1970: Duration = Duration::from_secs(1_750_000_000);

/// Numbers that look random and can be repeated.
#[derive(Clone)]
pub struct Dice(u64);

impl Entropy for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

/// The room.
pub struct Room {
    engine: Engine,
    out: Outbox,
    pub now: Instant,
    dice: Dice,
    capabilities: RtpCapabilities,
    /// What others can consume, by producer.
    consumables: HashMap<String, (MediaKind, RtpParameters)>,
    /// What left, to whom; since it was last taken.
    sent: Vec<(Tuple, Vec<u8>)>,
    told: Vec<Notification>,
    peers: u16,
}

/// Whoever stands at the other end of a transport.
#[derive(Clone, Copy)]
pub struct Peer(pub Tuple);

impl Room {
    pub fn open() -> Self {
        let mut dice = Dice(7);
        let certificate =
            dtls::Certificate::generate(SINCE_1970, &mut dice).expect("a certificate");
        let config = EngineConfig {
            wallclock: Wallclock::new(NtpTime::from_unix(SINCE_1970)),
            identity: Identity {
                certificate,
                epoch: std::time::Instant::now(),
                rsa_peers: false,
            },
            entropy: Box::new(dice.clone()),
            ufrag_prefix: String::new(),
        };
        let codecs = serde_json::from_value(serde_json::json!([
            { "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
            { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 },
            { "kind": "video", "mimeType": "video/H264", "clockRate": 90000, "parameters": {
                "packetization-mode": 1, "profile-level-id": "42e01f" } },
        ]));
        let codecs: Vec<ortc::RouterRtpCodecCapability> = codecs.expect("codecs");
        let mut room = Self {
            engine: Engine::new(Instant::ZERO, config),
            out: Outbox::new(1 << 20, 1_024),
            now: Instant::ZERO,
            dice,
            capabilities: ortc::generate_router_rtp_capabilities(&codecs).expect("codecs"),
            consumables: HashMap::new(),
            sent: Vec::new(),
            told: Vec::new(),
            peers: 0,
        };
        room.open_another(ROOM);
        room
    }

    pub fn open_another(&mut self, name: &str) {
        self.ask(Request::CreateRouter { id: name.into() })
            .expect("a room");
    }

    pub fn ask(&mut self, request: Request) -> Result<Reply, Refusal> {
        self.ask_with(request, Vec::new())
    }

    fn ask_with(&mut self, request: Request, bound: Vec<Listener>) -> Result<Reply, Refusal> {
        let reply = self
            .engine
            .handle_request(self.now, request, bound, &mut self.out);
        self.flush();
        reply
    }

    /// A peer with a transport of this name.
    pub fn join(&mut self, name: &str) -> Peer {
        self.join_in(ROOM, name)
    }

    pub fn join_in(&mut self, room: &str, name: &str) -> Peer {
        self.peers += 1;
        let socket = SocketId(self.peers.into());
        let local = SocketAddr::from(([10, 0, 0, 1], 40_000 + self.peers));
        let remote = SocketAddr::from(([10, 0, 0, 2], 50_000 + self.peers));
        let options = PlainTransportOptions {
            listen_info: ListenInfo::new(Protocol::Udp, local.ip()),
            rtcp_listen_info: None,
            rtcp_mux: true,
            comedia: false,
            srtp: None,
            sctp: None,
        };
        let call = RouterCall::CreatePlainTransport(name.into(), options);
        let bound = Listener {
            socket,
            local,
            protocol: Protocol::Udp,
            announced: None,
            expose_internal_ip: false,
        };
        self.ask_with(Request::Router(room.into(), call), vec![bound])
            .expect("a transport");
        let connect = PlainConnect {
            ip: Some(remote.ip()),
            port: Some(remote.port()),
            ..PlainConnect::default()
        };
        self.transport(name, TransportCall::ConnectPlain(connect))
            .expect("an address");
        Peer(Tuple {
            socket,
            remote,
            protocol: ice::Protocol::Udp,
        })
    }

    pub fn transport(&mut self, name: &str, call: TransportCall) -> Result<Reply, Refusal> {
        self.ask(Request::Transport(name.into(), call))
    }

    pub fn producer(&mut self, name: &str, call: ProducerCall) -> Result<Reply, Refusal> {
        self.ask(Request::Producer(name.into(), call))
    }

    pub fn consumer(&mut self, name: &str, call: ConsumerCall) -> Result<Reply, Refusal> {
        self.ask(Request::Consumer(name.into(), call))
    }

    /// A producer called `name` on `transport`.
    pub fn produce(&mut self, transport: &str, name: &str, media: Media) {
        let (kind, mut rtp_parameters, enable_packet_id) = media;
        let rtp_mapping = ortc::get_producer_rtp_parameters_mapping(
            &mut rtp_parameters,
            &self.capabilities,
            &mut self.dice,
        )
        .expect("codecs of the room");
        let consumable = ortc::get_consumable_rtp_parameters(
            kind,
            &rtp_parameters,
            &self.capabilities,
            &rtp_mapping,
        )
        .expect("consumable");
        self.consumables.insert(name.to_owned(), (kind, consumable));
        let options = ProduceOptions {
            id: name.into(),
            kind,
            rtp_parameters,
            rtp_mapping,
            key_frame_request_delay: 0,
            paused: false,
            enable_packet_id,
        };
        self.transport(transport, TransportCall::Produce(options))
            .expect("a producer");
    }

    /// A consumer called `name` on `transport`, that can do whatever the room can.
    pub fn consume(&mut self, transport: &str, name: &str, producer: &str) -> RtpParameters {
        let (kind, consumable) = self.consumables[producer].clone();
        let mut rtp_parameters = ortc::get_consumer_rtp_parameters(
            &ortc::ConsumerRequest {
                consumable_rtp_parameters: &consumable,
                remote_rtp_capabilities: &self.capabilities,
                pipe: false,
                enable_rtx: true,
            },
            &mut self.dice,
        )
        .expect("capable");
        rtp_parameters.mid = Some("7".to_owned());
        let options = ConsumeOptions {
            id: name.into(),
            producer_id: producer.into(),
            kind,
            rtp_parameters: rtp_parameters.clone(),
            consumable_rtp_encodings: consumable.encodings,
            ignore_dtx: false,
            paused: false,
            pipe: false,
            preferred_layers: None,
        };
        self.transport(transport, TransportCall::Consume(options))
            .expect("a consumer");
        rtp_parameters
    }

    /// A datagram arrives from a peer.
    pub fn receive(&mut self, peer: Peer, datagram: &[u8]) {
        let mut data = datagram.to_vec();
        self.engine
            .handle_datagram(self.now, peer.0, &mut data, &mut self.out);
        self.flush();
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: u64) {
        let until = self.now + Duration::from_millis(millis);
        while let Some(at) = self.engine.poll_timeout().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.engine.handle_timeout(self.now, &mut self.out);
            self.flush();
        }
        self.now = until;
    }

    /// What left for a peer since it was last asked.
    pub fn take_sent(&mut self, peer: Peer) -> Vec<Vec<u8>> {
        let (his, others) = std::mem::take(&mut self.sent)
            .into_iter()
            .partition(|(to, _)| *to == peer.0);
        self.sent = others;
        let his: Vec<(Tuple, Vec<u8>)> = his;
        his.into_iter().map(|(_, packet)| packet).collect()
    }

    /// What was told since it was last asked.
    pub fn take_told(&mut self) -> Vec<Notification> {
        std::mem::take(&mut self.told)
    }

    pub fn dump(&mut self) -> RouterDump {
        match self.ask(Request::Router(ROOM.into(), RouterCall::Dump)) {
            Ok(Reply::RouterDump(dump)) => dump,
            other => panic!("{other:?}"),
        }
    }

    pub fn dump_producer(&mut self, name: &str) -> ProducerDump {
        match self.producer(name, ProducerCall::Dump) {
            Ok(Reply::ProducerDump(dump)) => *dump,
            other => panic!("{other:?}"),
        }
    }

    pub fn dump_consumer(&mut self, name: &str) -> ConsumerDump {
        match self.consumer(name, ConsumerCall::Dump) {
            Ok(Reply::ConsumerDump(dump)) => *dump,
            other => panic!("{other:?}"),
        }
    }

    fn flush(&mut self) {
        loop {
            let more = self.engine.poll_output(self.now, &mut self.out);
            for train in self.out.trains() {
                let packets = train.packets().map(|packet| (train.tuple, packet.to_vec()));
                self.sent.extend(packets);
            }
            self.out.clear();
            if !more {
                break;
            }
        }
        while let Some(notification) = self.out.poll_notification() {
            self.told.push(notification);
        }
        while self.engine.poll_gone().is_some() {}
    }
}

/// What a producer sends, and whether it is to have packet ids.
pub type Media = (MediaKind, RtpParameters, bool);

/// Opus with audio levels (id 3) and MID (id 1).
pub fn sound(ssrc: u32) -> Media {
    let parameters = serde_json::json!({
        "mid": ssrc.to_string(),
        "codecs": [{ "mimeType": "audio/OPUS", "payloadType": 111, "clockRate": 48000, "channels": 2 }],
        "headerExtensions": [
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 1 },
            { "uri": "urn:ietf:params:rtp-hdrext:ssrc-audio-level", "id": 3 },
        ],
        "encodings": [{ "ssrc": ssrc }],
        "rtcp": { "cname": "alice" },
    });
    let parameters = serde_json::from_value(parameters).expect("RTP parameters");
    (MediaKind::Audio, parameters, false)
}

/// VP8 with RTX, orientation (id 4), RID (id 10), transport-wide numbers (id 5) and packet ids (id 12).
pub fn picture(ssrc: u32) -> Media {
    let parameters = serde_json::json!({
        "codecs": [
            { "mimeType": "video/vp8", "payloadType": 96, "clockRate": 90000, "rtcpFeedback": [
                { "type": "nack" }, { "type": "nack", "parameter": "pli" },
                { "type": "ccm", "parameter": "fir" } ] },
            { "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 } },
        ],
        "headerExtensions": [
            { "uri": "urn:3gpp:video-orientation", "id": 4 },
            { "uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "id": 5 },
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", "id": 10 },
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", "id": 11 },
            { "uri": "urn:mediasoup:params:rtp-hdrext:packet-id", "id": 12 },
        ],
        "encodings": [{ "ssrc": ssrc, "rtx": { "ssrc": ssrc + 1 } }],
        "rtcp": { "cname": "alice" },
    });
    let parameters = serde_json::from_value(parameters).expect("RTP parameters");
    (MediaKind::Video, parameters, false)
}
