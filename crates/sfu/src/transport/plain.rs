//! A transport that speaks RTP, in the clear or with keys that the application gave.

use std::collections::VecDeque;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use control::{
    BaseTransportDump, BaseTransportStats, PlainConnect, PlainTransportDump, PlainTransportStats,
    Protocol, Refusal, Reply, SrtpCryptoSuite, SrtpParameters, TransportDump, TransportEvent,
    TransportId, TransportStats, TransportTuple,
};
use ice::Tuple;
use rtp::PacketKind;
use srtp::Suite;
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::counters::Counters;
use crate::transport::event::{Event, Received};
use crate::transport::listener::Listener;
use crate::transport::srtp_pair::{SrtpPair, copy_payload};

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
    local_key: Vec<u8>,
    srtp: Option<Box<SrtpPair>>,
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
        let local_key = config
            .srtp
            .map(|suite| new_key(suite, entropy))
            .unwrap_or_default();
        Ok(Self {
            config,
            local_key,
            srtp: None,
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
            srtp_parameters: self.srtp_parameters(),
        }
    }

    fn tuple(&self) -> TransportTuple {
        describe(&self.config.rtp, self.rtp_remote)
    }

    fn rtcp_tuple(&self) -> Option<TransportTuple> {
        self.config
            .rtcp
            .as_ref()
            .map(|socket| describe(socket, self.rtcp_remote))
    }

    fn srtp_parameters(&self) -> Option<SrtpParameters> {
        self.config.srtp.map(|crypto_suite| SrtpParameters {
            crypto_suite,
            key_base64: STANDARD.encode(&self.local_key),
        })
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
        let remote = match (self.config.srtp, &peer.srtp_parameters) {
            (None, Some(_)) => return refuse("srtpParameters: SRTP is not enabled"),
            (Some(_), None) => return refuse("srtpParameters is missing"),
            (Some(_), Some(parameters)) => Some((parameters.crypto_suite, decode_key(parameters)?)),
            (None, None) => None,
        };
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
        if let Some((crypto_suite, key)) = remote {
            if self.config.srtp != Some(crypto_suite) {
                self.config.srtp = Some(crypto_suite);
                self.local_key = new_key(crypto_suite, entropy);
            }
            let suite = suite(crypto_suite);
            self.srtp = SrtpPair::new((suite, &self.local_key), (suite, &key)).map(Box::new);
        }
        self.connect_called = true;
        if self.rtp_remote.is_some() {
            self.events.push_back(Event::Connected);
        }
        Ok(Reply::PlainConnected {
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple(),
            srtp_parameters: self.srtp_parameters(),
        })
    }

    /// A datagram came this way. Only authentic packets teach the peer's address.
    pub fn handle_datagram(&mut self, now: Instant, tuple: Tuple, data: &mut [u8]) -> Received {
        self.counters.note_received(now, data.len());
        let kind = PacketKind::classify_media(data);
        let len = match (kind, &mut self.srtp) {
            (None, _) => None,
            (Some(_), None) if self.config.srtp.is_some() => None,
            (Some(_), None) => Some(data.len()),
            (Some(PacketKind::Rtcp), Some(srtp)) => srtp.unprotect_rtcp(data),
            (Some(_), Some(srtp)) => srtp.unprotect_rtp(data),
        };
        match (kind, len) {
            (Some(PacketKind::Rtcp), Some(len)) if self.is_rtcp_peer(tuple) => Received::Rtcp(len),
            (Some(PacketKind::Rtp), Some(len)) if self.is_rtp_peer(tuple) => Received::Rtp(len),
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
        self.rtp_remote.is_some() && (self.config.srtp.is_none() || self.srtp.is_some())
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

    /// Encrypts a packet behind its header, or copies it there.
    pub fn seal_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        match &mut self.srtp {
            Some(srtp) => srtp.protect_rtp(out, header_len, payload),
            None => copy_payload(out, header_len, payload),
        }
    }

    /// Sends a compound packet.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        let Some(route) = self.rtcp_route() else {
            return;
        };
        let overhead = self.srtp.as_ref().map_or(0, |srtp| srtp.rtcp_overhead());
        let Some(room) = out.begin(route, compound.len() + overhead) else {
            return;
        };
        room[..compound.len()].copy_from_slice(compound);
        let len = match &mut self.srtp {
            Some(srtp) => srtp.protect_rtcp(room, compound.len()).unwrap_or(0),
            None => compound.len(),
        };
        out.commit(len);
        self.counters.note_sent(now, len);
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

    /// The transport as it is now.
    pub fn dump(&self, base: BaseTransportDump) -> TransportDump {
        TransportDump::Plain(PlainTransportDump {
            base,
            rtcp_mux: self.config.rtcp.is_none(),
            comedia: self.config.comedia,
            tuple: self.tuple(),
            rtcp_tuple: self.rtcp_tuple(),
            srtp_parameters: self.srtp_parameters(),
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

fn describe(socket: &Listener, remote: Option<SocketAddr>) -> TransportTuple {
    TransportTuple {
        local_address: socket
            .announced
            .clone()
            .unwrap_or_else(|| socket.local.ip().to_string()),
        local_port: socket.local.port(),
        remote_ip: remote.map(|remote| remote.ip().to_canonical()),
        remote_port: remote.map_or(0, |remote| remote.port()),
        protocol: Protocol::Udp,
    }
}

fn suite(suite: SrtpCryptoSuite) -> Suite {
    match suite {
        SrtpCryptoSuite::AeadAes256Gcm => Suite::AeadAes256Gcm,
        SrtpCryptoSuite::AeadAes128Gcm => Suite::AeadAes128Gcm,
        SrtpCryptoSuite::AesCm128HmacSha1_80 => Suite::AesCm128HmacSha1_80,
        SrtpCryptoSuite::AesCm128HmacSha1_32 => Suite::AesCm128HmacSha1_32,
    }
}

fn new_key(crypto_suite: SrtpCryptoSuite, entropy: &mut dyn Entropy) -> Vec<u8> {
    let mut key = vec![0; suite(crypto_suite).master_len()];
    entropy.fill(&mut key);
    key
}

fn decode_key(parameters: &SrtpParameters) -> Result<Vec<u8>, Refusal> {
    let key = STANDARD
        .decode(&parameters.key_base64)
        .map_err(|_| Refusal::TypeError("srtpParameters.keyBase64 is not base64".into()))?;
    let expected = suite(parameters.crypto_suite).master_len();
    match key.len() == expected {
        true => Ok(key),
        false => Err(Refusal::TypeError(format!(
            "srtpParameters.keyBase64 must hold {expected} bytes, not {}",
            key.len()
        ))),
    }
}
