//! What waits to be written, and what happens when the parent does not read.
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | answers | [`ANSWERS_MAX`] requests | no more requests are read, so none is lost |
//! | media: scores, traces, packets, messages, volumes, log lines | [`MEDIA_MAX`] or [`MEDIA_BYTES_MAX`] | dropped, counted |
//! | states, tuples, layers, closures | [`EVENTS_MAX`] | dropped, counted; a parent that slept through so many is past helping |
//!
//! What is being written counts until it is. The shard's thread only pushes and never waits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use control::{
    ConsumerEvent, DataConsumerEvent, FromWorker, LogLine, LogSettings, Notification,
    ProducerEvent, RtpObserverEvent, TransportEvent,
};
use shard::ShardCounters;

use crate::about::About;

/// Answers that may be outstanding. A dump of a large room has a megabyte, most answers have a few bytes.
pub const ANSWERS_MAX: usize = 1_024;

/// At a hundred packets a second to ten consumers on direct transports, four seconds of them.
pub const MEDIA_MAX: usize = 4_096;
pub const MEDIA_BYTES_MAX: usize = 16 << 20;

/// Some hundred bytes each, so about ten megabytes.
pub const EVENTS_MAX: usize = 65_536;

/// Something to be written, or to be known by who writes, in its place among the others.
pub enum Item {
    /// To a request; what it was about, if that may be worth a line.
    Answer(FromWorker, Option<About>),
    /// From the engine.
    Notification(Notification),
    /// From the worker itself.
    Log(LogLine),
    /// From here on other lines are wanted.
    Settings(LogSettings),
    /// As they are now.
    Counters(Box<ShardCounters>),
}

/// How many of each kind wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    answers: usize,
    media: usize,
    media_bytes: usize,
    events: usize,
}

/// What was dropped because the parent did not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Scores, traces, packets, messages, volumes and log lines.
    pub media: u64,
    /// All other notifications.
    pub events: u64,
}

/// Between the shard and the intake on one side and the writer on the other.
#[derive(Default)]
pub struct Outbox {
    state: Mutex<State>,
    /// The writer waits here for something to write.
    news: Condvar,
    /// The intake waits here for answers to leave.
    room: Condvar,
}

#[derive(Default)]
struct State {
    queue: Vec<Item>,
    waiting: Tally,
    losses: Losses,
    closed: bool,
}

