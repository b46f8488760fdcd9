//! Any kind of transport, behind what they share.

use control::{
    BaseTransportDump, DtlsParameters, DtlsRole, IceParameters, PipeConnect, PlainConnect, Refusal,
    Reply, TransportDump, TransportId, TransportStats,
};
use ice::Tuple;
use rtp::Ssrc;
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::counters::Limits;
use crate::transport::direct::DirectTransport;
use crate::transport::event::{Event, Received};
use crate::transport::pipe::PipeTransport;
use crate::transport::plain::PlainTransport;
use crate::transport::sctp_side::SctpSide;
use crate::transport::srtp_pair::copy_payload;
use crate::transport::webrtc::WebRtcTransport;

/// One endpoint's connection.
#[derive(Debug)]
pub struct Transport {
    pub(super) kind: Kind,
    pub(super) sctp: Option<Box<SctpSide>>,
    limits: Limits,
    transport_seq: u16,
}

#[derive(Debug)]
pub(super) enum Kind {
    WebRtc(Box<WebRtcTransport>),
    Plain(Box<PlainTransport>),
    Pipe(Box<PipeTransport>),
    Direct(Box<DirectTransport>),
}

macro_rules! each {
    ($self:expr, $transport:ident => $call:expr) => {
        match $self {
            Kind::WebRtc($transport) => $call,
            Kind::Plain($transport) => $call,
            Kind::Pipe($transport) => $call,
            Kind::Direct($transport) => $call,
        }
    };
}

impl From<WebRtcTransport> for Transport {
    fn from(transport: WebRtcTransport) -> Self {
        Self::new(Kind::WebRtc(Box::new(transport)))
    }
}

impl From<PlainTransport> for Transport {
    fn from(transport: PlainTransport) -> Self {
        Self::new(Kind::Plain(Box::new(transport)))
    }
}

impl From<PipeTransport> for Transport {
    fn from(transport: PipeTransport) -> Self {
        Self::new(Kind::Pipe(Box::new(transport)))
    }
}

impl From<DirectTransport> for Transport {
    fn from(transport: DirectTransport) -> Self {
        Self::new(Kind::Direct(Box::new(transport)))
    }
}

impl Transport {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            sctp: None,
            limits: Limits::default(),
            transport_seq: 0,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &TransportId {
        each!(&self.kind, transport => transport.id())
    }

