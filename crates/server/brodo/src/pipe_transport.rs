//! A transport to another router: of this worker, of another, on another host.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::{
    ListenInfo, PipeConnect, ProducerId, Reply, Request, RouterCall, SctpOptions, SrtpParameters,
    TransportCall, TransportId, TransportTuple,
};

use crate::consumer::Consumer;
use crate::entropy::new_id;
use crate::error::{ConnectError, ConsumeError, CreateTransportError};
use crate::router::Router;
use crate::transport::Transport;
use crate::worker::unexpected;

/// What a pipe transport is made from.
#[derive(Clone, Debug)]
pub struct PipeTransportOptions {
    /// Where it listens. UDP only.
    pub listen_info: ListenInfo,
    /// Ask for lost packets and send them again (NACK and RTX). Both ends must say so. Default: false.
    pub enable_rtx: bool,
    /// Encrypt with `AEAD_AES_256_GCM`. Both ends must say so. Default: false.
    pub enable_srtp: bool,
    /// Messages, with these sizes: over SCTP; both ends must say so. Default: none.
    pub sctp: Option<SctpOptions>,
}

impl PipeTransportOptions {
    /// Listens there, in the clear and without retransmissions.
    #[must_use]
    pub fn new(listen_info: ListenInfo) -> Self {
        Self {
            listen_info,
            enable_rtx: false,
            enable_srtp: false,
            sctp: None,
        }
    }

    fn into_control(self) -> control::PipeTransportOptions {
        control::PipeTransportOptions {
            listen_info: self.listen_info,
            enable_rtx: self.enable_rtx,
            enable_srtp: self.enable_srtp,
            sctp: self.sctp,
        }
    }
}

/// A transport to another router. Derefs to [`Transport`] for what every transport can do. Clones are
/// the same transport.
#[derive(Clone, Debug)]
pub struct PipeTransport {
    base: Transport,
    enable_rtx: bool,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    tuple: TransportTuple,
    srtp_parameters: Option<SrtpParameters>,
}

impl Router {
    /// Creates one end of a pipe to another router.
    ///
    /// # Errors
    ///
    /// [`CreateTransportError`] if the address cannot be bound.
    pub async fn create_pipe_transport(
        &self,
        options: PipeTransportOptions,
    ) -> Result<PipeTransport, CreateTransportError> {
        PipeTransport::create(self.clone(), TransportId::from(new_id()), options).await
    }
}

impl PipeTransport {
    async fn create(
        router: Router,
        id: TransportId,
        options: PipeTransportOptions,
    ) -> Result<Self, CreateTransportError> {
        let enable_rtx = options.enable_rtx;
        let base = Transport::new_pipe(router.clone(), id.clone(), Box::new(|_| None));
        let call = RouterCall::CreatePipeTransport(id, options.into_control());
        let request = Request::Router(router.id().clone(), call);
        let reply = router
            .worker()
            .handle()
            .request_with_events(request, Some(base.sink()))
            .await?;
        let Reply::PipeTransportCreated {
            tuple,
            srtp_parameters,
            sctp_parameters,
            sctp_state,
        } = reply
        else {
            return Ok(unexpected(&reply)?);
        };
        base.begin_sctp(sctp_parameters, sctp_state);
        let state = Arc::new(Mutex::new(State {
            tuple,
            srtp_parameters,
        }));
        Ok(Self {
            base,
            enable_rtx,
            state,
        })
    }

    /// Gives the other end's address and, with SRTP, its key; once.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] names the argument that is missing, forbidden or wrong.
    pub async fn connect(&self, peer: PipeConnect) -> Result<(), ConnectError> {
        match self.base.call(TransportCall::ConnectPipe(peer)).await? {
            Reply::PipeConnected { tuple } => {
                self.state().tuple = tuple;
                Ok(())
            }
            other => Ok(unexpected(&other)?),
        }
    }

    /// Sends all streams of a producer to the other end as they are; there, a producer with the
    /// consumer's parameters takes them.
    ///
    /// # Errors
    ///
    /// [`ConsumeError`] if there is no such producer in this room.
    pub async fn consume(&self, producer_id: ProducerId) -> Result<Consumer, ConsumeError> {
        Consumer::create_for_pipe(&self.base, producer_id, self.enable_rtx).await
    }

    /// The way packets go; without a remote end until connected.
    #[must_use]
    pub fn tuple(&self) -> TransportTuple {
        self.state().tuple.clone()
    }

    /// Our key for the other end, with SRTP.
    #[must_use]
    pub fn srtp_parameters(&self) -> Option<SrtpParameters> {
        self.state().srtp_parameters.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for PipeTransport {
    type Target = Transport;

    fn deref(&self) -> &Transport {
        &self.base
    }
}

impl From<PipeTransport> for Transport {
    fn from(transport: PipeTransport) -> Self {
        transport.base
    }
}
