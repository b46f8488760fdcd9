//! A producer in two rooms: a pipe to another router, and a producer at its far end.
//!
//! ```text
//!  router                                             target
//!  producer ─▶ pipe consumer ─▶ PipeTransport ═══▶ PipeTransport ─▶ pipe producer ─▶ consumers
//!                     └──────── paused, resumed, closed ────────────────▶│
//!                     ◀──────────────── closed ──────────────────────────┘
//! ```
//! Two routers share one pair of transports, whichever way producers go. It lives as long as something
//! goes over it, and closes as a whole.

use std::sync::{Arc, Mutex, PoisonError};

use control::{ListenInfo, PipeConnect, ProducerId, Protocol, RouterId, SctpOptions};

use crate::consumer::{Consumer, WeakConsumer};
use crate::error::{ConnectError, ConsumeError, CreateTransportError, PipeError};
use crate::lifecycle::{Child, Follower};
use crate::pairs::Pairs;
use crate::pipe_transport::{PipeTransport, PipeTransportOptions};
use crate::producer::{Producer, ProducerOptions, WeakProducer};
use crate::router::Router;

/// How a producer, or a data producer, goes to another router. What concerns the transports is that of the call which makes
/// them; later calls use what is there.
#[derive(Clone, Debug)]
pub struct PipeToRouterOptions {
    /// The producer has the same name at the far end; not within one worker, where names are unique.
    /// Default: true.
    pub keep_id: bool,
    /// Where both transports listen. Default: 127.0.0.1, UDP.
    pub listen_info: ListenInfo,
    /// Ask for lost packets and send them again. Default: false.
    pub enable_rtx: bool,
    /// Encrypt. Default: false.
    pub enable_srtp: bool,
    /// Messages go too, with these sizes. Default: the usual ones.
    pub sctp: Option<SctpOptions>,
}

impl Default for PipeToRouterOptions {
    fn default() -> Self {
        Self {
            keep_id: true,
            listen_info: ListenInfo::new(Protocol::Udp, std::net::Ipv4Addr::LOCALHOST.into()),
            enable_rtx: false,
            enable_srtp: false,
            sctp: Some(SctpOptions::default()),
        }
    }
}

/// A producer that has gone to another router.
#[derive(Clone, Debug)]
pub struct PipedProducer {
    /// Takes all streams out of the room.
    pub pipe_consumer: Consumer,
    /// Brings them into the other. It keeps the consumer and the pipe; whoever closes or drops it closes
    /// the way, but not the original producer.
    pub pipe_producer: Producer,
}

impl Router {
    /// Brings a producer of this room into another: of another worker, or with `keep_id` false of the
    /// same. The producer there is paused, resumed and closed with the original.
    ///
    /// # Errors
    ///
    /// [`PipeError`] if `target` is this router, there is no such producer, an address cannot be bound,
    /// or one of both rooms is closed.
    pub async fn pipe_producer_to_router(
        &self,
        producer_id: &ProducerId,
        target: &Self,
        options: PipeToRouterOptions,
    ) -> Result<PipedProducer, PipeError> {
        if self.id() == target.id() {
            return Err(PipeError::SameRouter);
        }
        if self.consumable(producer_id).is_none() {
            return Err(PipeError::ProducerNotFound(producer_id.clone()));
        }
        let keep_id = options.keep_id;
        let pair = Pair::between::<PipeError>(self, target, options).await?;
        let pipe_consumer = pair
            .end_in(self)
            .consume(producer_id.clone())
            .await
            .map_err(|error| match error {
                ConsumeError::ProducerNotFound(id) => PipeError::ProducerNotFound(id),
                other => PipeError::Consume(other),
            })?;
        let paused = pipe_consumer.is_producer_paused();
        let options = ProducerOptions {
            id: keep_id.then(|| producer_id.clone()),
            paused,
            ..ProducerOptions::new(pipe_consumer.kind(), pipe_consumer.rtp_parameters().clone())
        };
        let pipe_producer = pair.end_in(target).produce(options).await?;
        Link::make(&pipe_consumer, &pipe_producer, paused);
        pipe_producer.keep(Way {
            consumer: pipe_consumer.clone(),
            _pair: pair,
        });
        if pipe_producer.is_closed() {
            return Err(PipeError::ProducerNotFound(producer_id.clone()));
        }
        Ok(PipedProducer {
            pipe_consumer,
            pipe_producer,
        })
    }
}

/// What a producer at the far end lives on. When that is closed, so is the consumer.
#[derive(Debug)]
struct Way {
    consumer: Consumer,
    _pair: Arc<Pair>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.consumer.close();
    }
}

