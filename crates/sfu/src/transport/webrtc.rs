//! A transport that speaks ICE, DTLS and SRTP: a browser's.

use std::collections::VecDeque;
use std::net::IpAddr;

use control::{
    BaseTransportDump, BaseTransportStats, DtlsParameters, DtlsRole, DtlsState, IceCandidate,
    IceCandidateType, IceParameters, IceRole, IceState, IceTcpType, Refusal, Reply, TransportDump,
    TransportEvent, TransportId, TransportStats, TransportTuple, WebRtcTransportDump,
    WebRtcTransportStats,
};
use ice::{IceLite, Tuple, candidate_priority};
use rtp::PacketKind;
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::counters::Counters;
use crate::transport::dtls_side::{DtlsSide, Identity, Outcome};
use crate::transport::event::{Event, Received};
use crate::transport::listener::Listener;
use crate::transport::srtp_pair::SrtpPair;

/// What a WebRTC transport is made from.
#[derive(Clone, Debug)]
pub struct WebRtcConfig {
    /// Its name.
    pub id: TransportId,
    /// Its sockets in the order of preference; `None` where a server's socket is not offered.
    pub sockets: Vec<Option<Listener>>,
    /// Added to the local preference of UDP and TCP candidates.
    pub bonus: [u32; 2],
    /// Who we are.
    pub identity: Identity,
    /// Seconds; 0 never.
    pub consent_timeout: u8,
    /// What local fragments begin with.
    pub ufrag_prefix: String,
}

/// A browser's connection.
#[derive(Debug)]
pub struct WebRtcTransport {
    id: TransportId,
    sockets: Vec<Listener>,
    candidates: Vec<IceCandidate>,
    ice: IceLite,
    dtls: DtlsSide,
    srtp: Option<Box<SrtpPair>>,
    pub(super) counters: Counters,
    pub(super) events: VecDeque<Event>,
    outcomes: Vec<Outcome>,
    connected: bool,
}

impl WebRtcTransport {
    /// A transport that nobody has reached yet.
    pub fn new(config: WebRtcConfig, entropy: &mut dyn Entropy) -> Self {
        let mut transport = Self {
            candidates: candidates(&config),
            ice: IceLite::new(&config.ufrag_prefix, config.consent_timeout, entropy),
            dtls: DtlsSide::new(config.identity),
            id: config.id,
            sockets: config.sockets.into_iter().flatten().collect(),
            srtp: None,
            counters: Counters::default(),
            events: VecDeque::new(),
            outcomes: Vec::new(),
            connected: false,
        };
        transport.pass_ice_events(Instant::ZERO);
        transport
    }

    /// Its name.
    pub fn id(&self) -> &TransportId {
        &self.id
    }

    /// The answer to whoever asked for it.
    pub fn created(&self) -> Reply {
        Reply::WebRtcTransportCreated {
            sctp_parameters: None,
            sctp_state: None,
            ice_parameters: self.ice_parameters(),
            ice_candidates: self.candidates.clone(),
            dtls_parameters: self.dtls.parameters(),
        }
    }

    fn ice_parameters(&self) -> IceParameters {
        let credentials = self.ice.credentials();
        IceParameters {
            username_fragment: credentials.ufrag().to_owned(),
            password: credentials.password().to_owned(),
            ice_lite: true,
        }
    }

    /// The fragments that are answered.
    pub fn ufrags(&self) -> Vec<String> {
        self.ice.ufrags().map(str::to_owned).collect()
    }

