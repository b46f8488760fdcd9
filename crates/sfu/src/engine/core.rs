//! The engine object and the ways into it.

use std::fmt;

use control::{Command, Notification, Refusal, Reply, Request};
use ice::{SocketId, Tuple};
use units::{Entropy, Instant};

use crate::demux::Endpoints;
use crate::engine::counters::EngineCounters;
use crate::engine::objects::Objects;
use crate::engine::queue::Fanout;
use crate::engine::timers::Timers;
use crate::outbox::Outbox;
use crate::transport::{Identity, Listener};
use crate::wallclock::Wallclock;

/// Retransmissions that one NACK may bring; more are asked for again.
const RESEND_MAX: usize = 512;

/// What an engine is made from.
pub struct EngineConfig {
    /// What the wall clock showed at [`Instant::ZERO`].
    pub wallclock: Wallclock,
    /// Who its WebRTC transports are.
    pub identity: Identity,
    /// Where secrets and identifiers come from.
    pub entropy: Box<dyn Entropy + Send>,
    /// What every local ICE username fragment begins with.
    pub ufrag_prefix: String,
}

/// Every room of one shard.
pub struct Engine {
    pub(super) config: EngineConfig,
    pub(super) objects: Objects,
    pub(super) endpoints: Endpoints,
    pub(super) timers: Timers,
    pub(super) observer_timers: Timers,
    pub(super) fanout: Fanout,
    pub(super) counters: EngineCounters,
    /// Scratch for RTCP that is being written.
    pub(super) rtcp: Vec<u8>,
    /// Scratch for timers that are due.
    due: Vec<usize>,
    /// The transport whose work is under way, for [`Engine::contain`].
    pub(super) at_work: Option<usize>,
    /// Transports that a request may have moved.
    pub(super) unsettled: Vec<usize>,
}

impl Engine {
    /// An engine without rooms.
    #[must_use]
    pub fn new(now: Instant, mut config: EngineConfig) -> Self {
        let seed = config.entropy.next_u64();
        Self {
            config,
            objects: Objects::default(),
            endpoints: Endpoints::new(seed),
            timers: Timers::new(now),
            observer_timers: Timers::new(now),
            fanout: Fanout::with_capacity(RESEND_MAX),
            counters: EngineCounters::default(),
            rtcp: Vec::with_capacity(2_048),
            due: Vec::new(),
            at_work: None,
            unsettled: Vec::new(),
        }
    }

    /// Carries out a request. `bound` are the sockets that the driver opened for its listen infos, in
    /// their order; on a refusal the engine gives them back through the outbox.
    pub fn handle_request(
        &mut self,
        now: Instant,
        request: Request,
        bound: Vec<Listener>,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let sockets: Vec<SocketId> = bound.iter().map(|socket| socket.socket).collect();
        let result = self.carry_out(now, request, bound, out);
        if result.is_err() {
            for socket in sockets {
                out.close_socket(socket);
            }
        }
        self.settle(now, out);
        result
    }

    /// Carries out a command; one for an object that is not there is counted and dropped.
    pub fn handle_command(&mut self, now: Instant, command: Command, out: &mut Outbox) {
        let done = match command {
            Command::ProducerSend(id, packet) => self.producer_send(now, &id, &packet, out),
            Command::TransportSendRtcp(id, packet) => {
                self.transport_send_rtcp(now, &id, &packet, out)
            }
            Command::DataProducerSend(id, message, audience) => {
                self.data_producer_send(now, &id, message, &audience, out)
            }
        };
        self.counters.dropped_commands += u64::from(!done);
        self.at_work = None;
        self.settle(now, out);
    }

    /// Takes in a datagram (or a frame of a TCP connection) that arrived at `tuple`.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        tuple: Tuple,
        data: &mut [u8],
        out: &mut Outbox,
    ) {
        self.counters.datagrams += 1;
        let Some(key) = self.endpoints.find(&tuple, data) else {
            self.counters.strays += 1;
            return;
        };
        self.at_work = Some(key);
        self.receive(now, key, (tuple, data), out);
        self.at_work = None;
        if !self.unsettled.is_empty() {
            // The way was another transport's before, which has lost it.
            self.settle(now, out);
        }
    }

    /// A TCP connection was closed by its peer, or broke.
    pub fn handle_tcp_closed(&mut self, now: Instant, tuple: Tuple, out: &mut Outbox) {
        if let Some(key) = self.endpoints.owner_of(&tuple) {
            self.objects.transports[key]
                .transport
                .handle_tcp_closed(now, tuple);
            self.drain_transport(now, key, out);
        }
    }

    /// Whether a connection has said who it is. One that has not, after a while, is closed.
    #[must_use]
    pub fn knows(&self, tuple: &Tuple) -> bool {
        self.endpoints.owner_of(tuple).is_some()
    }

    /// Lets everything happen that is due.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Outbox) {
        let mut due = std::mem::take(&mut self.due);
        self.timers.expire(now, &mut due);
        for key in due.drain(..) {
            if self.objects.transports.contains(key) {
                self.at_work = Some(key);
                self.tend(now, key, out);
                self.at_work = None;
            }
        }
        self.tend_observers(now, &mut due, out);
        self.due = due;
    }

    /// When [`Engine::handle_timeout`] next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = [&self.timers, &self.observer_timers];
        deadlines.into_iter().filter_map(Timers::poll_timeout).min()
    }

    /// Writes what is to be sent. Returns true if the outbox is full and there is more: send it and
    /// call again.
    pub fn poll_output(&mut self, now: Instant, out: &mut Outbox) -> bool {
        if self.fan_out(now, out) || self.send_messages(now, out) {
            return true;
        }
        self.send_feedback(now, out);
        false
    }

    /// Something went wrong inside (a bug): closes the transport whose work was under way and nothing
    /// else. Called by the driver after it caught a panic.
    pub fn contain(&mut self, now: Instant, fault: &str, out: &mut Outbox) {
        self.counters.faults += 1;
        self.fanout.clear();
        for (_, media) in &mut self.objects.producers {
            media.arrivals.iter_mut().for_each(Vec::clear);
        }
        let Some(key) = self.at_work.take() else {
            return;
        };
        let Some(entry) = self.objects.transports.get(key) else {
            return;
        };
        let id = entry.transport.id().clone();
        self.close_transport(now, key, out);
        out.notify(Notification::Transport(
            id,
            control::TransportEvent::Failed(fault.to_owned()),
        ));
    }

    /// Takes the name of an object that no longer exists.
    pub fn poll_gone(&mut self) -> Option<std::sync::Arc<str>> {
        self.objects.poll_gone()
    }

    /// What happened to packets so far.
    #[must_use]
    pub fn counters(&self) -> EngineCounters {
        self.counters
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}
