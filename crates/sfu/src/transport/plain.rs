//! A transport that speaks RTP, in the clear or with keys that the application gave.

use std::collections::VecDeque;
use std::net::SocketAddr;

use control::{
    BaseTransportDump, BaseTransportStats, PlainConnect, PlainTransportDump, PlainTransportStats,
    Protocol, Refusal, Reply, SrtpCryptoSuite, TransportDump, TransportEvent, TransportId,
    TransportStats, TransportTuple,
};
use ice::Tuple;
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::counters::Counters;
use crate::transport::event::{Event, Received};
use crate::transport::keys::Keys;
use crate::transport::listener::Listener;

/// What a plain transport is made from.
#[derive(Clone, Debug)]
pub struct PlainConfig {
    /// Its name.
    pub id: TransportId,
    /// The RTP socket.
    pub rtp: Listener,
    /// The RTCP socket, when not multiplexed.
    pub rtcp: Option<Listener>,
    /// The peer's address is learnt.
    pub comedia: bool,
    /// The profile, if packets are encrypted.
    pub srtp: Option<SrtpCryptoSuite>,
}

/// An RTP endpoint's connection.
#[derive(Debug)]
pub struct PlainTransport {
    config: PlainConfig,
    pub(super) keys: Keys,
    rtp_remote: Option<SocketAddr>,
    rtcp_remote: Option<SocketAddr>,
    connect_called: bool,
    pub(super) counters: Counters,
    pub(super) events: VecDeque<Event>,
}

impl PlainTransport {
    /// A transport that has no peer yet.
    pub fn new(config: PlainConfig, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        for socket in [Some(&config.rtp), config.rtcp.as_ref()]
            .into_iter()
            .flatten()
        {
            if socket.protocol != Protocol::Udp {
                return Err(Refusal::TypeError("listenInfo.protocol must be udp".into()));
            }
        }
        Ok(Self {
            keys: Keys::new(config.srtp, entropy),
            config,
            rtp_remote: None,
            rtcp_remote: None,
            connect_called: false,
            counters: Counters::default(),
            events: VecDeque::new(),
        })
    }

    /// Its name.
    pub fn id(&self) -> &TransportId {
        &self.config.id
    }

    /// The answer to whoever asked for it.
    pub fn created(&self) -> Reply {
        Reply::PlainTransportCreated {
            sctp_parameters: None,
            sctp_state: None,
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple(),
            srtp_parameters: self.keys.parameters(),
        }
    }

    fn tuple(&self) -> TransportTuple {
        self.config.rtp.tuple(self.rtp_remote)
    }

    fn rtcp_tuple(&self) -> Option<TransportTuple> {
        self.config
            .rtcp
            .as_ref()
            .map(|socket| socket.tuple(self.rtcp_remote))
    }

    /// The application tells who the peer is.
    pub fn connect(
        &mut self,
        peer: &PlainConnect,
        entropy: &mut dyn Entropy,
    ) -> Result<Reply, Refusal> {
        let refuse = |what: &str| Err(Refusal::TypeError(what.to_owned()));
        if self.connect_called {
            return Err(Refusal::Error("connect() was called already".into()));
        }
        let key = self.keys.check(peer.srtp_parameters.as_ref())?;
        if !self.config.comedia {
            let Some(ip) = peer.ip else {
                return refuse("ip is missing");
            };
            let Some(port) = peer.port else {
                return refuse("port is missing");
            };
            match (&self.config.rtcp, peer.rtcp_port) {
                (None, Some(_)) => return refuse("rtcpPort: not with rtcpMux"),
                (Some(_), None) => return refuse("rtcpPort is missing"),
                (Some(_), Some(rtcp_port)) => {
                    self.rtcp_remote = Some(SocketAddr::new(ip, rtcp_port))
                }
                (None, None) => {}
            }
            self.rtp_remote = Some(SocketAddr::new(ip, port));
        }
        self.keys.agree(key, entropy);
        self.connect_called = true;
        if self.rtp_remote.is_some() {
            self.events.push_back(Event::Connected);
        }
        Ok(Reply::PlainConnected {
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple(),
            srtp_parameters: self.keys.parameters(),
        })
    }

