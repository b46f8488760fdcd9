//! A consumer: media that we send to an endpoint.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use control::{
    ConsumeOptions, ConsumerCall, ConsumerDump, ConsumerId, ConsumerLayers, ConsumerScore,
    ConsumerStats, Notification, ProducerId, Reply, Request, RtpTraceType, TransportCall,
};
use ortc::{ConsumerType, MediaKind, RtpParameters};

use crate::consumer_options::ConsumerOptions;
use crate::entropy::{SystemEntropy, new_id};
use crate::error::{ConsumeError, RequestError};
use crate::events::{ConsumerEvent, EventStream, Readers};
use crate::lifecycle::{Child, Closed, Follower};
use crate::transport::Transport;
use crate::worker::unexpected;

/// The priority of a consumer that was given none.
const PRIORITY_FIRST: u8 = 1;

/// A consumer that may go.
#[derive(Debug)]
pub(crate) struct WeakConsumer(Weak<Inner>);

impl WeakConsumer {
    pub fn upgrade(&self) -> Option<Consumer> {
        self.0.upgrade().map(|inner| Consumer { inner })
    }
}

/// Media that we send to an endpoint. Clones are the same consumer.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{ListenInfo, Protocol, RouterOptions, Worker, WorkerSettings};
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
/// # let mut options = brodo::PlainTransportOptions::new(ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?));
/// # options.comedia = true;
/// # let transport = router.create_plain_transport(options.clone()).await?;
/// # use brodo::{MediaKind, ProducerOptions};
/// # let opus = serde_json::from_value(serde_json::json!({
/// #     "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 111 }],
/// #     "encodings": [{ "ssrc": 1111 }],
/// # }))?;
/// # let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, opus)).await?;
/// use std::net::UdpSocket;
/// use std::time::Duration;
///
/// use brodo::{ConsumerOptions, PlainConnect};
///
/// // A receiver with a transport of its own.
/// let receiver = UdpSocket::bind("127.0.0.1:0")?;
/// receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
/// # options.comedia = false;
/// let outgoing = router.create_plain_transport(options).await?;
/// let endpoint = PlainConnect {
///     ip: Some("127.0.0.1".parse()?),
///     port: Some(receiver.local_addr()?.port()),
///     ..PlainConnect::default()
/// };
/// outgoing.connect(endpoint).await?;
///
/// // What it can do: here, whatever the room can.
/// let capabilities = router.rtp_capabilities();
/// let options = ConsumerOptions::new(producer.id().clone(), capabilities);
/// let consumer = outgoing.consume(options).await?;
///
/// // A packet comes in with one SSRC and goes out with another.
/// let sender = UdpSocket::bind("127.0.0.1:0")?;
/// let port = transport.tuple().expect("bound").local_port;
/// sender.send_to(&[0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0x04, 0x57, 0xff], ("127.0.0.1", port))?;
/// let mut packet = [0; 1500];
/// let length = receiver.recv(&mut packet)?;
/// let ssrc = consumer.rtp_parameters().encodings[0].ssrc.expect("an SSRC");
/// assert_eq!(packet[8..12], ssrc.to_be_bytes());
/// assert_eq!(packet[length - 1], 0xff);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Consumer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    transport: Transport,
    id: ConsumerId,
    producer_id: ProducerId,
    kind: MediaKind,
    rtp_parameters: RtpParameters,
    consumer_type: Mutex<ConsumerType>,
    state: Mutex<State>,
    closed: Closed,
    follower: Mutex<Option<Arc<dyn Follower>>>,
    events: Readers<ConsumerEvent>,
}

/// What the engine told last: in an event, else in its answer. An event may overtake whoever waits for
/// the answer.
#[derive(Debug)]
struct State {
    paused: bool,
    producer_paused: Option<bool>,
    score: Option<ConsumerScore>,
    priority: u8,
    preferred_layers: Option<ConsumerLayers>,
    current_layers: Option<ConsumerLayers>,
}

impl Transport {
    /// The endpoint receives media of a producer in the same room.
    ///
    /// # Errors
    ///
    /// [`ConsumeError`] if there is no such producer, or the endpoint cannot decode it.
    pub async fn consume(&self, options: ConsumerOptions) -> Result<Consumer, ConsumeError> {
        Consumer::create(self.clone(), options).await
    }
}

