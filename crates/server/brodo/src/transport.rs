//! What every transport can do: produce, consume, be looked at, be closed.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::{
    Notification, ProducerId, Reply, Request, SctpNegotiatedCapabilities, SctpParameters,
    SctpState, TransportCall, TransportDump, TransportId, TransportStats, TransportTraceType,
};
use shard::EventSink;

use crate::error::RequestError;
use crate::events::{EventStream, Readers, TransportEvent};
use crate::lifecycle::{Child, Children, Closed};
use crate::router::Router;
use crate::sctp::Association;
use crate::worker::unexpected;

/// MIDs that we give count up from 0 and begin again here, so that they stay short on the wire.
const MID_COUNT: u32 = 100_000_000;

/// What the engine says of a transport, for the concrete transport to remember.
pub(crate) type Remember =
    Box<dyn Fn(&control::TransportEvent) -> Option<TransportEvent> + Send + Sync>;

/// What every transport can do. Clones are the same transport.
///
/// Either kind becomes one, for code to which it does not matter:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{ListenInfo, Protocol, RouterOptions, Worker, WorkerSettings};
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
/// # let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
///
/// use brodo::{PlainTransportOptions, Transport, WebRtcTransportOptions};
///
/// let transports: [Transport; 2] = [
///     router.create_webrtc_transport(WebRtcTransportOptions::new([listen.clone()])).await?.into(),
///     router.create_plain_transport(PlainTransportOptions::new(listen)).await?.into(),
/// ];
///
/// for transport in transports {
///     transport.set_max_incoming_bitrate(Some(1_500_000)).await?;
///     transport.close();
///     assert!(transport.get_stats().await.is_err(), "it is gone");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Transport {
    inner: Arc<Inner>,
}

/// What makes a difference to what every transport can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// To one endpoint.
    Endpoint,
    /// To another router. It speaks for many endpoints, each with a CNAME of its own.
    Pipe,
    /// To the application. Messages have no streams.
    Direct,
}

struct Inner {
    router: Router,
    id: TransportId,
    children: Children,
    closed: Closed,
    events: Readers<TransportEvent>,
    remember: Remember,
    kind: Kind,
    sctp: Mutex<Association>,
    /// Else all have the first one's.
    cname: Mutex<Option<String>>,
    producers: Mutex<HashSet<ProducerId>>,
    next_mid: AtomicU32,
}

impl Transport {
    pub(crate) fn new(router: Router, id: TransportId, remember: Remember) -> Self {
        Self::of_kind(router, id, remember, Kind::Endpoint)
    }

    /// A transport to another router.
    pub(crate) fn new_pipe(router: Router, id: TransportId, remember: Remember) -> Self {
        Self::of_kind(router, id, remember, Kind::Pipe)
    }

    /// A transport to the application.
    pub(crate) fn new_direct(router: Router, id: TransportId, remember: Remember) -> Self {
        Self::of_kind(router, id, remember, Kind::Direct)
    }

    fn of_kind(router: Router, id: TransportId, remember: Remember, kind: Kind) -> Self {
        let inner = Arc::new(Inner {
            router,
            id,
            children: Children::default(),
            closed: Closed::default(),
            events: Readers::new(),
            remember,
            kind,
            sctp: Mutex::default(),
            cname: Mutex::default(),
            producers: Mutex::default(),
            next_mid: AtomicU32::new(0),
        });
        let weak = Arc::downgrade(&inner);
        inner.router.children().add(weak);
        Self { inner }
    }

    /// Where the engine's notifications of this transport go.
    pub(crate) fn sink(&self) -> EventSink {
        let weak = Arc::downgrade(&self.inner);
        Box::new(move |notification| {
            if let (Some(inner), Notification::Transport(_, event)) = (weak.upgrade(), notification)
            {
                inner.handle_event(&event);
            }
        })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &TransportId {
        &self.inner.id
    }

    /// Its room.
    #[must_use]
    pub fn router(&self) -> &Router {
        &self.inner.router
    }

    /// For the endpoint, with SCTP: its port and sizes.
    #[must_use]
    pub fn sctp_parameters(&self) -> Option<SctpParameters> {
        self.inner.sctp().parameters()
    }

    /// How far SCTP has come; `None` without.
    #[must_use]
    pub fn sctp_state(&self) -> Option<SctpState> {
        let state = self.inner.sctp().state();
        match self.is_closed() {
            true => state.map(|_| SctpState::Closed),
            false => state,
        }
    }

    /// The streams that both sides agreed on, once SCTP is connected.
    #[must_use]
    pub fn sctp_negotiated_capabilities(&self) -> Option<SctpNegotiatedCapabilities> {
        self.inner.sctp().negotiated()
    }

    /// Limits what producers may send in sum, in bits a second; `None` lifts the limit.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn set_max_incoming_bitrate(&self, bitrate: Option<u64>) -> Result<(), RequestError> {
        self.call(TransportCall::SetMaxIncomingBitrate(bitrate))
            .await
            .map(drop)
    }

    /// Limits what consumers get in sum, in bits a second, at least 30 000; `None` lifts the limit.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the value is too low or it is closed.
    pub async fn set_max_outgoing_bitrate(&self, bitrate: Option<u64>) -> Result<(), RequestError> {
        self.call(TransportCall::SetMaxOutgoingBitrate(bitrate))
            .await
            .map(drop)
    }

    /// Keeps the estimate from falling lower, in bits a second, at least 30 000; `None` lifts the limit.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the value is out of bounds or it is closed.
    pub async fn set_min_outgoing_bitrate(&self, bitrate: Option<u64>) -> Result<(), RequestError> {
        self.call(TransportCall::SetMinOutgoingBitrate(bitrate))
            .await
            .map(drop)
    }

