//! Messages that wait, a queue per stream, the streams in turn (RFC 8831 §6.6 asks for no more).
//!
//! A message is cut when its turn comes, so one that is given up before costs nothing. While one is
//! being cut no other may begin: without interleaving its fragments have consecutive TSNs.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use units::Instant;

use crate::config::{Config, MTU};
use crate::event::SendRefusal;
use crate::message::{Outgoing, Ppid};
use crate::packet::{Data, data_flags};

/// A message is not cut to use up a rest of a packet smaller than this.
const SLICE_MIN: usize = MTU / 2;

/// Messages that may wait over all streams, however small they are; no further one is taken. Each takes
/// a hundred bytes besides its own.
const MESSAGES_MAX: usize = 65_536;

/// A piece of a message, as it will be sent, perhaps more than once.
#[derive(Clone, Debug)]
pub(super) struct Fragment {
    pub(super) flags: u8,
    pub(super) stream: u16,
    pub(super) ssn: u16,
    pub(super) ppid: Ppid,
    pub(super) message: u64,
    pub(super) limits: Limits,
    data: Arc<[u8]>,
    start: usize,
    end: usize,
}

/// When a message is given up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    pub(super) deadline: Option<Instant>,
    pub(super) retransmits_max: Option<u16>,
}

impl Fragment {
    pub(super) fn payload(&self) -> &[u8] {
        &self.data[self.start..self.end]
    }

    /// What it takes in a packet.
    pub(super) fn size(&self) -> usize {
        Data::HEADER_LEN + (self.end - self.start).next_multiple_of(4)
    }

    /// Lets go of the bytes: it will not be sent again.
    pub(super) fn release(&mut self) {
        self.data = Arc::from([]);
        (self.start, self.end) = (0, 0);
    }
}

/// All outgoing streams.
#[derive(Debug)]
pub(super) struct Queue {
    streams: FxHashMap<u16, Stream>,
    /// Streams with a message to cut, in turn. A message under way keeps its stream in front.
    turns: VecDeque<u16>,
    /// Bytes and messages that wait.
    waiting: usize,
    messages: usize,
    next_message: u64,
    /// Streams whose buffered amount fell to its threshold; told once, so no longer than `streams`.
    lows: VecDeque<u16>,
    abandoned: u64,
    message_size_max: usize,
    waiting_max: usize,
    stream_waiting_max: usize,
    low_default: usize,
}

#[derive(Debug)]
struct Stream {
    messages: VecDeque<Waiting>,
    waiting: usize,
    low: usize,
    ssn_next: u16,
    /// A reset is asked for or under way: no message begins.
    paused: bool,
    in_turn: bool,
}

#[derive(Debug)]
struct Waiting {
    id: u64,
    data: Arc<[u8]>,
    cut: usize,
    ppid: Ppid,
    unordered: bool,
    limits: Limits,
    /// Given when its first fragment is cut.
    ssn: u16,
}

