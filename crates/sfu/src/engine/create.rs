//! How objects come to be.

use congestion::{ArrivalFeedback, Negotiated};
use control::{
    ConsumeOptions, PlainTransportOptions, ProduceOptions, Protocol, Refusal, Reply, RouterId,
    TransportId, WebRtcListen, WebRtcServerId, WebRtcTransportOptions,
};
use ice::SocketId;
use units::Instant;

use crate::consumer::{AnyConsumer, ConsumerConfig};
use crate::demux::RtpDemux;
use crate::engine::core::Engine;
use crate::engine::objects::{ConsumerEntry, Object, ProducerEntry, Server, TransportEntry};
use crate::producer::{Producer, ProducerConfig};
use crate::router::Router;
use crate::transport::{
    Listener, PlainConfig, PlainTransport, Transport, WebRtcConfig, WebRtcTransport,
};
use crate::understood;

/// A server, if there is one; its sockets or the transport's own; what UDP and TCP are worth more.
type Sockets = (Option<usize>, Vec<Option<Listener>>, [u32; 2]);

impl Engine {
    pub(super) fn create_server(
        &mut self,
        id: WebRtcServerId,
        sockets: Vec<Listener>,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        if sockets.is_empty() {
            return Err(Refusal::TypeError("listenInfos must not be empty".into()));
        }
        let name = id.clone();
        let key = self.objects.servers.insert(Server {
            id,
            sockets,
            transports: Vec::new(),
        });
        self.objects.name(name.as_str(), Object::Server(key));
        Ok(Reply::Done)
    }

