//! Where output goes: one contiguous arena a turn, cut into trains.
//!
//! Packets are written one behind the other, straight where they leave from. Packets in a row to one
//! destination form a train that one UDP GSO send can take: all of one size, the last may be shorter.
//! A size that grows starts a new train.
//!
//! Nothing here grows. A full arena refuses ([`Outbox::begin`] gives `None`) and the driver sends what
//! there is; notifications beyond the bound are dropped and counted, as whoever asks for a dump or
//! statistics learns the same. Traces, one a packet, have a lower bound: a storm of them leaves room for
//! everything else.

use std::collections::VecDeque;

use control::{ConsumerEvent, Notification, ProducerEvent, TransportEvent};
use ice::{SocketId, Tuple};

/// Segments of one train: what every kernel since 4.18 takes in one send.
const SEGMENTS_MAX: usize = 64;

/// Bytes of one train: a UDP datagram's limit with room for headers.
const TRAIN_BYTES_MAX: usize = 65_000;

/// Notifications that may wait for the driver. One turn makes a few.
const NOTIFICATIONS_MAX: usize = 65_536;

/// Of those, the part that traces may fill.
const TRACES_MAX: usize = NOTIFICATIONS_MAX / 4;

/// Bytes after which sending beats writing more: what is written is read again by the kernel while it
/// is still in the processor's second cache, and the next bytes go where these were. Measured for 100
/// receivers of bursts of ten: see `bench`.
const RIPE_BYTES: usize = 64 << 10;

/// What the engine has to say to the world.
#[derive(Debug)]
pub struct Outbox {
    bytes: Vec<u8>,
    used: usize,
    /// Whether a packet has been begun, and where it would go.
    begun: Option<Tuple>,
    trains: Vec<TrainAt>,
    notifications: VecDeque<Notification>,
    closed_sockets: VecDeque<SocketId>,
    dropped_notifications: u64,
}

/// A train by its place in the arena.
#[derive(Clone, Copy, Debug)]
struct TrainAt {
    tuple: Tuple,
    start: usize,
    end: usize,
    segment: usize,
    segments: usize,
    /// The last packet was shorter: nothing may follow it.
    closed: bool,
}

/// Packets for one destination, one behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Train<'a> {
    /// From which socket, to whom.
    pub tuple: Tuple,
    /// The packets.
    pub bytes: &'a [u8],
    /// Where they stand in [`Outbox::bytes`].
    pub start: usize,
    /// The size of each but the last.
    pub segment_size: usize,
}

impl<'a> Train<'a> {
    /// The packets one by one.
    pub fn packets(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.bytes.chunks(self.segment_size.max(1))
    }
}

impl Outbox {
    /// Room for `bytes` of packets in `trains` trains.
    #[must_use]
    pub fn new(bytes: usize, trains: usize) -> Self {
        Self {
            bytes: vec![0; bytes],
            used: 0,
            begun: None,
            trains: Vec::with_capacity(trains),
            notifications: VecDeque::new(),
            closed_sockets: VecDeque::new(),
            dropped_notifications: 0,
        }
    }

    /// Room for a packet of up to `room` bytes; `None` if the arena is full.
    pub fn begin(&mut self, tuple: Tuple, room: usize) -> Option<&mut [u8]> {
        if !self.has_room(room) {
            return None;
        }
        self.begun = Some(tuple);
        Some(&mut self.bytes[self.used..self.used + room])
    }

    /// The packet begun is `len` bytes long; 0 abandons it.
    pub fn commit(&mut self, len: usize) {
        let Some(tuple) = self.begun.take() else {
            return;
        };
        let end = self.used + len;
        if len == 0 || end > self.bytes.len() {
            return;
        }
        let joins = self.trains.last_mut().filter(|train| {
            train.tuple == tuple
                && !train.closed
                && len <= train.segment
                && train.segments < SEGMENTS_MAX
                && end - train.start <= TRAIN_BYTES_MAX
        });
        match joins {
            Some(train) => {
                train.end = end;
                train.segments += 1;
                train.closed = len < train.segment;
            }
            None => self.trains.push(TrainAt {
                tuple,
                start: self.used,
                end,
                segment: len,
                segments: 1,
                closed: false,
            }),
        }
        self.used = end;
    }

    /// Puts a whole packet in. False if the arena is full; the packet is lost.
    pub fn push(&mut self, tuple: Tuple, packet: &[u8]) -> bool {
        let Some(room) = self.begin(tuple, packet.len()) else {
            return false;
        };
        room.copy_from_slice(packet);
        self.commit(packet.len());
        true
    }

    /// Whether a packet, or several, of `room` bytes in sum would fit.
    #[must_use]
    pub fn has_room(&self, room: usize) -> bool {
        self.bytes.len() - self.used >= room && self.trains.len() < self.trains.capacity()
    }

    /// Whether it is time to send what there is, though there is room for more.
    #[must_use]
    pub fn is_ripe(&self) -> bool {
        self.used >= RIPE_BYTES
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trains.is_empty()
    }

