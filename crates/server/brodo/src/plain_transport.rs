//! A transport for an endpoint that speaks RTP: ffmpeg, GStreamer, a recorder, a gateway.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::{
    ListenInfo, PlainConnect, Reply, Request, RouterCall, SctpOptions, SrtpCryptoSuite,
    SrtpParameters, TransportCall, TransportId, TransportTuple,
};

use crate::entropy::new_id;
use crate::error::{ConnectError, CreateTransportError};
use crate::events::TransportEvent;
use crate::router::Router;
use crate::transport::Transport;
use crate::worker::unexpected;

/// What a plain transport is made from.
#[derive(Clone, Debug)]
pub struct PlainTransportOptions {
    /// Where it listens for RTP, and for RTCP when multiplexed. UDP only.
    pub listen_info: ListenInfo,
    /// Where it listens for RTCP; giving it turns `rtcp_mux` off. Default: as `listen_info`, another port.
    pub rtcp_listen_info: Option<ListenInfo>,
    /// RTP and RTCP share a port (RFC 5761). Default: true.
    pub rtcp_mux: bool,
    /// Learn the endpoint's address from its first valid packet. Default: false.
    pub comedia: bool,
    /// Encrypt with this profile. Default: none.
    pub srtp: Option<SrtpCryptoSuite>,
    /// Messages, with these sizes: over SCTP on UDP. Default: none.
    pub sctp: Option<SctpOptions>,
}

impl PlainTransportOptions {
    /// Listens there, with RTCP on the same port.
    #[must_use]
    pub fn new(listen_info: ListenInfo) -> Self {
        Self {
            listen_info,
            rtcp_listen_info: None,
            rtcp_mux: true,
            comedia: false,
            srtp: None,
            sctp: None,
        }
    }

    fn into_control(self) -> control::PlainTransportOptions {
        control::PlainTransportOptions {
            rtcp_mux: self.rtcp_mux && self.rtcp_listen_info.is_none(),
            listen_info: self.listen_info,
            rtcp_listen_info: self.rtcp_listen_info,
            comedia: self.comedia,
            srtp: self.srtp,
            sctp: self.sctp,
        }
    }
}

/// A transport that speaks RTP. Derefs to [`Transport`] for what every transport can do. Clones are the
/// same transport.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use brodo::{ListenInfo, Protocol, RouterOptions, Worker, WorkerSettings};
/// # let worker = Worker::new(WorkerSettings::default())?;
/// # let router = worker.create_router(RouterOptions::new(brodo::default_codecs())).await?;
/// # let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse()?);
/// use brodo::{PlainConnect, PlainTransportOptions};
///
/// let transport = router.create_plain_transport(PlainTransportOptions::new(listen)).await?;
/// let ours = transport.tuple().expect("bound");
/// assert_eq!((ours.local_address.as_str(), ours.remote()), ("127.0.0.1", None));
///
/// // Where the endpoint is; with `comedia` it would be learnt from its first packet.
/// let endpoint = PlainConnect {
///     ip: Some("127.0.0.1".parse()?),
///     port: Some(5004),
///     ..PlainConnect::default()
/// };
/// transport.connect(endpoint).await?;
/// assert_eq!(transport.tuple().and_then(|tuple| tuple.remote()), Some("127.0.0.1:5004".parse()?));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PlainTransport {
    base: Transport,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    tuple: Option<TransportTuple>,
    rtcp_tuple: Option<TransportTuple>,
    srtp_parameters: Option<SrtpParameters>,
}

impl Router {
    /// Creates a transport for an endpoint that speaks RTP, plain or with given SRTP keys.
    ///
    /// # Errors
    ///
    /// [`CreateTransportError`] if an address cannot be bound.
    pub async fn create_plain_transport(
        &self,
        options: PlainTransportOptions,
    ) -> Result<PlainTransport, CreateTransportError> {
        PlainTransport::create(self.clone(), TransportId::from(new_id()), options).await
    }
}

impl PlainTransport {
    async fn create(
        router: Router,
        id: TransportId,
        options: PlainTransportOptions,
    ) -> Result<Self, CreateTransportError> {
        let state = Arc::new(Mutex::new(State::default()));
        let remembered = state.clone();
        let base = Transport::new(
            router.clone(),
            id.clone(),
            Box::new(move |event| lock(&remembered).handle_event(event)),
        );
        let call = RouterCall::CreatePlainTransport(id, options.into_control());
        let request = Request::Router(router.id().clone(), call);
        let reply = router
            .worker()
            .handle()
            .request_with_events(request, Some(base.sink()))
            .await?;
        let Reply::PlainTransportCreated {
            tuple,
            rtcp_tuple,
            srtp_parameters,
            sctp_parameters,
            sctp_state,
        } = reply
        else {
            return Ok(unexpected(&reply)?);
        };
        lock(&state).update(tuple, rtcp_tuple, srtp_parameters);
        base.begin_sctp(sctp_parameters, sctp_state);
        Ok(Self { base, state })
    }

    /// Gives the endpoint's address, its SRTP key, or both; once.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] names the argument that is missing, forbidden or wrong.
    pub async fn connect(&self, peer: PlainConnect) -> Result<(), ConnectError> {
        match self.base.call(TransportCall::ConnectPlain(peer)).await? {
            Reply::PlainConnected {
                tuple,
                rtcp_tuple,
                srtp_parameters,
            } => {
                lock(&self.state).update(tuple, rtcp_tuple, srtp_parameters);
                Ok(())
            }
            other => Ok(unexpected(&other)?),
        }
    }

    /// The way RTP goes; without a remote end until that is known.
    #[must_use]
    pub fn tuple(&self) -> Option<TransportTuple> {
        lock(&self.state).tuple.clone()
    }

    /// The way RTCP goes, when not multiplexed.
    #[must_use]
    pub fn rtcp_tuple(&self) -> Option<TransportTuple> {
        lock(&self.state).rtcp_tuple.clone()
    }

    /// Our key for the endpoint, with SRTP.
    #[must_use]
    pub fn srtp_parameters(&self) -> Option<SrtpParameters> {
        lock(&self.state).srtp_parameters.clone()
    }
}

impl Deref for PlainTransport {
    type Target = Transport;

    fn deref(&self) -> &Transport {
        &self.base
    }
}

impl State {
    fn update(
        &mut self,
        tuple: TransportTuple,
        rtcp_tuple: Option<TransportTuple>,
        srtp: Option<SrtpParameters>,
    ) {
        self.tuple = Some(tuple);
        self.rtcp_tuple = rtcp_tuple;
        self.srtp_parameters = srtp;
    }

    fn handle_event(&mut self, event: &control::TransportEvent) -> Option<TransportEvent> {
        match event {
            control::TransportEvent::Tuple(tuple) => {
                self.tuple = Some(tuple.clone());
                Some(TransportEvent::Tuple(tuple.clone()))
            }
            control::TransportEvent::RtcpTuple(tuple) => {
                self.rtcp_tuple = Some(tuple.clone());
                Some(TransportEvent::RtcpTuple(tuple.clone()))
            }
            _ => None,
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<PlainTransport> for Transport {
    fn from(transport: PlainTransport) -> Self {
        transport.base
    }
}
