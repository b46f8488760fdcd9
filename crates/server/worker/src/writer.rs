//! The writing thread: encodes what waits in the outbox, writes log lines about it, one write a batch.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use control::{FromWorker, LogLevel, LogLine, Refusal};
use shard::ShardCounters;

use crate::frame::{self, BODY_MAX, Unwritten};
use crate::log::{self, Filter, Throttle};
use crate::outbox::{Item, Losses, Outbox, Tally};

/// A batch that has grown so large is written in parts.
const WRITE_AT: usize = 256 << 10;

/// A line that repeats what a confused parent said is cut here.
const LINE_MAX: usize = 1_000;

/// Everything that the writing thread owns.
pub struct Writer<W> {
    output: W,
    outbox: Arc<Outbox>,
    filter: Filter,
    throttle: Throttle,
    counters: ShardCounters,
    losses: Losses,
    buffer: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes to `output` what waits in `outbox`, and lines that pass the `filter`.
    pub fn new(output: W, outbox: Arc<Outbox>, filter: Filter) -> Self {
        Self {
            output,
            outbox,
            filter,
            throttle: Throttle::default(),
            counters: ShardCounters::default(),
            losses: Losses::default(),
            buffer: Vec::new(),
        }
    }

    /// Says that the worker is running, and writes until the outbox is closed and empty.
    ///
    /// # Errors
    ///
    /// The parent has closed its end.
    pub fn run(mut self) -> io::Result<()> {
        self.append(&FromWorker::Running);
        self.flush(Tally::default())?;
        let mut batch = Vec::new();
        while self.outbox.take(&mut batch, self.throttle.poll_timeout()) {
            let mut tally = Tally::default();
            for item in batch.drain(..) {
                tally.add(Tally::of(&item));
                self.take_in(item);
                if self.buffer.len() >= WRITE_AT {
                    self.flush(std::mem::take(&mut tally))?;
                }
            }
            self.tell_losses();
            self.sum_up(Instant::now());
            self.flush(tally)?;
        }
        Ok(())
    }

    fn take_in(&mut self, item: Item) {
        match item {
            Item::Answer(answer, about) => {
                self.append_answer(&answer);
                let line = about.and_then(|about| log::of_answer(&self.filter, &about, &answer));
                line.into_iter().for_each(|line| self.log(line));
            }
            Item::Notification(notification) => {
                let line = log::of_notification(&self.filter, &notification);
                self.append(&FromWorker::Notification(notification));
                line.into_iter().for_each(|line| self.log(line));
            }
            Item::Log(line) => self.log(line),
            Item::Settings(settings) => {
                let accepted = self.filter.apply(&settings);
                debug_assert!(accepted.is_ok(), "the intake has checked them");
            }
            Item::Counters(now) => {
                let lines = log::of_counters(&self.filter, &self.counters, &now);
                self.counters = *now;
                lines.into_iter().for_each(|line| self.log(line));
            }
        }
    }

    /// An answer that cannot be written becomes a refusal, so that nobody waits for ever.
    fn append_answer(&mut self, answer: &FromWorker) {
        let Err(unwritten) = frame::append(&mut self.buffer, answer) else {
            return;
        };
        let (FromWorker::Accepted(id, _)
        | FromWorker::Refused(id, _)
        | FromWorker::ResourceUsage(id, _)
        | FromWorker::Metrics(id, _)) = answer
        else {
            return;
        };
        let refusal = Refusal::Error(format!("the answer {}", reason(&unwritten)));
        self.append(&FromWorker::Refused(*id, refusal));
    }

    /// Anything else that cannot be written is dropped with a line.
    fn append(&mut self, message: &FromWorker) {
        if let Err(unwritten) = frame::append(&mut self.buffer, message) {
            let text = format!("a message was dropped: it {}", reason(&unwritten));
            self.log(log::plain(LogLevel::Error, text));
        }
    }

    fn log(&mut self, mut line: LogLine) {
        let now = Instant::now();
        self.sum_up(now);
        if self.filter.passes(line.level, line.tag) && self.throttle.admit(now) {
            if line.text.len() > LINE_MAX {
                line.text = line.text.chars().take(LINE_MAX).collect();
            }
            // It is shorter than a frame may be, and text can always be written.
            let _ = frame::append(&mut self.buffer, &FromWorker::Log(line));
        }
    }

    /// Tells how many lines were suppressed, past the throttle.
    fn sum_up(&mut self, now: Instant) {
        if let Some(suppressed) = self.throttle.poll_summary(now) {
            let text = format!("… suppressed {suppressed} lines");
            let line = log::plain(LogLevel::Warn, text);
            let _ = frame::append(&mut self.buffer, &FromWorker::Log(line));
        }
    }

    fn tell_losses(&mut self) {
        let losses = self.outbox.losses();
        if losses == self.losses {
            return;
        }
        let (media, events) = (
            losses.media - self.losses.media,
            losses.events - self.losses.events,
        );
        self.losses = losses;
        let text = format!(
            "the parent reads too slowly: {media} notifications of media or log lines and {events} others were lost"
        );
        self.log(log::plain(LogLevel::Error, text));
    }

    fn flush(&mut self, tally: Tally) -> io::Result<()> {
        let outcome = self.output.write_all(&self.buffer);
        self.buffer.clear();
        self.buffer.shrink_to(2 * WRITE_AT);
        self.outbox.written(tally);
        outcome
    }
}

fn reason(unwritten: &Unwritten) -> String {
    match unwritten {
        Unwritten::TooLong(length) => format!("has {length} bytes, more than {BODY_MAX}"),
        Unwritten::Unwritable(error) => format!("cannot be written: {error}"),
    }
}
