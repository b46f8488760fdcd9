//! The loop.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use control::PortRange;
use ice::{SocketId, Tuple};
use net::{Poller, Token};
use sfu::{Engine, Outbox, SLEEP_MAX};
use units::Instant;

use crate::bind::Binder;
use crate::clock::Clock;
use crate::counters::ShardCounters;
use crate::entropy::SystemEntropy;
use crate::handle::{Command, Order};
use crate::names::{Sinks, created_by};
use crate::sockets::{Sockets, Turn, token};

/// Requests of one turn: a storm of them delays media by less than a millisecond.
const ORDERS_PER_TURN: usize = 64;

/// How often connections are looked through.
const SWEEP_EVERY: Duration = Duration::from_millis(500);

/// How long a connection may stay without saying who it is.
const STRANGER_FOR: Duration = Duration::from_secs(5);

/// The waker's name at the poller.
pub const WAKER: Token = Token(usize::MAX);

/// Everything that the loop owns.
pub struct Driver {
    pub poller: Poller,
    pub clock: Clock,
    pub engine: Engine,
    pub orders: Receiver<Order>,
    pub sockets: Sockets,
    pub out: Outbox,
    pub sinks: Sinks,
    pub port_range: Option<PortRange>,
    /// Sockets that may have something. Each at most once.
    pub ready: VecDeque<SocketId>,
    pub broken: Vec<Tuple>,
    /// Orders may be left over from the last turn, and their wake-up is spent.
    pub orders_wait: bool,
    pub sweep_at: Instant,
    pub turns: u64,
}

impl Driver {
    /// Turns until it is told to stop, or nobody can tell it anything any more.
    pub fn run(mut self) -> io::Result<()> {
        loop {
            self.wait()?;
            let now = self.clock.now();
            self.turns += 1;
            if !self.take_orders(now) {
                return Ok(());
            }
            self.read_sockets(now);
            if self.engine.poll_timeout().is_some_and(|at| at <= now) {
                self.guarded(now, |engine, out| engine.handle_timeout(now, out));
            }
            self.send(now);
            if self.sweep_at <= now {
                self.sweep(now);
            }
            self.pass_on();
        }
    }

    /// Sleeps until there is something to do, and remembers who is ready.
    fn wait(&mut self) -> io::Result<()> {
        let timeout = match self.ready.is_empty() && !self.orders_wait {
            false => Duration::ZERO,
            true => {
                let now = self.clock.now();
                let next = self
                    .engine
                    .poll_timeout()
                    .map_or(self.sweep_at, |at| at.min(self.sweep_at));
                // The poller counts milliseconds and rounds up, so a deadline is never missed by waking early.
                next.saturating_since(now).min(SLEEP_MAX)
            }
        };
        let Self {
            poller,
            ready,
            sockets,
            ..
        } = self;
        for event in poller.wait(Some(timeout))? {
            if event.token == WAKER {
                continue;
            }
            let id = SocketId(u32::try_from(event.token.0).unwrap_or(0));
            debug_assert_eq!(token(id), event.token);
            if event.writable {
                sockets.flush(id);
            }
            if event.readable && !ready.contains(&id) {
                ready.push_back(id);
            }
        }
        Ok(())
    }

    /// Carries out what was asked for. False if it is time to end.
    fn take_orders(&mut self, now: Instant) -> bool {
        self.orders_wait = false;
        for _ in 0..ORDERS_PER_TURN {
            match self.orders.try_recv() {
                Ok(Order::Command(command)) => self.carry_out(now, command),
                Ok(Order::Tell(command)) => self.tell(now, command),
                Ok(Order::Counters(reply)) => {
                    reply(ShardCounters {
                        engine: self.engine.counters(),
                        sockets: self.sockets.counters(),
                        turns: self.turns,
                    });
                }
                Ok(Order::Stop) | Err(TryRecvError::Disconnected) => {
                    self.send(now);
                    return false;
                }
                Err(TryRecvError::Empty) => return true,
            }
        }
        self.orders_wait = true;
        true
    }

