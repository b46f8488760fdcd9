//! A browser on two peer connections: it sends on one and receives on the other.
//!
//! Two, because in one description a payload type has one meaning both ways, and each side has numbers of
//! its own: the browser offers in its numbers what it sends, we offer in the router's what it receives.

use std::time::Duration;

use brodo::{
    ConnectError, ConsumeError, Consumer, ConsumerOptions, CreateTransportError, DtlsState,
    IceState, ProduceError, Producer, ProducerOptions, RequestError, Router,
    RouterRtpCodecCapability, TransportEvent, WebRtcServer, WebRtcTransport,
    WebRtcTransportOptions,
};
use futures_util::StreamExt;
use thiserror::Error;
use tokio::time::timeout;

use crate::sdp::{self, Description, SdpError};

/// How long a browser may take from its offer to the end of the handshake.
pub const ARRIVAL_MAX: Duration = Duration::from_secs(30);

/// Sections of an offer; a page has two.
const SECTIONS_MAX: usize = 8;

/// Why a browser cannot send or receive.
#[derive(Debug, Error)]
pub enum PeerError {
    /// The browser's description is not usable.
    #[error(transparent)]
    Sdp(#[from] SdpError),
    /// Nothing in the offer can be forwarded.
    #[error("the offer has neither Opus nor VP8, or too many sections")]
    NothingInCommon,
    /// There is no transport.
    #[error(transparent)]
    Create(#[from] CreateTransportError),
    /// The transport is not connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The parameters in the offer do not fit each other.
    #[error(transparent)]
    Produce(#[from] ProduceError),
    /// What was to be received is gone.
    #[error(transparent)]
    Consume(#[from] ConsumeError),
    /// The worker is closed or overloaded.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// What a browser sends.
#[derive(Debug)]
pub struct Sending {
    /// Its way.
    pub transport: WebRtcTransport,
    /// Its camera and its microphone.
    pub producers: Vec<Producer>,
}

/// What a browser receives.
#[derive(Debug)]
pub struct Receiving {
    transport: WebRtcTransport,
    consumers: Vec<Consumer>,
}

/// The codecs that every browser has: Opus (RFC 7874 §3) and VP8 (RFC 7742 §5).
#[must_use]
pub fn codecs() -> Vec<RouterRtpCodecCapability> {
    let mut codecs = brodo::default_codecs();
    codecs.retain(|codec| ["audio/opus", "video/VP8"].contains(&codec.mime_type.as_str()));
    codecs
}

impl Sending {
    /// Takes what a browser offers to send; gives the answer for it.
    ///
    /// # Errors
    ///
    /// [`PeerError`] if the offer is not usable; nothing is left open.
    pub async fn accept(
        router: &Router,
        server: &WebRtcServer,
        offer: &str,
    ) -> Result<(Self, String), PeerError> {
        let offer = Description::parse(offer)?;
        let accepted: Vec<_> = offer
            .sections
            .iter()
            .map(|section| section.rtp_parameters(&router.rtp_capabilities()))
            .collect();
        if accepted.len() > SECTIONS_MAX || accepted.iter().all(Option::is_none) {
            return Err(PeerError::NothingInCommon);
        }
        let transport = transport(router, server).await?;
        transport.connect(offer.dtls_parameters.clone()).await?;
        let mut producers = Vec::new();
        for (section, media) in offer.sections.iter().zip(&accepted) {
            if let (Some(kind), Some(media)) = (section.kind(), media) {
                producers.push(
                    transport
                        .produce(ProducerOptions::new(kind, media.clone()))
                        .await?,
                );
            }
        }
        let answer = sdp::answer(&offer, &accepted, &transport);
        Ok((
            Self {
                transport,
                producers,
            },
            answer,
        ))
    }
}

impl Receiving {
    /// Prepares for a browser to receive `producers`; gives the offer for it.
    ///
    /// # Errors
    ///
    /// [`PeerError`] if a producer is gone.
    pub async fn offer(
        router: &Router,
        server: &WebRtcServer,
        producers: &[Producer],
    ) -> Result<(Self, String), PeerError> {
        let transport = transport(router, server).await?;
        let mut consumers = Vec::new();
        for producer in producers {
            // The room has only what every browser can do, so the room's capabilities are the browser's.
            let mut options =
                ConsumerOptions::new(producer.id().clone(), router.rtp_capabilities());
            // Until the browser is ready; then it begins with a key frame that is asked for.
            options.paused = true;
            consumers.push(transport.consume(options).await?);
        }
        let media = consumers
            .iter()
            .map(|consumer| (consumer.kind(), consumer.rtp_parameters()));
        let offer = sdp::offer(media, &transport);
        Ok((
            Self {
                transport,
                consumers,
            },
            offer,
        ))
    }

    /// The browser's answer: media flows from here on, of the producers that are still there.
    ///
    /// # Errors
    ///
    /// [`PeerError`] if the answer is not usable, or is a second one.
    pub async fn accept(&self, answer: &str) -> Result<(), PeerError> {
        let answer = Description::parse(answer)?;
        self.transport.connect(answer.dtls_parameters).await?;
        for consumer in &self.consumers {
            match consumer.resume().await {
                // It has gone with its producer, while the answer was on its way.
                Err(_) if consumer.is_closed() => {}
                resumed => resumed?,
            }
        }
        Ok(())
    }
}

async fn transport(router: &Router, server: &WebRtcServer) -> Result<WebRtcTransport, PeerError> {
    let options = WebRtcTransportOptions::with_server(server.clone());
    Ok(router.create_webrtc_transport(options).await?)
}

/// Returns when the browser behind `transport` has gone, or has not come within [`ARRIVAL_MAX`].
pub async fn gone(transport: &WebRtcTransport) {
    let mut events = transport.events();
    let arrival = async {
        while transport.dtls_state() != DtlsState::Connected {
            if events.next().await.is_none() {
                return;
            }
        }
    };
    if timeout(ARRIVAL_MAX, arrival).await.is_err() {
        return;
    }
    while let Some(event) = events.next().await {
        match event {
            // It stopped answering; after 30 seconds of that it is not coming back.
            TransportEvent::IceStateChange(IceState::Disconnected)
            // It closed the peer connection.
            | TransportEvent::DtlsStateChange(DtlsState::Closed | DtlsState::Failed) => return,
            _ => {}
        }
    }
}
