//! How an API reaches a shard: a bounded queue of commands, each with a way back.
//!
//! Commands of one handle are carried out and answered in the order they were sent. A full queue
//! refuses at once: the caller learns that the shard is overloaded instead of waiting for ever.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::task::{Context, Poll};

use control::{Notification, Refusal, Reply, Request};
use futures_channel::oneshot;
use mio::Waker;

use crate::counters::ShardCounters;

/// Commands that may wait. At some microseconds each this is a tenth of a second of work.
const COMMANDS_MAX: usize = 16_384;

/// Called on the shard's thread for every notification of one object; must be quick and must not block.
pub type EventSink = Box<dyn FnMut(Notification) + Send>;

/// Called once with the answer, on the shard's thread; must be quick and must not block. Dropped without a
/// call if the shard ends first.
pub type ReplySink = Box<dyn FnOnce(Result<Reply, Refusal>) + Send>;

/// As a [`ReplySink`], with the shard's counters.
pub type CountersSink = Box<dyn FnOnce(ShardCounters) + Send>;

/// A request on its way.
pub struct Command {
    /// What is asked.
    pub request: Request,
    /// Where notifications of the object that this request creates go.
    pub events: Option<EventSink>,
    /// Where the answer goes; `None` if nobody waits for it.
    pub reply: Option<ReplySink>,
}

/// What can be asked of a shard besides requests.
pub enum Order {
    /// Carry out a request.
    Command(Command),
    /// Carry out a command of the API.
    Tell(control::Command),
    /// Give the counters.
    Counters(CountersSink),
    /// Close everything and end.
    Stop,
}

/// Reaches one shard; clones reach the same.
#[derive(Clone)]
pub struct ShardHandle {
    orders: SyncSender<Order>,
    waker: Arc<Waker>,
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The engine refused.
    Refused(Refusal),
    /// The shard has ended.
    Gone,
    /// Too many requests wait already.
    Overloaded,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Gone => f.write_str("the worker is closed"),
            Self::Overloaded => f.write_str("the worker has too many requests waiting"),
        }
    }
}

impl std::error::Error for RequestError {}

/// A request under way.
#[derive(Debug)]
pub struct PendingReply(Result<oneshot::Receiver<Result<Reply, Refusal>>, RequestError>);

impl Future for PendingReply {
    type Output = Result<Reply, RequestError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Err(error) => Poll::Ready(Err(error.clone())),
            Ok(receiver) => Pin::new(receiver).poll(cx).map(|answer| match answer {
                Ok(outcome) => outcome.map_err(RequestError::Refused),
                Err(oneshot::Canceled) => Err(RequestError::Gone),
            }),
        }
    }
}

impl ShardHandle {
    pub(crate) fn new(waker: Waker) -> (Self, Receiver<Order>) {
        let (orders, queue) = sync_channel(COMMANDS_MAX);
        let handle = Self {
            orders,
            waker: Arc::new(waker),
        };
        (handle, queue)
    }

    /// Asks for something. The request is on its way when this returns, awaited or not.
    pub fn request(&self, request: Request) -> PendingReply {
        self.request_with_events(request, None)
    }

    /// Asks for an object to be created, and for its notifications.
    pub fn request_with_events(&self, request: Request, events: Option<EventSink>) -> PendingReply {
        let (sender, receiver) = oneshot::channel();
        let command = Command {
            request,
            events,
            reply: Some(Box::new(move |outcome| {
                // Whoever asked may have gone.
                let _ = sender.send(outcome);
            })),
        };
        PendingReply(self.order(Order::Command(command)).map(|()| receiver))
    }

    /// Asks for something whose answer nobody needs, such as closing a dropped object.
    pub fn tell(&self, request: Request) {
        let command = Command {
            request,
            events: None,
            reply: None,
        };
        // A shard that has ended has closed the object already.
        let _ = self.order(Order::Command(command));
    }

    /// Tells something that has no answer, in order with the requests.
    pub fn send(&self, command: control::Command) -> Result<(), RequestError> {
        self.order(Order::Tell(command))
    }

    /// The shard's counters.
    pub async fn counters(&self) -> Result<ShardCounters, RequestError> {
        let (sender, receiver) = oneshot::channel();
        self.read_counters(Box::new(move |counters| {
            // Whoever asked may have gone.
            let _ = sender.send(counters);
        }))?;
        receiver
            .await
            .map_err(|oneshot::Canceled| RequestError::Gone)
    }

    /// Calls `sink` with the shard's counters.
    ///
    /// # Errors
    ///
    /// The shard has ended or is overloaded; `sink` is then never called.
    pub fn read_counters(&self, sink: CountersSink) -> Result<(), RequestError> {
        self.order(Order::Counters(sink))
    }

    /// Tells the shard to close everything and end.
    pub fn stop(&self) {
        let _ = self.order(Order::Stop);
    }

    /// The same handle for a thread that would rather wait than be refused.
    #[must_use]
    pub fn patient(&self) -> PatientHandle {
        PatientHandle(self.clone())
    }

    fn order(&self, order: Order) -> Result<(), RequestError> {
        match self.orders.try_send(order) {
            Ok(()) => {
                // A waker that fails means that the loop has ended; the queue says so too.
                let _ = self.waker.wake();
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(RequestError::Overloaded),
            Err(TrySendError::Disconnected(_)) => Err(RequestError::Gone),
        }
    }
}

/// Reaches one shard, and waits while too many commands wait there. Not for the shard's own thread.
#[derive(Clone, Debug)]
pub struct PatientHandle(ShardHandle);

impl PatientHandle {
    /// Asks for something; the answer goes to `reply`.
    ///
    /// # Errors
    ///
    /// [`RequestError::Gone`]; `reply` is then never called. So with all of these.
    pub fn request(&self, request: Request, reply: ReplySink) -> Result<(), RequestError> {
        self.order(Order::Command(Command {
            request,
            events: None,
            reply: Some(reply),
        }))
    }

    /// Tells something that has no answer, in order with the requests.
    pub fn send(&self, command: control::Command) -> Result<(), RequestError> {
        self.order(Order::Tell(command))
    }

    /// Calls `sink` with the shard's counters, in order with the requests: after all answers to what was
    /// asked before.
    pub fn in_turn(&self, sink: CountersSink) -> Result<(), RequestError> {
        self.order(Order::Counters(sink))
    }

    /// Tells the shard to close everything and end, after everything that was asked before.
    pub fn stop(&self) {
        // One that has ended already needs not to be told.
        let _ = self.order(Order::Stop);
    }

    fn order(&self, order: Order) -> Result<(), RequestError> {
        self.0.orders.send(order).map_err(|_| RequestError::Gone)?;
        // A waker that fails means that the loop has ended; the queue says so too.
        let _ = self.0.waker.wake();
        Ok(())
    }
}

impl fmt::Debug for ShardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardHandle").finish_non_exhaustive()
    }
}
