//! One packet's way into the outbox: header by the consumer, encryption by the transport.

use control::{ConsumerEvent, Notification};
use units::Instant;

use crate::consumer::{Consumer, Outgoing, SendStamp};
use crate::history::StoredPacket;
use crate::outbox::Outbox;
use crate::transport::Transport;
use crate::wallclock::Wallclock;

/// What a packet may grow by on its way out: header, extensions, RTX prefix and SRTP tag.
pub const OVERHEAD_MAX: usize = 12 + 4 + 400 + 2 + 16;

/// A consumer and the transport it sends on.
pub struct Lane<'a> {
    /// For send times.
    pub clock: &'a Wallclock,
    /// Where packets go.
    pub transport: &'a mut Transport,
    /// Whose packets they are.
    pub consumer: &'a mut Consumer,
}

impl Lane<'_> {
    /// Writes a packet. False if it found no way, no room or no key; then it is as if it was lost.
    pub fn send(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        packet: &StoredPacket<'_>,
        out: &mut Outbox,
    ) -> bool {
        let Some(route) = self.transport.route() else {
            return false;
        };
        let Some(room) = out.begin(route, packet.payload.len() + OVERHEAD_MAX) else {
            return false;
        };
        let (clock, transport) = (self.clock, &mut *self.transport);
        let stamp = self.consumer.stamp(outgoing, |numbered| {
            SendStamp::at(
                clock.ntp(now),
                numbered.then(|| transport.next_transport_seq()),
            )
        });
        let mut trace = None;
        let written = self
            .consumer
            .write_header(outgoing, packet, &stamp, room)
            .and_then(|header_len| {
                if !self.consumer.settings().traces().is_empty() {
                    let header = &room[..header_len];
                    trace = self.consumer.trace_sent(now, header, (outgoing, packet));
                }
                let osn = outgoing.rtx_osn();
                let prefix: &[u8] = osn.as_ref().map_or(&[], |osn| osn.as_slice());
                transport.seal_rtp(room, header_len, [prefix, packet.payload])
            });
        out.commit(written.unwrap_or(0));
        let Some(len) = written else {
            return false;
        };
        if let Some(trace) = trace {
            let event = ConsumerEvent::Trace(Box::new(trace));
            out.notify(Notification::Consumer(self.consumer.id().clone(), event));
        }
        self.consumer.note_sent(now, (outgoing, stamp), packet, len);
        self.transport.note_rtp_sent(now, len, outgoing.is_rtx());
        true
    }
}
