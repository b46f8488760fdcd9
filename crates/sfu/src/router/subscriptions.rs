//! Who consumes what in a room.
//!
//! Consumers of a producer stand in an array, in the order they came, and each encoding of the producer
//! has an array of those that want its packets. A consumer that is not active (paused, disconnected, its
//! producer paused) is in none of these, and one on another layer not in this one, so neither costs
//! anything per packet.

use std::collections::BTreeMap;

use crate::feed::Encodings;

/// The consumers of every producer in a room. The numbers are the engine's keys.
#[derive(Debug, Default)]
pub struct Subscriptions {
    of_producer: BTreeMap<usize, Listeners>,
}

/// The consumers of one producer.
#[derive(Debug, Default)]
struct Listeners {
    all: Vec<usize>,
    /// Those who want anything.
    active: Vec<usize>,
    /// Those who want this encoding's packets.
    of_encoding: Vec<Vec<usize>>,
}

impl Listeners {
    fn lists(&mut self) -> impl Iterator<Item = &mut Vec<usize>> {
        std::iter::once(&mut self.active).chain(&mut self.of_encoding)
    }
}

impl Subscriptions {
    /// A producer with so many encodings is here; nobody consumes it yet.
    pub fn add_producer(&mut self, producer: usize, encodings: usize) {
        let listeners = self.of_producer.entry(producer).or_default();
        listeners.of_encoding.resize_with(encodings, Vec::new);
    }

    /// A producer has gone; its consumers are given back, to be closed.
    pub fn remove_producer(&mut self, producer: usize) -> Vec<usize> {
        self.of_producer
            .remove(&producer)
            .map(|listeners| listeners.all)
            .unwrap_or_default()
    }

    /// A consumer wants a producer's media.
    pub fn add_consumer(&mut self, producer: usize, consumer: usize) {
        self.of_producer
            .entry(producer)
            .or_default()
            .all
            .push(consumer);
    }

    /// A consumer has gone.
    pub fn remove_consumer(&mut self, producer: usize, consumer: usize) {
        if let Some(listeners) = self.of_producer.get_mut(&producer) {
            listeners.all.retain(|&key| key != consumer);
            listeners
                .lists()
                .for_each(|list| list.retain(|&key| key != consumer));
        }
    }

    /// Packets of these encodings go to this consumer, and no others.
    pub fn set_wanted(&mut self, producer: usize, consumer: usize, wanted: Encodings) {
        let Some(listeners) = self.of_producer.get_mut(&producer) else {
            return;
        };
        set(&mut listeners.active, consumer, !wanted.is_empty());
        for (encoding, list) in listeners.of_encoding.iter_mut().enumerate() {
            set(list, consumer, wanted.contains(encoding));
        }
    }

    /// All consumers of a producer.
    #[must_use]
    pub fn consumers(&self, producer: usize) -> &[usize] {
        self.of_producer
            .get(&producer)
            .map_or(&[], |listeners| &listeners.all)
    }

    /// The consumers that packets of this encoding go to.
    #[must_use]
    pub fn active_on(&self, producer: usize, encoding: usize) -> &[usize] {
        self.of_producer
            .get(&producer)
            .and_then(|listeners| listeners.of_encoding.get(encoding))
            .map_or(&[], Vec::as_slice)
    }

    /// The consumers that some packets of this producer go to.
    #[must_use]
    pub fn active(&self, producer: usize) -> &[usize] {
        self.of_producer
            .get(&producer)
            .map_or(&[], |listeners| &listeners.active)
    }

    /// Every producer with its consumers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.of_producer
            .iter()
            .map(|(&producer, listeners)| (producer, listeners.all.as_slice()))
    }
}

/// Puts a consumer into a list or out of it.
fn set(list: &mut Vec<usize>, consumer: usize, wanted: bool) {
    let place = list.iter().position(|&key| key == consumer);
    match (place, wanted) {
        (None, true) => list.push(consumer),
        (Some(at), false) => {
            list.remove(at);
        }
        (None, false) | (Some(_), true) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_consumer_is_known_but_not_served() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add_producer(1, 1);
        subscriptions.add_consumer(1, 10);
        subscriptions.add_consumer(1, 11);

        subscriptions.set_wanted(1, 10, Encodings::ALL);
        subscriptions.set_wanted(1, 11, Encodings::ALL);
        subscriptions.set_wanted(1, 11, Encodings::ALL);
        subscriptions.set_wanted(1, 10, Encodings::NONE);

        assert_eq!(subscriptions.consumers(1), [10, 11]);
        assert_eq!(subscriptions.active(1), [11]);
        assert_eq!(subscriptions.active_on(1, 0), [11]);
    }

    #[test]
    fn an_encoding_serves_those_who_want_it() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add_producer(1, 3);
        subscriptions.add_consumer(1, 10);
        subscriptions.add_consumer(1, 11);

        subscriptions.set_wanted(1, 10, Encodings::NONE.with(0).with(2));
        subscriptions.set_wanted(1, 11, Encodings::NONE.with(2));
        subscriptions.set_wanted(1, 10, Encodings::NONE.with(2));

        assert!(subscriptions.active_on(1, 0).is_empty());
        assert_eq!(subscriptions.active_on(1, 2), [11, 10]);
        assert_eq!(subscriptions.active(1), [10, 11]);
    }

    #[test]
    fn a_producer_that_goes_gives_its_consumers_back() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add_consumer(1, 10);

        assert_eq!(subscriptions.remove_producer(1), [10]);
        assert!(subscriptions.consumers(1).is_empty());
    }
}
