//! Where notifications go: the sink that each object's creator left.

use std::collections::HashMap;

use control::{Notification, Request, RouterCall, TransportCall};

use crate::handle::EventSink;

/// Sinks by object name. One entry a living object.
#[derive(Default)]
pub struct Sinks(HashMap<String, EventSink>);

impl Sinks {
    /// Remembers where notifications of `name` go.
    pub fn add(&mut self, name: String, sink: EventSink) {
        self.0.insert(name, sink);
    }

    /// The object has gone.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
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
        if let Some(sink) = self.0.get_mut(name) {
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
