//! A data producer in two rooms: over the same pipes as media.
//!
//! ```text
//!  data producer ─▶ pipe data consumer ─▶ PipeTransport ═══▶ PipeTransport ─▶ pipe data producer
//!                          └─────────────── closed, in either direction ──────────────┘
//! ```
//! Pausing the data producer is not passed on: its messages stop, and that is all there is to see.

use std::sync::Arc;

use control::DataProducerId;

use crate::data_consumer::{DataConsumer, DataConsumerOptions, WeakDataConsumer};
use crate::data_producer::{DataProducer, DataProducerOptions, WeakDataProducer};
use crate::error::{ConsumeDataError, PipeDataError};
use crate::lifecycle::Follower;
use crate::pipe::{Pair, PipeToRouterOptions};
use crate::router::Router;

/// A data producer that has gone to another router.
#[derive(Clone, Debug)]
pub struct PipedDataProducer {
    /// Takes the messages out of the room: all, until it is given subchannels.
    pub pipe_data_consumer: DataConsumer,
    /// Brings them into the other. It keeps the data consumer and the pipe; whoever closes or drops it
    /// closes the way, but not the original data producer.
    pub pipe_data_producer: DataProducer,
}

impl Router {
    /// Brings a data producer of this room into another: of another worker, or with `keep_id` false of the
    /// same. The data producer there is closed with the original, and messages find whom they are for as if
    /// all were in one room.
    ///
    /// # Errors
    ///
    /// [`PipeDataError`] if `target` is this router, there is no such data producer, an address cannot be
    /// bound, or one of both rooms is closed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use brodo::{
    ///     DataConsumerEvent, DataConsumerOptions, DataProducerOptions, DirectTransportOptions,
    ///     PipeToRouterOptions, RouterOptions, Worker, WorkerSettings,
    /// };
    /// use futures_util::StreamExt;
    ///
    /// // Two rooms, each with an engine of its own.
    /// let here = Worker::new(WorkerSettings::default())?.create_router(RouterOptions::default()).await?;
    /// let there = Worker::new(WorkerSettings::default())?.create_router(RouterOptions::default()).await?;
    /// let sender = here.create_direct_transport(DirectTransportOptions::default()).await?;
    /// let producer = sender.produce_data(DataProducerOptions::direct()).await?;
    ///
    /// let options = PipeToRouterOptions::default();
    /// let piped = here.pipe_data_producer_to_router(producer.id(), &there, options).await?;
    ///
    /// let receiver = there.create_direct_transport(DirectTransportOptions::default()).await?;
    /// let options = DataConsumerOptions::new(piped.pipe_data_producer.id().clone());
    /// let consumer = receiver.consume_data(options).await?;
    /// let mut events = consumer.events();
    /// producer.send("over there")?;
    /// let Some(DataConsumerEvent::Message(message)) = events.next().await else { panic!("no message") };
    /// assert_eq!(message.text(), Some("over there"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn pipe_data_producer_to_router(
        &self,
        data_producer_id: &DataProducerId,
        target: &Self,
        options: PipeToRouterOptions,
    ) -> Result<PipedDataProducer, PipeDataError> {
        let not_found = || PipeDataError::DataProducerNotFound(data_producer_id.clone());
        if self.id() == target.id() {
            return Err(PipeDataError::SameRouter);
        }
        if self.data_source(data_producer_id).is_none() {
            return Err(not_found());
        }
        let keep_id = options.keep_id;
        let pair = Pair::between::<PipeDataError>(self, target, options).await?;
        let pipe_data_consumer = pair
            .end_in(self)
            .consume_data(DataConsumerOptions::new(data_producer_id.clone()))
            .await
            .map_err(|error| match error {
                ConsumeDataError::DataProducerNotFound(_) => not_found(),
                other => PipeDataError::ConsumeData(other),
            })?;
        let options = DataProducerOptions {
            id: keep_id.then(|| data_producer_id.clone()),
            sctp_stream_parameters: pipe_data_consumer.sctp_stream_parameters(),
            label: pipe_data_consumer.label().to_owned(),
            protocol: pipe_data_consumer.protocol().to_owned(),
            paused: false,
        };
        let pipe_data_producer = pair.end_in(target).produce_data(options).await?;
        Link::make(&pipe_data_consumer, &pipe_data_producer);
        pipe_data_producer.keep(Way {
            consumer: pipe_data_consumer.clone(),
            _pair: pair,
        });
        if pipe_data_producer.is_closed() {
            return Err(not_found());
        }
        Ok(PipedDataProducer {
            pipe_data_consumer,
            pipe_data_producer,
        })
    }
}

/// What a data producer at the far end lives on. When that is closed, so is the data consumer.
#[derive(Debug)]
struct Way {
    consumer: DataConsumer,
    _pair: Arc<Pair>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.consumer.close();
    }
}

/// When the data consumer is closed, so is the data producer at the far end.
#[derive(Debug)]
struct Link {
    consumer: WeakDataConsumer,
    producer: WeakDataProducer,
}

impl Link {
    fn make(consumer: &DataConsumer, producer: &DataProducer) {
        let link = Arc::new(Self {
            consumer: consumer.downgrade(),
            producer: producer.downgrade(),
        });
        consumer.set_follower(link.clone());
        // What happened before the data consumer knew whom to tell.
        link.source_changed();
    }
}

impl Follower for Link {
    fn source_changed(&self) {
        let (consumer, producer) = (self.consumer.upgrade(), self.producer.upgrade());
        if consumer.is_none_or(|consumer| consumer.is_closed())
            && let Some(producer) = producer
        {
            producer.close();
        }
    }
}
