//! A WebRTC server: listening sockets that transports share.

use std::sync::{Arc, Weak};

use control::{ListenInfo, Reply, Request, WebRtcServerCall, WebRtcServerDump, WebRtcServerId};

use crate::entropy::new_id;
use crate::error::{CreateTransportError, RequestError};
use crate::events::{EventStream, Readers, WebRtcServerEvent};
use crate::lifecycle::{Child, Closed};
use crate::worker::{Worker, unexpected};

/// What a WebRTC server is made from.
#[derive(Clone, Debug)]
pub struct WebRtcServerOptions {
    /// Where it listens; at least one.
    pub listen_infos: Vec<ListenInfo>,
}

impl WebRtcServerOptions {
    /// Listens there.
    pub fn new(listen_infos: impl Into<Vec<ListenInfo>>) -> Self {
        Self {
            listen_infos: listen_infos.into(),
        }
    }
}

/// Listening sockets that WebRTC transports share. Clones are the same server.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use brodo::{
///     ListenInfo, Protocol, RouterOptions, WebRtcServerOptions, WebRtcTransportOptions, Worker,
///     WorkerSettings,
/// };
///
/// let worker = Worker::new(WorkerSettings::default())?;
/// let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
/// let server = worker.create_webrtc_server(WebRtcServerOptions::new([listen])).await?;
///
/// // Transports of any room of this worker use the same socket.
/// let mut ports = Vec::new();
/// let mut transports = Vec::new();
/// for _ in 0..2 {
///     let router = worker.create_router(RouterOptions::default()).await?;
///     let options = WebRtcTransportOptions::with_server(server.clone());
///     let transport = router.create_webrtc_transport(options).await?;
///     ports.push(transport.ice_candidates()[0].port);
///     transports.push(transport);
/// }
/// assert_eq!(ports[0], ports[1]);
///
/// server.close();
/// assert!(server.is_closed());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WebRtcServer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    worker: Worker,
    id: WebRtcServerId,
    closed: Closed,
    events: Readers<WebRtcServerEvent>,
}

impl Worker {
    /// Opens sockets that WebRTC transports of any router of this worker may share.
    ///
    /// # Errors
    ///
    /// [`CreateTransportError`] if an address cannot be bound; nothing is left open.
    pub async fn create_webrtc_server(
        &self,
        options: WebRtcServerOptions,
    ) -> Result<WebRtcServer, CreateTransportError> {
        let id = WebRtcServerId::from(new_id());
        let listen_infos: Vec<ListenInfo> = options.listen_infos;
        self.request(Request::CreateWebRtcServer {
            id: id.clone(),
            listen_infos,
        })
        .await?;
        Ok(WebRtcServer::new(self.clone(), id))
    }
}

impl WebRtcServer {
    fn new(worker: Worker, id: WebRtcServerId) -> Self {
        let inner = Arc::new(Inner {
            worker,
            id,
            closed: Closed::default(),
            events: Readers::new(),
        });
        let weak: Weak<Inner> = Arc::downgrade(&inner);
        inner.worker.children().add(weak);
        Self { inner }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &WebRtcServerId {
        &self.inner.id
    }

    /// Its worker.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.inner.worker
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// The server as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn dump(&self) -> Result<WebRtcServerDump, RequestError> {
        let request = Request::WebRtcServer(self.inner.id.clone(), WebRtcServerCall::Dump);
        match self.inner.worker.request(request).await? {
            Reply::WebRtcServerDump(dump) => Ok(dump),
            other => unexpected(&other),
        }
    }

    /// What happens to it from now on.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use brodo::{ListenInfo, Protocol, WebRtcServerOptions, Worker, WorkerSettings};
    /// use brodo::WebRtcServerEvent;
    /// use futures_util::StreamExt;
    ///
    /// # let worker = Worker::new(WorkerSettings::default())?;
    /// # let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
    /// # let server = worker.create_webrtc_server(WebRtcServerOptions::new([listen])).await?;
    /// let mut events = server.events();
    /// worker.close();
    ///
    /// assert_eq!(events.next().await, Some(WebRtcServerEvent::WorkerClose));
    /// assert_eq!(events.next().await, Some(WebRtcServerEvent::Close));
    /// assert_eq!(events.next().await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events(&self) -> EventStream<WebRtcServerEvent> {
        self.inner.events.subscribe()
    }

    /// Closes it and the transports on it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }
}

impl Inner {
    fn close(&self) {
        if self.closed.close() {
            let request = Request::WebRtcServer(self.id.clone(), WebRtcServerCall::Close);
            self.worker.handle().tell(request);
            self.events.emit(&WebRtcServerEvent::Close);
            self.events.end();
        }
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        if self.closed.close() {
            self.events.emit(&WebRtcServerEvent::WorkerClose);
            self.events.emit(&WebRtcServerEvent::Close);
            self.events.end();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