impl Outbox {
    /// Counts an answer that will come. Waits while too many are outstanding.
    pub fn expect_answer(&self) {
        let mut state = self.lock();
        while state.waiting.answers >= ANSWERS_MAX {
            state = self
                .room
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.answers += 1;
    }

    /// Queues an answer that was expected.
    pub fn answer(&self, answer: FromWorker, about: Option<About>) {
        self.push(self.lock(), Item::Answer(answer, about));
    }

    /// Queues a notification if there is room for its kind.
    pub fn notify(&self, notification: Notification) {
        let cost = cost(&notification);
        let mut state = self.lock();
        if state.has_room(cost) {
            state.waiting.add(cost);
            self.push(state, Item::Notification(notification));
        }
    }

    /// Queues a log line if there is room.
    pub fn log(&self, line: LogLine) {
        self.log_locked(self.lock(), line);
    }

    /// As [`Outbox::log`], for a thread that may be in the middle of something here: the line is lost then.
    pub fn log_from_panic(&self, line: LogLine) {
        if let Ok(state) = self.state.try_lock() {
            self.log_locked(state, line);
        }
    }

    /// Queues other settings for the lines that follow.
    pub fn set_log(&self, settings: LogSettings) {
        self.push(self.lock(), Item::Settings(settings));
    }

    /// Queues counters.
    pub fn counters(&self, counters: ShardCounters) {
        self.push(self.lock(), Item::Counters(Box::new(counters)));
    }

    /// What was lost so far.
    pub fn losses(&self) -> Losses {
        self.lock().losses
    }

    /// Nothing will come any more: the writer ends when it has written what is here.
    pub fn close(&self) {
        self.lock().closed = true;
        self.news.notify_all();
    }

    /// Waits for something to write and moves it to `batch`, which is empty; gives up with nothing at
    /// `until`. False at the end.
    pub fn take(&self, batch: &mut Vec<Item>, until: Option<Instant>) -> bool {
        let mut state = self.lock();
        while state.queue.is_empty() && !state.closed {
            let Some(until) = until else {
                state = self
                    .news
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            (state, _) = self
                .news
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(batch, &mut state.queue);
        !(batch.is_empty() && state.closed)
    }

    /// So much has been written, or will never be.
    pub fn written(&self, tally: Tally) {
        let mut state = self.lock();
        state.waiting.remove(tally);
        drop(state);
        self.room.notify_all();
    }

    fn log_locked(&self, mut state: MutexGuard<'_, State>, line: LogLine) {
        let cost = cost_of_line(&line);
        if state.has_room(cost) {
            state.waiting.add(cost);
            self.push(state, Item::Log(line));
        }
    }

    fn push(&self, mut state: MutexGuard<'_, State>, item: Item) {
        let first = state.queue.is_empty();
        state.queue.push(item);
        drop(state);
        if first {
            self.news.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether something of that cost may wait too; else it is counted as lost.
    fn has_room(&mut self, cost: Tally) -> bool {
        let waiting = &self.waiting;
        if cost.events > 0 && waiting.events >= EVENTS_MAX {
            self.losses.events += 1;
            return false;
        }
        let too_many = waiting.media >= MEDIA_MAX;
        // One alone may be as large as it likes: a frame has a bound of its own.
        let too_large =
            waiting.media > 0 && waiting.media_bytes + cost.media_bytes > MEDIA_BYTES_MAX;
        if cost.media > 0 && (too_many || too_large) {
            self.losses.media += 1;
            return false;
        }
        true
    }
}

impl Tally {
    /// What an item weighs.
    pub fn of(item: &Item) -> Self {
        match item {
            Item::Answer(..) => Self {
                answers: 1,
                ..Self::default()
            },
            Item::Notification(notification) => cost(notification),
            Item::Log(line) => cost_of_line(line),
            Item::Settings(_) | Item::Counters(_) => Self::default(),
        }
    }

    /// As much more.
    pub fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.media += other.media;
        self.media_bytes += other.media_bytes;
        self.events += other.events;
    }

    fn remove(&mut self, other: Self) {
        self.answers = self.answers.saturating_sub(other.answers);
        self.media = self.media.saturating_sub(other.media);
        self.media_bytes = self.media_bytes.saturating_sub(other.media_bytes);
        self.events = self.events.saturating_sub(other.events);
    }

    fn media(bytes: usize) -> Self {
        Self {
            media: 1,
            media_bytes: bytes,
            ..Self::default()
        }
    }
}

fn cost(notification: &Notification) -> Tally {
    match notification {
        Notification::Transport(_, TransportEvent::Rtcp(data))
        | Notification::Consumer(_, ConsumerEvent::Rtp(data)) => Tally::media(data.len()),
        Notification::DataConsumer(_, DataConsumerEvent::Message(message)) => {
            Tally::media(message.data.len())
        }
        Notification::Transport(_, TransportEvent::Trace(_))
        | Notification::Producer(_, ProducerEvent::Score(_) | ProducerEvent::Trace(_))
        | Notification::Consumer(_, ConsumerEvent::Score(_) | ConsumerEvent::Trace(_))
        | Notification::RtpObserver(_, RtpObserverEvent::Volumes(_)) => Tally::media(0),
        _ => Tally {
            events: 1,
            ..Tally::default()
        },
    }
}

fn cost_of_line(line: &LogLine) -> Tally {
    Tally::media(line.text.len())
}

#[cfg(test)]
mod tests;