    /// A datagram, or a frame, came this way.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        tuple: Tuple,
        data: &mut [u8],
        out: &mut Outbox,
    ) -> Received {
        match PacketKind::classify(data) {
            Some(PacketKind::Stun) => {
                if let Some(answer) = self.ice.handle_datagram(now, tuple, data) {
                    out.push(tuple, &answer);
                }
                self.pass_ice_events(now);
                self.send_dtls(now, out);
                Received::Nothing
            }
            Some(PacketKind::Dtls) => {
                self.counters.note_received(now, data.len());
                // RFC 7983 §7 with RFC 8445 §12: nothing before a check has come this way.
                if self.ice.knows(&tuple) {
                    self.dtls.handle_datagram(now, data, &mut self.outcomes);
                    self.take_outcomes();
                    self.send_dtls(now, out);
                }
                Received::Nothing
            }
            Some(PacketKind::Rtp) => {
                self.counters.note_received(now, data.len());
                let len = self.open(&tuple).and_then(|srtp| srtp.unprotect_rtp(data));
                if len.is_some() {
                    self.ice.handle_media(tuple);
                    self.pass_ice_events(now);
                }
                len.map_or(Received::Nothing, Received::Rtp)
            }
            Some(PacketKind::Rtcp) => {
                self.counters.note_received(now, data.len());
                let len = self.open(&tuple).and_then(|srtp| srtp.unprotect_rtcp(data));
                len.map_or(Received::Nothing, Received::Rtcp)
            }
            None => Received::Nothing,
        }
    }

    /// The keys, if this way is a valid one.
    fn open(&mut self, tuple: &Tuple) -> Option<&mut SrtpPair> {
        match self.dtls.state() == DtlsState::Connected && self.ice.knows(tuple) {
            true => self.srtp.as_deref_mut(),
            false => None,
        }
    }

    /// The application tells who the peer is.
    pub fn connect(
        &mut self,
        now: Instant,
        parameters: &DtlsParameters,
    ) -> Result<DtlsRole, Refusal> {
        let role = self.dtls.connect(now, parameters)?;
        if self.ice.selected().is_some() {
            self.dtls.start(now, &mut self.outcomes);
        }
        self.dtls.drain(&mut self.outcomes);
        self.take_outcomes();
        Ok(role)
    }

    /// New credentials.
    pub fn restart_ice(&mut self, now: Instant, entropy: &mut dyn Entropy) -> IceParameters {
        self.ice.restart(now, entropy);
        self.pass_ice_events(now);
        self.ice_parameters()
    }

    /// A TCP connection was closed.
    pub fn handle_tcp_closed(&mut self, now: Instant, tuple: Tuple) {
        self.ice.handle_closed(now, tuple);
        self.pass_ice_events(now);
    }

    /// Another transport has taken a way over.
    pub fn handle_moved(&mut self, now: Instant, tuple: Tuple) {
        self.ice.handle_moved(now, tuple);
        self.pass_ice_events(now);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) {
        self.ice.handle_timeout(now);
        self.pass_ice_events(now);
        self.dtls.handle_timeout(now, &mut self.outcomes);
        self.take_outcomes();
        self.send_dtls(now, out);
    }

    /// When [`WebRtcTransport::handle_timeout`] next has something to do.
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let consent = self.ice.poll_timeout().map(|at| (at, "consent"));
        let handshake = self.dtls.poll_timeout().map(|at| (at, "handshake"));
        consent.into_iter().chain(handshake).min()
    }

    /// Whether packets can go.
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// The way packets go.
    pub fn route(&self) -> Option<Tuple> {
        self.ice.selected().filter(|_| self.connected)
    }

    /// Encrypts a packet behind its header.
    pub fn seal_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        self.srtp.as_mut()?.protect_rtp(out, header_len, payload)
    }

    /// Sends a compound packet.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        let (Some(route), Some(srtp)) = (self.route(), &mut self.srtp) else {
            return;
        };
        let Some(room) = out.begin(route, compound.len() + srtp.rtcp_overhead()) else {
            return;
        };
        room[..compound.len()].copy_from_slice(compound);
        let len = srtp.protect_rtcp(room, compound.len()).unwrap_or(0);
        out.commit(len);
        self.counters.note_sent(now, len);
    }

    /// Takes what came inside DTLS from the peer that was announced.
    pub fn poll_app_data(&mut self) -> Option<Vec<u8>> {
        self.dtls.poll_app_data()
    }

    /// Sends a packet inside DTLS.
    pub fn send_app_data(&mut self, now: Instant, packet: &[u8], out: &mut Outbox) {
        self.dtls.send_app_data(now, packet);
        self.send_dtls(now, out);
    }

    /// The peer's stream has ended.
    pub fn forget_incoming(&mut self, ssrc: rtp::Ssrc) {
        if let Some(srtp) = &mut self.srtp {
            srtp.forget_incoming(ssrc);
        }
    }

    /// Our stream has ended.
    pub fn forget_outgoing(&mut self, ssrc: rtp::Ssrc) {
        if let Some(srtp) = &mut self.srtp {
            srtp.forget_outgoing(ssrc);
        }
    }

    /// Says goodbye and forgets every way.
    pub fn close(&mut self, now: Instant, out: &mut Outbox) {
        self.dtls.close(now);
        self.send_dtls(now, out);
        self.ice.close();
        self.pass_ice_events(now);
    }

    fn send_dtls(&mut self, now: Instant, out: &mut Outbox) {
        let Some(route) = self.ice.selected() else {
            return;
        };
        while let Some(datagram) = self.dtls.poll_transmit() {
            let len = datagram.len();
            out.push(route, datagram);
            self.counters.note_sent(now, len);
        }
    }

    /// What ICE tells goes to the engine and the API; a first way lets DTLS start.
    fn pass_ice_events(&mut self, now: Instant) {
        while let Some(event) = self.ice.poll_event() {
            let event = match event {
                ice::Event::TupleAdded(tuple) => Event::TupleAdded(tuple),
                ice::Event::TupleRemoved(tuple) => Event::TupleRemoved(tuple),
                ice::Event::UfragAdded(ufrag) => Event::UfragAdded(ufrag),
                ice::Event::UfragRemoved(ufrag) => Event::UfragRemoved(ufrag),
                ice::Event::TupleSelected(tuple) => Event::Notify(
                    TransportEvent::IceSelectedTupleChange(self.describe(&tuple)),
                ),
                ice::Event::StateChanged(state) => {
                    if matches!(state, ice::State::Connected | ice::State::Completed) {
                        self.dtls.start(now, &mut self.outcomes);
                    }
                    Event::Notify(TransportEvent::IceStateChange(ice_state(state)))
                }
            };
            self.events.push_back(event);
        }
        self.take_outcomes();
    }

    fn take_outcomes(&mut self) {
        for outcome in std::mem::take(&mut self.outcomes) {
            match outcome {
                Outcome::State(state, remote_cert) => {
                    let event = TransportEvent::DtlsStateChange { state, remote_cert };
                    self.events.push_back(Event::Notify(event));
                }
                Outcome::Keys(keys) => self.srtp = Some(keys),
                Outcome::Lost => self.srtp = None,
            }
        }
        let live = matches!(
            self.ice.state(),
            ice::State::Connected | ice::State::Completed
        );
        let connected = live && self.dtls.state() == DtlsState::Connected && self.srtp.is_some();
        if std::mem::replace(&mut self.connected, connected) != connected {
            self.events.push_back(if connected {
                Event::Connected
            } else {
                Event::Disconnected
            });
        }
    }

    /// A way as the API sees it.
    fn describe(&self, tuple: &Tuple) -> TransportTuple {
        let listener = self
            .sockets
            .iter()
            .find(|socket| socket.socket == tuple.socket);
        // A TCP connection has a number of its own; it came in at the TCP listener.
        let listener = listener.or_else(|| {
            self.sockets
                .iter()
                .find(|socket| socket.protocol == control::Protocol::Tcp)
        });
        TransportTuple {
            local_address: listener
                .map(|socket| {
                    socket
                        .announced
                        .clone()
                        .unwrap_or_else(|| socket.local.ip().to_string())
                })
                .unwrap_or_default(),
            local_port: listener.map_or(0, |socket| socket.local.port()),
            remote_ip: Some(tuple.remote.ip().to_canonical()),
            remote_port: tuple.remote.port(),
            protocol: match tuple.protocol {
                ice::Protocol::Udp => control::Protocol::Udp,
                ice::Protocol::Tcp => control::Protocol::Tcp,
            },
        }
    }

    /// The transport as it is now.
    pub fn dump(&self, base: BaseTransportDump) -> TransportDump {
        TransportDump::WebRtc(WebRtcTransportDump {
            base,
            ice_role: IceRole::Controlled,
            ice_parameters: self.ice_parameters(),
            ice_candidates: self.candidates.clone(),
            ice_state: ice_state(self.ice.state()),
            ice_selected_tuple: self.ice.selected().map(|tuple| self.describe(&tuple)),
            dtls_parameters: self.dtls.parameters(),
            dtls_state: self.dtls.state(),
        })
    }

    /// Its counters.
    pub fn stats(&self, base: BaseTransportStats) -> TransportStats {
        TransportStats::WebRtc(WebRtcTransportStats {
            base,
            ice_role: IceRole::Controlled,
            ice_state: ice_state(self.ice.state()),
            ice_selected_tuple: self.ice.selected().map(|tuple| self.describe(&tuple)),
            dtls_state: self.dtls.state(),
        })
    }
}

