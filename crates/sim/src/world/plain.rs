//! Endpoints without ICE and DTLS, for stories in which one of us sends what no library would.

use std::net::SocketAddr;

use control::{
    ConsumerId, ListenInfo, PlainTransportOptions, ProduceOptions, ProducerId, Protocol, Reply,
    Request, RouterCall, TransportCall, TransportId,
};
use ortc::MediaKind;

use crate::peer::CameraConfig;
use crate::world::calls::router_id;
use crate::world::object::World;

/// An endpoint that sends RTP and RTCP as the story writes it.
#[derive(Clone, Debug)]
pub struct Liar {
    /// Its transport.
    pub transport: TransportId,
    /// Where it sends from.
    pub from: SocketAddr,
    /// Where the host listens for it.
    pub to: SocketAddr,
}

impl World {
    /// Somebody comes into the first room over a plain transport that learns its peer's address.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn join_plain(&mut self, from: SocketAddr) -> Liar {
        let transport = TransportId::from(self.name("plain"));
        let options = PlainTransportOptions {
            listen_info: ListenInfo::new(Protocol::Udp, self.host(0).address().ip()),
            rtcp_listen_info: None,
            rtcp_mux: true,
            comedia: true,
            srtp: None,
            sctp: None,
        };
        let create = RouterCall::CreatePlainTransport(transport.clone(), options);
        let (to, _) = self.request_with_socket(Request::Router(router_id(0), create));
        Liar {
            transport,
            from,
            to,
        }
    }

    /// It says that it sends VP8 with these SSRCs in this media section. Gives the payload type too.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn produce_plain(
        &mut self,
        liar: &Liar,
        (mid, ssrc, rtx): (&str, u32, Option<u32>),
    ) -> (ProducerId, u8) {
        let id = ProducerId::from(self.name("producer"));
        let room = &mut self.rooms[0].1;
        let ssrcs = [(ssrc, rtx)];
        let streams = (mid, ssrcs.as_slice());
        let negotiated = room.produce(&id, &CameraConfig::video(), streams, &mut self.entropy);
        let options = ProduceOptions {
            id: id.clone(),
            kind: MediaKind::Video,
            rtp_parameters: negotiated.rtp_parameters,
            rtp_mapping: negotiated.mapping,
            key_frame_request_delay: 0,
            paused: false,
            enable_packet_id: false,
        };
        let call = TransportCall::Produce(options);
        self.request(Request::Transport(liar.transport.clone(), call));
        (id, negotiated.payload_type)
    }

    /// It receives what another produces. Gives the SSRC under which that comes.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub fn consume_plain(&mut self, liar: &Liar, producer: &ProducerId) -> (ConsumerId, u32) {
        let id = ConsumerId::from(self.name("consumer"));
        let (options, ssrc, _) = self.consume_options(0, (&id, producer), "m9");
        let call = TransportCall::Consume(options);
        let reply = self.request(Request::Transport(liar.transport.clone(), call));
        assert!(matches!(reply, Reply::Consumed { .. }), "{reply:?}");
        (id, ssrc)
    }

    /// It sends a packet.
    pub fn lie(&mut self, liar: &Liar, packet: &[u8]) {
        self.inject_at(liar.from, liar.to, packet);
    }
}