impl Consumer {
    async fn create(transport: Transport, options: ConsumerOptions) -> Result<Self, ConsumeError> {
        let consumable = transport
            .router()
            .consumable(&options.producer_id)
            .ok_or_else(|| ConsumeError::ProducerNotFound(options.producer_id.clone()))?;
        let mut rtp_parameters = ortc::get_consumer_rtp_parameters(
            &ortc::ConsumerRequest {
                consumable_rtp_parameters: &consumable.rtp_parameters,
                remote_rtp_capabilities: &options.rtp_capabilities,
                pipe: options.pipe,
                enable_rtx: options
                    .enable_rtx
                    .unwrap_or(consumable.kind == MediaKind::Video),
            },
            &mut SystemEntropy,
        )?;
        if !options.pipe {
            rtp_parameters.mid = Some(options.mid.unwrap_or_else(|| transport.next_mid()));
        }
        let request = ConsumeOptions {
            id: ConsumerId::from(new_id()),
            producer_id: options.producer_id,
            kind: consumable.kind,
            rtp_parameters,
            consumable_rtp_encodings: consumable.rtp_parameters.encodings,
            ignore_dtx: options.ignore_dtx,
            paused: options.paused,
            pipe: options.pipe,
            preferred_layers: options.preferred_layers,
        };
        Ok(Self::request(&transport, request).await?)
    }

    /// A consumer of everything, as another router needs it.
    pub(crate) async fn create_for_pipe(
        transport: &Transport,
        producer_id: ProducerId,
        enable_rtx: bool,
    ) -> Result<Self, ConsumeError> {
        let consumable = transport
            .router()
            .consumable(&producer_id)
            .ok_or_else(|| ConsumeError::ProducerNotFound(producer_id.clone()))?;
        let rtp_parameters = ortc::get_pipe_consumer_rtp_parameters(
            &ortc::PipeRequest {
                consumable_rtp_parameters: &consumable.rtp_parameters,
                enable_rtx,
            },
            &mut SystemEntropy,
        );
        let request = ConsumeOptions {
            id: ConsumerId::from(new_id()),
            producer_id,
            kind: consumable.kind,
            rtp_parameters,
            consumable_rtp_encodings: consumable.rtp_parameters.encodings,
            ignore_dtx: false,
            paused: false,
            pipe: true,
            preferred_layers: None,
        };
        Ok(Self::request(transport, request).await?)
    }

    async fn request(transport: &Transport, request: ConsumeOptions) -> Result<Self, RequestError> {
        let inner = Arc::new(Inner {
            transport: transport.clone(),
            id: request.id.clone(),
            producer_id: request.producer_id.clone(),
            kind: request.kind,
            rtp_parameters: request.rtp_parameters.clone(),
            consumer_type: Mutex::new(ConsumerType::Simple),
            state: Mutex::new(State {
                paused: request.paused,
                producer_paused: None,
                score: None,
                priority: PRIORITY_FIRST,
                preferred_layers: None,
                current_layers: None,
            }),
            closed: Closed::default(),
            follower: Mutex::default(),
            events: Readers::new(),
        });
        let weak = Arc::downgrade(&inner);
        let sink = Box::new(move |notification| tell(&weak, notification));
        let reply = transport
            .call_with_events(TransportCall::Consume(request), Some(sink))
            .await?;
        inner.begin(reply)?;
        let weak = Arc::downgrade(&inner);
        transport.children().add(weak);
        Ok(Self { inner })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ConsumerId {
        &self.inner.id
    }

    /// What it consumes.
    #[must_use]
    pub fn producer_id(&self) -> &ProducerId {
        &self.inner.producer_id
    }

    /// Its transport.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    /// Audio or video.
    #[must_use]
    pub fn kind(&self) -> MediaKind {
        self.inner.kind
    }

    /// What we send: for the endpoint.
    #[must_use]
    pub fn rtp_parameters(&self) -> &RtpParameters {
        &self.inner.rtp_parameters
    }

    /// `simple`, `simulcast`, `svc` or `pipe`.
    #[must_use]
    pub fn consumer_type(&self) -> ConsumerType {
        *self
            .inner
            .consumer_type
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is paused itself.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.state().paused
    }

    /// Whether its producer is paused.
    #[must_use]
    pub fn is_producer_paused(&self) -> bool {
        self.inner.state().producer_paused.unwrap_or(false)
    }

    /// How well media arrives, at us and at the endpoint.
    #[must_use]
    pub fn score(&self) -> ConsumerScore {
        let score = self.inner.state().score.clone();
        score.unwrap_or(ConsumerScore {
            score: 10,
            producer_score: 0,
            producer_scores: Vec::new(),
        })
    }

    /// Stops sending.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn pause(&self) -> Result<(), RequestError> {
        self.call(ConsumerCall::Pause).await?;
        self.inner.set_paused(true, &ConsumerEvent::Pause);
        Ok(())
    }