    /// Traces exactly these; nothing with an empty list.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn enable_trace_event(
        &self,
        kinds: &[TransportTraceType],
    ) -> Result<(), RequestError> {
        self.call(TransportCall::EnableTraceEvent(kinds.to_vec()))
            .await
            .map(drop)
    }

    /// The transport as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<TransportDump, RequestError> {
        match self.call(TransportCall::Dump).await? {
            Reply::TransportDump(dump) => Ok(*dump),
            other => unexpected(&other),
        }
    }

    /// Its counters.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn get_stats(&self) -> Result<TransportStats, RequestError> {
        match self.call(TransportCall::GetStats).await? {
            Reply::TransportStats(stats) => Ok(*stats),
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
    /// # let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
    /// use std::net::UdpSocket;
    ///
    /// use brodo::{PlainTransportOptions, TransportEvent};
    /// use futures_util::StreamExt;
    ///
    /// let mut options = PlainTransportOptions::new(listen);
    /// options.comedia = true;
    /// let transport = router.create_plain_transport(options).await?;
    /// # let opus = serde_json::from_value(serde_json::json!({
    /// #     "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 111 }],
    /// #     "encodings": [{ "ssrc": 1111 }],
    /// # }))?;
    /// # let _producer = transport.produce(brodo::ProducerOptions::new(brodo::MediaKind::Audio, opus)).await?;
    /// let mut events = transport.events();
    ///
    /// // Somebody sends RTP, and is known from then on.
    /// let sender = UdpSocket::bind("127.0.0.1:0")?;
    /// let port = transport.tuple().expect("bound").local_port;
    /// let packet = [0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0x04, 0x57, 0xff];
    /// sender.send_to(&packet, ("127.0.0.1", port))?;
    ///
    /// let Some(TransportEvent::Tuple(tuple)) = events.next().await else { panic!("not a tuple") };
    /// assert_eq!(tuple.remote(), Some(sender.local_addr()?));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<TransportEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes it and everything on it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) async fn call(&self, call: TransportCall) -> Result<Reply, RequestError> {
        self.call_with_events(call, None).await
    }

    pub(crate) async fn call_with_events(
        &self,
        call: TransportCall,
        events: Option<EventSink>,
    ) -> Result<Reply, RequestError> {
        let request = Request::Transport(self.inner.id.clone(), call);
        self.inner
            .router
            .worker()
            .handle()
            .request_with_events(request, events)
            .await
    }

    pub(crate) fn children(&self) -> &Children {
        &self.inner.children
    }

    /// All producers of a transport share the first one's CNAME, except over a pipe; without one it is
    /// random.
    pub(crate) fn cname(&self, offered: Option<&str>) -> String {
        let own = || match offered {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => crate::entropy::new_id()[..8].to_owned(),
        };
        if self.inner.kind == Kind::Pipe {
            return own();
        }
        let mut cname = self
            .inner
            .cname
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        cname.get_or_insert_with(own).clone()
    }

    /// Whether messages go to the application, and not on streams.
    pub(crate) fn is_direct(&self) -> bool {
        self.inner.kind == Kind::Direct
    }

    /// The engine has told of its association.
    pub(crate) fn begin_sctp(&self, parameters: Option<SctpParameters>, state: Option<SctpState>) {
        self.inner.sctp().begin(parameters, state);
    }

    /// A stream that no data consumer uses; `None` if there is none.
    pub(crate) fn take_stream(&self) -> Option<u16> {
        self.inner.sctp().streams.take()
    }

    /// Nobody uses that stream any more.
    pub(crate) fn free_stream(&self, id: u16) {
        self.inner.sctp().streams.free(id);
    }

    pub(crate) fn next_mid(&self) -> String {
        // A counter of names; it orders nothing else.
        (self.inner.next_mid.fetch_add(1, Ordering::Relaxed) % MID_COUNT).to_string()
    }

    pub(crate) fn producers(&self) -> MutexGuard<'_, HashSet<ProducerId>> {
        self.inner
            .producers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn sctp(&self) -> MutexGuard<'_, Association> {
        self.sctp.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle_event(&self, event: &control::TransportEvent) {
        let told = (self.remember)(event);
        match event {
            control::TransportEvent::ListenServerClose => {
                self.closed_by(&TransportEvent::ListenServerClose)
            }
            control::TransportEvent::Failed(fault) => {
                self.closed_by(&TransportEvent::Failed(fault.clone()))
            }
            control::TransportEvent::SctpStateChange { state, negotiated } => {
                self.sctp().handle_state_change(*state, *negotiated);
                self.events.emit(&TransportEvent::SctpStateChange(*state));
            }
            control::TransportEvent::Trace(trace) => {
                self.events.emit(&TransportEvent::Trace(trace.clone()));
            }
            _ => {
                if let Some(event) = told {
                    self.events.emit(&event);
                }
            }
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::Transport(self.id.clone(), TransportCall::Close);
            self.router.worker().handle().tell(request);
            self.end(None);
        }
    }

    /// The engine has closed it already.
    fn closed_by(&self, cause: &TransportEvent) {
        if self.closed.close() {
            self.end(Some(cause));
        }
    }

    fn end(&self, cause: Option<&TransportEvent>) {
        self.children.close();
        if let Some(cause) = cause {
            self.events.emit(cause);
        }
        self.events.emit(&TransportEvent::Close);
        self.events.end();
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        self.closed_by(&TransportEvent::RouterClose);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
