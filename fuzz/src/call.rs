//! One engine with one producer and one consumer: what strangers on the network can reach.

use std::time::Duration;

use control::{
    ConsumeOptions, ListenInfo, PlainConnect, PlainTransportOptions, ProduceOptions, Protocol,
    Request, RouterCall, SctpOptions, TransportCall, WebRtcListen, WebRtcTransportOptions,
};
use ice::{SocketId, Tuple};
use ortc::{ConsumerRequest, MediaKind, RtpCapabilities, RtpParameters};
use sfu::{Engine, EngineConfig, Identity, Listener, Outbox, Wallclock};
use units::{Instant, NtpTime};

use crate::{Replayed, json};

/// Sockets: of the sender, of the receiver, of a WebRTC transport.
pub const SENDER: u32 = 1;
pub const RECEIVER: u32 = 2;
pub const WEBRTC: u32 = 3;

/// A running call.
pub struct Call {
    engine: Engine,
    out: Outbox,
    now: Instant,
}

impl Call {
    /// Everything created and connected.
    #[must_use]
    pub fn new(certificate: &dtls::Certificate) -> Self {
        let engine = Engine::new(
            Instant::ZERO,
            EngineConfig {
                wallclock: Wallclock::new(NtpTime::from_unix(Duration::from_secs(1_700_000_000))),
                identity: Identity {
                    certificate: certificate.clone(),
                    epoch: std::time::Instant::now(),
                    rsa_peers: false,
                },
                entropy: Box::new(Replayed(7)),
                ufrag_prefix: "fuzz".into(),
            },
        );
        let mut call = Self {
            engine,
            out: Outbox::new(1 << 20, 256),
            now: Instant::from_millis(1_000),
        };
        call.set_up();
        call
    }

    fn set_up(&mut self) {
        self.ask(Request::CreateRouter { id: "r".into() }, &[]);
        for (id, socket, comedia) in [("in", SENDER, true), ("out", RECEIVER, false)] {
            let options = PlainTransportOptions {
                listen_info: ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into()),
                rtcp_listen_info: None,
                rtcp_mux: true,
                comedia,
                srtp: None,
                sctp: Some(SctpOptions::default()),
            };
            let call = RouterCall::CreatePlainTransport(id.into(), options);
            self.ask(Request::Router("r".into(), call), &[socket]);
        }
        let options = WebRtcTransportOptions {
            listen: WebRtcListen::Individual(vec![ListenInfo::new(
                Protocol::Udp,
                [127, 0, 0, 1].into(),
            )]),
            ice_consent_timeout: 30,
            initial_available_outgoing_bitrate: 600_000,
            sctp: None,
        };
        let call = RouterCall::CreateWebRtcTransport("web".into(), options);
        self.ask(Request::Router("r".into(), call), &[WEBRTC]);
        let peer = PlainConnect {
            ip: Some([127, 0, 0, 1].into()),
            port: Some(9),
            ..PlainConnect::default()
        };
        self.ask(
            Request::Transport("out".into(), TransportCall::ConnectPlain(peer)),
            &[],
        );
        let (produce, consume) = options_of_both();
        self.ask(
            Request::Transport("in".into(), TransportCall::Produce(produce)),
            &[],
        );
        self.ask(
            Request::Transport("out".into(), TransportCall::Consume(consume)),
            &[],
        );
    }

    fn ask(&mut self, request: Request, sockets: &[u32]) {
        let listener = |&socket: &u32| Listener {
            socket: SocketId(socket),
            local: ([127, 0, 0, 1], 10_000 + socket as u16).into(),
            protocol: Protocol::Udp,
            announced: None,
            expose_internal_ip: false,
        };
        let bound = sockets.iter().map(listener).collect();
        self.engine
            .handle_request(self.now, request, bound, &mut self.out)
            .expect("the call is sound");
    }

    /// A datagram at one of the sockets.
    pub fn datagram(&mut self, socket: u32, data: &mut [u8]) {
        let tuple = Tuple {
            socket: SocketId(socket),
            remote: ([127, 0, 0, 1], 9).into(),
            protocol: ice::Protocol::Udp,
        };
        self.engine
            .handle_datagram(self.now, tuple, data, &mut self.out);
    }

    /// Sends everything, and lets time pass.
    pub fn turn(&mut self, millis: u64) {
        while self.engine.poll_output(self.now, &mut self.out) {
            self.out.clear();
        }
        let bytes: usize = self.out.trains().map(|train| train.bytes.len()).sum();
        assert_eq!(bytes, self.out.bytes().len());
        self.out.clear();
        while self.out.poll_notification().is_some() {}
        self.now += Duration::from_millis(millis);
        if self.engine.poll_timeout().is_some_and(|at| at <= self.now) {
            self.engine.handle_timeout(self.now, &mut self.out);
        }
    }
}

fn options_of_both() -> (ProduceOptions, ConsumeOptions) {
    let mut entropy = Replayed(3);
    let codecs: Vec<ortc::RouterRtpCodecCapability> =
        serde_json::from_value(json::media_codecs()).expect("codecs");
    let capabilities: RtpCapabilities =
        ortc::generate_router_rtp_capabilities(&codecs).expect("capabilities");
    let mut parameters: RtpParameters =
        serde_json::from_value(json::rtp_parameters()).expect("parameters");
    parameters.encodings[0].scalability_mode = None;
    let mapping =
        ortc::get_producer_rtp_parameters_mapping(&mut parameters, &capabilities, &mut entropy)
            .expect("a mapping");
    let kind = MediaKind::Video;
    let consumable =
        ortc::get_consumable_rtp_parameters(kind, &parameters, &capabilities, &mapping)
            .expect("consumable");
    let request = ConsumerRequest {
        consumable_rtp_parameters: &consumable,
        remote_rtp_capabilities: &capabilities,
        pipe: false,
        enable_rtx: true,
    };
    let mut consumer =
        ortc::get_consumer_rtp_parameters(&request, &mut entropy).expect("negotiated");
    consumer.mid = Some("0".into());
    let produce = ProduceOptions {
        id: "p".into(),
        kind,
        rtp_parameters: parameters,
        rtp_mapping: mapping,
        key_frame_request_delay: 0,
        paused: false,
        enable_packet_id: true,
    };
    let consume = ConsumeOptions {
        id: "c".into(),
        producer_id: "p".into(),
        kind,
        rtp_parameters: consumer,
        consumable_rtp_encodings: consumable.encodings,
        ignore_dtx: false,
        paused: false,
        pipe: false,
        preferred_layers: None,
    };
    (produce, consume)
}
