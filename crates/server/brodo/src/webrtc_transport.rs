//! A transport for an endpoint that speaks ICE and DTLS: a browser.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::{
    DtlsParameters, DtlsRole, DtlsState, IceCandidate, IceParameters, IceRole, IceState,
    ListenInfo, Reply, Request, RouterCall, SctpOptions, TransportCall, TransportId,
    TransportTuple, WebRtcListen,
};

use crate::entropy::new_id;
use crate::error::{ConnectError, CreateTransportError, RequestError};
use crate::events::TransportEvent;
use crate::router::Router;
use crate::transport::Transport;
use crate::webrtc_server::WebRtcServer;
use crate::worker::unexpected;

/// What a WebRTC transport is made from.
#[derive(Clone, Debug)]
pub struct WebRtcTransportOptions {
    listen: Listen,
    /// Seconds without a valid check until it counts as disconnected; 0 never, else 10 to 60. Default: 30.
    pub ice_consent_timeout: u8,
    /// Bits a second to begin with. Default: 600 000.
    pub initial_available_outgoing_bitrate: u64,
    /// With a server: offer its UDP sockets. Default: true.
    pub enable_udp: bool,
    /// With a server: offer its TCP sockets. Default: true.
    pub enable_tcp: bool,
    /// With a server: give UDP candidates a higher priority. Default: false.
    pub prefer_udp: bool,
    /// With a server: give TCP candidates a higher priority. Default: false.
    pub prefer_tcp: bool,
    /// Data channels (RFC 8831), with these sizes. Default: none.
    pub sctp: Option<SctpOptions>,
}

#[derive(Clone, Debug)]
enum Listen {
    Individual(Vec<ListenInfo>),
    Server(WebRtcServer),
}

impl WebRtcTransportOptions {
    /// Sockets of its own, the preferred first.
    pub fn new(listen_infos: impl Into<Vec<ListenInfo>>) -> Self {
        Self::with(Listen::Individual(listen_infos.into()))
    }

    /// The sockets of a server.
    #[must_use]
    pub fn with_server(server: WebRtcServer) -> Self {
        Self::with(Listen::Server(server))
    }

    fn with(listen: Listen) -> Self {
        Self {
            listen,
            ice_consent_timeout: 30,
            initial_available_outgoing_bitrate: 600_000,
            enable_udp: true,
            enable_tcp: true,
            prefer_udp: false,
            prefer_tcp: false,
            sctp: None,
        }
    }

    fn into_control(self) -> control::WebRtcTransportOptions {
        control::WebRtcTransportOptions {
            listen: match self.listen {
                Listen::Individual(listen_infos) => WebRtcListen::Individual(listen_infos),
                Listen::Server(server) => WebRtcListen::Server {
                    id: server.id().clone(),
                    enable_udp: self.enable_udp,
                    enable_tcp: self.enable_tcp,
                    prefer_udp: self.prefer_udp,
                    prefer_tcp: self.prefer_tcp,
                },
            },
            ice_consent_timeout: self.ice_consent_timeout,
            initial_available_outgoing_bitrate: self.initial_available_outgoing_bitrate,
            sctp: self.sctp,
        }
    }
}

/// A transport for a browser. Derefs to [`Transport`] for what every transport can do. Clones are the
/// same transport.
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
/// use brodo::{
///     DtlsFingerprint, DtlsParameters, DtlsRole, FingerprintAlgorithm, IceRole, IceState,
///     WebRtcTransportOptions,
/// };
///
/// let transport = router.create_webrtc_transport(WebRtcTransportOptions::new([listen])).await?;
///
/// // These three go to the endpoint, by whatever signalling the application has.
/// let (ice, dtls) = (transport.ice_parameters(), transport.dtls_parameters());
/// let candidate = &transport.ice_candidates()[0];
/// assert!(ice.ice_lite && !dtls.fingerprints.is_empty());
/// assert_eq!(transport.ice_role(), IceRole::Controlled);
/// assert!(UdpSocket::bind(("127.0.0.1", candidate.port)).is_err(), "we listen there");
///
/// // And this comes back: who the endpoint is, and that it opens the handshake.
/// let fingerprint = DtlsFingerprint {
///     algorithm: FingerprintAlgorithm::Sha256,
///     value: ["AB"; 32].join(":"),
/// };
/// let endpoint = DtlsParameters { role: DtlsRole::Client, fingerprints: vec![fingerprint] };
/// transport.connect(endpoint).await?;
/// assert_eq!(transport.dtls_parameters().role, DtlsRole::Server);
/// assert_eq!(transport.ice_state(), IceState::New, "nobody has called yet");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WebRtcTransport {
    base: Transport,
    server: Option<WebRtcServer>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    ice_parameters: IceParameters,
    ice_candidates: Vec<IceCandidate>,
    ice_state: IceState,
    ice_selected_tuple: Option<TransportTuple>,
    dtls_parameters: DtlsParameters,
    dtls_state: DtlsState,
    dtls_remote_cert: Option<String>,
}

impl Router {
    /// Creates a transport for an endpoint that speaks ICE and DTLS.
    ///
    /// # Errors
    ///
    /// [`CreateTransportError`] if an address cannot be bound, or the server is another worker's.
    pub async fn create_webrtc_transport(
        &self,
        options: WebRtcTransportOptions,
    ) -> Result<WebRtcTransport, CreateTransportError> {
        WebRtcTransport::create(self.clone(), TransportId::from(new_id()), options).await
    }
}

