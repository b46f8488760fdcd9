//! What exists: every object of the engine, by key and by name.
//!
//! Keys are indices into slabs and stay inside the engine. Names are what the API knows; all nouns
//! share one name space, as requests are routed by name alone.

use std::sync::Arc;

use control::{ChannelMessageHandlers, Refusal, TransportTraceType, WebRtcServerId};
use foldhash::HashMap;
use ice::SocketId;
use rustc_hash::FxHashMap;
use slab::Slab;

use congestion::ArrivalFeedback;
use units::Instant;

use crate::consumer::AnyConsumer;
use crate::data::{DataConsumer, DataProducer};
use crate::demux::{DataTable, RtpDemux};
use crate::observer::RtpObserver;
use crate::producer::Producer;
use crate::router::Router;
use crate::trace::TraceSet;
use crate::transport::{Listener, Transport};

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A WebRTC server.
    Server(usize),
    /// A router.
    Router(usize),
    /// A transport.
    Transport(usize),
    /// A producer.
    Producer(usize),
    /// A consumer.
    Consumer(usize),
    /// A data producer.
    DataProducer(usize),
    /// A data consumer.
    DataConsumer(usize),
    /// An observer.
    Observer(usize),
}

/// Listening sockets that transports share.
#[derive(Debug)]
pub struct Server {
    /// Its name.
    pub id: WebRtcServerId,
    /// Its sockets, in the order of its listen infos.
    pub sockets: Vec<Listener>,
    /// The transports on it, in the order they were made.
    pub transports: Vec<usize>,
}

/// A transport and what the engine knows of it.
#[derive(Debug)]
pub struct TransportEntry {
    /// The connection.
    pub transport: Transport,
    /// Its room.
    pub router: usize,
    /// The server whose sockets it uses, if they are not its own.
    pub server: Option<usize>,
    /// Its own sockets.
    pub sockets: Vec<SocketId>,
    /// Which producer a packet belongs to.
    pub demux: RtpDemux,
    /// In the order they were made.
    pub producers: Vec<usize>,
    /// In the order they were made.
    pub consumers: Vec<usize>,
    /// Which consumer an SSRC of ours belongs to, media and RTX.
    pub consumer_of_ssrc: FxHashMap<u32, usize>,
    /// Arrival times for the sender's congestion control.
    pub feedback: ArrivalFeedback,
    /// Whether the last thing we heard was that packets can go.
    pub connected: bool,
    /// When reports go out next.
    pub report_at: Option<Instant>,
    /// What the application traces of it.
    pub traces: TraceSet<TransportTraceType>,
    /// Its data producers and data consumers.
    pub data: DataTable,
}

/// A producer and what the engine knows of it.
#[derive(Debug)]
pub struct ProducerEntry {
    /// The media.
    pub producer: Producer,
    /// Its connection.
    pub transport: usize,
    /// Packets of each stream that have arrived since the last fan-out, in the order of the streams.
    pub arrivals: Vec<Vec<u64>>,
    /// Who hears it.
    pub observers: Vec<usize>,
}

/// A consumer and what the engine knows of it.
#[derive(Debug)]
pub struct ConsumerEntry {
    /// The media.
    pub consumer: AnyConsumer,
    /// Its connection.
    pub transport: usize,
    /// What it consumes.
    pub producer: usize,
}

/// A data producer and what the engine knows of it.
#[derive(Debug)]
pub struct DataProducerEntry {
    /// The source.
    pub producer: DataProducer,
    /// Its connection.
    pub transport: usize,
}

/// A data consumer and what the engine knows of it.
#[derive(Debug)]
pub struct DataConsumerEntry {
    /// The receiver.
    pub consumer: DataConsumer,
    /// Its connection.
    pub transport: usize,
    /// What it consumes.
    pub producer: usize,
}

/// An observer and what the engine knows of it.
#[derive(Debug)]
pub struct ObserverEntry {
    /// What it hears.
    pub observer: RtpObserver,
    /// Its room.
    pub router: usize,
    /// Whom it hears.
    pub producers: Vec<usize>,
}

