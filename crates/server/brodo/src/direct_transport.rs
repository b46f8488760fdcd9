//! A transport to the application itself: RTP and RTCP as bytes in memory.

use std::ops::Deref;

use control::{Command, DirectTransportOptions, Reply, Request, RouterCall, TransportId};

use crate::entropy::new_id;
use crate::error::{CreateTransportError, RequestError};
use crate::events::TransportEvent;
use crate::router::Router;
use crate::transport::Transport;
use crate::worker::unexpected;

/// A transport to the application. Its producers take RTP with [`Producer::send`](crate::Producer::send),
/// its consumers give RTP as [`ConsumerEvent::Rtp`](crate::ConsumerEvent::Rtp), and RTCP for the
/// application comes as [`TransportEvent::Rtcp`]. Messages go by
/// [`DataProducer::send`](crate::DataProducer::send) and come as
/// [`DataConsumerEvent::Message`](crate::DataConsumerEvent::Message). It is always connected, and has no bitrate limits. Derefs
/// to [`Transport`] for what every transport can do. Clones are the same transport.
#[derive(Clone, Debug)]
pub struct DirectTransport {
    base: Transport,
}

impl Router {
    /// Creates a transport to the application.
    ///
    /// # Errors
    ///
    /// [`CreateTransportError`] if the router is closed.
    pub async fn create_direct_transport(
        &self,
        options: DirectTransportOptions,
    ) -> Result<DirectTransport, CreateTransportError> {
        DirectTransport::create(self.clone(), TransportId::from(new_id()), options).await
    }
}

impl DirectTransport {
    async fn create(
        router: Router,
        id: TransportId,
        options: DirectTransportOptions,
    ) -> Result<Self, CreateTransportError> {
        let base = Transport::new_direct(router.clone(), id.clone(), Box::new(told));
        let call = RouterCall::CreateDirectTransport(id, options);
        let request = Request::Router(router.id().clone(), call);
        let reply = router
            .worker()
            .handle()
            .request_with_events(request, Some(base.sink()))
            .await?;
        match reply {
            Reply::Done => Ok(Self { base }),
            other => Ok(unexpected(&other)?),
        }
    }

    /// Sends RTCP as the endpoint would: reports, NACKs, key-frame requests. What is longer than 1600
    /// bytes, or is not RTCP throughout, is dropped and counted.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the worker is closed or has too much waiting.
    pub fn send_rtcp(&self, compound: impl Into<Vec<u8>>) -> Result<(), RequestError> {
        let command = Command::TransportSendRtcp(self.base.id().clone(), compound.into());
        self.base.router().worker().handle().send(command)
    }
}

fn told(event: &control::TransportEvent) -> Option<TransportEvent> {
    match event {
        control::TransportEvent::Rtcp(compound) => {
            Some(TransportEvent::Rtcp(compound.as_slice().into()))
        }
        _ => None,
    }
}

impl Deref for DirectTransport {
    type Target = Transport;

    fn deref(&self) -> &Transport {
        &self.base
    }
}

impl From<DirectTransport> for Transport {
    fn from(transport: DirectTransport) -> Self {
        transport.base
    }
}
