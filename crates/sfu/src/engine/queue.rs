//! What waits to go out.

use std::collections::VecDeque;

use crate::consumer::Outgoing;

/// What waits to go out.
#[derive(Debug)]
pub struct Fanout {
    /// Streams with new packets, each once. At most one entry a stream.
    pub(super) dirty: VecDeque<(usize, usize)>,
    /// How many consumers of the first of them are served.
    pub(super) served: usize,
    /// Producers that may have feedback or events. At most one entry a producer.
    pub(super) feedback: Vec<usize>,
    /// Consumers that may have events. At most one entry a consumer.
    pub(super) reported: Vec<usize>,
    /// Transports that may have messages to send. At most one entry a transport: each knows that it
    /// is here.
    pub(super) messages: Vec<usize>,
    /// Scratch: what a NACK asks for.
    pub(super) resend: Vec<(u64, Outgoing)>,
}

impl Fanout {
    /// Nothing waits. `resend` packets may go again at once.
    pub fn with_capacity(resend: usize) -> Self {
        Self {
            dirty: VecDeque::with_capacity(64),
            served: 0,
            feedback: Vec::with_capacity(64),
            reported: Vec::with_capacity(64),
            messages: Vec::with_capacity(64),
            resend: Vec::with_capacity(resend),
        }
    }

    /// A stream of a producer has its first new packet since it was last served.
    pub fn mark_dirty(&mut self, producer: usize, stream: usize) {
        debug_assert!(!self.dirty.contains(&(producer, stream)));
        self.dirty.push_back((producer, stream));
    }

    /// A stream of a producer has appeared at this place; those behind it have moved by one.
    pub fn make_place(&mut self, producer: usize, stream: usize) {
        for (_, place) in self
            .dirty
            .iter_mut()
            .filter(|(key, place)| *key == producer && *place >= stream)
        {
            *place += 1;
        }
    }

    /// A producer has something to say.
    pub fn mark_feedback(&mut self, producer: usize) {
        if !self.feedback.contains(&producer) {
            self.feedback.push(producer);
        }
    }

    /// A consumer heard from its receiver.
    pub fn mark_reported(&mut self, consumer: usize) {
        if !self.reported.contains(&consumer) {
            self.reported.push(consumer);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.dirty.clear();
        self.feedback.clear();
        self.reported.clear();
        self.resend.clear();
        self.served = 0;
    }

    /// A producer has gone.
    pub fn forget(&mut self, producer: usize) {
        if self
            .dirty
            .front()
            .is_some_and(|&(first, _)| first == producer)
        {
            self.served = 0;
        }
        self.dirty.retain(|&(key, _)| key != producer);
        self.feedback.retain(|&key| key != producer);
    }
}