/// Every object.
#[derive(Debug, Default)]
pub struct Objects {
    /// WebRTC servers.
    pub servers: Slab<Server>,
    /// Rooms.
    pub routers: Slab<Router>,
    /// Connections.
    pub transports: Slab<TransportEntry>,
    /// Incoming media.
    pub producers: Slab<ProducerEntry>,
    /// Outgoing media.
    pub consumers: Slab<ConsumerEntry>,
    /// Incoming messages.
    pub data_producers: Slab<DataProducerEntry>,
    /// Outgoing messages.
    pub data_consumers: Slab<DataConsumerEntry>,
    /// Observers.
    pub observers: Slab<ObserverEntry>,
    names: HashMap<Arc<str>, Object>,
    /// Names taken away, to be told to the driver. Bounded by what existed.
    gone: Vec<Arc<str>>,
}

impl Objects {
    /// Whether `name` may be given to a new object.
    pub fn check_unused(&self, name: &str) -> Result<(), Refusal> {
        match self.names.contains_key(name) {
            true => Err(Refusal::Error(format!("id {name} exists already"))),
            false => Ok(()),
        }
    }

    /// Gives an object its name.
    pub fn name(&mut self, name: &str, object: Object) {
        self.names.insert(name.into(), object);
    }

    /// Takes a name away.
    pub fn unname(&mut self, name: &str) {
        if let Some((name, _)) = self.names.remove_entry(name) {
            self.gone.push(name);
        }
    }

    /// A name that was taken away.
    pub fn poll_gone(&mut self) -> Option<Arc<str>> {
        self.gone.pop()
    }

    /// The names of everything, in their order.
    pub fn handlers(&self) -> ChannelMessageHandlers {
        let mut names: Vec<(&Arc<str>, &Object)> = self.names.iter().collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        let told = names.iter().filter(|(_, object)| is_told(object));
        ChannelMessageHandlers {
            channel_notification_handlers: told.map(|(name, _)| name.to_string()).collect(),
            channel_request_handlers: names.iter().map(|(name, _)| name.to_string()).collect(),
        }
    }

    /// The server called `name`.
    pub fn server(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Server(key)) => Ok(*key),
            _ => Err(not_found("WebRtcServer", name)),
        }
    }

    /// The router called `name`.
    pub fn router(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Router(key)) => Ok(*key),
            _ => Err(not_found("Router", name)),
        }
    }

    /// The transport called `name`.
    pub fn transport(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Transport(key)) => Ok(*key),
            _ => Err(not_found("Transport", name)),
        }
    }

    /// The producer called `name`.
    pub fn producer(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Producer(key)) => Ok(*key),
            _ => Err(not_found("Producer", name)),
        }
    }

    /// The consumer called `name`.
    pub fn consumer(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Consumer(key)) => Ok(*key),
            _ => Err(not_found("Consumer", name)),
        }
    }

    /// The data producer called `name`.
    pub fn data_producer(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::DataProducer(key)) => Ok(*key),
            _ => Err(not_found("DataProducer", name)),
        }
    }

    /// The data consumer called `name`.
    pub fn data_consumer(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::DataConsumer(key)) => Ok(*key),
            _ => Err(not_found("DataConsumer", name)),
        }
    }

    /// The observer called `name`.
    pub fn observer(&self, name: &str) -> Result<usize, Refusal> {
        match self.names.get(name) {
            Some(Object::Observer(key)) => Ok(*key),
            _ => Err(not_found("RtpObserver", name)),
        }
    }
}

/// Whether commands reach it.
fn is_told(object: &Object) -> bool {
    matches!(
        object,
        Object::Transport(_) | Object::Producer(_) | Object::DataProducer(_)
    )
}

fn not_found(noun: &str, name: &str) -> Refusal {
    Refusal::NotFound(format!("{noun} with id {name} not found"))
}
