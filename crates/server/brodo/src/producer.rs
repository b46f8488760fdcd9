//! A producer: media that an endpoint sends to us.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use control::{
    Command, Notification, ProduceOptions, ProducerCall, ProducerDump, ProducerId, ProducerScore,
    Reply, Request, RtpStreamRecvStats, RtpTraceType, TransportCall,
};
use ortc::{MediaKind, ProducerType, RtpEncodingParameters, RtpParameters};

use crate::entropy::{SystemEntropy, new_id};
use crate::error::{ProduceError, RequestError};
use crate::events::{EventStream, ProducerEvent, Readers};
use crate::lifecycle::{Child, Closed};
use crate::router::Consumable;
use crate::transport::Transport;
use crate::worker::unexpected;

/// What a producer is made from.
#[derive(Clone, Debug)]
pub struct ProducerOptions {
    /// Its name. Default: a new one.
    pub id: Option<ProducerId>,
    /// Audio or video.
    pub kind: MediaKind,
    /// What the endpoint sends.
    pub rtp_parameters: RtpParameters,
    /// Begin paused. Default: false.
    pub paused: bool,
    /// Milliseconds between two key-frame requests to the endpoint. Default: 0.
    pub key_frame_request_delay: u32,
    /// Give its packets the header extension `urn:mediasoup:params:rtp-hdrext:packet-id`, for consumers
    /// that know it. Default: false.
    pub enable_packet_id: bool,
}

impl ProducerOptions {
    /// A producer of `kind` with these parameters.
    #[must_use]
    pub fn new(kind: MediaKind, rtp_parameters: RtpParameters) -> Self {
        Self {
            id: None,
            kind,
            rtp_parameters,
            paused: false,
            key_frame_request_delay: 0,
            enable_packet_id: false,
        }
    }
}

/// Media that an endpoint sends to us. Clones are the same producer.
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
/// use brodo::{MediaKind, ProducerOptions, ProducerType};
///
/// let opus = serde_json::from_value(serde_json::json!({
///     "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 111 }],
///     "encodings": [{ "ssrc": 1111 }],
/// }))?;
/// let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, opus)).await?;
///
/// assert_eq!(producer.producer_type(), ProducerType::Simple);
/// assert!(producer.get_stats().await?.is_empty(), "nothing has come yet");
/// producer.pause().await?;
/// assert!(producer.is_paused());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Producer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    transport: Transport,
    id: ProducerId,
    kind: MediaKind,
    producer_type: ProducerType,
    rtp_parameters: RtpParameters,
    consumable_rtp_parameters: RtpParameters,
    state: Arc<Mutex<State>>,
    closed: Closed,
    /// What is to live as long as the producer.
    kept: Mutex<Option<Box<dyn Any + Send>>>,
    events: Arc<Readers<ProducerEvent>>,
}

#[derive(Debug)]
struct State {
    paused: bool,
    score: Vec<ProducerScore>,
}

impl Transport {
    /// The endpoint sends media.
    ///
    /// # Errors
    ///
    /// [`ProduceError`] names what is wrong with the parameters.
    pub async fn produce(&self, options: ProducerOptions) -> Result<Producer, ProduceError> {
        Producer::create(self.clone(), options).await
    }
}

impl Producer {
    async fn create(transport: Transport, options: ProducerOptions) -> Result<Self, ProduceError> {
        let id = options.id.unwrap_or_else(|| ProducerId::from(new_id()));
        if !transport.producers().insert(id.clone()) {
            return Err(ProduceError::AlreadyExists(id));
        }
        let created = Self::negotiate(&transport, &id, options.kind, options.rtp_parameters);
        let made = match created {
            Ok((rtp_parameters, rtp_mapping, consumable)) => {
                let request = ProduceOptions {
                    id: id.clone(),
                    kind: options.kind,
                    rtp_parameters,
                    rtp_mapping,
                    key_frame_request_delay: options.key_frame_request_delay,
                    paused: options.paused,
                    enable_packet_id: options.enable_packet_id,
                };
                Self::request(&transport, request, consumable).await
            }
            Err(error) => Err(error),
        };
        if made.is_err() {
            transport.producers().remove(&id);
        }
        made
    }