    /// A datagram, or a frame, came this way.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        tuple: Tuple,
        data: &mut [u8],
        out: &mut Outbox,
    ) -> Received {
        let sctp = self.sctp.is_some();
        let received = match &mut self.kind {
            Kind::WebRtc(transport) => transport.handle_datagram(now, tuple, data, out),
            Kind::Plain(transport) => transport.handle_datagram(now, tuple, data, sctp),
            Kind::Pipe(transport) => transport.handle_datagram(now, tuple, data),
            Kind::Direct(_) => Received::Nothing,
        };
        self.take_messages(now, received, data);
        received
    }

    /// A TCP connection was closed.
    pub fn handle_tcp_closed(&mut self, now: Instant, tuple: Tuple) {
        if let Kind::WebRtc(transport) = &mut self.kind {
            transport.handle_tcp_closed(now, tuple);
        }
    }

    /// Another transport has taken a way over.
    pub fn handle_moved(&mut self, now: Instant, tuple: Tuple) {
        if let Kind::WebRtc(transport) = &mut self.kind {
            transport.handle_moved(now, tuple);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) {
        if let Kind::WebRtc(transport) = &mut self.kind {
            transport.handle_timeout(now, out);
        }
        if let Some(sctp) = &mut self.sctp {
            sctp.handle_timeout(now);
        }
    }

    /// When [`Transport::handle_timeout`] next has something to do, and what.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let kind = match &self.kind {
            Kind::WebRtc(transport) => transport.poll_timeout(),
            Kind::Plain(_) | Kind::Pipe(_) | Kind::Direct(_) => None,
        };
        let sctp = self.sctp.as_ref().and_then(|sctp| sctp.poll_timeout());
        kind.into_iter().chain(sctp.map(|at| (at, "sctp"))).min()
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = each!(&mut self.kind, transport => transport.events.pop_front());
        event.or_else(|| self.sctp.as_mut()?.poll_event())
    }

    /// The application tells a WebRTC peer's parameters.
    pub fn connect_webrtc(
        &mut self,
        now: Instant,
        parameters: &DtlsParameters,
    ) -> Result<DtlsRole, Refusal> {
        match &mut self.kind {
            Kind::WebRtc(transport) => transport.connect(now, parameters),
            _ => Err(Refusal::TypeError(
                "dtlsParameters: not a WebRtcTransport".into(),
            )),
        }
    }

    /// The application tells a plain peer's address and key.
    pub fn connect_plain(
        &mut self,
        peer: &PlainConnect,
        entropy: &mut dyn Entropy,
    ) -> Result<Reply, Refusal> {
        match &mut self.kind {
            Kind::Plain(transport) => transport.connect(peer, entropy),
            Kind::WebRtc(_) => Err(Refusal::TypeError("dtlsParameters is missing".into())),
            _ => Err(Refusal::TypeError(
                "comedia, rtcpPort: not a PlainTransport".into(),
            )),
        }
    }

    /// The application tells where the other end of a pipe is, and its key.
    pub fn connect_pipe(
        &mut self,
        peer: &PipeConnect,
        entropy: &mut dyn Entropy,
    ) -> Result<Reply, Refusal> {
        match &mut self.kind {
            Kind::Pipe(transport) => transport.connect(peer, entropy),
            _ => Err(Refusal::TypeError("connect: not a PipeTransport".into())),
        }
    }

    /// Whether it leads to another router.
    #[must_use]
    pub fn is_pipe(&self) -> bool {
        matches!(self.kind, Kind::Pipe(_))
    }

    /// The transport itself, if it leads to the application.
    pub fn direct_mut(&mut self) -> Option<&mut DirectTransport> {
        match &mut self.kind {
            Kind::Direct(transport) => Some(transport),
            _ => None,
        }
    }

    /// New ICE credentials.
    pub fn restart_ice(
        &mut self,
        now: Instant,
        entropy: &mut dyn Entropy,
    ) -> Result<IceParameters, Refusal> {
        match &mut self.kind {
            Kind::WebRtc(transport) => Ok(transport.restart_ice(now, entropy)),
            _ => Err(Refusal::TypeError(
                "restartIce: not a WebRtcTransport".into(),
            )),
        }
    }

    /// Whether packets can go.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        match &self.kind {
            Kind::WebRtc(transport) => transport.is_connected(),
            Kind::Plain(transport) => transport.is_connected(),
            Kind::Pipe(transport) => transport.is_connected(),
            Kind::Direct(_) => true,
        }
    }

    /// The way RTP goes, over the network.
    #[must_use]
    pub fn route(&self) -> Option<Tuple> {
        match &self.kind {
            Kind::WebRtc(transport) => transport.route(),
            Kind::Plain(transport) => transport.route(),
            Kind::Pipe(transport) => transport.route(),
            Kind::Direct(_) => None,
        }
    }

    /// The next number among all packets of the transport.
    pub fn next_transport_seq(&mut self) -> u16 {
        self.transport_seq = self.transport_seq.wrapping_add(1);
        self.transport_seq
    }

    /// Writes a packet's payload behind its header, encrypted where keys are. Its length, or `None`
    /// if there is no room or no key.
    pub fn seal_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        match &mut self.kind {
            Kind::WebRtc(transport) => transport.seal_rtp(out, header_len, payload),
            Kind::Plain(transport) => transport.keys.seal_rtp(out, header_len, payload),
            Kind::Pipe(transport) => transport.keys.seal_rtp(out, header_len, payload),
            Kind::Direct(_) => copy_payload(out, header_len, payload),
        }
    }

    /// Sends a compound packet, if packets can go.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        each!(&mut self.kind, transport => transport.send_rtcp(now, compound, out));
    }

    /// A producer took a packet.
    pub fn note_rtp_received(&mut self, now: Instant, bytes: usize, rtx: bool) {
        each!(&mut self.kind, transport => transport.counters.note_rtp_received(now, bytes, rtx));
    }

    /// A consumer's packet went out.
    pub fn note_rtp_sent(&mut self, now: Instant, bytes: usize, rtx: bool) {
        each!(&mut self.kind, transport => transport.counters.note_rtp_sent(now, bytes, rtx));
    }

    /// The peer's stream has ended.
    pub fn forget_incoming(&mut self, ssrc: Ssrc) {
        match &mut self.kind {
            Kind::WebRtc(transport) => transport.forget_incoming(ssrc),
            Kind::Plain(transport) => transport.keys.forget_incoming(ssrc),
            Kind::Pipe(transport) => transport.keys.forget_incoming(ssrc),
            Kind::Direct(_) => {}
        }
    }

    /// Our stream has ended.
    pub fn forget_outgoing(&mut self, ssrc: Ssrc) {
        match &mut self.kind {
            Kind::WebRtc(transport) => transport.forget_outgoing(ssrc),
            Kind::Plain(transport) => transport.keys.forget_outgoing(ssrc),
            Kind::Pipe(transport) => transport.keys.forget_outgoing(ssrc),
            Kind::Direct(_) => {}
        }
    }

    /// Limits that the application sets.
    pub fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// The ICE fragments that are answered.
    #[must_use]
    pub fn ufrags(&self) -> Vec<String> {
        match &self.kind {
            Kind::WebRtc(transport) => transport.ufrags(),
            _ => Vec::new(),
        }
    }

    /// Says goodbye.
    pub fn close(&mut self, now: Instant, out: &mut Outbox) {
        if let Some(sctp) = &mut self.sctp {
            sctp.abort();
            self.send_messages(now, out);
        }
        if let Kind::WebRtc(transport) = &mut self.kind {
            transport.close(now, out);
        }
    }

    /// The transport as it is now.
    #[must_use]
    pub fn dump(&self, mut base: BaseTransportDump) -> TransportDump {
        self.dump_sctp(&mut base.sctp);
        each!(&self.kind, transport => transport.dump(base))
    }

    /// Its counters; `incoming` is what is known of the sender: its estimate and its loss.
    pub fn stats(&mut self, now: Instant, incoming: (Option<u64>, Option<f64>)) -> TransportStats {
        each!(&mut self.kind, transport => {
            let id = transport.id().clone();
            let mut base = transport.counters.stats(now, &id, &self.limits, incoming);
            base.sctp_state = self.sctp.as_ref().map(|sctp| sctp.state());
            transport.stats(base)
        })
    }
}
