//! Who consumes what in a room.
//!
//! Consumers of a producer stand in an array, in the order they came. A consumer that is not active
//! (paused, disconnected, its producer paused) is not in the array of active ones, so it costs nothing
//! per packet.

use std::collections::BTreeMap;

/// The consumers of every producer in a room. The numbers are the engine's keys.
#[derive(Debug, Default)]
pub struct Subscriptions {
    of_producer: BTreeMap<usize, Listeners>,
}

/// The consumers of one producer.
#[derive(Debug, Default)]
struct Listeners {
    all: Vec<usize>,
    active: Vec<usize>,
}

impl Subscriptions {
    /// A producer is here; nobody consumes it yet.
    pub fn add_producer(&mut self, producer: usize) {
        self.of_producer.entry(producer).or_default();
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
            listeners.active.retain(|&key| key != consumer);
        }
    }

    /// Packets go to this consumer, or no longer do.
    pub fn set_active(&mut self, producer: usize, consumer: usize, active: bool) {
        let Some(listeners) = self.of_producer.get_mut(&producer) else {
            return;
        };
        let place = listeners.active.iter().position(|&key| key == consumer);
        match (place, active) {
            (None, true) => listeners.active.push(consumer),
            (Some(at), false) => {
                listeners.active.remove(at);
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// All consumers of a producer.
    #[must_use]
    pub fn consumers(&self, producer: usize) -> &[usize] {
        self.of_producer
            .get(&producer)
            .map_or(&[], |listeners| &listeners.all)
    }

    /// The consumers that a packet of this producer goes to.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_consumer_is_known_but_not_served() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add_producer(1);
        subscriptions.add_consumer(1, 10);
        subscriptions.add_consumer(1, 11);

        subscriptions.set_active(1, 10, true);
        subscriptions.set_active(1, 11, true);
        subscriptions.set_active(1, 11, true);
        subscriptions.set_active(1, 10, false);

        assert_eq!(subscriptions.consumers(1), [10, 11]);
        assert_eq!(subscriptions.active(1), [11]);
    }

    #[test]
    fn a_producer_that_goes_gives_its_consumers_back() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add_consumer(1, 10);

        assert_eq!(subscriptions.remove_producer(1), [10]);
        assert!(subscriptions.consumers(1).is_empty());
    }
}
