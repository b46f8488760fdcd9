//! A transport to the application itself: packets are handed over instead of sent.
//!
//! There is no socket, no peer and no key; it is connected from the beginning. What comes in is
//! commands, what goes out is notifications.

use std::collections::VecDeque;

use control::{
    BaseTransportDump, BaseTransportStats, DirectTransportDump, DirectTransportOptions,
    DirectTransportStats, Notification, TransportDump, TransportEvent, TransportId, TransportStats,
};
use units::Instant;

use crate::outbox::Outbox;
use crate::transport::counters::Counters;
use crate::transport::event::Event;

/// The application as an endpoint.
#[derive(Debug)]
pub struct DirectTransport {
    id: TransportId,
    options: DirectTransportOptions,
    pub(super) counters: Counters,
    pub(super) events: VecDeque<Event>,
}

impl DirectTransport {
    /// A transport that is connected at once.
    pub fn new(id: TransportId, options: DirectTransportOptions) -> Self {
        Self {
            id,
            options,
            counters: Counters::default(),
            events: VecDeque::from([Event::Connected]),
        }
    }

    /// Its name.
    pub fn id(&self) -> &TransportId {
        &self.id
    }

    /// The largest messages, to and from the application.
    pub fn options(&self) -> &DirectTransportOptions {
        &self.options
    }

    /// Something came from the application.
    pub fn note_received(&mut self, now: Instant, bytes: usize) {
        self.counters.note_received(now, bytes);
    }

    /// Hands a compound packet to the application.
    pub fn send_rtcp(&mut self, now: Instant, compound: &[u8], out: &mut Outbox) {
        self.counters.note_sent(now, compound.len());
        out.notify(Notification::Transport(
            self.id.clone(),
            TransportEvent::Rtcp(compound.to_vec()),
        ));
    }

    /// The transport as it is now.
    pub fn dump(&self, mut base: BaseTransportDump) -> TransportDump {
        base.sctp.max_send_message_size = self.options.max_send_message_size;
        base.sctp.max_receive_message_size = self.options.max_receive_message_size;
        TransportDump::Direct(DirectTransportDump { base })
    }

    /// Its counters.
    pub fn stats(&self, base: BaseTransportStats) -> TransportStats {
        TransportStats::Direct(DirectTransportStats { base })
    }
}
