//! The way out: from a stream's history into the trains of its consumers.
//!
//! A batch of datagrams marks streams dirty. The fan-out then takes each dirty stream, and for each
//! of its consumers all new packets in a row, so that they stand in one train. It can stop between
//! two consumers when the outbox is full, and goes on there.

use units::Instant;

use crate::consumer::Decision;
use crate::engine::core::Engine;
use crate::engine::lane::{Lane, OVERHEAD_MAX};
use crate::outbox::Outbox;

impl Engine {
    /// Forwards what has arrived. True if the outbox is full and there is more.
    pub(super) fn fan_out(&mut self, now: Instant, out: &mut Outbox) -> bool {
        while let Some(&(producer, stream)) = self.fanout.dirty.front() {
            if !self.fan_out_stream(now, (producer, stream), out) {
                return true;
            }
            self.fanout.dirty.pop_front();
            self.fanout.served = 0;
            if let Some(media) = self.objects.producers.get_mut(producer) {
                media.arrivals[stream].clear();
            }
        }
        false
    }

    /// False if the outbox filled up before every consumer was served.
    fn fan_out_stream(
        &mut self,
        now: Instant,
        (key, stream): (usize, usize),
        out: &mut Outbox,
    ) -> bool {
        let Some(media) = self.objects.producers.get(key) else {
            return true;
        };
        let source = &media.producer.streams()[stream];
        let (history, mapped) = (source.history(), source.mapped_ssrc());
        let arrivals = &media.arrivals[stream];
        let room: usize = arrivals
            .iter()
            .filter_map(|&seq| history.get(seq))
            .map(|packet| packet.payload.len() + OVERHEAD_MAX)
            .sum();
        let router = &self.objects.routers[self.objects.transports[media.transport].router];
        for &consumer in router
            .subscriptions()
            .active(key)
            .iter()
            .skip(self.fanout.served)
        {
            if !out.has_room(room) && !out.is_empty() {
                return false;
            }
            self.fanout.served += 1;
            let entry = &mut self.objects.consumers[consumer];
            let target = &mut self.objects.transports[entry.transport];
            let Some((sender, place)) = entry.consumer.lane_mut(stream, mapped) else {
                continue;
            };
            self.at_work = Some(entry.transport);
            for packet in arrivals.iter().filter_map(|&seq| history.get(seq)) {
                let Decision::Send(outgoing) = sender.handle_packet(now, place, &packet) else {
                    continue;
                };
                let mut lane = Lane {
                    clock: &self.config.wallclock,
                    transport: &mut target.transport,
                    consumer: sender,
                };
                let sent = lane.send(now, &outgoing, &packet, out);
                self.counters.forwarded_rtp += u64::from(sent);
                self.counters.unsent_rtp += u64::from(!sent);
            }
        }
        self.at_work = None;
        true
    }
}