    /// A datagram came this way. Only authentic packets teach the peer's address: with SRTP that is
    /// not SCTP, which goes in the clear.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        tuple: Tuple,
        data: &mut [u8],
        sctp: bool,
    ) -> Received {
        self.counters.note_received(now, data.len());
        match self.keys.open(data) {
            Received::Rtcp(len) if self.is_rtcp_peer(tuple) => Received::Rtcp(len),
            Received::Rtp(len) if self.is_rtp_peer(tuple) => Received::Rtp(len),
            Received::Sctp(len) if sctp && sctp::is_packet(&data[..len]) => {
                let known = self.rtp_remote.is_some() || self.config.srtp.is_none();
                match known && self.is_rtp_peer(tuple) {
                    true => Received::Sctp(len),
                    false => Received::Nothing,
                }
            }
            _ => Received::Nothing,
        }
    }

    /// Whether RTP may come this way; with comedia the first way is the one.
    fn is_rtp_peer(&mut self, tuple: Tuple) -> bool {
        if self.rtp_remote.is_none()
            && self.config.comedia
            && tuple.socket == self.config.rtp.socket
        {
            self.rtp_remote = Some(tuple.remote);
            let event = TransportEvent::Tuple(self.tuple());
            self.events.push_back(Event::Notify(event));
            self.events.push_back(Event::Connected);
        }
        tuple.socket == self.config.rtp.socket && self.rtp_remote == Some(tuple.remote)
    }

    fn is_rtcp_peer(&mut self, tuple: Tuple) -> bool {
        let Some(socket) = self.config.rtcp.as_ref().map(|socket| socket.socket) else {
            return self.is_rtp_peer(tuple);
        };
        if self.rtcp_remote.is_none() && self.config.comedia && tuple.socket == socket {
            self.rtcp_remote = Some(tuple.remote);
            if let Some(learnt) = self.rtcp_tuple() {
                self.events
                    .push_back(Event::Notify(TransportEvent::RtcpTuple(learnt)));
            }
        }
        tuple.socket == socket && self.rtcp_remote == Some(tuple.remote)
    }

    /// Whether packets can go.
    pub fn is_connected(&self) -> bool {
        self.rtp_remote.is_some() && self.keys.is_ready()
    }

    /// The way RTP goes.
    pub fn route(&self) -> Option<Tuple> {
        let remote = self.rtp_remote.filter(|_| self.is_connected())?;
        Some(Tuple {
            socket: self.config.rtp.socket,
            remote,
            protocol: ice::Protocol::Udp,
        })
    }

    fn rtcp_route(&self) -> Option<Tuple> {
        match &self.config.rtcp {
            None => self.route(),
            Some(socket) => self.rtcp_remote.map(|remote| Tuple {
                socket: socket.socket,
                remote,
                protocol: ice::Protocol::Udp,
            }),
        }
    }

    /// Sends a compound packet.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        if let Some(route) = self.rtcp_route() {
            let len = self.keys.send_rtcp(route, compound, out);
            self.counters.note_sent(now, len);
        }
    }

    /// The transport as it is now.
    pub fn dump(&self, base: BaseTransportDump) -> TransportDump {
        TransportDump::Plain(PlainTransportDump {
            base,
            rtcp_mux: self.config.rtcp.is_none(),
            comedia: self.config.comedia,
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple(),
            srtp_parameters: self.keys.parameters(),
        })
    }

    /// Its counters.
    pub fn stats(&self, base: BaseTransportStats) -> TransportStats {
        TransportStats::Plain(PlainTransportStats {
            base,
            rtcp_mux: self.config.rtcp.is_none(),
            comedia: self.config.comedia,
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple().filter(|_| self.rtcp_remote.is_some()),
        })
    }
}
