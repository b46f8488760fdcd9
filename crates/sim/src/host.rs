//! An engine and its sockets, driven exactly as a shard drives it.

use std::net::SocketAddr;
use std::time::Duration;

use control::{Command, Notification, Protocol, Refusal, Reply, Request};
use ice::{SocketId, Tuple};
use sfu::{Engine, EngineConfig, EngineCounters, Identity, Listener, Outbox, Wallclock};
use units::{Instant, NtpTime};

use crate::clock::Clock;
use crate::entropy::SeededEntropy;
use crate::netsim::Packet;

/// When the virtual world begins: a date on which certificates are valid.
const SINCE_1970: Duration = Duration::from_secs(1_750_000_000);

/// The arena of a shard.
const ARENA: usize = 1 << 20;
const TRAINS: usize = 4_096;

/// How many times the engine may ask for attention at one moment. More is a timer that spins.
const TURNS_AT_ONE_MOMENT: u32 = 1_000;

/// An engine with sockets at virtual addresses.
#[derive(Debug)]
pub struct Host {
    engine: Engine,
    out: Outbox,
    /// Where the sockets are bound, by number.
    sockets: Vec<SocketAddr>,
    sent: Vec<Packet>,
    notifications: Vec<(Instant, Notification)>,
    turns: (Instant, u32),
}

impl Host {
    /// A machine at `address`, with its first socket there.
    #[must_use]
    pub fn new(address: SocketAddr, clock: Clock, mut entropy: SeededEntropy) -> Self {
        let certificate = dtls::Certificate::generate(SINCE_1970, &mut entropy)
            .expect("a certificate can be made");
        let config = EngineConfig {
            wallclock: Wallclock::new(NtpTime::from_unix(SINCE_1970)),
            identity: Identity {
                certificate,
                epoch: clock.epoch(),
                rsa_peers: false,
            },
            entropy: Box::new(entropy),
            ufrag_prefix: String::new(),
        };
        Self {
            engine: Engine::new(Instant::ZERO, config),
            out: Outbox::new(ARENA, TRAINS),
            sockets: vec![address],
            sent: Vec::new(),
            notifications: Vec::new(),
            turns: (Instant::ZERO, 0),
        }
    }

    /// Where the first socket is bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.sockets[0]
    }

    /// Opens another socket, at the next port.
    pub fn open_socket(&mut self) -> Listener {
        let last = self.sockets[self.sockets.len() - 1];
        self.sockets
            .push(SocketAddr::new(last.ip(), last.port() + 1));
        self.listener(self.sockets.len() - 1)
    }

    /// The first socket, to listen on.
    #[must_use]
    pub fn first_socket(&self) -> Listener {
        self.listener(0)
    }

    /// Asks the engine for something.
    ///
    /// # Errors
    ///
    /// What the engine answers.
    pub fn request(
        &mut self,
        now: Instant,
        request: Request,
        bound: Vec<Listener>,
    ) -> Result<Reply, Refusal> {
        let reply = self
            .engine
            .handle_request(now, request, bound, &mut self.out);
        self.flush(now);
        reply
    }

    /// Tells the engine something.
    pub fn command(&mut self, now: Instant, command: Command) {
        self.engine.handle_command(now, command, &mut self.out);
        self.flush(now);
    }

    /// Whether a packet to `address` comes here.
    #[must_use]
    pub fn owns(&self, address: SocketAddr) -> bool {
        self.sockets.contains(&address)
    }

    /// A datagram arrives.
    pub fn receive(&mut self, now: Instant, mut packet: Packet) {
        let Some(socket) = self.sockets.iter().position(|at| *at == packet.to) else {
            return;
        };
        let tuple = Tuple {
            socket: socket_id(socket),
            remote: packet.from,
            protocol: ice::Protocol::Udp,
        };
        self.engine
            .handle_datagram(now, tuple, &mut packet.data, &mut self.out);
        self.flush(now);
    }

    /// When [`Host::wake`] is due.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.engine.poll_timeout()
    }

    /// Lets the engine do what is due.
    ///
    /// # Panics
    ///
    /// If the engine asks for attention again and again while time stands still.
    pub fn wake(&mut self, now: Instant) {
        self.turns = match self.turns {
            (at, turns) if at == now => (at, turns + 1),
            _ => (now, 1),
        };
        assert!(
            self.turns.1 <= TURNS_AT_ONE_MOMENT,
            "the engine spins at {now:?}"
        );
        self.engine.handle_timeout(now, &mut self.out);
        self.flush(now);
    }

    /// Takes what is to be sent.
    pub fn take_sent(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.sent)
    }

    /// What the engine has told so far, and when.
    #[must_use]
    pub fn notifications(&self) -> &[(Instant, Notification)] {
        &self.notifications
    }

    /// Lets go of what the engine has told so far.
    pub fn forget_notifications(&mut self) {
        self.notifications = Vec::new();
    }

    /// What the engine has counted.
    #[must_use]
    pub fn counters(&self) -> EngineCounters {
        self.engine.counters()
    }

    /// After every input: everything out, told and tidied.
    fn flush(&mut self, now: Instant) {
        loop {
            let more = self.engine.poll_output(now, &mut self.out);
            for train in self.out.trains() {
                let from = self.sockets[train.tuple.socket.0 as usize];
                for packet in train.packets() {
                    self.sent.push(Packet {
                        from,
                        to: train.tuple.remote,
                        data: packet.to_vec(),
                    });
                }
            }
            self.out.clear();
            if !more {
                break;
            }
        }
        while let Some(notification) = self.out.poll_notification() {
            self.notifications.push((now, notification));
        }
        while self.engine.poll_gone().is_some() {}
        while self.out.poll_closed_socket().is_some() {}
    }

    fn listener(&self, index: usize) -> Listener {
        Listener {
            socket: socket_id(index),
            local: self.sockets[index],
            protocol: Protocol::Udp,
            announced: None,
            expose_internal_ip: false,
        }
    }
}

fn socket_id(index: usize) -> SocketId {
    SocketId(u32::try_from(index).unwrap_or(u32::MAX))
}
