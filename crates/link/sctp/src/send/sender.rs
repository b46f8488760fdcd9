//! What leaves: retransmissions first, then new fragments, as far as the windows let them.

use units::Instant;

use super::congestion::Congestion;
use super::flight::Flight;
use super::queue::{Fragment, Queue};
use crate::config::Config;
use crate::event::SendRefusal;
use crate::message::Outgoing;
use crate::packet::{Data, Kind, PacketWriter, Sack};
use crate::rto::Rto;

/// The sending half of an association.
#[derive(Debug)]
pub(crate) struct Sender {
    queue: Queue,
    flight: Flight,
    congestion: Congestion,
    /// What the peer said it has room for, less what is in flight to it.
    peer_window: usize,
    /// The peer understands FORWARD-TSN, so messages may be given up.
    limited: bool,
    /// A first packet of lost chunks may leave whatever the window says (RFC 9260 §7.2.4 3).
    fast: bool,
    forward_due: bool,
    t3: Option<Instant>,
}

impl Sender {
    /// Begins with `tsn`.
    pub(crate) fn new(tsn: u32, config: &Config) -> Self {
        Self {
            queue: Queue::new(config),
            flight: Flight::new(tsn),
            congestion: Congestion::new(),
            peer_window: 0,
            limited: false,
            fast: false,
            forward_due: false,
            t3: None,
        }
    }

    /// The peer told its window, its streams, and whether it understands FORWARD-TSN.
    pub(crate) fn handle_peer(&mut self, window: u32, streams: u16, forward_tsn: bool) {
        self.peer_window = window as usize;
        self.limited = forward_tsn;
        self.queue.limit(streams);
    }

    /// The peer has lost its memory: so does what was meant for it, but for what nobody began to send.
    pub(crate) fn restart(&mut self, tsn: u32) {
        self.flight = Flight::new(tsn);
        self.congestion = Congestion::new();
        self.queue.restart();
        (self.fast, self.forward_due, self.t3) = (false, false, None);
    }

    pub(crate) fn push(&mut self, now: Instant, message: Outgoing) -> Result<usize, SendRefusal> {
        self.queue.push(now, message)
    }

    /// Takes in a SACK. Gives how many bytes it acknowledged, if it brought anything new.
    pub(crate) fn handle_sack(
        &mut self,
        now: Instant,
        sack: &Sack<'_>,
        rto: &mut Rto,
    ) -> Option<usize> {
        let before = self.flight.bytes();
        let was_full = before + crate::config::MTU > self.congestion.window();
        let recovering = self.congestion.is_recovering();
        let news = self.flight.handle_sack(now, sack, recovering)?;
        self.peer_window = (sack.window as usize).saturating_sub(self.flight.bytes());
        if let Some(rtt) = news.rtt {
            rto.handle_sample(rtt);
        }
        if news.advanced {
            self.congestion
                .handle_ack(self.flight.acked(), news.bytes, was_full);
        }
        if news.lost {
            let first = self.congestion.handle_loss(self.flight.tsn_highest());
            self.fast |= first || news.advanced;
            self.abandon(now);
        }
        self.forward_due = self.flight.is_forward_due();
        if self.flight.is_empty() {
            self.t3 = None;
        } else if news.advanced || self.t3.is_none() {
            // RFC 9260 §6.3.2 R3.
            self.t3 = Some(now + rto.current());
        }
        (news.bytes > 0 || news.advanced).then_some(news.bytes)
    }

    /// True if T3 ran out: the peer was silent for too long.
    pub(crate) fn handle_timeout(&mut self, now: Instant, rto: &mut Rto) -> bool {
        if self.t3.is_none_or(|deadline| deadline > now) {
            return false;
        }
        self.congestion.handle_timeout();
        rto.back_off();
        self.flight.lose_all();
        self.abandon(now);
        self.forward_due = self.flight.is_forward_due();
        self.t3 = Some(now + rto.current());
        true
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.t3
    }

    /// Whether something would leave now.
    pub(crate) fn has_work(&self) -> bool {
        self.forward_due
            || (self.flight.has_lost() && (self.fast || self.window_is_open()))
            || (!self.queue.is_empty() && self.window_is_open() && self.peer_has_room())
    }

    /// Appends what may leave to a packet. True if data is among it.
    pub(crate) fn write(&mut self, now: Instant, rto: &Rto, packet: &mut PacketWriter<'_>) -> bool {
        if self.forward_due && packet.room() >= 64 {
            self.forward_due = false;
            let room = packet.room();
            packet.chunk(Kind::ForwardTsn, 0, |out| {
                self.flight.write_forward_tsn(room, out);
            });
            self.t3.get_or_insert(now + rto.current());
        }
        let mut wrote = false;
        let fast = std::mem::take(&mut self.fast);
        while (fast || self.window_is_open())
            && let Some((tsn, fragment)) = self.flight.resend(now, packet.room())
        {
            write_data(packet, tsn, fragment);
            wrote = true;
        }
        // Lost chunks that did not fit go first in the next packet.
        while !self.flight.has_lost()
            && self.window_is_open()
            && self.peer_has_room()
            && let Some(fragment) = self.queue.cut(now, packet.room(), self.limited)
        {
            self.peer_window = self.peer_window.saturating_sub(fragment.size());
            let (tsn, fragment) = self.flight.push(now, fragment);
            write_data(packet, tsn, fragment);
            wrote = true;
        }
        if wrote {
            self.t3.get_or_insert(now + rto.current());
        }
        wrote
    }

    /// The highest TSN sent.
    pub(crate) fn tsn_highest(&self) -> u64 {
        self.flight.tsn_highest()
    }

    /// Nothing waits and nothing is in flight.
    pub(crate) fn is_drained(&self) -> bool {
        self.queue.is_empty() && self.flight.is_empty()
    }

    pub(crate) fn pause(&mut self, stream: u16) -> bool {
        self.queue.pause(stream)
    }

    pub(crate) fn is_quiet(&self, stream: u16) -> bool {
        self.queue.is_quiet(stream)
    }

    pub(crate) fn resume(&mut self, stream: u16, anew: bool) {
        self.queue.resume(stream, anew);
    }

    pub(crate) fn amount(&self, stream: u16) -> usize {
        self.queue.amount(stream)
    }

    pub(crate) fn set_low(&mut self, stream: u16, low: usize) {
        self.queue.set_low(stream, low);
    }

    pub(crate) fn poll_low(&mut self) -> Option<(u16, usize)> {
        self.queue.poll_low()
    }

    pub(crate) fn retransmissions(&self) -> u64 {
        self.flight.retransmissions()
    }

    pub(crate) fn abandoned(&self) -> u64 {
        self.queue.abandoned()
    }

    fn window_is_open(&self) -> bool {
        self.flight.bytes() < self.congestion.window()
    }

    /// RFC 9260 §6.1 A: with nothing in flight, one packet goes to a peer that is full, to hear when
    /// it no longer is.
    fn peer_has_room(&self) -> bool {
        self.peer_window > 0 || self.flight.bytes() == 0
    }

    fn abandon(&mut self, now: Instant) {
        if self.limited {
            let queue = &mut self.queue;
            self.flight
                .abandon(now, |stream, message| queue.abandon(stream, message));
        }
    }
}

fn write_data(packet: &mut PacketWriter<'_>, tsn: u32, fragment: &Fragment) {
    let data = Data {
        flags: fragment.flags,
        tsn,
        stream: fragment.stream,
        ssn: fragment.ssn,
        ppid: fragment.ppid.0,
        payload: fragment.payload(),
    };
    packet.chunk(Kind::Data, data.flags, |out| data.write(out));
}
