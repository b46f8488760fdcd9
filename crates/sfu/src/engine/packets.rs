//! The way in: from a datagram to a packet in a stream's history.

use ice::Tuple;
use rtp::{RtpPacket, Ssrc};
use units::Instant;

use crate::consumer::Source;
use crate::engine::core::Engine;
use crate::engine::lane::Lane;
use crate::outbox::Outbox;
use crate::producer::{Arrival, Disposition, RecvStream};
use crate::transport::Received;

/// Packets of one stream in one batch: room for these is there from the beginning.
const ARRIVALS_USUAL: usize = 64;

impl Engine {
    /// A transport's datagram: decrypted there, then RTP or RTCP, or the transport's own business.
    pub(super) fn receive(
        &mut self,
        now: Instant,
        key: usize,
        (tuple, data): (Tuple, &mut [u8]),
        out: &mut Outbox,
    ) {
        let entry = &mut self.objects.transports[key];
        match entry.transport.handle_datagram(now, tuple, data, out) {
            Received::Rtp(len) => {
                self.receive_rtp(now, key, &data[..len], out);
                // A plain transport may have learnt its peer, an ICE one may have moved.
                self.drain_transport(now, key, out);
            }
            Received::Rtcp(len) => {
                self.receive_rtcp(now, key, &data[..len], out);
                self.drain_transport(now, key, out);
            }
            Received::Nothing | Received::Sctp(_) => {
                self.queue_messages(key);
                self.drain_transport(now, key, out);
                self.reschedule_transport(key);
            }
        }
    }

    fn receive_rtp(&mut self, now: Instant, key: usize, data: &[u8], out: &mut Outbox) {
        let Ok(packet) = RtpPacket::parse(data) else {
            self.counters.malformed_rtp += 1;
            return;
        };
        let entry = &mut self.objects.transports[key];
        entry.feedback.handle_packet(now, &packet);
        let Some(owner) = entry.demux.find(&packet) else {
            self.counters.unclaimed_rtp += 1;
            return;
        };
        self.produce_rtp(now, (key, owner), &packet, out);
    }

    /// A packet of this producer, on this transport.
    pub(super) fn produce_rtp(
        &mut self,
        now: Instant,
        (key, owner): (usize, usize),
        packet: &RtpPacket<'_>,
        out: &mut Outbox,
    ) {
        let entry = &mut self.objects.transports[key];
        let media = &mut self.objects.producers[owner];
        let arrival = media
            .producer
            .handle_rtp(now, &self.config.wallclock, packet);
        let len = packet.as_bytes().len();
        match arrival.disposition {
            Disposition::Media => entry.transport.note_rtp_received(now, len, false),
            Disposition::Retransmission => entry.transport.note_rtp_received(now, len, true),
            Disposition::Discarded => return,
        }
        self.counters.received_rtp += 1;
        if !media.observers.is_empty() && arrival.stored.is_some() {
            self.observe(now, owner, packet);
        }
        if !self.objects.producers[owner].producer.traces().is_empty() {
            self.trace_received(now, owner, (packet, &arrival), out);
        }
        self.take_arrival(now, owner, &arrival);
        if let Some((deadline, _)) = self.objects.producers[owner].producer.poll_timeout() {
            self.timers.lower(key, deadline);
        }
    }

    /// Remembers what the packet means for others: a copy to forward, feedback to send.
    fn take_arrival(&mut self, now: Instant, owner: usize, arrival: &Arrival) {
        let Some(stream) = arrival.stream else {
            return;
        };
        if arrival.new_stream && !arrival.keyframe {
            self.announce_stream(now, owner);
        }
        let media = &mut self.objects.producers[owner];
        // Streams stand in the order of their encodings: one that appears moves those behind it.
        if media.arrivals.len() < media.producer.streams().len() {
            media
                .arrivals
                .insert(stream, Vec::with_capacity(ARRIVALS_USUAL));
            self.fanout.make_place(owner, stream);
        }
        if let Some(seq) = arrival.stored {
            // The first since the last fan-out: from now on the stream waits for one.
            if media.arrivals[stream].is_empty() {
                self.fanout.mark_dirty(owner, stream);
            }
            media.arrivals[stream].push(seq);
        }
        if media.producer.has_feedback() || media.producer.has_events() {
            self.fanout.mark_feedback(owner);
        }
    }

    /// Consumers that wait for a key frame want it from the new stream.
    fn announce_stream(&mut self, now: Instant, owner: usize) {
        let router = self.objects.transports[self.objects.producers[owner].transport].router;
        for &consumer in self.objects.routers[router].subscriptions().active(owner) {
            if self.objects.consumers[consumer].consumer.awaits_keyframe() {
                self.objects.producers[owner]
                    .producer
                    .request_keyframe(now, None);
            }
        }
    }

    /// Sends what the receiver of `ssrc` asked for again. `resend` was filled by the consumer.
    pub(super) fn resend(
        &mut self,
        now: Instant,
        (consumer, ssrc): (usize, Ssrc),
        out: &mut Outbox,
    ) {
        let mut resend = std::mem::take(&mut self.fanout.resend);
        let entry = &mut self.objects.consumers[consumer];
        let streams = self.objects.producers[entry.producer].producer.streams();
        let target = &mut self.objects.transports[entry.transport];
        let lane = entry.consumer.lane_of(ssrc);
        if let Some((source, consumer)) = lane
            && let Some(place) = place_of(streams, source)
        {
            for (seq, mut outgoing) in resend.drain(..) {
                let Some(packet) = streams[place].history().get(seq) else {
                    continue;
                };
                outgoing.timestamp = packet.facts.timestamp;
                outgoing.marker = packet.facts.marker;
                let mut lane = Lane {
                    clock: &self.config.wallclock,
                    transport: &mut target.transport,
                    consumer,
                };
                let sent = lane.send(now, &outgoing, &packet, out);
                self.counters.resent_rtp += u64::from(sent);
            }
        }
        resend.clear();
        self.fanout.resend = resend;
    }
}

/// Where a lane's stream stands among its producer's; `None` if it is not there yet.
pub(super) fn place_of(streams: &[RecvStream], source: Source) -> Option<usize> {
    match source {
        Source::Place(place) => (place < streams.len()).then_some(place),
        Source::Mapped(ssrc) => streams
            .iter()
            .position(|stream| stream.mapped_ssrc() == ssrc),
    }
}
