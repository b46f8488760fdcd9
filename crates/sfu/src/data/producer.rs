//! The data producer: where messages come from.

use control::{
    DataProducerDump, DataProducerId, DataProducerStats, DataProducerType, ProduceDataOptions,
    SctpStreamParameters,
};
use units::Instant;

/// A peer's stream, or the application, as a source of messages.
#[derive(Debug)]
pub struct DataProducer {
    options: ProduceDataOptions,
    messages: u64,
    bytes: u64,
}

impl DataProducer {
    /// A source that has sent nothing. Without a stream it is the application.
    #[must_use]
    pub fn new(options: ProduceDataOptions) -> Self {
        Self {
            options,
            messages: 0,
            bytes: 0,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &DataProducerId {
        &self.options.id
    }

    /// The peer's stream.
    #[must_use]
    pub fn stream(&self) -> Option<&SctpStreamParameters> {
        self.options.sctp_stream_parameters.as_ref()
    }

    /// What carries its messages.
    #[must_use]
    pub fn kind(&self) -> DataProducerType {
        match self.options.sctp_stream_parameters {
            Some(_) => DataProducerType::Sctp,
            None => DataProducerType::Direct,
        }
    }

    /// A message came. True if it is to be forwarded.
    pub fn handle_message(&mut self, bytes: usize) -> bool {
        self.messages += 1;
        self.bytes += bytes as u64;
        !self.options.paused
    }

    /// Stops or goes on forwarding. True if that is a change.
    pub fn set_paused(&mut self, paused: bool) -> bool {
        std::mem::replace(&mut self.options.paused, paused) != paused
    }

    /// Whether messages are counted and go no further.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.options.paused
    }

    /// As it is now.
    #[must_use]
    pub fn dump(&self) -> DataProducerDump {
        DataProducerDump {
            id: self.options.id.clone(),
            kind: self.kind(),
            sctp_stream_parameters: self.options.sctp_stream_parameters,
            label: self.options.label.clone(),
            protocol: self.options.protocol.clone(),
            paused: self.options.paused,
        }
    }

    /// What it counted.
    #[must_use]
    pub fn stats(&self, now: Instant) -> DataProducerStats {
        DataProducerStats {
            timestamp: now.as_millis(),
            label: self.options.label.clone(),
            protocol: self.options.protocol.clone(),
            messages_received: self.messages,
            bytes_received: self.bytes,
        }
    }
}
