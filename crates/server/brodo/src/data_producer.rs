//! A data producer: messages that an endpoint, or the application, sends to us.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use control::{
    Audience, Command, DataProducerCall, DataProducerDump, DataProducerId, DataProducerStats,
    DataProducerType, ProduceDataOptions, Reply, Request, SctpStreamParameters, TransportCall,
    UserMessage,
};

use crate::entropy::new_id;
use crate::error::{ProduceDataError, RequestError};
use crate::events::{DataProducerEvent, EventStream, Readers};
use crate::lifecycle::{Child, Closed};
use crate::router::DataSource;
use crate::transport::Transport;
use crate::worker::unexpected;

/// What a data producer is made from.
#[derive(Clone, Debug, Default)]
pub struct DataProducerOptions {
    /// Its name. Default: a new one.
    pub id: Option<DataProducerId>,
    /// The stream on which the endpoint sends. Of no use on a direct transport, mandatory on others.
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    /// Tells data channels apart. Default: empty.
    pub label: String,
    /// What the messages speak, as the application calls it. Default: empty.
    pub protocol: String,
    /// Begin paused. Default: false.
    pub paused: bool,
}

impl DataProducerOptions {
    /// The endpoint sends on that stream.
    #[must_use]
    pub fn new(sctp_stream_parameters: SctpStreamParameters) -> Self {
        Self {
            sctp_stream_parameters: Some(sctp_stream_parameters),
            ..Self::default()
        }
    }

    /// The application sends, on a direct transport.
    #[must_use]
    pub fn direct() -> Self {
        Self::default()
    }
}

/// Messages that an endpoint, or the application, sends to us. Clones are the same data producer.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{RouterOptions, Worker, WorkerSettings};
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::default()).await?;
/// use brodo::{
///     Audience, DataConsumerEvent, DataConsumerOptions, DataProducerOptions,
///     DirectTransportOptions,
/// };
/// use futures_util::StreamExt;
///
/// // The application on both ends: it sends here, and hears there.
/// let transport = router.create_direct_transport(DirectTransportOptions::default()).await?;
/// let mut options = DataProducerOptions::direct();
/// options.label = "chat".into();
/// let producer = transport.produce_data(options).await?;
/// let mut options = DataConsumerOptions::new(producer.id().clone());
/// options.subchannels = vec![7];
/// let consumer = transport.consume_data(options).await?;
/// assert_eq!(consumer.label(), "chat");
/// let mut events = consumer.events();
///
/// producer.send("hello, all")?;
/// producer.send_to("not for us", Audience { subchannels: vec![8], ..Audience::default() })?;
/// producer.send_to(b"for us", Audience { subchannels: vec![7, 8], ..Audience::default() })?;
///
/// let Some(DataConsumerEvent::Message(first)) = events.next().await else { panic!("no message") };
/// assert_eq!(first.text(), Some("hello, all"));
/// let Some(DataConsumerEvent::Message(second)) = events.next().await else { panic!("no message") };
/// assert_eq!((second.ppid, second.content()), (53, &b"for us"[..]));
/// assert_eq!(producer.get_stats().await?.messages_received, 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DataProducer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    transport: Transport,
    id: DataProducerId,
    kind: DataProducerType,
    source: DataSource,
    paused: AtomicBool,
    closed: Closed,
    /// What is to live as long as the data producer.
    kept: Mutex<Option<Box<dyn Any + Send>>>,
    events: Readers<DataProducerEvent>,
}

impl Transport {
    /// The endpoint sends messages; on a direct transport, the application.
    ///
    /// # Errors
    ///
    /// [`ProduceDataError`] names what is wrong with the stream.
    pub async fn produce_data(
        &self,
        options: DataProducerOptions,
    ) -> Result<DataProducer, ProduceDataError> {
        DataProducer::create(self.clone(), options).await
    }
}

impl DataProducer {
    async fn create(
        transport: Transport,
        options: DataProducerOptions,
    ) -> Result<Self, ProduceDataError> {
        let id = options.id.unwrap_or_else(|| DataProducerId::from(new_id()));
        if transport.router().data_source(&id).is_some() {
            return Err(ProduceDataError::AlreadyExists(id));
        }
        let request = ProduceDataOptions {
            id: id.clone(),
            sctp_stream_parameters: options.sctp_stream_parameters,
            label: options.label.clone(),
            protocol: options.protocol.clone(),
            paused: options.paused,
        };
        let reply = transport.call(TransportCall::ProduceData(request)).await?;
        let Reply::DataProduced {
            kind,
            sctp_stream_parameters,
            paused,
        } = reply
        else {
            return Ok(unexpected(&reply)?);
        };
        let source = DataSource {
            stream: sctp_stream_parameters,
            label: options.label,
            protocol: options.protocol,
        };
        transport
            .router()
            .add_data_source(id.clone(), source.clone());
        let inner = Arc::new(Inner {
            transport,
            id,
            kind,
            source,
            paused: AtomicBool::new(paused),
            closed: Closed::default(),
            kept: Mutex::default(),
            events: Readers::new(),
        });
        let weak = Arc::downgrade(&inner);
        inner.transport.children().add(weak);
        Ok(Self { inner })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &DataProducerId {
        &self.inner.id
    }

    /// Its transport.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    /// `sctp`, or `direct` if it is the application that sends.
    #[must_use]
    pub fn data_producer_type(&self) -> DataProducerType {
        self.inner.kind
    }

    /// The stream on which the endpoint sends; `None` on a direct transport.
    #[must_use]
    pub fn sctp_stream_parameters(&self) -> Option<SctpStreamParameters> {
        self.inner.source.stream
    }

    /// Tells data channels apart.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.inner.source.label
    }

