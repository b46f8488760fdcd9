//! Waiting for many sockets at once: a thin coat over `mio::Poll`.
//!
//! The loop itself belongs to the caller. Events are edge-triggered: after one, read until there is
//! nothing more, or the socket stays silent until new data arrives.

use std::io;
use std::time::Duration;

pub use mio::{Interest, Token, Waker};

use mio::event::Source;
use mio::{Events, Poll};

/// Waits for sockets and for a [`Waker`].
#[derive(Debug)]
pub struct Poller {
    poll: Poll,
    events: Events,
}

/// A source that has something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The name under which the source was registered.
    pub token: Token,
    /// Something can be read, or the other side has gone.
    pub readable: bool,
    /// Something can be written again.
    pub writable: bool,
}

impl Poller {
    /// A poller that reports up to `events_max` sources a turn; more wait for the next turn.
    pub fn new(events_max: usize) -> io::Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(events_max),
        })
    }

    /// Watches `source` under the name `token`.
    pub fn register(
        &self,
        source: &mut impl Source,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        self.poll.registry().register(source, token, interest)
    }

    /// Changes what is watched for.
    pub fn reregister(
        &self,
        source: &mut impl Source,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        self.poll.registry().reregister(source, token, interest)
    }

    /// Watches `source` no more. Dropping a socket has the same effect.
    pub fn deregister(&self, source: &mut impl Source) -> io::Result<()> {
        self.poll.registry().deregister(source)
    }

    /// A handle with which another thread ends a [`Poller::wait`]; one per poller. It must outlive
    /// the wait that it is to end: a waker that is dropped takes its wake-up with it.
    pub fn waker(&self, token: Token) -> io::Result<Waker> {
        Waker::new(self.poll.registry(), token)
    }

    /// Sleeps until a source is ready or `timeout` has passed. A signal ends it early, with nothing.
    pub fn wait(
        &mut self,
        timeout: Option<Duration>,
    ) -> io::Result<impl Iterator<Item = Ready> + '_> {
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            Err(_) => self.events.clear(),
            Ok(()) => {}
        }
        Ok(self.events.iter().map(|event| Ready {
            token: event.token(),
            readable: event.is_readable() || event.is_read_closed() || event.is_error(),
            writable: event.is_writable(),
        }))
    }
}
