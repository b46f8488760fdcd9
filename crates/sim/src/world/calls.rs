//! What an application does: rooms, joining, producing, consuming.

use std::net::SocketAddr;

use control::{
    ConsumeOptions, ConsumerId, Notification, ProduceOptions, ProducerId, Refusal, Reply, Request,
    RouterCall, RouterId, SctpOptions, TransportCall, TransportDump, TransportEvent, TransportId,
    WebRtcListen, WebRtcServerId, WebRtcTransportDump, WebRtcTransportOptions,
};
use ortc::MediaKind;

use crate::peer::{CameraConfig, Peer, PeerConfig};
use crate::room::Room;
use crate::world::object::{Member, PeerId, SERVER, World};

impl World {
    /// Another room, on a host.
    pub fn open_room(&mut self, host: usize) -> usize {
        let index = self.rooms.len();
        self.rooms.push((host, Room::default()));
        let id = router_id(index);
        self.request_of(host, Request::CreateRouter { id });
        index
    }

    /// Somebody comes into the first room.
    pub fn join(&mut self, config: PeerConfig) -> PeerId {
        self.join_room(0, config)
    }

    /// Somebody comes into a room: a transport, and an endpoint that connects to it.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn join_room(&mut self, room: usize, config: PeerConfig) -> PeerId {
        let id = PeerId(self.members.len());
        let host = self.rooms[room].0;
        let transport = TransportId::from(self.name("transport"));
        let options = WebRtcTransportOptions {
            listen: WebRtcListen::Server {
                id: WebRtcServerId::from(SERVER),
                enable_udp: true,
                enable_tcp: false,
                prefer_udp: false,
                prefer_tcp: false,
            },
            ice_consent_timeout: config.consent_timeout,
            initial_available_outgoing_bitrate: 600_000,
            sctp: config.data.then(SctpOptions::default),
        };
        let create = RouterCall::CreateWebRtcTransport(transport.clone(), options);
        let reply = self.request_of(host, Request::Router(router_id(room), create));
        let Reply::WebRtcTransportCreated {
            ice_parameters,
            dtls_parameters,
            ..
        } = reply
        else {
            panic!("{reply:?}");
        };
        let addresses = [self.home(id), self.hosts[host].address()];
        let rtc = self.rooms[room].1.endpoint().set_dtls_version(config.dtls);
        let mut peer = Peer::new(self.now, self.clock, rtc, addresses);
        let dtls = peer.connect(&ice_parameters, &dtls_parameters, config.active);
        if config.data {
            peer.start_sctp(config.active);
        }
        let (up, down) = (self.link(), self.link());
        self.members.push(Member {
            peer,
            up,
            down,
            room,
            transport,
            sections: 0,
            tap: None,
        });
        self.call(id, TransportCall::ConnectWebRtc(dtls));
        id
    }

    /// An endpoint sends what a camera films.
    pub fn produce(&mut self, peer: PeerId, camera: CameraConfig) -> ProducerId {
        let (id, mid) = (ProducerId::from(self.name("producer")), self.section(peer));
        let ssrc = 1_000 * (self.named + 1);
        let rtx = (camera.kind == MediaKind::Video).then_some(ssrc + 1);
        let member = &mut self.members[peer.0];
        let room = &mut self.rooms[member.room].1;
        let stream = (mid.as_str(), ssrc, rtx);
        let negotiated = room.produce(&id, camera.kind, stream, &mut self.entropy);
        let payload_type = negotiated.payload_type;
        let options = ProduceOptions {
            id: id.clone(),
            kind: camera.kind,
            rtp_parameters: negotiated.rtp_parameters,
            rtp_mapping: negotiated.mapping,
            key_frame_request_delay: 0,
            paused: false,
            enable_packet_id: false,
        };
        self.call(peer, TransportCall::Produce(options));
        let now = self.now;
        self.peer_mut(peer)
            .add_camera(now, camera, stream, payload_type);
        id
    }

    /// An endpoint receives what another produces.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn consume(&mut self, peer: PeerId, producer: &ProducerId) -> ConsumerId {
        let (id, mid) = (ConsumerId::from(self.name("consumer")), self.section(peer));
        let room = self.members[peer.0].room;
        let (options, ssrc, rtx) = self.consume_options(room, (&id, producer), &mid);
        self.peer_mut(peer).expect(options.kind, &mid, ssrc, rtx);
        self.call(peer, TransportCall::Consume(options));
        self.seats.insert(id.clone(), (peer, ssrc));
        id
    }

    /// What a consumer is made from, its SSRC and that of its repairs.
    pub(super) fn consume_options(
        &mut self,
        room: usize,
        (id, producer): (&ConsumerId, &ProducerId),
        mid: &str,
    ) -> (ConsumeOptions, u32, Option<u32>) {
        let room = &self.rooms[room].1;
        let (rtp_parameters, encodings) = room.consume(producer, mid, &mut self.entropy);
        let stream = rtp_parameters.encodings[0].clone();
        let kind = MediaKind::of_mime(&rtp_parameters.codecs[0].mime_type).expect("a kind");
        let ssrc = stream.ssrc.expect("a consumer has an SSRC");
        let options = ConsumeOptions {
            id: id.clone(),
            producer_id: producer.clone(),
            kind,
            rtp_parameters,
            consumable_rtp_encodings: encodings,
            ignore_dtx: false,
            paused: false,
            pipe: false,
            preferred_layers: None,
        };
        (options, ssrc, stream.rtx.map(|rtx| rtx.ssrc))
    }

    /// An endpoint goes to another address, and restarts ICE there.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn restart_ice(&mut self, peer: PeerId, address: SocketAddr) {
        let reply = self.call(peer, TransportCall::RestartIce);
        let Reply::IceRestarted(parameters) = reply else {
            panic!("{reply:?}");
        };
        let now = self.now;
        self.peer_mut(peer).restart_ice(now, &parameters, address);
    }

    /// A call on an endpoint's transport.
    pub fn call(&mut self, peer: PeerId, call: TransportCall) -> Reply {
        let member = &self.members[peer.0];
        let host = self.rooms[member.room].0;
        self.request_of(host, Request::Transport(member.transport.clone(), call))
    }

    /// An endpoint's transport as it is.
    ///
    /// # Panics
    ///
    /// If it is gone.
    pub fn dump(&mut self, peer: PeerId) -> WebRtcTransportDump {
        match self.call(peer, TransportCall::Dump) {
            Reply::TransportDump(dump) => match *dump {
                TransportDump::WebRtc(dump) => dump,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// A request to the first host.
    pub fn request(&mut self, request: Request) -> Reply {
        self.request_of(0, request)
    }

    /// A request to the first host that may be refused.
    ///
    /// # Errors
    ///
    /// What the engine answers.
    pub fn try_request(&mut self, request: Request) -> Result<Reply, Refusal> {
        self.hosts[0].request(self.now, request, Vec::new())
    }

    /// A plain transport's socket is a new one on the first host: where it is, and the answer.
    pub fn request_with_socket(&mut self, request: Request) -> (SocketAddr, Reply) {
        let socket = self.hosts[0].open_socket();
        let address = socket.local;
        let reply = self.hosts[0].request(self.now, request, vec![socket]);
        (address, reply.unwrap_or_else(|refusal| panic!("{refusal}")))
    }

    /// What the engine told of an endpoint's transport.
    #[must_use]
    pub fn events(&self, peer: PeerId) -> Vec<TransportEvent> {
        let member = &self.members[peer.0];
        let host = self.rooms[member.room].0;
        self.hosts[host]
            .notifications()
            .iter()
            .filter_map(|(_, notification)| match notification {
                Notification::Transport(id, event) if *id == member.transport => {
                    Some(event.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// Where an endpoint begins.
    fn home(&self, id: PeerId) -> SocketAddr {
        SocketAddr::from(([192, 168, id.0 as u8, 2], 50_000))
    }

    fn section(&mut self, peer: PeerId) -> String {
        let member = &mut self.members[peer.0];
        member.sections += 1;
        format!("m{}", member.sections)
    }

    fn request_of(&mut self, host: usize, request: Request) -> Reply {
        let reply = self.hosts[host].request(self.now, request, Vec::new());
        reply.unwrap_or_else(|refusal| panic!("{refusal}"))
    }
}

pub(super) fn router_id(room: usize) -> RouterId {
    RouterId::from(format!("room-{room}"))
}