/// The two ends of a pipe.
#[derive(Debug)]
pub(crate) struct Pair {
    ends: [(RouterId, PipeTransport); 2],
}

impl Pair {
    /// The pipe between two routers: the one there is, or a new one.
    pub async fn between<E>(
        router: &Router,
        target: &Router,
        options: PipeToRouterOptions,
    ) -> Result<Arc<Self>, E>
    where
        E: From<CreateTransportError> + From<ConnectError>,
    {
        let slot = Pairs::slot((router.id(), router.pairs()), (target.id(), target.pairs()));
        let mut slot = slot.lock().await;
        let existing = slot.upgrade().and_then(|pair| pair.downcast::<Self>().ok());
        if let Some(pair) = existing.filter(|pair| pair.is_open()) {
            return Ok(pair);
        }
        let pair = Arc::new(Self::create::<E>(router, target, options).await?);
        for (_, end) in &pair.ends {
            let child: Arc<dyn Child> = pair.clone();
            end.children().add(Arc::downgrade(&child));
        }
        // An end that was closed meanwhile could not tell the other.
        if !pair.is_open() {
            pair.close();
        }
        let kept: Arc<dyn std::any::Any + Send + Sync> = pair.clone();
        *slot = Arc::downgrade(&kept);
        Ok(pair)
    }

    /// If one end cannot be made or connected, the other goes with its handle.
    async fn create<E>(
        router: &Router,
        target: &Router,
        options: PipeToRouterOptions,
    ) -> Result<Self, E>
    where
        E: From<CreateTransportError> + From<ConnectError>,
    {
        let options = PipeTransportOptions {
            enable_rtx: options.enable_rtx,
            enable_srtp: options.enable_srtp,
            sctp: options.sctp,
            ..PipeTransportOptions::new(options.listen_info)
        };
        let (near, far) = futures_util::future::join(
            router.create_pipe_transport(options.clone()),
            target.create_pipe_transport(options),
        )
        .await;
        let (near, far) = (near?, far?);
        let (connected, answered) = futures_util::future::join(
            near.connect(address_of(&far)),
            far.connect(address_of(&near)),
        )
        .await;
        connected?;
        answered?;
        Ok(Self {
            ends: [(router.id().clone(), near), (target.id().clone(), far)],
        })
    }

    pub fn end_in(&self, router: &Router) -> &PipeTransport {
        let [(id, first), (_, second)] = &self.ends;
        if id == router.id() { first } else { second }
    }

    fn is_open(&self) -> bool {
        self.ends.iter().all(|(_, end)| !end.is_closed())
    }

    fn close(&self) {
        self.ends.iter().for_each(|(_, end)| end.close());
    }
}

impl Child for Pair {
    /// One end is closed, whatever the cause: so is the other.
    fn parent_closed(&self) {
        self.close();
    }
}

impl Drop for Pair {
    /// Nothing goes over it any more. Producers and consumers that are closed may still hold an end.
    fn drop(&mut self) {
        self.close();
    }
}

fn address_of(end: &PipeTransport) -> PipeConnect {
    let tuple = end.tuple();
    PipeConnect {
        ip: tuple.local_address,
        port: Some(tuple.local_port),
        srtp_parameters: end.srtp_parameters(),
    }
}

/// What happens to the consumer happens to the producer at the far end.
#[derive(Debug)]
struct Link {
    consumer: WeakConsumer,
    producer: WeakProducer,
    /// Whether the producer was last told to be paused. Held while it is told, so that the last word is
    /// the latest state.
    told: Mutex<bool>,
}

impl Link {
    fn make(consumer: &Consumer, producer: &Producer, paused: bool) {
        let link = Arc::new(Self {
            consumer: consumer.downgrade(),
            producer: producer.downgrade(),
            told: Mutex::new(paused),
        });
        consumer.set_follower(link.clone());
        // What happened before the consumer knew whom to tell.
        link.source_changed();
    }
}

impl Follower for Link {
    fn source_changed(&self) {
        // Handles may be the last ones: they go after the lock.
        let (consumer, producer) = (self.consumer.upgrade(), self.producer.upgrade());
        let Some(producer) = producer else {
            return;
        };
        let Some(consumer) = consumer.filter(|consumer| !consumer.is_closed()) else {
            producer.close();
            return;
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let paused = consumer.is_producer_paused();
        if std::mem::replace(&mut *told, paused) != paused {
            producer.tell_paused(paused);
        }
    }
}