impl Queue {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            streams: FxHashMap::default(),
            turns: VecDeque::new(),
            waiting: 0,
            messages: 0,
            next_message: 0,
            lows: VecDeque::new(),
            abandoned: 0,
            message_size_max: config.send_message_size_max,
            waiting_max: config.send_buffer_size,
            stream_waiting_max: config.stream_send_buffer_size,
            low_default: config.buffered_amount_low_threshold,
        }
    }

    /// Takes in a message; gives what now waits on its stream.
    pub(super) fn push(&mut self, now: Instant, message: Outgoing) -> Result<usize, SendRefusal> {
        let len = message.data.len();
        if len > self.message_size_max {
            return Err(SendRefusal::MessageTooLarge);
        }
        let (stream_max, all_max) = (self.stream_waiting_max, self.waiting_max);
        let all = self.waiting;
        let stream = self.stream(message.stream);
        let is_full = all + len > all_max || stream.waiting + len > stream_max;
        if is_full || self.messages == MESSAGES_MAX {
            return Err(SendRefusal::BufferFull);
        }
        let (data, ppid) = match len {
            0 => (Arc::from([0]), message.ppid.when_empty()),
            _ => (message.data, message.ppid),
        };
        let len = data.len();
        let stream = self.stream(message.stream);
        stream.waiting += len;
        let amount = stream.waiting;
        let reliability = message.reliability;
        let limits = Limits {
            deadline: reliability.packet_life_time_max.map(|life| now + life),
            retransmits_max: reliability.retransmits_max,
        };
        let id = self.next_message;
        self.next_message += 1;
        self.waiting += len;
        self.messages += 1;
        self.stream(message.stream).messages.push_back(Waiting {
            id,
            data,
            cut: 0,
            ppid,
            unordered: !reliability.ordered,
            limits,
            ssn: 0,
        });
        self.offer_turn(message.stream);
        Ok(amount)
    }

    /// Cuts the next fragment, no larger than `room` with its header. `limited`: messages past their
    /// time are given up.
    pub(super) fn cut(&mut self, now: Instant, room: usize, limited: bool) -> Option<Fragment> {
        while let Some(id) = self.turns.front().copied() {
            if limited {
                self.drop_expired(now, id);
            }
            let stream = self.streams.get_mut(&id)?;
            let ready = !stream.paused || stream.messages.front().is_some_and(|m| m.cut > 0);
            let Some(message) = stream.messages.front_mut().filter(|_| ready) else {
                stream.in_turn = false;
                self.turns.pop_front();
                continue;
            };
            let left = message.data.len() - message.cut;
            let space = room.saturating_sub(Data::HEADER_LEN) & !3;
            if left > space && space < SLICE_MIN {
                return None;
            }
            let begins = message.cut == 0;
            if begins && !message.unordered {
                // RFC 9260 §6.5: only ordered messages are numbered.
                message.ssn = stream.ssn_next;
                stream.ssn_next = stream.ssn_next.wrapping_add(1);
            }
            let len = left.min(space);
            let fragment = message.fragment(id, len);
            message.cut += len;
            let ends = len == left;
            if ends {
                stream.messages.pop_front();
                self.end_turn(id);
            }
            self.shrink(id, (usize::from(ends), len));
            return Some(fragment);
        }
        None
    }

    /// Whether `cut` has something to look at.
    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Drops what is left of a message that was given up in flight.
    pub(super) fn abandon(&mut self, id: u16, message: u64) {
        self.abandoned += 1;
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let Some(front) = stream.messages.front().filter(|front| front.id == message) else {
            return;
        };
        let left = front.data.len() - front.cut;
        stream.messages.pop_front();
        self.end_turn(id);
        self.shrink(id, (1, left));
    }

    /// Lets no new message begin on a stream and drops those that wait. True if none is being cut,
    /// so that the stream may be reset at once.
    pub(super) fn pause(&mut self, id: u16) -> bool {
        let stream = self.stream(id);
        stream.paused = true;
        let under_way = stream.messages.front().is_some_and(|m| m.cut > 0);
        let dropped = stream.messages.drain(usize::from(under_way)..);
        let dropped = dropped.fold((0, 0), |(messages, bytes), message| {
            (messages + 1, bytes + message.data.len())
        });
        self.shrink(id, dropped);
        !under_way
    }

    /// Whether a paused stream has cut its last message to the end.
    pub(super) fn is_quiet(&self, id: u16) -> bool {
        self.streams
            .get(&id)
            .is_none_or(|s| s.messages.front().is_none_or(|m| m.cut == 0))
    }

    /// Lets a stream go on; anew, with its first number, if it was reset.
    pub(super) fn resume(&mut self, id: u16, anew: bool) {
        let stream = self.stream(id);
        stream.paused = false;
        if anew {
            stream.ssn_next = 0;
        }
        self.offer_turn(id);
    }

    /// The peer takes only the first `streams`: what waits beyond goes.
    pub(super) fn limit(&mut self, streams: u16) {
        for (id, stream) in &mut self.streams {
            if *id >= streams {
                self.waiting -= stream.waiting;
                self.messages -= stream.messages.len();
                stream.waiting = 0;
                stream.messages.clear();
            }
        }
    }

    /// The peer begins anew: so do all numbers, and a message cut in part is lost.
    pub(super) fn restart(&mut self) {
        let ids: Vec<u16> = self.streams.keys().copied().collect();
        for id in ids {
            let stream = self.stream(id);
            let under_way = stream.messages.front().filter(|front| front.cut > 0);
            let left = under_way.map_or(0, |front| front.data.len() - front.cut);
            if left > 0 {
                stream.messages.pop_front();
                self.shrink(id, (1, left));
            }
            self.resume(id, true);
        }
    }

    pub(super) fn amount(&self, id: u16) -> usize {
        self.streams.get(&id).map_or(0, |stream| stream.waiting)
    }

    pub(super) fn set_low(&mut self, id: u16, low: usize) {
        self.stream(id).low = low;
    }

    pub(super) fn poll_low(&mut self) -> Option<(u16, usize)> {
        let id = self.lows.pop_front()?;
        Some((id, self.amount(id)))
    }

    pub(super) fn abandoned(&self) -> u64 {
        self.abandoned
    }

    fn stream(&mut self, id: u16) -> &mut Stream {
        let low = self.low_default;
        self.streams.entry(id).or_insert_with(|| Stream {
            messages: VecDeque::new(),
            waiting: 0,
            low,
            ssn_next: 0,
            paused: false,
            in_turn: false,
        })
    }

    fn offer_turn(&mut self, id: u16) {
        if let Some(stream) = self.streams.get_mut(&id)
            && !stream.in_turn
            && !stream.messages.is_empty()
        {
            stream.in_turn = true;
            self.turns.push_back(id);
        }
    }

    /// The stream in front has finished a message: the next stream's turn.
    fn end_turn(&mut self, id: u16) {
        if self.turns.front() == Some(&id) {
            self.turns.pop_front();
            if let Some(stream) = self.streams.get_mut(&id) {
                stream.in_turn = false;
            }
            self.offer_turn(id);
        }
    }

    fn drop_expired(&mut self, now: Instant, id: u16) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let mut dropped = (0, 0);
        while let Some(front) = stream.messages.front()
            && front.cut == 0
            && front
                .limits
                .deadline
                .is_some_and(|deadline| deadline <= now)
        {
            dropped = (dropped.0 + 1, dropped.1 + front.data.len());
            self.abandoned += 1;
            stream.messages.pop_front();
        }
        self.shrink(id, dropped);
    }

    /// So many messages, and bytes in sum, of a stream wait no longer.
    fn shrink(&mut self, id: u16, (messages, bytes): (usize, usize)) {
        self.waiting -= bytes;
        self.messages -= messages;
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let before = stream.waiting;
        stream.waiting -= bytes;
        let fell = before > stream.low && stream.waiting <= stream.low;
        if fell && !self.lows.contains(&id) {
            self.lows.push_back(id);
        }
    }
}

impl Waiting {
    fn fragment(&self, stream: u16, len: usize) -> Fragment {
        let mut flags = 0;
        if self.cut == 0 {
            flags |= data_flags::BEGIN;
        }
        if self.cut + len == self.data.len() {
            flags |= data_flags::END;
        }
        if self.unordered {
            flags |= data_flags::UNORDERED;
        }
        Fragment {
            flags,
            stream,
            ssn: self.ssn,
            ppid: self.ppid,
            message: self.id,
            limits: self.limits,
            data: Arc::clone(&self.data),
            start: self.cut,
            end: self.cut + len,
        }
    }
}
