//! The reading thread: takes frames off fd 3 and has them carried out, in their order.
//!
//! What the shard need not do (settings, usage, metrics, refusals of malformed frames) goes through its queue
//! all the same, so that answers leave in the order asked.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::channel;

use control::{
    FromWorker, LogLevel, LogSettings, Refusal, Reply, Request, ResourceUsage, ToWorker,
};
use shard::{PatientHandle, ShardCounters};

use crate::about::About;
use crate::decode::{self, Malformed};
use crate::frame::{BODY_MAX, Frame, FrameReader};
use crate::log::{self, Filter};
use crate::metrics;
use crate::outbox::Outbox;

/// Bytes read that may wait at the shard. Beyond that, reading stops until all of them are carried out: the
/// shard's queue has a bound of its own, but counts orders and not what they carry.
const UNDER_WAY_MAX: usize = 16 << 20;

/// Why reading ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// The parent said so.
    Closed,
    /// The parent is gone.
    ParentGone,
    /// The shard is gone.
    ShardGone,
}

/// Everything that the reading thread owns.
pub struct Intake<R> {
    frames: FrameReader<R>,
    worker: Orders,
}

/// What is done with messages.
struct Orders {
    shard: PatientHandle,
    outbox: Arc<Outbox>,
    /// As the writer will have it when it writes the next answer.
    filter: Filter,
    /// Bytes read since the shard was last known to be done with everything.
    under_way: usize,
}

impl<R: Read> Intake<R> {
    /// Reads from `input`, has `shard` do it, leaves answers in `outbox`.
    pub fn new(input: R, shard: PatientHandle, outbox: Arc<Outbox>, filter: Filter) -> Self {
        Self {
            frames: FrameReader::new(input),
            worker: Orders {
                shard,
                outbox,
                filter,
                under_way: 0,
            },
        }
    }

    /// Reads until there is nothing more to read.
    pub fn run(mut self) -> Ended {
        loop {
            let outcome = match self.frames.next() {
                Ok(Some(Frame::Body(body))) => self.worker.take_body(body),
                Ok(Some(Frame::TooLong(length, start))) => self.worker.refuse_long(length, start),
                Ok(None) => Err(Ended::ParentGone),
                // A parent that dies with answers unread resets the connection.
                Err(_) => Err(Ended::ParentGone),
            };
            if let Err(ended) = outcome {
                return ended;
            }
        }
    }
}

impl Orders {
    fn take_body(&mut self, body: &[u8]) -> Result<(), Ended> {
        self.under_way += body.len();
        if self.under_way > UNDER_WAY_MAX {
            self.catch_up()?;
            self.under_way = body.len();
        }
        match decode::decode(body) {
            Ok(ToWorker::Request(id, request)) => self.request(id, *request),
            Ok(ToWorker::Command(command)) => gone(self.shard.send(command)),
            Ok(ToWorker::UpdateSettings(id, settings)) => self.update_settings(id, settings),
            Ok(ToWorker::GetResourceUsage(id)) => {
                self.answer_in_turn(move |_, _| FromWorker::ResourceUsage(id, usage()))
            }
            Ok(ToWorker::GetMetrics(id)) => self.answer_in_turn(move |counters, outbox| {
                FromWorker::Metrics(id, metrics::table(counters, outbox.losses()))
            }),
            Ok(ToWorker::Close) => Err(Ended::Closed),
            Err(Malformed { id, text }) => self.refuse(id, Refusal::TypeError(text)),
        }
    }

    fn request(&mut self, id: u32, request: Request) -> Result<(), Ended> {
        self.outbox.expect_answer();
        let lines_wanted = self.filter.passes(LogLevel::Warn, None);
        let about = lines_wanted.then(|| About::request(&request));
        let outbox = self.outbox.clone();
        gone(self.shard.request(
            request,
            Box::new(move |outcome| {
                let answer = match outcome {
                    Ok(reply) => FromWorker::Accepted(id, Box::new(reply)),
                    Err(refusal) => FromWorker::Refused(id, refusal),
                };
                outbox.answer(answer, about);
            }),
        ))
    }

    fn update_settings(&mut self, id: u32, settings: LogSettings) -> Result<(), Ended> {
        match self.filter.apply(&settings) {
            Ok(()) => self.answer_in_turn(move |_, outbox| {
                outbox.set_log(settings);
                FromWorker::Accepted(id, Box::new(Reply::Done))
            }),
            Err(refusal) => self.refuse(Some(id), refusal),
        }
    }

    fn refuse_long(&mut self, length: u32, start: &[u8]) -> Result<(), Ended> {
        let text = format!("a message of {length} bytes is longer than {BODY_MAX}");
        self.refuse(decode::request_id(start), Refusal::Error(text))
    }

    fn refuse(&mut self, id: Option<u32>, refusal: Refusal) -> Result<(), Ended> {
        let text = match id {
            Some(id) => format!("request {id}: refused: {refusal}"),
            None => format!("a message was dropped: {refusal}"),
        };
        let line = log::plain(LogLevel::Warn, text);
        match id {
            Some(id) => self.answer_in_turn(move |_, outbox| {
                outbox.log(line);
                FromWorker::Refused(id, refusal)
            }),
            None => {
                let outbox = self.outbox.clone();
                gone(self.shard.in_turn(Box::new(move |_| outbox.log(line))))
            }
        }
    }

    /// Waits until the shard has carried out everything.
    fn catch_up(&self) -> Result<(), Ended> {
        let (done, all_done) = channel();
        gone(self.shard.in_turn(Box::new(move |_| {
            // Whoever waits does not go away meanwhile.
            let _ = done.send(());
        })))?;
        gone(all_done.recv())
    }

    /// Answers after everything that was asked before.
    fn answer_in_turn(
        &self,
        answer: impl FnOnce(&ShardCounters, &Outbox) -> FromWorker + Send + 'static,
    ) -> Result<(), Ended> {
        self.outbox.expect_answer();
        let outbox = self.outbox.clone();
        gone(self.shard.in_turn(Box::new(move |counters| {
            outbox.answer(answer(&counters, &outbox), None);
        })))
    }
}

fn gone<E>(outcome: Result<(), E>) -> Result<(), Ended> {
    outcome.map_err(|_| Ended::ShardGone)
}

fn usage() -> ResourceUsage {
    let used = net::usage();
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    ResourceUsage {
        ru_utime: millis(used.user),
        ru_stime: millis(used.system),
        ru_maxrss: used.resident_max,
        ru_minflt: used.minor_faults,
        ru_majflt: used.major_faults,
        ru_inblock: used.blocks_in,
        ru_oublock: used.blocks_out,
        ru_nvcsw: used.switches_voluntary,
        ru_nivcsw: used.switches_involuntary,
    }
}