    /// Sends again, from the next key frame, with no gap in the sequence numbers.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn resume(&self) -> Result<(), RequestError> {
        self.call(ConsumerCall::Resume).await?;
        self.inner.set_paused(false, &ConsumerEvent::Resume);
        Ok(())
    }

    /// Asks the producer's endpoint for a key frame, if it is not about to come anyway. A pipe asks for
    /// one of every stream; of sound there is nothing to ask.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn request_key_frame(&self) -> Result<(), RequestError> {
        self.call(ConsumerCall::RequestKeyFrame).await.map(drop)
    }

    /// Wants these layers at most; without a temporal layer, every one of it. What there is not is
    /// lowered to what there is. Does nothing if the producer has no layers.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn set_preferred_layers(&self, layers: ConsumerLayers) -> Result<(), RequestError> {
        match self.call(ConsumerCall::SetPreferredLayers(layers)).await? {
            Reply::PreferredLayers(effective) => {
                self.inner.state().preferred_layers = effective;
                Ok(())
            }
            other => unexpected(&other),
        }
    }

    /// The layers wanted at most; `None` if the producer has no layers.
    #[must_use]
    pub fn preferred_layers(&self) -> Option<ConsumerLayers> {
        self.inner.state().preferred_layers
    }

    /// The layers that go now; `None` if nothing goes, or the producer has no layers.
    #[must_use]
    pub fn current_layers(&self) -> Option<ConsumerLayers> {
        self.inner.state().current_layers
    }

    /// The higher, the sooner it gets its layers: 1 to 255.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is 0, or the consumer is closed.
    pub async fn set_priority(&self, priority: u8) -> Result<(), RequestError> {
        self.call(ConsumerCall::SetPriority(priority)).await?;
        self.inner.state().priority = priority;
        Ok(())
    }

    /// Back to 1.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn unset_priority(&self) -> Result<(), RequestError> {
        self.set_priority(PRIORITY_FIRST).await
    }

    /// 1 unless it was set.
    #[must_use]
    pub fn priority(&self) -> u8 {
        self.inner.state().priority
    }

    /// Traces exactly these; nothing with an empty list. `Sr` is a producer's and ignored.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn enable_trace_event(&self, kinds: &[RtpTraceType]) -> Result<(), RequestError> {
        self.call(ConsumerCall::EnableTraceEvent(kinds.to_vec()))
            .await
            .map(drop)
    }

    /// The consumer as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<ConsumerDump, RequestError> {
        match self.call(ConsumerCall::Dump).await? {
            Reply::ConsumerDump(dump) => Ok(*dump),
            other => unexpected(&other),
        }
    }

    /// Counters of what we send and of the stream it comes from.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn get_stats(&self) -> Result<ConsumerStats, RequestError> {
        match self.call(ConsumerCall::GetStats).await? {
            Reply::ConsumerStats(stats) => Ok(*stats),
            other => unexpected(&other),
        }
    }

    /// What happens to it from now on.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use brodo::{ListenInfo, Protocol, RouterOptions, Worker, WorkerSettings};
    /// # let worker = Worker::new(WorkerSettings::default())?;
    /// # let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
    /// # let mut options = brodo::PlainTransportOptions::new(ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?));
    /// # options.comedia = true;
    /// # let transport = router.create_plain_transport(options.clone()).await?;
    /// # use brodo::{MediaKind, ProducerOptions};
    /// # let opus = serde_json::from_value(serde_json::json!({
    /// #     "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 111 }],
    /// #     "encodings": [{ "ssrc": 1111 }],
    /// # }))?;
    /// # let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, opus)).await?;
    /// use brodo::{ConsumerEvent, ConsumerOptions};
    /// use futures_util::StreamExt;
    ///
    /// # let outgoing = router.create_plain_transport(options).await?;
    /// # let options = ConsumerOptions::new(producer.id().clone(), router.rtp_capabilities());
    /// let consumer = outgoing.consume(options).await?;
    /// let mut events = consumer.events();
    ///
    /// producer.pause().await?;
    /// assert_eq!(events.next().await, Some(ConsumerEvent::ProducerPause));
    /// producer.close();
    /// assert_eq!(events.next().await, Some(ConsumerEvent::ProducerClose));
    /// assert_eq!(events.next().await, Some(ConsumerEvent::Close));
    /// assert_eq!(events.next().await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<ConsumerEvent> {
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

    pub(crate) fn downgrade(&self) -> WeakConsumer {
        WeakConsumer(Arc::downgrade(&self.inner))
    }

    /// From now on `follower` hears of what happens to it.
    pub(crate) fn set_follower(&self, follower: Arc<dyn Follower>) {
        *self.inner.follower() = Some(follower);
        // It may have been closed meanwhile, and then nobody would take the follower away.
        if self.is_closed() {
            self.inner.follower().take();
        }
    }

    async fn call(&self, call: ConsumerCall) -> Result<Reply, RequestError> {
        let worker = self.inner.transport.router().worker();
        worker
            .request(Request::Consumer(self.inner.id.clone(), call))
            .await
    }
}

