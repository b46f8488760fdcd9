//! RTCP that goes out: feedback at once, reports every second or so.

use std::time::Duration;

use control::Notification;
use rtp::rtcp::RtcpWriter;
use units::Instant;

use crate::engine::core::Engine;
use crate::engine::packets::place_of;
use crate::outbox::Outbox;

/// The first report soon lets both sides know the round trip.
pub const FIRST_REPORT_AFTER: Duration = Duration::from_millis(500);

/// Reports come every 1.0 to 1.5 of this, at random (RFC 3550 §6.2 spreads them for the same reason).
const REPORT_INTERVAL_MS: u32 = 1_000;

/// A compound packet fits any path: 1200 bytes of UDP payload, less SRTCP's index and tag.
const COMPOUND_MAX: usize = 1_180;

impl Engine {
    /// Sends NACKs and key-frame requests, and tells the API what producers and consumers have to say.
    pub(super) fn send_feedback(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(key) = self.fanout.feedback.pop() {
            if self.objects.producers.contains(key) {
                self.send_producer_feedback(now, key, out);
                self.tell_producer_events(key, out);
            }
        }
        while let Some(key) = self.fanout.reported.pop() {
            if self.objects.consumers.contains(key) {
                self.tell_consumer_events(key, out);
            }
        }
    }

    fn send_producer_feedback(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        let media = &mut self.objects.producers[key];
        let entry = &mut self.objects.transports[media.transport];
        // Bounded: a producer with more to say than this says the rest next turn.
        for _ in 0..4 {
            if !entry.connected || !media.producer.has_feedback() {
                break;
            }
            let mut writer = RtcpWriter::new(&mut self.rtcp, COMPOUND_MAX);
            media.producer.write_feedback(now, &mut writer);
            if writer.is_empty() {
                break;
            }
            entry.transport.send_rtcp(now, &self.rtcp, out);
        }
        if let Some((deadline, _)) = media.producer.poll_timeout() {
            self.timers.lower(media.transport, deadline);
        }
    }

    fn tell_producer_events(&mut self, key: usize, out: &mut Outbox) {
        let media = &mut self.objects.producers[key];
        let mut changed = false;
        while let Some(event) = media.producer.poll_event() {
            changed |= matches!(event, control::ProducerEvent::Score(_));
            out.notify(Notification::Producer(media.producer.id().clone(), event));
        }
        if !changed {
            return;
        }
        for consumer in self.consumers_of(key) {
            let scores = self.objects.producers[key].producer.scores();
            self.objects.consumers[consumer]
                .consumer
                .set_producer_scores(scores);
            self.tell_consumer_events(consumer, out);
        }
    }

    pub(super) fn tell_consumer_events(&mut self, key: usize, out: &mut Outbox) {
        let consumer = &mut self.objects.consumers[key].consumer;
        while let Some(event) = consumer.poll_event() {
            out.notify(Notification::Consumer(consumer.id().clone(), event));
        }
    }

    /// Everything of a transport that is due: its machines, its producers', its reports.
    pub(super) fn tend(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        let entry = &mut self.objects.transports[key];
        entry.transport.handle_timeout(now, out);
        self.queue_messages(key);
        let entry = &self.objects.transports[key];
        for &producer in &entry.producers {
            self.fanout.mark_feedback(producer);
        }
        self.drain_transport(now, key, out);
        self.send_arrival_feedback(now, key, out);
        if self.objects.transports[key]
            .report_at
            .is_some_and(|at| at <= now)
        {
            self.send_reports(now, key, out);
        }
        self.reschedule_transport(key);
    }

    fn send_arrival_feedback(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        let entry = &mut self.objects.transports[key];
        if !entry.connected {
            return;
        }
        // Bounded: each round takes arrivals out of a bounded table.
        for _ in 0..8 {
            let mut writer = RtcpWriter::new(&mut self.rtcp, COMPOUND_MAX);
            entry.feedback.write_feedback(now, &mut writer);
            if writer.is_empty() {
                return;
            }
            entry.transport.send_rtcp(now, &self.rtcp, out);
        }
    }

    fn send_reports(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        let spread = self
            .config
            .entropy
            .next_in(REPORT_INTERVAL_MS, REPORT_INTERVAL_MS * 3 / 2);
        let clock = self.config.wallclock;
        self.objects.transports[key].report_at = Some(now + Duration::from_millis(spread.into()));
        for consumer in self.objects.transports[key].consumers.clone() {
            let entry = &mut self.objects.consumers[consumer];
            let streams = self
                .objects
                .producers
                .get(entry.producer)
                .map_or(&[][..], |media| media.producer.streams());
            let transport = &mut self.objects.transports[key].transport;
            for (source, lane) in entry.consumer.lanes_mut() {
                let media_clock =
                    place_of(streams, source).and_then(|place| streams[place].media_clock());
                let mut writer = RtcpWriter::new(&mut self.rtcp, COMPOUND_MAX);
                lane.write_sender_report(now, &clock, media_clock, &mut writer);
                if !writer.is_empty() {
                    transport.send_rtcp(now, &self.rtcp, out);
                }
            }
        }
        for producer in self.objects.transports[key].producers.clone() {
            let mut writer = RtcpWriter::new(&mut self.rtcp, COMPOUND_MAX);
            self.objects.producers[producer]
                .producer
                .write_report(now, &clock, &mut writer);
            if !writer.is_empty() {
                self.objects.transports[key]
                    .transport
                    .send_rtcp(now, &self.rtcp, out);
            }
        }
    }

    /// Files the earliest deadline of a transport and of what hangs on it.
    pub(super) fn reschedule_transport(&mut self, key: usize) {
        let entry = &self.objects.transports[key];
        let media = entry
            .producers
            .iter()
            .filter_map(|&producer| self.objects.producers[producer].producer.poll_timeout());
        let earliest = media
            .chain(entry.transport.poll_timeout())
            .chain(
                entry
                    .feedback
                    .poll_timeout()
                    .map(|at| (at, "arrival feedback")),
            )
            .chain(entry.report_at.map(|at| (at, "reports")))
            .map(|(at, _)| at)
            .min();
        if let Some(deadline) = earliest {
            self.timers.lower(key, deadline);
        }
    }
}
