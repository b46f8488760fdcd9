//! Whose message is this? By its stream.

use control::{DataProducerId, KeyValue, SctpListenerDump};
use rustc_hash::FxHashMap;

/// The data producers and consumers of a transport, by the engine's keys.
#[derive(Debug, Default)]
pub struct DataTable {
    producers: Vec<usize>,
    consumers: Vec<usize>,
    producer_of: FxHashMap<u16, usize>,
    consumer_of: FxHashMap<u16, usize>,
    /// Whether the transport waits in the engine's queue of those with messages to send.
    pub queued: bool,
}

impl DataTable {
    /// In the order they were made.
    #[must_use]
    pub fn producers(&self) -> &[usize] {
        &self.producers
    }

    /// In the order they were made.
    #[must_use]
    pub fn consumers(&self) -> &[usize] {
        &self.consumers
    }

    /// The data producer of a stream of the peer.
    #[must_use]
    pub fn producer_of(&self, stream: u16) -> Option<usize> {
        self.producer_of.get(&stream).copied()
    }

    /// The data consumer of a stream of ours.
    #[must_use]
    pub fn consumer_of(&self, stream: u16) -> Option<usize> {
        self.consumer_of.get(&stream).copied()
    }

    /// A data producer is here.
    pub fn add_producer(&mut self, key: usize, stream: Option<u16>) {
        self.producers.push(key);
        self.producer_of.extend(stream.map(|stream| (stream, key)));
    }

    /// It has gone.
    pub fn remove_producer(&mut self, key: usize) {
        self.producers.retain(|&other| other != key);
        self.producer_of.retain(|_, other| *other != key);
    }

    /// A data consumer is here.
    pub fn add_consumer(&mut self, key: usize, stream: Option<u16>) {
        self.consumers.push(key);
        self.consumer_of.extend(stream.map(|stream| (stream, key)));
    }

    /// It has gone.
    pub fn remove_consumer(&mut self, key: usize) {
        self.consumers.retain(|&other| other != key);
        self.consumer_of.retain(|_, other| *other != key);
    }

    /// Every stream in use, in either direction.
    #[must_use]
    pub fn streams(&self) -> Vec<u16> {
        let mut streams: Vec<u16> = self.producer_of.keys().copied().collect();
        streams.extend(self.consumer_of.keys());
        streams.sort_unstable();
        streams.dedup();
        streams
    }

    /// As a dump shows it, ascending.
    #[must_use]
    pub fn dump(&self, name: impl Fn(usize) -> DataProducerId) -> SctpListenerDump {
        let mut rows: Vec<(u16, usize)> = self.producer_of.iter().map(|(s, k)| (*s, *k)).collect();
        rows.sort_unstable();
        let rows = rows.into_iter().map(|(stream, key)| KeyValue {
            key: stream,
            value: name(key),
        });
        SctpListenerDump {
            stream_id_table: rows.collect(),
        }
    }
}
