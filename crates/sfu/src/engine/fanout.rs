//! The way out: from a stream's history into the trains of its consumers.
//!
//! A batch of datagrams marks streams dirty. The fan-out then takes each dirty stream, and for each
//! of its consumers all new packets in a row, so that they stand in one train. It can stop between
//! two consumers when the outbox is full, and goes on there.

use units::Instant;

use crate::engine::core::Engine;
use crate::engine::lane::{Lane, OVERHEAD_MAX};
use crate::feed::Feed;
use crate::history::{History, StoredPacket};
use crate::outbox::Outbox;

/// So many packets may have overtaken the first of a key frame: two seconds of them, or a picture of half a
/// megabyte. What is beyond is not sent, and the receiver asks for another key frame.
const OVERTAKING_MAX: u64 = 512;

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
        let encoding = source.encoding();
        let arrivals = &media.arrivals[stream];
        let room: usize = arrivals
            .iter()
            .filter_map(|&seq| history.get(seq))
            .map(|packet| packet.payload.len() + OVERHEAD_MAX)
            .sum();
        let ntp = self.config.wallclock.ntp(now);
        let router = &self.objects.routers[self.objects.transports[media.transport].router];
        for &consumer in router
            .subscriptions()
            .active_on(key, encoding)
            .iter()
            .skip(self.fanout.served)
        {
            if out.is_ripe() || (!out.has_room(room) && !out.is_empty()) {
                return false;
            }
            self.fanout.served += 1;
            let entry = &mut self.objects.consumers[consumer];
            let target = &mut self.objects.transports[entry.transport];
            let Some((sender, encoding)) = entry.consumer.lane_mut(encoding, mapped) else {
                continue;
            };
            let feed = Feed {
                encoding,
                clock: source.media_clock(),
            };
            self.at_work = Some(entry.transport);
            let mut lane = Lane {
                ntp,
                again: false,
                transport: &mut target.transport,
                consumer: sender,
            };
            for (at, &seq) in arrivals.iter().enumerate() {
                let Some(packet) = history.get(seq) else {
                    continue;
                };
                let begins = lane.forward(now, (feed, &packet), &mut self.counters, out);
                if begins {
                    let later = &arrivals[at + 1..];
                    for packet in overtook(history, seq, later) {
                        lane.forward(now, (feed, &packet), &mut self.counters, out);
                    }
                }
            }
            // Lists change when all are served.
            if entry.consumer.take_wants_moved() {
                self.fanout.mark_moved(consumer);
            }
        }
        self.at_work = None;
        true
    }
}

/// Packets behind `first` that are here already, and will not come again.
fn overtook<'a>(
    history: &'a History,
    first: u64,
    later: &'a [u64],
) -> impl Iterator<Item = StoredPacket<'a>> {
    let newest = history.newest().unwrap_or(first);
    (first + 1..=newest.min(first + OVERTAKING_MAX))
        .filter(|seq| !later.contains(seq))
        .filter_map(|seq| history.get(seq))
}
