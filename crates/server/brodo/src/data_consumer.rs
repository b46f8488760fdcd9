//! A data consumer: messages that we send to an endpoint, or tell the application.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use control::{
    ConsumeDataOptions, DataConsumerCall, DataConsumerDump, DataConsumerId, DataConsumerStats,
    DataProducerId, DataProducerType, Notification, Reply, Request, SctpStreamParameters,
    TransportCall, UserMessage,
};

use crate::entropy::new_id;
use crate::error::{ConsumeDataError, RequestError, SendMessageError};
use crate::events::{DataConsumerEvent, EventStream, Readers};
use crate::lifecycle::{Child, Closed, Follower};
use crate::router::DataSource;
use crate::transport::Transport;
use crate::worker::unexpected;

/// What a data consumer is made from. How its stream delivers is as the data producer's, unless said here;
/// on a direct transport that says nothing.
#[derive(Clone, Debug)]
pub struct DataConsumerOptions {
    /// A data producer of the same room.
    pub data_producer_id: DataProducerId,
    /// In the order of sending; true lifts the limits. Default: as the data producer, or true if that is
    /// direct.
    pub ordered: Option<bool>,
    /// Give up after so many milliseconds; unless `ordered` is given, not in order then. Default: as the
    /// data producer.
    pub max_packet_life_time: Option<u16>,
    /// Give up after so many repetitions; as `max_packet_life_time`, which it excludes. Default: as the data
    /// producer.
    pub max_retransmits: Option<u16>,
    /// Begin paused. Default: false.
    pub paused: bool,
    /// Which messages with subchannels it takes. Default: none; over a pipe, all.
    pub subchannels: Vec<u16>,
}

impl DataConsumerOptions {
    /// Consumes `data_producer_id`, delivered as that delivers.
    #[must_use]
    pub fn new(data_producer_id: DataProducerId) -> Self {
        Self {
            data_producer_id,
            ordered: None,
            max_packet_life_time: None,
            max_retransmits: None,
            paused: false,
            subchannels: Vec::new(),
        }
    }

    /// How stream `id` delivers what comes from `source`. What contradicts itself the engine refuses.
    fn stream(&self, source: &DataSource, id: u16) -> SctpStreamParameters {
        if self.ordered == Some(true) {
            return SctpStreamParameters::ordered(id);
        }
        let source = source
            .stream
            .unwrap_or_else(|| SctpStreamParameters::ordered(id));
        let is_limited = self.max_packet_life_time.is_some() || self.max_retransmits.is_some();
        SctpStreamParameters {
            stream_id: id,
            ordered: !is_limited && self.ordered.unwrap_or(source.ordered),
            max_packet_life_time: self.max_packet_life_time.or(source.max_packet_life_time),
            max_retransmits: self.max_retransmits.or(source.max_retransmits),
        }
    }
}

/// Messages that we send to an endpoint, or tell the application. Clones are the same data consumer.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{DirectTransportOptions, ListenInfo, Protocol, RouterOptions, Worker, WorkerSettings};
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::default()).await?;
/// # let application = router.create_direct_transport(DirectTransportOptions::default()).await?;
/// use brodo::{DataConsumerOptions, DataProducerOptions, PlainTransportOptions, SctpOptions};
///
/// // What the application has to say goes to an endpoint that speaks SCTP.
/// let producer = application.produce_data(DataProducerOptions::direct()).await?;
/// let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
/// let mut options = PlainTransportOptions::new(listen);
/// options.comedia = true;
/// options.sctp = Some(SctpOptions::default());
/// let transport = router.create_plain_transport(options).await?;
///
/// // News that are old are no news: each message is tried twice, and none waits for another.
/// let mut options = DataConsumerOptions::new(producer.id().clone());
/// options.max_retransmits = Some(1);
/// let consumer = transport.consume_data(options).await?;
/// let stream = consumer.sctp_stream_parameters().expect("over SCTP");
/// assert_eq!((stream.stream_id, stream.ordered, stream.max_retransmits), (0, false, Some(1)));
///
/// // A message of its own, that other consumers do not get. It waits until the endpoint has come.
/// assert_eq!(consumer.send("welcome").await?, 7);
/// assert_eq!(consumer.get_buffered_amount().await?, 7);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DataConsumer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    transport: Transport,
    id: DataConsumerId,
    data_producer_id: DataProducerId,
    stream: Option<SctpStreamParameters>,
    label: String,
    protocol: String,
    state: Mutex<State>,
    closed: Closed,
    follower: Mutex<Option<Arc<dyn Follower>>>,
    events: Readers<DataConsumerEvent>,
}