/// A notification from the engine.
fn tell(weak: &Weak<Inner>, notification: Notification) {
    let (Some(inner), Notification::Consumer(_, event)) = (weak.upgrade(), notification) else {
        return;
    };
    match event {
        control::ConsumerEvent::ProducerClose => inner.closed_by(&ConsumerEvent::ProducerClose),
        control::ConsumerEvent::ProducerPause => {
            inner.state().producer_paused = Some(true);
            inner.tell_follower();
            inner.events.emit(&ConsumerEvent::ProducerPause);
        }
        control::ConsumerEvent::ProducerResume => {
            inner.state().producer_paused = Some(false);
            inner.tell_follower();
            inner.events.emit(&ConsumerEvent::ProducerResume);
        }
        control::ConsumerEvent::Score(score) => {
            inner.state().score = Some(score.clone());
            inner.events.emit(&ConsumerEvent::Score(score));
        }
        control::ConsumerEvent::LayersChange(layers) => {
            inner.state().current_layers = layers;
            inner.events.emit(&ConsumerEvent::LayersChange(layers));
        }
        control::ConsumerEvent::Rtp(packet) => {
            inner.events.emit(&ConsumerEvent::Rtp(packet.into()))
        }
        control::ConsumerEvent::Trace(trace) => {
            inner.events.emit(&ConsumerEvent::Trace(trace));
        }
    }
}

impl Inner {
    fn begin(&self, reply: Reply) -> Result<(), RequestError> {
        let Reply::Consumed {
            paused,
            producer_paused,
            score,
            consumer_type,
            preferred_layers,
        } = reply
        else {
            return unexpected(&reply);
        };
        *self
            .consumer_type
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = consumer_type;
        let mut state = self.state();
        state.paused = paused;
        state.producer_paused.get_or_insert(producer_paused);
        state.score.get_or_insert(score);
        state.preferred_layers = preferred_layers;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_paused(&self, paused: bool, event: &ConsumerEvent) {
        if std::mem::replace(&mut self.state().paused, paused) != paused {
            self.events.emit(event);
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::Consumer(self.id.clone(), ConsumerCall::Close);
            self.transport.router().worker().handle().tell(request);
            self.end();
        }
    }

    /// The engine has closed it already.
    fn closed_by(&self, cause: &ConsumerEvent) {
        if self.closed.close() {
            self.events.emit(cause);
            self.end();
        }
    }

    fn end(&self) {
        self.tell_follower();
        self.events.emit(&ConsumerEvent::Close);
        self.events.end();
        self.follower().take();
    }

    fn follower(&self) -> MutexGuard<'_, Option<Arc<dyn Follower>>> {
        self.follower.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without holding the lock: what follows may close us.
    fn tell_follower(&self) {
        let follower = self.follower().clone();
        if let Some(follower) = follower {
            follower.source_changed();
        }
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        self.closed_by(&ConsumerEvent::TransportClose);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
