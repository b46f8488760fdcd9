//! The process: a worker, its media sockets, and the HTTP server in front.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use brodo::{ListenInfo, WebRtcServerOptions, Worker, WorkerSettings};

use crate::app::App;
use crate::options::Options;
use crate::rooms::Rooms;
use crate::{addresses, page, plain, socket};

/// How long open connections may take to end.
const SHUTDOWN_MAX: Duration = Duration::from_secs(1);

/// Why the demo did not start.
#[derive(Debug)]
pub enum StartError {
    /// The page's address cannot be bound.
    Listen(SocketAddr, io::Error),
    /// There is no worker.
    Worker(brodo::CreateWorkerError),
    /// The media addresses cannot be bound.
    Media(brodo::CreateTransportError),
    /// There is no certificate.
    Certificate(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::Worker(error) => write!(f, "{error}"),
            Self::Media(error) => write!(f, "cannot listen for media: {error}"),
            Self::Certificate(error) => write!(f, "cannot make a certificate: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// The demo, bound to its ports.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    worker: Worker,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
}

impl Server {
    /// Starts a worker and binds all ports.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what could not be had.
    pub async fn start(options: &Options) -> Result<Self, StartError> {
        let wanted = addresses::page_address(options);
        let (listener, address) =
            listen(wanted).map_err(|error| StartError::Listen(wanted, error))?;
        let tls = match options.tls {
            true => Some(
                self_signed(options)
                    .await
                    .map_err(StartError::Certificate)?,
            ),
            false => None,
        };
        let worker = Worker::new(WorkerSettings::default()).map_err(StartError::Worker)?;
        let listen_infos = addresses::listen_infos(options);
        tracing::info!(addresses = %shown(&listen_infos), "media");
        let webrtc_server = worker
            .create_webrtc_server(WebRtcServerOptions::new(listen_infos))
            .await
            .map_err(StartError::Media)?;
        let app = Arc::new(App {
            rooms: Rooms::new(worker.clone()),
            webrtc_server,
            plain_listen_info: addresses::plain_listen_info(options),
        });
        Ok(Self {
            app,
            worker,
            listener,
            address,
            tls,
        })
    }

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let ip = self.address.ip();
        // Browsers open cameras on localhost without a certificate, so that is the better name for it.
        if ip.is_unspecified() || ip == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return format!("{scheme}://localhost:{}", self.address.port());
        }
        format!("{scheme}://{}", self.address)
    }

    /// Serves until `end` is ready.
    pub async fn run_until(self, end: impl Future<Output = ()>) {
        let handle = Handle::new();
        let service = Router::new()
            .route("/ws", get(socket::open))
            .merge(plain::routes())
            .fallback(page::serve)
            .with_state(self.app)
            .into_make_service();
        let (listener, ending) = (self.listener, handle.clone());
        let serve = async move {
            match self.tls {
                Some(tls) => {
                    axum_server::from_tcp_rustls(listener, tls)?
                        .handle(handle)
                        .serve(service)
                        .await
                }
                None => {
                    axum_server::from_tcp(listener)?
                        .handle(handle)
                        .serve(service)
                        .await
                }
            }
        };
        let shut_down = async move {
            end.await;
            ending.graceful_shutdown(Some(SHUTDOWN_MAX));
            std::future::pending::<()>().await;
        };
        tokio::select! {
            served = serve => if let Err(error) = served {
                tracing::error!(%error, "the page's server ended");
            },
            () = shut_down => {}
        }
        self.worker.close();
    }
}

fn listen(wanted: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// A certificate for the names this server may be reached by. Browsers warn of it, once.
async fn self_signed(options: &Options) -> Result<RustlsConfig, String> {
    // Fails if a provider is installed already, which then is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let ips = addresses::listen_infos(options)
        .into_iter()
        .map(|info| info.ip.to_string());
    let announced = options.announced_ip.map(|ip| ip.to_string());
    let mut names: Vec<String> = std::iter::once("localhost".to_owned())
        .chain(ips)
        .chain(announced)
        .collect();
    names.sort();
    names.dedup();
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
    let certificate = made.cert.der().to_vec();
    let key = made.signing_key.serialize_der();
    RustlsConfig::from_der(vec![certificate], key)
        .await
        .map_err(|error| error.to_string())
}

fn shown(listen_infos: &[ListenInfo]) -> String {
    let shown = listen_infos
        .iter()
        .map(|info| format!("{:?} {}", info.protocol, info.ip).to_lowercase());
    shown.collect::<Vec<_>>().join(", ")
}