    /// The parameters in normal form, their mapping into the router's numbers, and what others consume.
    fn negotiate(
        transport: &Transport,
        _id: &ProducerId,
        kind: MediaKind,
        mut rtp_parameters: RtpParameters,
    ) -> Result<(RtpParameters, ortc::RtpMapping, RtpParameters), ProduceError> {
        ortc::validate_rtp_parameters(&rtp_parameters)?;
        if rtp_parameters.encodings.is_empty() {
            rtp_parameters
                .encodings
                .push(RtpEncodingParameters::default());
        }
        rtp_parameters.rtcp.cname = Some(transport.cname(rtp_parameters.rtcp.cname.as_deref()));
        let capabilities = transport.router().rtp_capabilities();
        let mapping = ortc::get_producer_rtp_parameters_mapping(
            &mut rtp_parameters,
            &capabilities,
            &mut SystemEntropy,
        )?;
        let consumable =
            ortc::get_consumable_rtp_parameters(kind, &rtp_parameters, &capabilities, &mapping)?;
        Ok((rtp_parameters, mapping, consumable))
    }

    async fn request(
        transport: &Transport,
        options: ProduceOptions,
        consumable_rtp_parameters: RtpParameters,
    ) -> Result<Self, ProduceError> {
        let state = Arc::new(Mutex::new(State {
            paused: options.paused,
            score: Vec::new(),
        }));
        let events = Arc::new(Readers::new());
        let (id, kind, rtp_parameters) = (
            options.id.clone(),
            options.kind,
            options.rtp_parameters.clone(),
        );
        let (remembered, told) = (state.clone(), events.clone());
        let sink = Box::new(move |notification| {
            if let Notification::Producer(_, event) = notification {
                told.emit(&remember(&remembered, event));
            }
        });
        let reply = transport
            .call_with_events(TransportCall::Produce(options), Some(sink))
            .await?;
        let Reply::Produced { producer_type } = reply else {
            return Ok(unexpected(&reply)?);
        };
        let consumable = Consumable {
            kind,
            rtp_parameters: consumable_rtp_parameters.clone(),
        };
        transport.router().add_consumable(id.clone(), consumable);
        let inner = Arc::new(Inner {
            transport: transport.clone(),
            id,
            kind,
            producer_type,
            rtp_parameters,
            consumable_rtp_parameters,
            state,
            closed: Closed::default(),
            kept: Mutex::default(),
            events,
        });
        let weak = Arc::downgrade(&inner);
        transport.children().add(weak);
        Ok(Self { inner })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ProducerId {
        &self.inner.id
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

    /// `simple`, `simulcast` or `svc`.
    #[must_use]
    pub fn producer_type(&self) -> ProducerType {
        self.inner.producer_type
    }

    /// What the endpoint sends, in normal form.
    #[must_use]
    pub fn rtp_parameters(&self) -> &RtpParameters {
        &self.inner.rtp_parameters
    }

    /// The same in the router's numbers: what consumers choose from.
    #[must_use]
    pub fn consumable_rtp_parameters(&self) -> &RtpParameters {
        &self.inner.consumable_rtp_parameters
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.state().paused
    }

    /// How well its streams arrive; empty until one is seen.
    #[must_use]
    pub fn score(&self) -> Vec<ProducerScore> {
        self.inner.state().score.clone()
    }

    /// Stops forwarding; consumers hear of it.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn pause(&self) -> Result<(), RequestError> {
        self.call(ProducerCall::Pause).await?;
        self.inner.set_paused(true, &ProducerEvent::Pause);
        Ok(())
    }

    /// Forwards again, from the next key frame.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn resume(&self) -> Result<(), RequestError> {
        self.call(ProducerCall::Resume).await?;
        self.inner.set_paused(false, &ProducerEvent::Resume);
        Ok(())
    }

