//! The data consumer: where messages go.

use std::sync::Arc;

use control::{
    Audience, ConsumeDataOptions, DataConsumerDump, DataConsumerId, DataConsumerStats,
    DataProducerType, SctpStreamParameters,
};
use sctp::Outgoing;
use units::Instant;

use crate::data::audience::{Message, admits};
use crate::data::framing::{needs_wrapping, wrap};
use crate::data::stream::reliability;
use crate::data::subchannels::Subchannels;

/// What a data consumer is made from.
#[derive(Clone, Debug)]
pub struct DataConsumerConfig {
    /// What the application asked for; without a stream the messages go to it.
    pub options: ConsumeDataOptions,
    /// Whether its data producer is paused.
    pub producer_paused: bool,
    /// It leads to another router.
    pub over_pipe: bool,
    /// When to tell that little waits.
    pub low_threshold: u32,
}

/// Our stream to a peer, or the application, as a receiver of messages.
#[derive(Debug)]
pub struct DataConsumer {
    config: DataConsumerConfig,
    subchannels: Subchannels,
    messages: u64,
    bytes: u64,
}

impl DataConsumer {
    /// A receiver that has got nothing.
    #[must_use]
    pub fn new(config: DataConsumerConfig) -> Self {
        Self {
            subchannels: Subchannels::new(&config.options.subchannels),
            config,
            messages: 0,
            bytes: 0,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &DataConsumerId {
        &self.config.options.id
    }

    /// Our stream.
    #[must_use]
    pub fn stream(&self) -> Option<&SctpStreamParameters> {
        self.config.options.sctp_stream_parameters.as_ref()
    }

    /// What carries its messages.
    #[must_use]
    pub fn kind(&self) -> DataProducerType {
        match self.config.options.sctp_stream_parameters {
            Some(_) => DataProducerType::Sctp,
            None => DataProducerType::Direct,
        }
    }

    /// Whether neither it nor its data producer is paused.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.config.options.paused && !self.config.producer_paused
    }

    /// Whether it is paused itself.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.config.options.paused
    }

    /// Pauses or resumes it.
    pub fn set_paused(&mut self, paused: bool) {
        self.config.options.paused = paused;
    }

    /// Its data producer was paused or resumed.
    pub fn set_producer_paused(&mut self, paused: bool) {
        self.config.producer_paused = paused;
    }

    /// Whether a message is for it.
    #[must_use]
    pub fn wants(&self, audience: &Audience) -> bool {
        admits(audience, &self.subchannels, self.config.over_pipe)
    }

    /// The bytes it is sent: the message's own, but over a pipe the audience goes along.
    #[must_use]
    pub fn bytes_of(&self, message: &Message, audience: &Audience) -> Arc<[u8]> {
        match self.config.over_pipe && needs_wrapping(audience, &message.data) {
            true => wrap(audience, &self.subchannels, &message.data),
            false => Arc::clone(&message.data),
        }
    }

    /// A message in SCTP's words; `None` if it goes to the application.
    #[must_use]
    pub fn outgoing(&self, message: Message) -> Option<Outgoing> {
        let stream = self.stream()?;
        Some(Outgoing {
            stream: stream.stream_id,
            ppid: message.ppid,
            data: message.data,
            reliability: reliability(stream),
        })
    }

    /// A message was taken from it.
    pub fn note_sent(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }

    /// Takes exactly these subchannels.
    pub fn set_subchannels(&mut self, ids: &[u16]) {
        self.subchannels = Subchannels::new(ids);
    }

    /// Takes one more.
    pub fn add_subchannel(&mut self, id: u16) {
        self.subchannels.add(id);
    }

    /// Takes one less.
    pub fn remove_subchannel(&mut self, id: u16) {
        self.subchannels.remove(id);
    }

    /// What it takes, ascending.
    #[must_use]
    pub fn subchannels(&self) -> Vec<u16> {
        self.subchannels.to_vec()
    }

    /// When to tell that little waits.
    #[must_use]
    pub fn low_threshold(&self) -> u32 {
        self.config.low_threshold
    }

    /// Another threshold.
    pub fn set_low_threshold(&mut self, threshold: u32) {
        self.config.low_threshold = threshold;
    }

    /// As it is now, with so many bytes waiting.
    #[must_use]
    pub fn dump(&self, buffered_amount: u32) -> DataConsumerDump {
        let options = &self.config.options;
        DataConsumerDump {
            id: options.id.clone(),
            data_producer_id: options.data_producer_id.clone(),
            kind: self.kind(),
            sctp_stream_parameters: options.sctp_stream_parameters,
            label: options.label.clone(),
            protocol: options.protocol.clone(),
            buffered_amount,
            buffered_amount_low_threshold: self.config.low_threshold,
            paused: options.paused,
            data_producer_paused: self.config.producer_paused,
            subchannels: self.subchannels(),
        }
    }

    /// What it counted, with so many bytes waiting.
    #[must_use]
    pub fn stats(&self, now: Instant, buffered_amount: u32) -> DataConsumerStats {
        DataConsumerStats {
            timestamp: now.as_millis(),
            label: self.config.options.label.clone(),
            protocol: self.config.options.protocol.clone(),
            messages_sent: self.messages,
            bytes_sent: self.bytes,
            buffered_amount,
        }
    }
}
