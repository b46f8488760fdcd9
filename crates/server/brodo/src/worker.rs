//! A worker: an engine on threads of its own.

use std::sync::Arc;

use control::{Reply, Request, WorkerDump};
use shard::{Shard, ShardConfig, ShardCounters, ShardHandle};

use crate::entropy::SystemEntropy;
use crate::error::{CreateWorkerError, RequestError};
use crate::lifecycle::{Children, Closed};

/// What a worker is made from.
#[derive(Clone, Debug, Default)]
pub struct WorkerSettings {
    /// Certificate and private key for DTLS, both in PEM. Default: a new one, ECDSA P-256.
    pub dtls_certificate: Option<(String, String)>,
    /// Ports for sockets that ask for none. Default: the system chooses.
    pub port_range: Option<control::PortRange>,
}

/// An engine on threads of its own, and everything made in it. Clones are the same worker.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use brodo::{RouterOptions, Worker, WorkerSettings};
///
/// let worker = Worker::new(WorkerSettings::default())?;
/// let router = worker.create_router(RouterOptions::default()).await?;
/// assert_eq!(worker.dump().await?.router_ids, [router.id().clone()]);
///
/// worker.close();
/// assert!(router.is_closed(), "a closed parent closes its children");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Worker {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    handle: ShardHandle,
    children: Children,
    closed: Closed,
}

impl Worker {
    /// Starts a worker.
    ///
    /// # Errors
    ///
    /// [`CreateWorkerError`] if the thread cannot start or the certificate cannot be used.
    pub fn new(settings: WorkerSettings) -> Result<Self, CreateWorkerError> {
        let certificate = match &settings.dtls_certificate {
            Some((certificate, key)) => dtls::Certificate::from_pem(certificate, key)
                .map_err(|error| CreateWorkerError::Certificate(error.to_string()))?,
            None => dtls::Certificate::generate(since_1970(), &mut SystemEntropy)
                .map_err(|error| CreateWorkerError::Certificate(error.to_string()))?,
        };
        let handle = Shard::start(ShardConfig {
            certificate,
            port_range: settings.port_range,
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                handle,
                children: Children::default(),
                closed: Closed::default(),
            }),
        })
    }

    /// The worker as it is now.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed.
    pub async fn dump(&self) -> Result<WorkerDump, RequestError> {
        match self.request(Request::DumpWorker).await? {
            Reply::WorkerDump(dump) => Ok(dump),
            other => unexpected(&other),
        }
    }

    /// Counters of datagrams, packets and faults since the worker started.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed.
    pub async fn counters(&self) -> Result<ShardCounters, RequestError> {
        self.inner.handle.counters().await
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes the worker and everything in it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    pub(crate) fn handle(&self) -> &ShardHandle {
        &self.inner.handle
    }

    pub(crate) fn children(&self) -> &Children {
        &self.inner.children
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) async fn request(&self, request: Request) -> Result<Reply, RequestError> {
        self.inner.handle.request(request).await
    }
}

impl Inner {
    fn close(&self) {
        if self.closed.close() {
            self.handle.stop();
            self.children.close();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// The engine answered another question than it was asked: a bug, and of ours.
pub(crate) fn unexpected<T>(reply: &Reply) -> Result<T, RequestError> {
    debug_assert!(false, "unexpected reply: {reply:?}");
    Err(RequestError::Refused(control::Refusal::Error(
        "the engine gave an answer of another kind".into(),
    )))
}

/// The wall clock, for the dates of a certificate.
fn since_1970() -> std::time::Duration {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
}