    /// Traces exactly these; nothing with an empty list. Told while it is not paused.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn enable_trace_event(&self, kinds: &[RtpTraceType]) -> Result<(), RequestError> {
        self.call(ProducerCall::EnableTraceEvent(kinds.to_vec()))
            .await
            .map(drop)
    }

    /// Sends an RTP packet as the producer's endpoint, on a direct transport. One that is longer than
    /// 65 536 bytes, or is not RTP, is dropped and counted; so is one on another transport.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed or has too much waiting.
    pub fn send(&self, packet: impl Into<Vec<u8>>) -> Result<(), RequestError> {
        let command = Command::ProducerSend(self.inner.id.clone(), packet.into());
        let worker = self.inner.transport.router().worker();
        worker.handle().send(command)
    }

    /// The producer as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<ProducerDump, RequestError> {
        match self.call(ProducerCall::Dump).await? {
            Reply::ProducerDump(dump) => Ok(*dump),
            other => unexpected(&other),
        }
    }

    /// Its counters, one entry a stream seen so far.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn get_stats(&self) -> Result<Vec<RtpStreamRecvStats>, RequestError> {
        match self.call(ProducerCall::GetStats).await? {
            Reply::ProducerStats(stats) => Ok(stats),
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
    /// use std::net::UdpSocket;
    ///
    /// use brodo::ProducerEvent;
    /// use futures_util::StreamExt;
    ///
    /// let mut events = producer.events();
    /// let sender = UdpSocket::bind("127.0.0.1:0")?;
    /// let port = transport.tuple().expect("bound").local_port;
    /// let packet = [0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0x04, 0x57, 0xff];
    /// sender.send_to(&packet, ("127.0.0.1", port))?;
    ///
    /// let Some(ProducerEvent::Score(score)) = events.next().await else { panic!("not a score") };
    /// assert_eq!((score[0].ssrc, score[0].score), (1111, 10));
    ///
    /// transport.close();
    /// assert_eq!(events.next().await, Some(ProducerEvent::TransportClose));
    /// assert_eq!(events.next().await, Some(ProducerEvent::Close));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<ProducerEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes it and its consumers. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) fn downgrade(&self) -> WeakProducer {
        WeakProducer(Arc::downgrade(&self.inner))
    }

    /// Something lives until the producer is closed.
    pub(crate) fn keep(&self, kept: impl Any + Send) {
        *self.inner.kept() = Some(Box::new(kept));
        if self.is_closed() {
            self.inner.let_go();
        }
    }

    /// Pauses or resumes it without waiting for the answer.
    pub(crate) fn tell_paused(&self, paused: bool) {
        let (call, event) = match paused {
            true => (ProducerCall::Pause, ProducerEvent::Pause),
            false => (ProducerCall::Resume, ProducerEvent::Resume),
        };
        let worker = self.inner.transport.router().worker();
        let request = Request::Producer(self.inner.id.clone(), call);
        worker.handle().tell(request);
        self.inner.set_paused(paused, &event);
    }

    async fn call(&self, call: ProducerCall) -> Result<Reply, RequestError> {
        let worker = self.inner.transport.router().worker();
        worker
            .request(Request::Producer(self.inner.id.clone(), call))
            .await
    }
}

/// A producer that may go.
#[derive(Debug)]
pub(crate) struct WeakProducer(Weak<Inner>);

impl WeakProducer {
    pub fn upgrade(&self) -> Option<Producer> {
        self.0.upgrade().map(|inner| Producer { inner })
    }
}

fn remember(state: &Mutex<State>, event: control::ProducerEvent) -> ProducerEvent {
    match event {
        control::ProducerEvent::Score(score) => {
            state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .score
                .clone_from(&score);
            ProducerEvent::Score(score)
        }
        control::ProducerEvent::VideoOrientationChange(orientation) => {
            ProducerEvent::VideoOrientationChange(orientation)
        }
        control::ProducerEvent::Trace(trace) => ProducerEvent::Trace(trace),
    }
}

impl Inner {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_paused(&self, paused: bool, event: &ProducerEvent) {
        if std::mem::replace(&mut self.state().paused, paused) != paused {
            self.events.emit(event);
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::Producer(self.id.clone(), ProducerCall::Close);
            self.transport.router().worker().handle().tell(request);
            self.end();
        }
    }

    fn end(&self) {
        self.transport.producers().remove(&self.id);
        self.transport.router().remove_consumable(&self.id);
        self.events.emit(&ProducerEvent::Close);
        self.events.end();
        self.let_go();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Any + Send>>> {
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
            self.events.emit(&ProducerEvent::TransportClose);
            self.end();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
