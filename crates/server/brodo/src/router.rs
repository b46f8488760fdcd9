//! A router: the border within which producers and consumers meet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::{
    DataProducerId, ProducerId, Reply, Request, RouterCall, RouterDump, RouterId,
    SctpStreamParameters,
};
use ortc::{RouterRtpCodecCapability, RtpCapabilities, RtpHeaderExtension, RtpParameters};

use crate::entropy::new_id;
use crate::error::{CreateRouterError, RequestError};
use crate::events::{EventStream, Readers, RouterEvent};
use crate::lifecycle::{Child, Children, Closed};
use crate::pairs::Pairs;
use crate::worker::{Worker, unexpected};

/// What a router is made from.
#[derive(Clone, Debug, Default)]
pub struct RouterOptions {
    /// The codecs of the room, the preferred first. Default: none, a room for data only.
    pub media_codecs: Vec<RouterRtpCodecCapability>,
}

impl RouterOptions {
    /// A room with these codecs.
    pub fn new(media_codecs: impl Into<Vec<RouterRtpCodecCapability>>) -> Self {
        Self {
            media_codecs: media_codecs.into(),
        }
    }
}

/// Opus, VP8, VP9, H264 (constrained baseline) and AV1: what browsers have.
#[must_use]
pub fn default_codecs() -> Vec<RouterRtpCodecCapability> {
    let codecs = serde_json::json!([
        { "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
        { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 },
        { "kind": "video", "mimeType": "video/VP9", "clockRate": 90000, "parameters": { "profile-id": 0 } },
        { "kind": "video", "mimeType": "video/H264", "clockRate": 90000, "parameters": {
            "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 } },
        { "kind": "video", "mimeType": "video/AV1", "clockRate": 90000 },
    ]);
    serde_json::from_value(codecs).unwrap_or_default()
}

/// What a router may be given, whatever the application chooses of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportedRtpCapabilities {
    /// Codecs for [`RouterOptions::media_codecs`]; a payload type only where it is a static one.
    pub codecs: Vec<RouterRtpCodecCapability>,
    /// Header extensions, which every router has.
    pub header_extensions: Vec<RtpHeaderExtension>,
}

/// All that a router may be given.
///
/// ```
/// let supported = brodo::get_supported_rtp_capabilities();
/// assert!(supported.codecs.iter().any(|codec| codec.mime_type == "video/AV1"));
/// assert!(supported.header_extensions.iter().any(|it| it.uri.ends_with("sdes:mid")));
/// ```
#[must_use]
pub fn get_supported_rtp_capabilities() -> SupportedRtpCapabilities {
    SupportedRtpCapabilities {
        codecs: ortc::supported_codecs(),
        header_extensions: ortc::supported_header_extensions(),
    }
}

/// What others need to know of a producer in order to consume it.
#[derive(Clone, Debug)]
pub(crate) struct Consumable {
    pub kind: ortc::MediaKind,
    pub rtp_parameters: RtpParameters,
}

/// What others need to know of a data producer in order to consume it.
#[derive(Clone, Debug)]
pub(crate) struct DataSource {
    /// The endpoint's stream; `None` if the application is the source.
    pub stream: Option<SctpStreamParameters>,
    pub label: String,
    pub protocol: String,
}

/// A room. Clones are the same router.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use brodo::{
///     ListenInfo, MediaKind, PlainTransportOptions, ProducerOptions, Protocol, RouterOptions,
///     Worker, WorkerSettings,
/// };
///
/// let worker = Worker::new(WorkerSettings::default())?;
/// let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
/// let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
/// let transport = router.create_plain_transport(PlainTransportOptions::new(listen)).await?;
/// let opus = serde_json::from_value(serde_json::json!({
///     "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 111 }],
///     "encodings": [{ "ssrc": 1111 }],
/// }))?;
/// let producer = transport.produce(ProducerOptions::new(MediaKind::Audio, opus)).await?;
///
/// // Whoever can do what the room can do can consume what is in it.
/// assert!(router.can_consume(producer.id(), &router.rtp_capabilities()));
/// assert!(!router.can_consume(producer.id(), &Default::default()));
/// assert_eq!(router.dump().await?.transport_ids, [transport.id().clone()]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Router {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    worker: Worker,
    id: RouterId,
    rtp_capabilities: Mutex<RtpCapabilities>,
    consumables: Mutex<HashMap<ProducerId, Consumable>>,
    data_sources: Mutex<HashMap<DataProducerId, DataSource>>,
    /// Pipes to other routers.
    pairs: Pairs,
    children: Children,
    closed: Closed,
    events: Readers<RouterEvent>,
}

impl Worker {
    /// Creates a room.
    ///
    /// # Errors
    ///
    /// [`CreateRouterError`] names the codec that is malformed or unsupported.
    pub async fn create_router(&self, options: RouterOptions) -> Result<Router, CreateRouterError> {
        let rtp_capabilities = ortc::generate_router_rtp_capabilities(&options.media_codecs)?;
        let id = RouterId::from(new_id());
        self.request(Request::CreateRouter { id: id.clone() })
            .await?;
        Ok(Router::new(self.clone(), id, rtp_capabilities))
    }
}

impl Router {
    fn new(worker: Worker, id: RouterId, rtp_capabilities: RtpCapabilities) -> Self {
        let inner = Arc::new(Inner {
            worker,
            id,
            rtp_capabilities: Mutex::new(rtp_capabilities),
            consumables: Mutex::default(),
            data_sources: Mutex::default(),
            pairs: Pairs::default(),
            children: Children::default(),
            closed: Closed::default(),
            events: Readers::new(),
        });
        let weak = Arc::downgrade(&inner);
        inner.worker.children().add(weak);
        Self { inner }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &RouterId {
        &self.inner.id
    }

    /// Its worker.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.inner.worker
    }

    /// What endpoints must be able to do to take part: for the client's device.
    #[must_use]
    pub fn rtp_capabilities(&self) -> RtpCapabilities {
        self.inner.capabilities().clone()
    }

    /// Other codecs from now on. What is being produced and consumed goes on as it was agreed on.
    ///
    /// # Errors
    ///
    /// [`CreateRouterError::Codecs`] names the codec that is malformed or unsupported; then nothing
    /// changes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use brodo::{RouterOptions, Worker, WorkerSettings};
    /// # let worker = Worker::new(WorkerSettings::default())?;
    /// let router = worker.create_router(RouterOptions::default()).await?;
    /// assert!(router.rtp_capabilities().codecs.is_empty());
    ///
    /// router.update_media_codecs(&brodo::default_codecs())?;
    /// assert_eq!(router.rtp_capabilities().codecs[0].mime_type, "audio/opus");
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_media_codecs(
        &self,
        media_codecs: &[RouterRtpCodecCapability],
    ) -> Result<(), CreateRouterError> {
        let capabilities = ortc::generate_router_rtp_capabilities(media_codecs)?;
        *self.inner.capabilities() = capabilities;
        Ok(())
    }

    /// Whether an endpoint with these capabilities can consume a producer of this room.
    #[must_use]
    pub fn can_consume(
        &self,
        producer_id: &ProducerId,
        rtp_capabilities: &RtpCapabilities,
    ) -> bool {
        self.consumable(producer_id)
            .is_some_and(|media| ortc::can_consume(&media.rtp_parameters, rtp_capabilities))
    }

    /// The router as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<RouterDump, RequestError> {
        let request = Request::Router(self.inner.id.clone(), RouterCall::Dump);
        match self.inner.worker.request(request).await? {
            Reply::RouterDump(dump) => Ok(dump),
            other => unexpected(&other),
        }
    }

    /// What happens to it from now on.
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
    /// let mut events = router.events();
    /// worker.close();
    ///
    /// assert_eq!(events.next().await, Some(RouterEvent::WorkerClose));
    /// assert_eq!(events.next().await, Some(RouterEvent::Close));
    /// assert_eq!(events.next().await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<RouterEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes the room and everything in it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) fn children(&self) -> &Children {
        &self.inner.children
    }

    pub(crate) fn pairs(&self) -> &Pairs {
        &self.inner.pairs
    }

    pub(crate) fn add_consumable(&self, id: ProducerId, media: Consumable) {
        self.inner.consumables().insert(id, media);
    }

    pub(crate) fn remove_consumable(&self, id: &ProducerId) {
        self.inner.consumables().remove(id);
    }

    pub(crate) fn add_data_source(&self, id: DataProducerId, source: DataSource) {
        self.inner.data_sources().insert(id, source);
    }

    pub(crate) fn remove_data_source(&self, id: &DataProducerId) {
        self.inner.data_sources().remove(id);
    }

    pub(crate) fn data_source(&self, id: &DataProducerId) -> Option<DataSource> {
        self.inner.data_sources().get(id).cloned()
    }

    pub(crate) fn consumable(&self, id: &ProducerId) -> Option<Consumable> {
        self.inner.consumables().get(id).cloned()
    }
}

impl Inner {
    fn capabilities(&self) -> MutexGuard<'_, RtpCapabilities> {
        self.rtp_capabilities
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn data_sources(&self) -> MutexGuard<'_, HashMap<DataProducerId, DataSource>> {
        self.data_sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn consumables(&self) -> MutexGuard<'_, HashMap<ProducerId, Consumable>> {
        self.consumables
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        if self.closed.close() {
            self.worker
                .handle()
                .tell(Request::Router(self.id.clone(), RouterCall::Close));
            self.children.close();
            self.pairs.clear();
            self.events.emit(&RouterEvent::Close);
            self.events.end();
        }
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        if self.closed.close() {
            self.children.close();
            self.pairs.clear();
            self.events.emit(&RouterEvent::WorkerClose);
            self.events.emit(&RouterEvent::Close);
            self.events.end();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