fn ice_state(state: ice::State) -> IceState {
    match state {
        ice::State::New => IceState::New,
        ice::State::Connected => IceState::Connected,
        ice::State::Completed => IceState::Completed,
        ice::State::Disconnected => IceState::Disconnected,
    }
}

/// One candidate a socket, and one more for a bound address behind an announced one.
fn candidates(config: &WebRtcConfig) -> Vec<IceCandidate> {
    let mut candidates = Vec::new();
    for (index, socket) in config.sockets.iter().enumerate() {
        let Some(socket) = socket else {
            continue;
        };
        let is_tcp = socket.protocol == control::Protocol::Tcp;
        let candidate = |address: String, internal: bool| IceCandidate {
            foundation: if is_tcp {
                "tcpcandidate"
            } else {
                "udpcandidate"
            }
            .to_owned(),
            priority: candidate_priority(index, config.bonus[usize::from(is_tcp)], internal),
            address,
            protocol: socket.protocol,
            port: socket.local.port(),
            kind: IceCandidateType::Host,
            tcp_type: is_tcp.then_some(IceTcpType::Passive),
        };
        let bound: IpAddr = socket.local.ip();
        candidates.push(candidate(
            socket
                .announced
                .clone()
                .unwrap_or_else(|| bound.to_string()),
            false,
        ));
        if socket.announced.is_some() && socket.expose_internal_ip {
            candidates.push(candidate(bound.to_string(), true));
        }
    }
    candidates
}
