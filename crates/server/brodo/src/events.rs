//! What happens by itself, as streams.
//!
//! Every call of `events()` gives a stream of its own, from then on. A stream holds back at most
//! [`WAITING_MAX`] events; a reader that falls further behind loses the newest, which a later dump or
//! statistic makes good (traces, one a packet, are best read by a task of their own). Streams end when
//! the object closes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use control::{
    ConsumerLayers, ConsumerScore, DtlsState, IceState, ProducerId, ProducerScore, RtpTrace,
    TransportTrace, TransportTuple, VideoOrientation, Volume,
};
use futures_channel::mpsc;
use futures_core::Stream;

/// Events that may wait for one reader.
pub const WAITING_MAX: usize = 256;

/// Events of one object, as they happen.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{RouterOptions, Worker, WorkerSettings};
/// use brodo::RouterEvent;
/// use futures_util::StreamExt;
///
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::default()).await?;
/// let (first, second) = (router.events(), router.events());
/// router.close();
///
/// // Every reader gets every event, and the end.
/// assert_eq!(first.collect::<Vec<_>>().await, [RouterEvent::Close]);
/// assert_eq!(second.collect::<Vec<_>>().await, [RouterEvent::Close]);
/// assert_eq!(router.events().next().await, None, "nothing comes from what is closed");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EventStream<T>(mpsc::Receiver<T>);

impl<T> Stream for EventStream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll_next(cx)
    }
}

/// The readers of one object's events.
#[derive(Debug)]
pub(crate) struct Readers<T>(Mutex<Option<Vec<mpsc::Sender<T>>>>);

impl<T: Clone> Readers<T> {
    pub fn new() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }

    /// A new reader; of a closed object, a stream that has ended.
    pub fn subscribe(&self) -> EventStream<T> {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        if let Some(readers) = self.lock().as_mut() {
            readers.push(sender);
        }
        EventStream(receiver)
    }

    /// Tells every reader; forgets those that have gone.
    pub fn emit(&self, event: &T) {
        if let Some(readers) = self.lock().as_mut() {
            readers.retain_mut(|reader| match reader.try_send(event.clone()) {
                Ok(()) => true,
                Err(error) => error.is_full(),
            });
        }
    }

    /// Ends every stream.
    pub fn end(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<mpsc::Sender<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something happened to a router.
#[derive(Clone, Debug, PartialEq)]
pub enum RouterEvent {
    /// The worker was closed.
    WorkerClose,
    /// The router is closed; the last event.
    Close,
}

/// Something happened to a transport.
#[derive(Clone, Debug, PartialEq)]
pub enum TransportEvent {
    /// ICE moved on.
    IceStateChange(IceState),
    /// Packets now go another way.
    IceSelectedTupleChange(TransportTuple),
    /// DTLS moved on.
    DtlsStateChange(DtlsState),
    /// A plain transport has learnt its peer's RTP address.
    Tuple(TransportTuple),
    /// A plain transport has learnt its peer's RTCP address.
    RtcpTuple(TransportTuple),
    /// Something that is being traced.
    Trace(TransportTrace),
    /// A compound packet for the application, on a direct transport.
    Rtcp(Arc<[u8]>),
    /// The router was closed.
    RouterClose,
    /// The WebRTC server was closed.
    ListenServerClose,
    /// The engine closed it because of a fault of its own.
    Failed(String),
    /// The transport is closed; the last event.
    Close,
}

/// Something happened to an observer, or was heard by it.
#[derive(Clone, Debug, PartialEq)]
pub enum RtpObserverEvent {
    /// Another producer speaks (active speaker observers).
    DominantSpeaker(ProducerId),
    /// The loudest producers, loudest first (audio level observers).
    Volumes(Vec<Volume>),
    /// Nobody is loud any more (audio level observers).
    Silence,
    /// It was paused.
    Pause,
    /// It was resumed.
    Resume,
    /// A producer was added.
    AddProducer(ProducerId),
    /// A producer was removed.
    RemoveProducer(ProducerId),
    /// Its router was closed.
    RouterClose,
    /// The observer is closed; the last event.
    Close,
}

/// Something happened to a producer.
#[derive(Clone, Debug, PartialEq)]
pub enum ProducerEvent {
    /// A stream appeared, or a score changed.
    Score(Vec<ProducerScore>),
    /// The camera was turned.
    VideoOrientationChange(VideoOrientation),
    /// Something that is being traced.
    Trace(Box<RtpTrace>),
    /// It was paused.
    Pause,
    /// It was resumed.
    Resume,
    /// Its transport was closed.
    TransportClose,
    /// The producer is closed; the last event.
    Close,
}

/// Something happened to a consumer.
#[derive(Clone, Debug, PartialEq)]
pub enum ConsumerEvent {
    /// How well media arrives.
    Score(ConsumerScore),
    /// Other layers go now; `None` if nothing goes.
    LayersChange(Option<ConsumerLayers>),
    /// A packet for the application, on a direct transport.
    Rtp(Arc<[u8]>),
    /// Something that is being traced.
    Trace(Box<RtpTrace>),
    /// Its producer was paused.
    ProducerPause,
    /// Its producer was resumed.
    ProducerResume,
    /// It was paused.
    Pause,
    /// It was resumed.
    Resume,
    /// Its producer was closed.
    ProducerClose,
    /// Its transport was closed.
    TransportClose,
    /// The consumer is closed; the last event.
    Close,
}
