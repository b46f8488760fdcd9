//! Starts a shard.

use std::collections::VecDeque;
use std::io;
use std::thread::{self, JoinHandle};

use control::PortRange;
use net::Poller;
use sfu::{Engine, EngineConfig, Identity, Outbox};
use units::Instant;

use crate::clock::Clock;
use crate::driver::{Driver, WAKER};
use crate::entropy::SystemEntropy;
use crate::handle::{EventSink, ShardHandle};
use crate::names::Sinks;
use crate::sockets::Sockets;

/// Bytes of packets that leave in one go, and trains: 500 receivers of a burst of three.
const OUTBOX_BYTES: usize = 2 << 20;
const OUTBOX_TRAINS: usize = 1_024;

/// Events of one wait.
const EVENTS: usize = 256;

/// What a shard is made from.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// Who its WebRTC transports are.
    pub certificate: dtls::Certificate,
    /// Ports for sockets that ask for none.
    pub port_range: Option<PortRange>,
}

/// A thread with an engine.
#[derive(Debug)]
pub struct Shard;

/// The loop's thread. It gives an error if the poll set failed, and a panic if a fault got past containment.
pub type ShardThread = JoinHandle<io::Result<()>>;

impl Shard {
    /// Starts the thread. It ends when it is told to, or when the last handle has gone.
    ///
    /// # Errors
    ///
    /// The system gives no thread or poll set.
    pub fn start(config: ShardConfig) -> io::Result<ShardHandle> {
        Self::start_with(config, None).map(|(handle, _)| handle)
    }

    /// As [`Shard::start`]; `events` gets the notifications of every object whose creator left no sink.
    ///
    /// # Errors
    ///
    /// The system gives no thread or poll set.
    pub fn start_with(
        config: ShardConfig,
        events: Option<EventSink>,
    ) -> io::Result<(ShardHandle, ShardThread)> {
        let poller = Poller::new(EVENTS)?;
        let (handle, orders) = ShardHandle::new(poller.waker(WAKER)?);
        let clock = Clock::start();
        let engine = Engine::new(
            Instant::ZERO,
            EngineConfig {
                wallclock: clock.wallclock(),
                identity: Identity {
                    certificate: config.certificate,
                    epoch: clock.epoch(),
                    rsa_peers: true,
                },
                entropy: Box::new(SystemEntropy::default()),
                ufrag_prefix: String::new(),
            },
        );
        let driver = Driver {
            poller,
            clock,
            engine,
            orders,
            sockets: Sockets::new(),
            out: Outbox::new(OUTBOX_BYTES, OUTBOX_TRAINS),
            sinks: Sinks::new(events),
            port_range: config.port_range,
            ready: VecDeque::new(),
            broken: Vec::new(),
            orders_wait: false,
            sweep_at: Instant::ZERO,
            turns: 0,
        };
        let thread = thread::Builder::new()
            .name("brodo-shard".into())
            .spawn(move || driver.run())?;
        Ok((handle, thread))
    }
}