/// What the engine told last: in an event, else in its answer. An event may overtake whoever waits for
/// the answer.
#[derive(Debug)]
struct State {
    paused: bool,
    data_producer_paused: Option<bool>,
    subchannels: Vec<u16>,
}

impl Transport {
    /// The endpoint receives the messages of a data producer in the same room; on a direct transport, the
    /// application.
    ///
    /// # Errors
    ///
    /// [`ConsumeDataError`] if there is no such data producer, or the options contradict each other.
    pub async fn consume_data(
        &self,
        options: DataConsumerOptions,
    ) -> Result<DataConsumer, ConsumeDataError> {
        DataConsumer::create(self.clone(), options).await
    }
}

impl DataConsumer {
    async fn create(
        transport: Transport,
        options: DataConsumerOptions,
    ) -> Result<Self, ConsumeDataError> {
        let source = transport
            .router()
            .data_source(&options.data_producer_id)
            .ok_or_else(|| {
                ConsumeDataError::DataProducerNotFound(options.data_producer_id.clone())
            })?;
        let stream = match transport.is_direct() {
            true => None,
            false => {
                let id = transport.take_stream().ok_or(ConsumeDataError::NoStream)?;
                Some(options.stream(&source, id))
            }
        };
        let request = ConsumeDataOptions {
            id: DataConsumerId::from(new_id()),
            data_producer_id: options.data_producer_id,
            sctp_stream_parameters: stream,
            label: source.label,
            protocol: source.protocol,
            paused: options.paused,
            subchannels: options.subchannels,
        };
        Ok(Self::request(transport, request).await?)
    }

    /// Whatever becomes of the request, the stream is given back when the last handle goes.
    async fn request(
        transport: Transport,
        request: ConsumeDataOptions,
    ) -> Result<Self, RequestError> {
        let inner = Arc::new(Inner {
            transport,
            id: request.id.clone(),
            data_producer_id: request.data_producer_id.clone(),
            stream: request.sctp_stream_parameters,
            label: request.label.clone(),
            protocol: request.protocol.clone(),
            state: Mutex::new(State {
                paused: request.paused,
                data_producer_paused: None,
                subchannels: Vec::new(),
            }),
            closed: Closed::default(),
            follower: Mutex::default(),
            events: Readers::new(),
        });
        let weak = Arc::downgrade(&inner);
        let sink = Box::new(move |notification| tell(&weak, notification));
        let call = TransportCall::ConsumeData(request);
        let reply = inner.transport.call_with_events(call, Some(sink)).await?;
        inner.begin(reply)?;
        let weak = Arc::downgrade(&inner);
        inner.transport.children().add(weak);
        Ok(Self { inner })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &DataConsumerId {
        &self.inner.id
    }

    /// What it consumes.
    #[must_use]
    pub fn data_producer_id(&self) -> &DataProducerId {
        &self.inner.data_producer_id
    }

    /// Its transport.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    /// `sctp`, or `direct` if it is the application that hears.
    #[must_use]
    pub fn data_consumer_type(&self) -> DataProducerType {
        match self.inner.stream {
            Some(_) => DataProducerType::Sctp,
            None => DataProducerType::Direct,
        }
    }

    /// The stream on which we send: for the endpoint. `None` on a direct transport.
    #[must_use]
    pub fn sctp_stream_parameters(&self) -> Option<SctpStreamParameters> {
        self.inner.stream
    }

    /// The data producer's.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.inner.label
    }