impl WebRtcTransport {
    async fn create(
        router: Router,
        id: TransportId,
        options: WebRtcTransportOptions,
    ) -> Result<Self, CreateTransportError> {
        let server = match &options.listen {
            Listen::Server(server) if !server.worker().is(router.worker()) => {
                return Err(CreateTransportError::ForeignServer);
            }
            Listen::Server(server) => Some(server.clone()),
            Listen::Individual(_) => None,
        };
        let state = Arc::new(Mutex::new(State::new()));
        let remembered = state.clone();
        let base = Transport::new(
            router.clone(),
            id.clone(),
            Box::new(move |event| lock(&remembered).handle_event(event)),
        );
        let call = RouterCall::CreateWebRtcTransport(id, options.into_control());
        let request = Request::Router(router.id().clone(), call);
        let reply = router
            .worker()
            .handle()
            .request_with_events(request, Some(base.sink()))
            .await?;
        let Reply::WebRtcTransportCreated {
            ice_parameters,
            ice_candidates,
            dtls_parameters,
            sctp_parameters,
            sctp_state,
        } = reply
        else {
            return Ok(unexpected(&reply)?);
        };
        base.begin_sctp(sctp_parameters, sctp_state);
        {
            let mut state = lock(&state);
            state.ice_parameters = ice_parameters;
            state.ice_candidates = ice_candidates;
            state.dtls_parameters = dtls_parameters;
        }
        Ok(Self {
            base,
            server,
            state,
        })
    }

    /// Gives the endpoint's DTLS parameters; once. Its role `client` makes us the server, anything else
    /// the client.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] without a fingerprint, on a second call, or if it is closed.
    pub async fn connect(&self, dtls_parameters: DtlsParameters) -> Result<(), ConnectError> {
        match self
            .base
            .call(TransportCall::ConnectWebRtc(dtls_parameters))
            .await?
        {
            Reply::WebRtcConnected { dtls_local_role } => {
                lock(&self.state).dtls_parameters.role = dtls_local_role;
                Ok(())
            }
            other => Ok(unexpected(&other)?),
        }
    }

    /// New ICE credentials; the old ones stay valid until the new are used.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn restart_ice(&self) -> Result<IceParameters, RequestError> {
        match self.base.call(TransportCall::RestartIce).await? {
            Reply::IceRestarted(ice_parameters) => {
                lock(&self.state).ice_parameters = ice_parameters.clone();
                Ok(ice_parameters)
            }
            other => unexpected(&other),
        }
    }

    /// The server whose sockets it uses, if they are not its own.
    #[must_use]
    pub fn webrtc_server(&self) -> Option<&WebRtcServer> {
        self.server.as_ref()
    }

    /// Our part in ICE; always the same, as for every ICE-lite agent (RFC 8445 §6.1.1).
    #[must_use]
    pub fn ice_role(&self) -> IceRole {
        IceRole::Controlled
    }

    /// Credentials for the endpoint.
    #[must_use]
    pub fn ice_parameters(&self) -> IceParameters {
        lock(&self.state).ice_parameters.clone()
    }

    /// Addresses for the endpoint.
    #[must_use]
    pub fn ice_candidates(&self) -> Vec<IceCandidate> {
        lock(&self.state).ice_candidates.clone()
    }

    /// How far ICE has come.
    #[must_use]
    pub fn ice_state(&self) -> IceState {
        match self.base.is_closed() {
            true => IceState::Closed,
            false => lock(&self.state).ice_state,
        }
    }

    /// The way packets go, once there is one.
    #[must_use]
    pub fn ice_selected_tuple(&self) -> Option<TransportTuple> {
        match self.base.is_closed() {
            true => None,
            false => lock(&self.state).ice_selected_tuple.clone(),
        }
    }

    /// Our role and fingerprints, for the endpoint.
    #[must_use]
    pub fn dtls_parameters(&self) -> DtlsParameters {
        lock(&self.state).dtls_parameters.clone()
    }

    /// How far DTLS has come.
    #[must_use]
    pub fn dtls_state(&self) -> DtlsState {
        match self.base.is_closed() {
            true => DtlsState::Closed,
            false => lock(&self.state).dtls_state,
        }
    }

    /// The endpoint's certificate in PEM, once DTLS is connected.
    #[must_use]
    pub fn dtls_remote_cert(&self) -> Option<String> {
        lock(&self.state).dtls_remote_cert.clone()
    }
}

impl Deref for WebRtcTransport {
    type Target = Transport;

    fn deref(&self) -> &Transport {
        &self.base
    }
}

impl State {
    fn new() -> Self {
        Self {
            ice_parameters: IceParameters {
                username_fragment: String::new(),
                password: String::new(),
                ice_lite: true,
            },
            ice_candidates: Vec::new(),
            ice_state: IceState::New,
            ice_selected_tuple: None,
            dtls_parameters: DtlsParameters {
                role: DtlsRole::Auto,
                fingerprints: Vec::new(),
            },
            dtls_state: DtlsState::New,
            dtls_remote_cert: None,
        }
    }

    fn handle_event(&mut self, event: &control::TransportEvent) -> Option<TransportEvent> {
        match event {
            control::TransportEvent::IceStateChange(state) => {
                self.ice_state = *state;
                Some(TransportEvent::IceStateChange(*state))
            }
            control::TransportEvent::IceSelectedTupleChange(tuple) => {
                self.ice_selected_tuple = Some(tuple.clone());
                Some(TransportEvent::IceSelectedTupleChange(tuple.clone()))
            }
            control::TransportEvent::DtlsStateChange { state, remote_cert } => {
                self.dtls_state = *state;
                if remote_cert.is_some() {
                    self.dtls_remote_cert.clone_from(remote_cert);
                }
                Some(TransportEvent::DtlsStateChange(*state))
            }
            _ => None,
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<WebRtcTransport> for Transport {
    fn from(transport: WebRtcTransport) -> Self {
        transport.base
    }
}
