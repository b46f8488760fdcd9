//! A peer: a browser in a room, across the WebSockets it may need for that.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use brodo::{Consumer, MediaKind, Producer, RtpCapabilities, WebRtcTransport};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::error::Refused;
use crate::signal;

/// Messages that may wait for a slow socket; at the next it is cut off, and its client comes back for
/// the state of the room.
pub const WAITING_MAX: usize = 512;

/// Transports of one peer: one each way, and some to spare while it tries again.
const TRANSPORTS_MAX: usize = 8;

/// Producers of one peer: microphone, camera, screen, and some to spare.
const PRODUCERS_MAX: usize = 16;

/// Consumers of one peer.
const CONSUMERS_MAX: usize = 512;

/// What a producer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A microphone.
    Mic,
    /// A camera.
    Cam,
    /// A screen, or a window of it.
    Screen,
}

impl Source {
    /// What it is if nobody says.
    pub fn of_kind(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Audio => Self::Mic,
            MediaKind::Video => Self::Cam,
        }
    }
}

/// A browser in a room.
#[derive(Debug)]
pub struct Peer {
    id: String,
    token: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Counts the sockets, so that an old one's end is not taken for the new one's.
    socket: u64,
    outbox: Option<mpsc::Sender<String>>,
    joined: Option<(String, RtpCapabilities)>,
    transports: HashMap<String, WebRtcTransport>,
    producers: HashMap<String, (Producer, Source)>,
    consumers: HashMap<String, Consumer>,
}

impl Peer {
    pub fn new(id: String) -> Self {
        Self {
            id,
            token: uuid::Uuid::new_v4().to_string(),
            state: Mutex::default(),
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// Proves to a later socket that it is the same browser.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn has_token(&self, token: &str) -> bool {
        self.token == token
    }

    /// Takes a new socket; an old one ends. The number is for [`Self::detach`].
    pub fn attach(&self) -> (u64, mpsc::Receiver<String>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let mut state = self.state();
        state.socket += 1;
        state.outbox = Some(sender);
        (state.socket, receiver)
    }

    /// The socket is gone. False if another has taken its place.
    pub fn detach(&self, socket: u64) -> bool {
        let mut state = self.state();
        let current = state.socket == socket;
        if current {
            state.outbox = None;
        }
        current
    }

    /// Whether this is still its newest socket, and that is gone.
    pub fn is_absent_since(&self, socket: u64) -> bool {
        let state = self.state();
        state.socket == socket && state.outbox.is_none()
    }

    /// Tells it something; lost if it has no socket just now, for it will ask on coming back.
    pub fn tell(&self, method: &str, data: &Value) {
        let mut state = self.state();
        let full = match &state.outbox {
            Some(outbox) => outbox.try_send(signal::notification(method, data)).is_err(),
            None => false,
        };
        if full {
            tracing::warn!(peer = self.id, "reads too slowly: socket cut off");
            state.outbox = None;
        }
    }

    /// Its name for people; none until it has joined.
    pub fn display_name(&self) -> Option<String> {
        self.state().joined.as_ref().map(|(name, _)| name.clone())
    }

    pub fn rtp_capabilities(&self) -> Result<RtpCapabilities, Refused> {
        let state = self.state();
        let joined = state
            .joined
            .as_ref()
            .ok_or_else(|| Refused::Wrong("join first".into()))?;
        Ok(joined.1.clone())
    }

    /// True the first time.
    pub fn join(&self, display_name: String, rtp_capabilities: RtpCapabilities) -> bool {
        self.state()
            .joined
            .replace((display_name, rtp_capabilities))
            .is_none()
    }

    pub fn add_transport(&self, transport: WebRtcTransport) -> Result<(), Refused> {
        let mut state = self.state();
        // Those that the engine has closed are no use to anyone.
        state
            .transports
            .retain(|_, transport| !transport.is_closed());
        if state.transports.len() >= TRANSPORTS_MAX {
            transport.close();
            return Err(Refused::full("transports", TRANSPORTS_MAX));
        }
        state
            .transports
            .insert(transport.id().to_string(), transport);
        Ok(())
    }

    pub fn transport(&self, id: &str) -> Result<WebRtcTransport, Refused> {
        self.state()
            .transports
            .get(id)
            .cloned()
            .ok_or_else(|| Refused::not_found("transport", id))
    }

    pub fn add_producer(&self, producer: Producer, source: Source) -> Result<(), Refused> {
        let mut state = self.state();
        if state.producers.len() >= PRODUCERS_MAX {
            producer.close();
            return Err(Refused::full("producers", PRODUCERS_MAX));
        }
        state
            .producers
            .insert(producer.id().to_string(), (producer, source));
        Ok(())
    }

    pub fn producer(&self, id: &str) -> Result<Producer, Refused> {
        let state = self.state();
        let found = state
            .producers
            .get(id)
            .map(|(producer, _)| producer.clone());
        found.ok_or_else(|| Refused::not_found("producer", id))
    }

    pub fn remove_producer(&self, id: &str) -> Option<Producer> {
        self.state()
            .producers
            .remove(id)
            .map(|(producer, _)| producer)
    }

    /// What it sends.
    pub fn producers(&self) -> Vec<(Producer, Source)> {
        self.state().producers.values().cloned().collect()
    }

    pub fn add_consumer(&self, consumer: Consumer) -> Result<(), Refused> {
        let mut state = self.state();
        if state.consumers.len() >= CONSUMERS_MAX {
            consumer.close();
            return Err(Refused::full("consumers", CONSUMERS_MAX));
        }
        state.consumers.insert(consumer.id().to_string(), consumer);
        Ok(())
    }

    pub fn consumer(&self, id: &str) -> Result<Consumer, Refused> {
        self.state()
            .consumers
            .get(id)
            .cloned()
            .ok_or_else(|| Refused::not_found("consumer", id))
    }

    pub fn remove_consumer(&self, id: &str) -> Option<Consumer> {
        self.state().consumers.remove(id)
    }

    /// Ends its media and its socket.
    pub fn close(&self) {
        let transports: Vec<WebRtcTransport> = {
            let mut state = self.state();
            state.outbox = None;
            state.producers.clear();
            state.consumers.clear();
            state
                .transports
                .drain()
                .map(|(_, transport)| transport)
                .collect()
        };
        for transport in transports {
            transport.close();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