    /// The data producer's.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.inner.protocol
    }

    /// Whether it is paused itself.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.state().paused
    }

    /// Whether its data producer is paused.
    #[must_use]
    pub fn is_data_producer_paused(&self) -> bool {
        self.inner.state().data_producer_paused.unwrap_or(false)
    }

    /// Which messages with subchannels it takes, ascending.
    #[must_use]
    pub fn subchannels(&self) -> Vec<u16> {
        self.inner.state().subchannels.clone()
    }

    /// Stops sending; what comes meanwhile is not sent later.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn pause(&self) -> Result<(), RequestError> {
        self.call(DataConsumerCall::Pause).await?;
        self.inner.set_paused(true, &DataConsumerEvent::Pause);
        Ok(())
    }

    /// Sends again.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn resume(&self) -> Result<(), RequestError> {
        self.call(DataConsumerCall::Resume).await?;
        self.inner.set_paused(false, &DataConsumerEvent::Resume);
        Ok(())
    }

    /// Sends a message of its own, over SCTP: text or bytes, or anything with [`UserMessage::new`]. Gives
    /// the bytes that then wait on its stream. What is sent before SCTP is connected waits.
    ///
    /// # Errors
    ///
    /// [`SendMessageError::BufferFull`] if too much waits already; otherwise if the message is too large,
    /// or the data consumer is paused, closed or on a direct transport.
    pub async fn send(&self, message: impl Into<UserMessage>) -> Result<u32, SendMessageError> {
        let call = DataConsumerCall::Send(message.into());
        match self.call(call).await? {
            Reply::BufferedAmount(bytes) => Ok(bytes),
            other => Ok(unexpected(&other)?),
        }
    }

    /// Bytes that wait on its stream.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed or on a direct transport.
    pub async fn get_buffered_amount(&self) -> Result<u32, RequestError> {
        match self.call(DataConsumerCall::GetBufferedAmount).await? {
            Reply::BufferedAmount(bytes) => Ok(bytes),
            other => unexpected(&other),
        }
    }

    /// `BufferedAmountLow` is told when no more bytes than this wait any longer. Default: the transport's.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed or on a direct transport.
    pub async fn set_buffered_amount_low_threshold(&self, bytes: u32) -> Result<(), RequestError> {
        self.call(DataConsumerCall::SetBufferedAmountLowThreshold(bytes))
            .await
            .map(drop)
    }

    /// Takes exactly these subchannels.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn set_subchannels(&self, subchannels: &[u16]) -> Result<(), RequestError> {
        self.subscribe(DataConsumerCall::SetSubchannels(subchannels.to_vec()))
            .await
    }

    /// Takes one more subchannel; one that it has is fine.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn add_subchannel(&self, subchannel: u16) -> Result<(), RequestError> {
        self.subscribe(DataConsumerCall::AddSubchannel(subchannel))
            .await
    }

    /// Takes one subchannel less; one that it has not is fine.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn remove_subchannel(&self, subchannel: u16) -> Result<(), RequestError> {
        self.subscribe(DataConsumerCall::RemoveSubchannel(subchannel))
            .await
    }

    async fn subscribe(&self, call: DataConsumerCall) -> Result<(), RequestError> {
        match self.call(call).await? {
            Reply::Subchannels(subchannels) => {
                self.inner.state().subchannels = subchannels;
                Ok(())
            }
            other => unexpected(&other),
        }
    }

    /// The data consumer as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<DataConsumerDump, RequestError> {
        match self.call(DataConsumerCall::Dump).await? {
            Reply::DataConsumerDump(dump) => Ok(*dump),
            other => unexpected(&other),
        }
    }

    /// Its counters.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn get_stats(&self) -> Result<DataConsumerStats, RequestError> {
        match self.call(DataConsumerCall::GetStats).await? {
            Reply::DataConsumerStats(stats) => Ok(stats),
            other => unexpected(&other),
        }
    }

    /// What happens to it from now on, messages for the application among it. Whoever cannot read as fast as
    /// messages come loses some, and [`EventStream::lost`] says so.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use brodo::{DirectTransportOptions, RouterOptions, Worker, WorkerSettings};
    /// # let worker = Worker::new(WorkerSettings::default())?;
    /// # let router = worker.create_router(RouterOptions::default()).await?;
    /// # let transport = router.create_direct_transport(DirectTransportOptions::default()).await?;
    /// use brodo::{DataConsumerEvent, DataConsumerOptions, DataProducerOptions};
    /// use futures_util::StreamExt;
    ///
    /// let producer = transport.produce_data(DataProducerOptions::direct()).await?;
    /// let options = DataConsumerOptions::new(producer.id().clone());
    /// let consumer = transport.consume_data(options).await?;
    /// let mut events = consumer.events();
    ///
    /// producer.pause().await?;
    /// assert_eq!(events.next().await, Some(DataConsumerEvent::DataProducerPause));
    /// producer.close();
    /// assert_eq!(events.next().await, Some(DataConsumerEvent::DataProducerClose));
    /// assert_eq!(events.next().await, Some(DataConsumerEvent::Close));
    /// assert_eq!(events.next().await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<DataConsumerEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) fn downgrade(&self) -> WeakDataConsumer {
        WeakDataConsumer(Arc::downgrade(&self.inner))
    }

    /// From now on `follower` hears when it is closed.
    pub(crate) fn set_follower(&self, follower: Arc<dyn Follower>) {
        *self.inner.follower() = Some(follower);
        // It may have been closed meanwhile, and then nobody would take the follower away.
        if self.is_closed() {
            self.inner.follower().take();
        }
    }

    async fn call(&self, call: DataConsumerCall) -> Result<Reply, RequestError> {
        let worker = self.inner.transport.router().worker();
        worker
            .request(Request::DataConsumer(self.inner.id.clone(), call))
            .await
    }
}

