//! A transport to another router: in this worker, in another, on another host.
//!
//! One UDP socket for RTP and RTCP (RFC 5761), one fixed peer. Nothing is learnt: what comes before
//! `connect()`, or from elsewhere, is dropped.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use control::{
    BaseTransportDump, BaseTransportStats, PipeConnect, PipeTransportDump, PipeTransportStats,
    Protocol, Refusal, Reply, SrtpCryptoSuite, TransportDump, TransportId, TransportStats,
    TransportTuple,
};
use ice::Tuple;
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::counters::Counters;
use crate::transport::event::{Event, Received};
use crate::transport::keys::Keys;
use crate::transport::listener::Listener;

/// The one profile of pipes: both ends are ours, so there is nothing to negotiate.
const SUITE: SrtpCryptoSuite = SrtpCryptoSuite::AeadAes256Gcm;

/// What a pipe transport is made from.
#[derive(Clone, Debug)]
pub struct PipeConfig {
    /// Its name.
    pub id: TransportId,
    /// Its socket.
    pub socket: Listener,
    /// Lost packets are asked for and sent again: what consumers negotiate.
    pub rtx: bool,
    /// Packets are encrypted.
    pub srtp: bool,
}

/// One end of a pipe.
#[derive(Debug)]
pub struct PipeTransport {
    config: PipeConfig,
    pub(super) keys: Keys,
    remote: Option<SocketAddr>,
    pub(super) counters: Counters,
    pub(super) events: VecDeque<Event>,
}

impl PipeTransport {
    /// An end whose other end is not known.
    pub fn new(config: PipeConfig, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        if config.socket.protocol != Protocol::Udp {
            return Err(Refusal::TypeError("listenInfo.protocol must be udp".into()));
        }
        Ok(Self {
            keys: Keys::new(config.srtp.then_some(SUITE), entropy),
            config,
            remote: None,
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
        Reply::PipeTransportCreated {
            tuple: self.tuple(),
            srtp_parameters: self.keys.parameters(),
            sctp_parameters: None,
            sctp_state: None,
        }
    }

    fn tuple(&self) -> TransportTuple {
        self.config.socket.tuple(self.remote)
    }

    /// The application tells where the other end is, and its key.
    pub fn connect(
        &mut self,
        peer: &PipeConnect,
        entropy: &mut dyn Entropy,
    ) -> Result<Reply, Refusal> {
        let refuse = |what: &str| Err(Refusal::TypeError(what.to_owned()));
        if self.remote.is_some() {
            return Err(Refusal::Error("connect() was called already".into()));
        }
        if self.config.srtp
            && peer
                .srtp_parameters
                .as_ref()
                .is_some_and(|parameters| parameters.crypto_suite != SUITE)
        {
            return refuse("srtpParameters.cryptoSuite must be AEAD_AES_256_GCM");
        }
        let key = self.keys.check(peer.srtp_parameters.as_ref())?;
        if peer.ip.is_empty() {
            return refuse("ip is missing");
        }
        let Ok(ip) = peer.ip.parse::<IpAddr>() else {
            return refuse("ip is not an IP address");
        };
        let Some(port) = peer.port else {
            return refuse("port is missing");
        };
        self.keys.agree(key, entropy);
        self.remote = Some(SocketAddr::new(ip, port));
        self.events.push_back(Event::Connected);
        Ok(Reply::PipeConnected {
            tuple: self.tuple(),
        })
    }

    /// A datagram came this way. What is not from the other end is not even decrypted.
    pub fn handle_datagram(&mut self, now: Instant, tuple: Tuple, data: &mut [u8]) -> Received {
        if self.remote != Some(tuple.remote) {
            return Received::Nothing;
        }
        self.counters.note_received(now, data.len());
        self.keys.open(data)
    }

    /// Whether packets can go.
    pub fn is_connected(&self) -> bool {
        self.remote.is_some() && self.keys.is_ready()
    }

    /// The way packets go.
    pub fn route(&self) -> Option<Tuple> {
        let remote = self.remote.filter(|_| self.keys.is_ready())?;
        Some(Tuple {
            socket: self.config.socket.socket,
            remote,
            protocol: ice::Protocol::Udp,
        })
    }

    /// Sends a compound packet.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        if let Some(route) = self.route() {
            let len = self.keys.send_rtcp(route, compound, out);
            self.counters.note_sent(now, len);
        }
    }

    /// The transport as it is now.
    pub fn dump(&self, base: BaseTransportDump) -> TransportDump {
        TransportDump::Pipe(PipeTransportDump {
            base,
            tuple: self.tuple(),
            rtx: self.config.rtx,
            srtp_parameters: self.keys.parameters(),
        })
    }

    /// Its counters.
    pub fn stats(&self, base: BaseTransportStats) -> TransportStats {
        TransportStats::Pipe(PipeTransportStats {
            base,
            tuple: self.tuple(),
        })
    }
}