    fn tell(&mut self, now: Instant, command: control::Command) {
        let (engine, out) = (&mut self.engine, &mut self.out);
        let done = catch_unwind(AssertUnwindSafe(|| {
            engine.handle_command(now, command, out);
        }));
        if done.is_err() {
            engine.contain(now, "a command met a fault", out);
        }
        // What the command caused is told before the next answer.
        self.pass_on();
    }

    fn carry_out(&mut self, now: Instant, command: Command) {
        let Command {
            request,
            events,
            reply,
        } = command;
        let created = created_by(&request);
        let mut entropy = SystemEntropy::default();
        let mut binder = Binder {
            sockets: &mut self.sockets,
            poller: &self.poller,
            port_range: self.port_range,
            entropy: &mut entropy,
        };
        let outcome = binder.open(&request).and_then(|bound| {
            let (engine, out) = (&mut self.engine, &mut self.out);
            let answer = catch_unwind(AssertUnwindSafe(|| {
                engine.handle_request(now, request, bound, out)
            }));
            answer.unwrap_or_else(|_| {
                engine.contain(now, "a request met a fault", out);
                Err(control::Refusal::Error(
                    "the engine met a fault of its own".into(),
                ))
            })
        });
        if let (Ok(_), Some(name), Some(sink)) = (&outcome, created, events) {
            self.sinks.add(name, sink);
        }
        if let Some(reply) = reply {
            reply(outcome);
        }
        // What the request caused is told after its answer.
        self.pass_on();
    }

    /// One batch from each socket that may have something.
    fn read_sockets(&mut self, now: Instant) {
        for _ in 0..self.ready.len() {
            let Some(id) = self.ready.pop_front() else {
                return;
            };
            let Self {
                sockets,
                engine,
                out,
                poller,
                ..
            } = self;
            let turn = sockets.read(now, poller, id, |tuple, data| {
                let work = catch_unwind(AssertUnwindSafe(|| {
                    engine.handle_datagram(now, tuple, data, out)
                }));
                if work.is_err() {
                    engine.contain(now, "a packet met a fault", out);
                }
            });
            match turn {
                Turn::More => self.ready.push_back(id),
                Turn::Drained => {}
                Turn::Closed(tuple) => self.engine.handle_tcp_closed(now, tuple, &mut self.out),
            }
        }
    }

    /// Sends until there is nothing more to send.
    fn send(&mut self, now: Instant) {
        loop {
            let more = self
                .guarded(now, |engine, out| engine.poll_output(now, out))
                .unwrap_or(false);
            self.sockets.send(&mut self.out, &mut self.broken);
            if !more {
                break;
            }
        }
        for tuple in std::mem::take(&mut self.broken) {
            self.sockets.close(tuple.socket);
            self.engine.handle_tcp_closed(now, tuple, &mut self.out);
        }
    }

    /// Lets the engine work; a fault of its own costs one transport and not the shard.
    fn guarded<T>(
        &mut self,
        now: Instant,
        work: impl FnOnce(&mut Engine, &mut Outbox) -> T,
    ) -> Option<T> {
        let (engine, out) = (&mut self.engine, &mut self.out);
        match catch_unwind(AssertUnwindSafe(|| work(engine, out))) {
            Ok(done) => Some(done),
            Err(_) => {
                self.engine
                    .contain(now, "the engine met a fault", &mut self.out);
                None
            }
        }
    }

    /// Sends strangers away, and asks listeners that had to back off.
    fn sweep(&mut self, now: Instant) {
        self.sweep_at = now + SWEEP_EVERY;
        let engine = &self.engine;
        for id in self
            .sockets
            .strangers(now, STRANGER_FOR, |tuple| engine.knows(tuple))
        {
            self.sockets.refuse(id);
        }
        for id in self.sockets.listeners() {
            if !self.ready.contains(&id) {
                self.ready.push_back(id);
            }
        }
    }

    /// Hands notifications to the API, and closes what is no longer needed.
    fn pass_on(&mut self) {
        while let Some(notification) = self.out.poll_notification() {
            self.sinks.deliver(notification);
        }
        while let Some(name) = self.engine.poll_gone() {
            self.sinks.remove(&name);
        }
        while let Some(socket) = self.out.poll_closed_socket() {
            self.sockets.close(socket);
        }
    }
}