/// A data consumer that may go.
#[derive(Debug)]
pub(crate) struct WeakDataConsumer(Weak<Inner>);

impl WeakDataConsumer {
    pub fn upgrade(&self) -> Option<DataConsumer> {
        self.0.upgrade().map(|inner| DataConsumer { inner })
    }
}

/// A notification from the engine.
fn tell(weak: &Weak<Inner>, notification: Notification) {
    let (Some(inner), Notification::DataConsumer(_, event)) = (weak.upgrade(), notification) else {
        return;
    };
    match event {
        control::DataConsumerEvent::DataProducerClose => {
            inner.closed_by(&DataConsumerEvent::DataProducerClose);
        }
        control::DataConsumerEvent::StreamClosed => {
            inner.closed_by(&DataConsumerEvent::StreamClose);
        }
        control::DataConsumerEvent::DataProducerPause => {
            inner.state().data_producer_paused = Some(true);
            inner.events.emit(&DataConsumerEvent::DataProducerPause);
        }
        control::DataConsumerEvent::DataProducerResume => {
            inner.state().data_producer_paused = Some(false);
            inner.events.emit(&DataConsumerEvent::DataProducerResume);
        }
        control::DataConsumerEvent::Message(message) => {
            inner
                .events
                .emit(&DataConsumerEvent::Message(message.into()));
        }
        control::DataConsumerEvent::SctpSendBufferFull => {
            inner.events.emit(&DataConsumerEvent::SctpSendBufferFull);
        }
        control::DataConsumerEvent::BufferedAmountLow(bytes) => {
            inner
                .events
                .emit(&DataConsumerEvent::BufferedAmountLow(bytes));
        }
    }
}

impl Inner {
    fn begin(&self, reply: Reply) -> Result<(), RequestError> {
        let Reply::DataConsumed {
            paused,
            data_producer_paused,
            subchannels,
            ..
        } = reply
        else {
            return unexpected(&reply);
        };
        let mut state = self.state();
        state.paused = paused;
        state
            .data_producer_paused
            .get_or_insert(data_producer_paused);
        state.subchannels = subchannels;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_paused(&self, paused: bool, event: &DataConsumerEvent) {
        if std::mem::replace(&mut self.state().paused, paused) != paused {
            self.events.emit(event);
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::DataConsumer(self.id.clone(), DataConsumerCall::Close);
            self.transport.router().worker().handle().tell(request);
            self.end();
        }
    }

    /// The engine has closed it already.
    fn closed_by(&self, cause: &DataConsumerEvent) {
        if self.closed.close() {
            self.events.emit(cause);
            self.end();
        }
    }

    fn end(&self) {
        if let Some(stream) = self.stream {
            self.transport.free_stream(stream.stream_id);
        }
        self.events.emit(&DataConsumerEvent::Close);
        self.events.end();
        // Without holding the lock: what follows may close us.
        let follower = self.follower().take();
        if let Some(follower) = follower {
            follower.source_changed();
        }
    }

    fn follower(&self) -> MutexGuard<'_, Option<Arc<dyn Follower>>> {
        self.follower.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        self.closed_by(&DataConsumerEvent::TransportClose);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