    pub(super) fn create_router(&mut self, id: RouterId) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let name = id.clone();
        let key = self.objects.routers.insert(Router::new(id));
        self.objects.name(name.as_str(), Object::Router(key));
        Ok(Reply::Done)
    }

    pub(super) fn create_webrtc_transport(
        &mut self,
        (router, id): (usize, TransportId),
        options: WebRtcTransportOptions,
        bound: Vec<Listener>,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let own: Vec<SocketId> = bound.iter().map(|socket| socket.socket).collect();
        let (server, sockets, bonus) = self.sockets_for(options.listen, bound)?;
        let config = WebRtcConfig {
            id: id.clone(),
            sockets,
            bonus,
            identity: self.config.identity.clone(),
            consent_timeout: options.ice_consent_timeout,
            ufrag_prefix: self.config.ufrag_prefix.clone(),
        };
        let transport = WebRtcTransport::new(config, &mut *self.config.entropy);
        let created = transport.created();
        let transport =
            Transport::from(transport).with_sctp(options.sctp, &mut *self.config.entropy);
        let reply = transport.complete(created);
        let key = self.add_transport((router, server), id, transport, own);
        if let Some(server) = server {
            self.objects.servers[server].transports.push(key);
        }
        Ok(reply)
    }

    /// The sockets that a transport may use, with the ones it skips marked by `None`, and what is
    /// added to the local preference of UDP and TCP.
    fn sockets_for(&self, listen: WebRtcListen, bound: Vec<Listener>) -> Result<Sockets, Refusal> {
        let (id, enable, prefer) = match listen {
            WebRtcListen::Individual(_) => {
                return Ok((None, bound.into_iter().map(Some).collect(), [0, 0]));
            }
            WebRtcListen::Server {
                id,
                enable_udp,
                enable_tcp,
                prefer_udp,
                prefer_tcp,
            } => (id, [enable_udp, enable_tcp], [prefer_udp, prefer_tcp]),
        };
        let key = self.objects.server(id.as_str())?;
        let offered = |protocol: Protocol| enable[usize::from(protocol == Protocol::Tcp)];
        let sockets: Vec<Option<Listener>> = self.objects.servers[key]
            .sockets
            .iter()
            .map(|socket| offered(socket.protocol).then(|| socket.clone()))
            .collect();
        if sockets.iter().all(Option::is_none) {
            return Err(Refusal::TypeError(
                "enableUdp and enableTcp leave no listening socket of the WebRtcServer".into(),
            ));
        }
        Ok((
            Some(key),
            sockets,
            prefer.map(|preferred| if preferred { 1_000 } else { 0 }),
        ))
    }

    pub(super) fn create_plain_transport(
        &mut self,
        (router, id): (usize, TransportId),
        options: PlainTransportOptions,
        bound: Vec<Listener>,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let own: Vec<SocketId> = bound.iter().map(|socket| socket.socket).collect();
        let mut bound = bound.into_iter();
        let rtp = bound
            .next()
            .ok_or_else(|| Refusal::TypeError("listenInfo is missing".into()))?;
        let config = PlainConfig {
            id: id.clone(),
            rtp,
            rtcp: bound.next(),
            comedia: options.comedia,
            srtp: options.srtp,
        };
        let transport = PlainTransport::new(config, &mut *self.config.entropy)?;
        let created = transport.created();
        let transport =
            Transport::from(transport).with_sctp(options.sctp, &mut *self.config.entropy);
        let reply = transport.complete(created);
        self.add_transport((router, None), id, transport, own);
        Ok(reply)
    }

    pub(super) fn add_transport(
        &mut self,
        (router, server): (usize, Option<usize>),
        id: TransportId,
        transport: Transport,
        sockets: Vec<SocketId>,
    ) -> usize {
        let own = sockets.clone();
        let key = self.objects.transports.insert(TransportEntry {
            transport,
            router,
            server,
            sockets,
            demux: RtpDemux::default(),
            producers: Vec::new(),
            consumers: Vec::new(),
            consumer_of_ssrc: Default::default(),
            feedback: ArrivalFeedback::default(),
            connected: false,
            report_at: None,
            traces: Default::default(),
            data: Default::default(),
        });
        for socket in own {
            self.endpoints.add_own_socket(socket, key);
        }
        self.objects.routers[router].add_transport(key);
        self.objects.name(id.as_str(), Object::Transport(key));
        self.unsettled.push(key);
        key
    }

    pub(super) fn produce(
        &mut self,
        key: usize,
        options: ProduceOptions,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(options.id.as_str())?;
        let producer_type =
            ortc::check_producer(options.kind, &options.rtp_parameters, &options.rtp_mapping)
                .map_err(|invalid| Refusal::TypeError(invalid.to_string()))?;
        let owner = self.objects.producers.vacant_key();
        let entry = &mut self.objects.transports[key];
        entry.demux.add(owner, &options.rtp_parameters)?;
        entry
            .feedback
            .negotiate(negotiated(&options.rtp_parameters));
        let id = options.id.clone();
        let packet_ids_from = options
            .enable_packet_id
            .then(|| self.config.entropy.next_u32());
        self.objects.producers.insert(ProducerEntry {
            producer: Producer::new(ProducerConfig {
                id: options.id,
                kind: options.kind,
                producer_type,
                rtp_parameters: understood::parameters(options.rtp_parameters),
                rtp_mapping: options.rtp_mapping,
                key_frame_request_delay: std::time::Duration::from_millis(
                    options.key_frame_request_delay.into(),
                ),
                paused: options.paused,
                packet_ids_from,
            }),
            transport: key,
            arrivals: Vec::new(),
            observers: Vec::new(),
        });
        entry.producers.push(owner);
        let router = entry.router;
        self.objects.routers[router]
            .subscriptions_mut()
            .add_producer(owner);
        self.objects.name(id.as_str(), Object::Producer(owner));
        Ok(Reply::Produced { producer_type })
    }

    pub(super) fn consume(
        &mut self,
        now: Instant,
        key: usize,
        options: ConsumeOptions,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(options.id.as_str())?;
        let producer = self.objects.producer(options.producer_id.as_str())?;
        let media = &self.objects.producers[producer];
        let router = self.objects.transports[key].router;
        if self.objects.transports[media.transport].router != router {
            return Err(Refusal::NotFound(format!(
                "Producer with id {} not found in this router",
                options.producer_id
            )));
        }
        let id = options.id.clone();
        let config = ConsumerConfig {
            id: options.id,
            producer_id: options.producer_id,
            kind: options.kind,
            producer_type: media.producer.producer_type(),
            rtp_parameters: understood::parameters(options.rtp_parameters),
            consumable_rtp_encodings: understood::encodings(options.consumable_rtp_encodings),
            ignore_dtx: options.ignore_dtx,
            paused: options.paused,
            producer_paused: media.producer.is_paused(),
        };
        let entry = &mut self.objects.transports[key];
        let entropy = &mut *self.config.entropy;
        let over_pipe = entry.transport.is_pipe();
        let mut consumer = match over_pipe || options.pipe {
            true => AnyConsumer::pipe(config, !over_pipe, entropy)?,
            false => AnyConsumer::one(config, entropy)?,
        };
        consumer.set_producer_scores(media.producer.scores());
        consumer.set_transport_connected(entry.connected);
        let reply = Reply::Consumed {
            paused: options.paused,
            producer_paused: media.producer.is_paused(),
            score: consumer.score(),
            consumer_type: consumer.consumer_type(),
            preferred_layers: None,
        };
        let (media_ssrcs, rtx_ssrcs) = consumer.ssrcs();
        let place = self.objects.consumers.insert(ConsumerEntry {
            consumer,
            transport: key,
            producer,
        });
        for ssrc in media_ssrcs.into_iter().chain(rtx_ssrcs) {
            entry.consumer_of_ssrc.insert(ssrc.0, place);
        }
        entry.consumers.push(place);
        self.objects.routers[router]
            .subscriptions_mut()
            .add_consumer(producer, place);
        self.objects.name(id.as_str(), Object::Consumer(place));
        self.refresh_consumer(now, place);
        Ok(reply)
    }
}

/// Which congestion feedback a sender wants: the extension and the feedback type, both.
fn negotiated(parameters: &ortc::RtpParameters) -> Negotiated {
    let wants = |kind: &str| {
        parameters.codecs.iter().any(|codec| {
            codec
                .rtcp_feedback
                .iter()
                .any(|feedback| feedback.is(kind, ""))
        })
    };
    let id = |extension: rtp::Extension| {
        let found = parameters
            .header_extensions
            .iter()
            .find(|offered| offered.uri == extension.uri());
        found.map(|offered| offered.id)
    };
    Negotiated {
        transport_seq: id(rtp::Extension::TransportSeq).filter(|_| wants("transport-cc")),
        abs_send_time: id(rtp::Extension::AbsSendTime).filter(|_| wants("goog-remb")),
    }
}
