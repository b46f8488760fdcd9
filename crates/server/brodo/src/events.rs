//! What happens by itself, as streams.
//!
//! Every call of `events()` gives a stream of its own, from then on. A stream holds back at most
//! [`WAITING_MAX`] events; a reader that falls further behind loses the newest, and is told how many
//! ([`EventStream::lost`]). A later dump or statistic makes that good; traces, packets and messages, which
//! nothing makes good, are best read by a task of their own. Streams end when the object closes.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use control::{
    ConsumerLayers, ConsumerScore, DtlsState, IceState, ProducerId, ProducerScore, RtpTrace,
    SctpState, TransportTrace, TransportTuple, UserMessage, VideoOrientation, Volume,
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
pub struct EventStream<T> {
    waiting: mpsc::Receiver<T>,
    lost: Arc<AtomicU64>,
}

impl<T> EventStream<T> {
    /// Events that this reader lost so far, because it had fallen behind.
    #[must_use]
    pub fn lost(&self) -> u64 {
        // A count that orders nothing else.
        self.lost.load(Ordering::Relaxed)
    }
}

impl<T> Stream for EventStream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.waiting).poll_next(cx)
    }
}

/// The readers of one object's events.
#[derive(Debug)]
pub(crate) struct Readers<T>(Mutex<Option<Vec<Reader<T>>>>);

#[derive(Debug)]
struct Reader<T> {
    sender: mpsc::Sender<T>,
    lost: Arc<AtomicU64>,
}

impl<T: Clone> Readers<T> {
    pub fn new() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }

    /// A new reader; of a closed object, a stream that has ended.
    pub fn subscribe(&self) -> EventStream<T> {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        if let Some(readers) = self.lock().as_mut() {
            let lost = lost.clone();
            readers.push(Reader { sender, lost });
        }
        EventStream {
            waiting: receiver,
            lost,
        }
    }

    /// Tells every reader; forgets those that have gone.
    pub fn emit(&self, event: &T) {
        if let Some(readers) = self.lock().as_mut() {
            readers.retain_mut(|reader| match reader.sender.try_send(event.clone()) {
                Ok(()) => true,
                Err(error) if error.is_full() => {
                    reader.lost.fetch_add(1, Ordering::Relaxed);
                    true
                }
                Err(_) => false,
            });
        }
    }

    /// Ends every stream.
    pub fn end(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Reader<T>>>> {
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

/// Something happened to a WebRTC server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebRtcServerEvent {
    /// The worker was closed.
    WorkerClose,
    /// The server is closed; the last event.
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
    /// SCTP moved on.
    SctpStateChange(SctpState),
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

/// Something happened to a data producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataProducerEvent {
    /// It was paused.
    Pause,
    /// It was resumed.
    Resume,
    /// Its transport was closed.
    TransportClose,
    /// The data producer is closed; the last event.
    Close,
}

/// Something happened to a data consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataConsumerEvent {
    /// A message for the application, on a direct transport.
    Message(Arc<UserMessage>),
    /// A message was dropped because too much waits.
    SctpSendBufferFull,
    /// So many bytes wait: no more than the threshold.
    BufferedAmountLow(u32),
    /// Its data producer was paused.
    DataProducerPause,
    /// Its data producer was resumed.
    DataProducerResume,
    /// It was paused.
    Pause,
    /// It was resumed.
    Resume,
    /// Its data producer was closed.
    DataProducerClose,
    /// The endpoint closed the data channel.
    StreamClose,
    /// Its transport was closed.
    TransportClose,
    /// The data consumer is closed; the last event.
    Close,
}
