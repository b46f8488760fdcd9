//! What a request is about, in words for a log line.

use std::fmt::{self, Debug, Write};

use control::{Request, RouterCall, TransportCall};

/// Names longer than this come from a confused parent, and are cut.
const NAME_MAX: usize = 64;

/// The noun, its name, what is done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    noun: &'static str,
    name: String,
    call: String,
}

impl About {
    /// Sums up a request.
    pub fn request(request: &Request) -> Self {
        match request {
            Request::DumpWorker => Self::new("worker", "", request),
            Request::CreateWebRtcServer { id, .. } => {
                Self::new("webRtcServer", id.as_str(), request)
            }
            Request::WebRtcServer(id, call) => Self::new("webRtcServer", id.as_str(), call),
            Request::CreateRouter { id } => Self::new("router", id.as_str(), request),
            Request::Router(id, call) => Self::router(id.as_str(), call),
            Request::Transport(id, call) => Self::transport(id.as_str(), call),
            Request::Producer(id, call) => Self::new("producer", id.as_str(), call),
            Request::Consumer(id, call) => Self::new("consumer", id.as_str(), call),
            Request::DataProducer(id, call) => Self::new("dataProducer", id.as_str(), call),
            Request::DataConsumer(id, call) => Self::new("dataConsumer", id.as_str(), call),
            Request::RtpObserver(id, call) => Self::new("rtpObserver", id.as_str(), call),
        }
    }

    /// Whether it makes an object or takes one away.
    pub fn changes_what_there_is(&self) -> bool {
        self.call == "close"
            || self.call.starts_with("create")
            || self.call.starts_with("produce")
            || self.call.starts_with("consume")
    }

    fn router(id: &str, call: &RouterCall) -> Self {
        match call {
            RouterCall::CreateWebRtcTransport(id, _)
            | RouterCall::CreatePlainTransport(id, _)
            | RouterCall::CreatePipeTransport(id, _)
            | RouterCall::CreateDirectTransport(id, _) => Self::new("transport", id.as_str(), call),
            RouterCall::CreateActiveSpeakerObserver(id, _)
            | RouterCall::CreateAudioLevelObserver(id, _) => {
                Self::new("rtpObserver", id.as_str(), call)
            }
            RouterCall::Dump | RouterCall::Close => Self::new("router", id, call),
        }
    }

    fn transport(id: &str, call: &TransportCall) -> Self {
        match call {
            TransportCall::Produce(made) => Self::new("producer", made.id.as_str(), call),
            TransportCall::Consume(made) => Self::new("consumer", made.id.as_str(), call),
            TransportCall::ProduceData(made) => Self::new("dataProducer", made.id.as_str(), call),
            TransportCall::ConsumeData(made) => Self::new("dataConsumer", made.id.as_str(), call),
            _ => Self::new("transport", id, call),
        }
    }

    fn new(noun: &'static str, name: &str, call: &impl Debug) -> Self {
        Self {
            noun,
            name: name.chars().take(NAME_MAX).collect(),
            call: variant(call),
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.is_empty() {
            true => write!(f, "{}: {}", self.noun, self.call),
            false => write!(f, "{} {}: {}", self.noun, self.name, self.call),
        }
    }
}

/// The name of an enum's variant, in camelCase.
fn variant(value: &impl Debug) -> String {
    let mut word = Word(String::new());
    // It stops at the end of the first word, which is no error.
    let _ = write!(word, "{value:?}");
    word.0
}

/// Takes the first word of a text and refuses the rest.
struct Word(String);

impl Write for Word {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if !letter.is_alphanumeric() {
                return Err(fmt::Error);
            }
            match self.0.is_empty() {
                true => self.0.push(letter.to_ascii_lowercase()),
                false => self.0.push(letter),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use control::{DirectTransportOptions, RouterId, TransportId};

    use super::*;

    #[test]
    fn what_is_created_is_named_and_not_its_parent() {
        let options = DirectTransportOptions {
            max_send_message_size: 1,
            max_receive_message_size: 1,
        };
        let call = RouterCall::CreateDirectTransport(TransportId::from("t"), options);

        let about = About::request(&Request::Router(RouterId::from("r"), call));

        assert_eq!(about.to_string(), "transport t: createDirectTransport");
        assert!(about.changes_what_there_is());
    }

    #[test]
    fn a_question_changes_nothing() {
        let about = About::request(&Request::Router(RouterId::from("r"), RouterCall::Dump));

        assert_eq!(about.to_string(), "router r: dump");
        assert!(!about.changes_what_there_is());
        assert_eq!(
            About::request(&Request::DumpWorker).to_string(),
            "worker: dumpWorker"
        );
    }
}