    /// What the messages speak, as the application calls it.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.inner.source.protocol
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        // A flag that orders nothing else.
        self.inner.paused.load(Ordering::Relaxed)
    }

    /// Stops forwarding; data consumers hear of it. What comes is counted.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn pause(&self) -> Result<(), RequestError> {
        self.call(DataProducerCall::Pause).await?;
        self.inner.set_paused(true, &DataProducerEvent::Pause);
        Ok(())
    }

    /// Forwards again.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn resume(&self) -> Result<(), RequestError> {
        self.call(DataProducerCall::Resume).await?;
        self.inner.set_paused(false, &DataProducerEvent::Resume);
        Ok(())
    }

    /// Sends a message to all who consume it, on a direct transport: text or bytes, or anything with
    /// [`UserMessage::new`]. One that is larger than the transport receives is dropped and counted; so is
    /// one on another transport.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed or has too much waiting.
    pub fn send(&self, message: impl Into<UserMessage>) -> Result<(), RequestError> {
        self.send_to(message, Audience::default())
    }

    /// Sends a message to some of those who consume it: by the subchannels that they have.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed or has too much waiting.
    pub fn send_to(
        &self,
        message: impl Into<UserMessage>,
        audience: Audience,
    ) -> Result<(), RequestError> {
        let command = Command::DataProducerSend(self.inner.id.clone(), message.into(), audience);
        let worker = self.inner.transport.router().worker();
        worker.handle().send(command)
    }

    /// The data producer as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<DataProducerDump, RequestError> {
        match self.call(DataProducerCall::Dump).await? {
            Reply::DataProducerDump(dump) => Ok(*dump),
            other => unexpected(&other),
        }
    }

    /// Its counters.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn get_stats(&self) -> Result<DataProducerStats, RequestError> {
        match self.call(DataProducerCall::GetStats).await? {
            Reply::DataProducerStats(stats) => Ok(stats),
            other => unexpected(&other),
        }
    }

    /// What happens to it from now on.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use brodo::{DataProducerOptions, DirectTransportOptions, RouterOptions, Worker, WorkerSettings};
    /// # let worker = Worker::new(WorkerSettings::default())?;
    /// # let router = worker.create_router(RouterOptions::default()).await?;
    /// # let transport = router.create_direct_transport(DirectTransportOptions::default()).await?;
    /// use brodo::DataProducerEvent;
    /// use futures_util::StreamExt;
    ///
    /// let producer = transport.produce_data(DataProducerOptions::direct()).await?;
    /// let mut events = producer.events();
    ///
    /// producer.pause().await?;
    /// assert_eq!(events.next().await, Some(DataProducerEvent::Pause));
    /// transport.close();
    /// assert_eq!(events.next().await, Some(DataProducerEvent::TransportClose));
    /// assert_eq!(events.next().await, Some(DataProducerEvent::Close));
    /// assert_eq!(events.next().await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<DataProducerEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes it and its data consumers. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) fn downgrade(&self) -> WeakDataProducer {
        WeakDataProducer(Arc::downgrade(&self.inner))
    }

    /// Something lives until the data producer is closed.
    pub(crate) fn keep(&self, kept: impl Any + Send) {
        *self.inner.kept() = Some(Box::new(kept));
        if self.is_closed() {
            self.inner.let_go();
        }
    }

    async fn call(&self, call: DataProducerCall) -> Result<Reply, RequestError> {
        let worker = self.inner.transport.router().worker();
        worker
            .request(Request::DataProducer(self.inner.id.clone(), call))
            .await
    }
}

/// A data producer that may go.
#[derive(Debug)]
pub(crate) struct WeakDataProducer(Weak<Inner>);

impl WeakDataProducer {
    pub fn upgrade(&self) -> Option<DataProducer> {
        self.0.upgrade().map(|inner| DataProducer { inner })
    }
}

impl Inner {
    fn set_paused(&self, paused: bool, event: &DataProducerEvent) {
        if self.paused.swap(paused, Ordering::Relaxed) != paused {
            self.events.emit(event);
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::DataProducer(self.id.clone(), DataProducerCall::Close);
            self.transport.router().worker().handle().tell(request);
            self.end();
        }
    }

    fn end(&self) {
        self.transport.router().remove_data_source(&self.id);
        self.events.emit(&DataProducerEvent::Close);
        self.events.end();
        self.let_go();
    }

    fn kept(&self) -> MutexGuard<'_, Option<Box<dyn Any + Send>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without holding the lock: what is let go may close others.
    fn let_go(&self) {
        let kept = self.kept().take();
        drop(kept);
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        if self.closed.close() {
            self.events.emit(&DataProducerEvent::TransportClose);
            self.end();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