    /// What is to be sent, in order.
    pub fn trains(&self) -> impl ExactSizeIterator<Item = Train<'_>> {
        self.trains.iter().map(|train| Train {
            tuple: train.tuple,
            bytes: &self.bytes[train.start..train.end],
            start: train.start,
            segment_size: train.segment,
        })
    }

    /// The arena, for drivers that send by place.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// Everything has been sent.
    pub fn clear(&mut self) {
        self.trains.clear();
        self.used = 0;
        self.begun = None;
    }

    /// Tells the API something.
    pub fn notify(&mut self, notification: Notification) {
        let bound = match is_trace(&notification) {
            true => TRACES_MAX,
            false => NOTIFICATIONS_MAX,
        };
        if self.notifications.len() < bound {
            self.notifications.push_back(notification);
        } else {
            self.dropped_notifications += 1;
        }
    }

    /// Takes the next thing that the API is to be told.
    pub fn poll_notification(&mut self) -> Option<Notification> {
        self.notifications.pop_front()
    }

    /// Notifications that found no room.
    #[must_use]
    pub fn dropped_notifications(&self) -> u64 {
        self.dropped_notifications
    }

    /// A socket is no longer needed. As many as were opened, so bounded by the driver itself.
    pub fn close_socket(&mut self, socket: SocketId) {
        self.closed_sockets.push_back(socket);
    }

    /// Takes the next socket to close.
    pub fn poll_closed_socket(&mut self) -> Option<SocketId> {
        self.closed_sockets.pop_front()
    }
}

/// Whether it tells of a single packet.
fn is_trace(notification: &Notification) -> bool {
    matches!(
        notification,
        Notification::Producer(_, ProducerEvent::Trace(_))
            | Notification::Consumer(_, ConsumerEvent::Trace(_))
            | Notification::Transport(_, TransportEvent::Trace(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ice::Protocol;

    #[test]
    fn equal_packets_to_one_place_form_a_train_that_a_shorter_one_ends() {
        let mut out = Outbox::new(10_000, 16);

        for len in [100, 100, 60, 60] {
            out.push(to(1), &vec![7; len]);
        }

        assert_eq!(
            shape(&out),
            [(1, 100, vec![100, 100, 60]), (1, 60, vec![60])]
        );
    }

    #[test]
    fn a_size_that_grows_or_another_place_starts_a_new_train() {
        let mut out = Outbox::new(10_000, 16);

        for (place, len) in [(1, 60), (1, 100), (2, 100)] {
            out.push(to(place), &vec![7; len]);
        }

        assert_eq!(
            shape(&out),
            [(1, 60, vec![60]), (1, 100, vec![100]), (2, 100, vec![100])]
        );
    }

    #[test]
    fn a_full_arena_refuses_and_goes_on_after_it_was_cleared() {
        let mut out = Outbox::new(150, 16);
        assert!(out.push(to(1), &[0; 100]));

        assert!(!out.push(to(1), &[0; 100]));
        out.clear();

        assert!(out.push(to(1), &[0; 100]));
    }

    #[test]
    fn an_abandoned_packet_leaves_nothing() {
        let mut out = Outbox::new(150, 16);

        out.begin(to(1), 100).expect("room");
        out.commit(0);

        assert!(out.is_empty());
    }

    #[test]
    fn a_train_has_at_most_64_segments() {
        let mut out = Outbox::new(10_000, 16);

        for _ in 0..65 {
            out.push(to(1), &[0; 10]);
        }

        let segments: Vec<usize> = out.trains().map(|train| train.packets().count()).collect();
        assert_eq!(segments, [64, 1]);
    }

    #[test]
    fn a_storm_of_traces_leaves_room_for_other_news() {
        let mut out = Outbox::new(100, 1);
        let trace = || {
            let trace = control::RtpTrace {
                kind: control::RtpTraceType::Nack,
                timestamp: 0,
                direction: control::TraceDirection::In,
                info: None,
            };
            let event = ConsumerEvent::Trace(Box::new(trace));
            Notification::Consumer("c".into(), event)
        };
        let news = Notification::Consumer("c".into(), ConsumerEvent::ProducerClose);

        (0..TRACES_MAX + 7).for_each(|_| out.notify(trace()));
        out.notify(news.clone());

        assert_eq!(out.dropped_notifications(), 7);
        let told: Vec<Notification> = std::iter::from_fn(|| out.poll_notification()).collect();
        assert_eq!(told.len(), TRACES_MAX + 1);
        assert_eq!(told.last(), Some(&news));
    }

    fn to(place: u32) -> Tuple {
        Tuple {
            socket: SocketId(place),
            remote: ([127, 0, 0, 1], 5_000).into(),
            protocol: Protocol::Udp,
        }
    }

    fn shape(out: &Outbox) -> Vec<(u32, usize, Vec<usize>)> {
        out.trains()
            .map(|train| {
                (
                    train.tuple.socket.0,
                    train.segment_size,
                    train.packets().map(<[u8]>::len).collect(),
                )
            })
            .collect()
    }
}
