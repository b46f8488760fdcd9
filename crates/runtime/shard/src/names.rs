//! Where notifications go: the sink that each object's creator left.

use std::collections::HashMap;

use control::{Notification, Request, RouterCall, TransportCall};

use crate::handle::EventSink;

/// Sinks by object name (one entry a living object), and one for objects without.
#[derive(Default)]
pub struct Sinks {
    by_name: HashMap<String, EventSink>,
    others: Option<EventSink>,
}

impl Sinks {
    /// Sends notifications of objects without a sink of their own to `others`.
    pub fn new(others: Option<EventSink>) -> Self {
        Self {
            by_name: HashMap::new(),
            others,
        }
    }

    /// Remembers where notifications of `name` go.
    pub fn add(&mut self, name: String, sink: EventSink) {
        self.by_name.insert(name, sink);
    }

    /// The object has gone.
    pub fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    /// Hands a notification to whoever created its object.
    pub fn deliver(&mut self, notification: Notification) {
        let name = match &notification {
            Notification::Transport(id, _) => id.as_str(),
            Notification::Producer(id, _) => id.as_str(),
            Notification::Consumer(id, _) => id.as_str(),
            Notification::DataConsumer(id, _) => id.as_str(),
            Notification::RtpObserver(id, _) => id.as_str(),
        };
        if let Some(sink) = self.by_name.get_mut(name).or(self.others.as_mut()) {
            sink(notification);
        }
    }
}

/// The name of the object that a request would create.
pub fn created_by(request: &Request) -> Option<String> {
    let name = match request {
        Request::Router(
            _,
            RouterCall::CreateWebRtcTransport(id, _)
            | RouterCall::CreatePlainTransport(id, _)
            | RouterCall::CreatePipeTransport(id, _)
            | RouterCall::CreateDirectTransport(id, _),
        ) => id.as_str(),
        Request::Router(
            _,
            RouterCall::CreateActiveSpeakerObserver(id, _)
            | RouterCall::CreateAudioLevelObserver(id, _),
        ) => id.as_str(),
        Request::Transport(_, TransportCall::Produce(options)) => options.id.as_str(),
        Request::Transport(_, TransportCall::Consume(options)) => options.id.as_str(),
        Request::Transport(_, TransportCall::ConsumeData(options)) => options.id.as_str(),
        _ => return None,
    };
    Some(name.to_owned())
}
