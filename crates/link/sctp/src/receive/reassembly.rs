//! Fragments become messages, and ordered messages wait for their turn (RFC 9260 §6.5, §6.6, §6.9).
//!
//! Fragments of one message have consecutive TSNs. So what is here is a map of runs: a fragment grows
//! the run it touches, joins two, or starts one; a run with a beginning and an end is a message.
//! A run that outgrows the largest message lets its bytes go and only counts on, so that what follows
//! it is not held up.

use std::collections::{BTreeMap, VecDeque};
use std::mem;

use rustc_hash::FxHashMap;

use crate::message::{Message, Ppid};
use crate::packet::{Data, data_flags};
use crate::serial;

/// What a run or a waiting message is taken to cost besides its bytes: so a flood of one-byte
/// fragments fills the window as it fills the memory.
const OVERHEAD: usize = 128;

/// Why a fragment cannot be joined: its neighbour belongs to another message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Torn;

/// Messages on their way to being whole.
#[derive(Debug)]
pub(super) struct Reassembly {
    /// By first TSN.
    runs: BTreeMap<u64, Run>,
    streams: FxHashMap<u16, Stream>,
    ready: VecDeque<Message>,
    /// What `runs` and the waiting messages cost.
    used: usize,
    message_size_max: usize,
    oversized: u64,
}

#[derive(Debug)]
struct Run {
    tsn_last: u64,
    label: Label,
    begins: bool,
    ends: bool,
    /// `None` once it outgrew the largest message.
    bytes: Option<Vec<u8>>,
}

/// What all fragments of a message agree in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label {
    stream: u16,
    ppid: u32,
    /// `None`: unordered.
    ssn: Option<u16>,
}

/// An incoming stream on which ordered messages come.
#[derive(Debug, Default)]
struct Stream {
    ssn_next: u16,
    /// Whole messages that came too early, by their distance when the last one was delivered; `None`
    /// stands for one that was too large.
    waiting: BTreeMap<u16, Option<Message>>,
}

impl Reassembly {
    pub(super) fn new(message_size_max: usize) -> Self {
        Self {
            runs: BTreeMap::new(),
            streams: FxHashMap::default(),
            ready: VecDeque::new(),
            used: 0,
            message_size_max,
            oversized: 0,
        }
    }

    /// Memory held for the peer.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// What taking in a fragment of `len` bytes may cost.
    pub(super) fn cost(len: usize) -> usize {
        len + OVERHEAD
    }

    pub(super) fn oversized(&self) -> u64 {
        self.oversized
    }

    pub(super) fn poll(&mut self) -> Option<Message> {
        self.ready.pop_front()
    }

    /// Takes in a fragment that was not seen before.
    pub(super) fn insert(&mut self, tsn: u64, data: &Data<'_>) -> Result<(), Torn> {
        let label = Label {
            stream: data.stream,
            ppid: data.ppid,
            ssn: (!data.has(data_flags::UNORDERED)).then_some(data.ssn),
        };
        let mut run = Run {
            tsn_last: tsn,
            label,
            begins: data.has(data_flags::BEGIN),
            ends: data.has(data_flags::END),
            bytes: None,
        };
        let mut first = tsn;
        if let Some((start, mut previous)) = self.take_previous(tsn, &run)? {
            first = start;
            self.grow(&mut previous, data.payload);
            previous.tsn_last = tsn;
            previous.ends = run.ends;
            run = previous;
        } else {
            run.bytes = Some(Vec::new());
            self.used += OVERHEAD;
            self.grow(&mut run, data.payload);
        }
        if let Some(next) = self.take_next(tsn, &run)? {
            self.join(&mut run, next);
        }
        if run.begins && run.ends {
            self.complete(run);
        } else {
            self.runs.insert(first, run);
        }
        Ok(())
    }

    /// The peer gave up everything to `tsn` (RFC 3758 §3.6): what is unfinished of it goes.
    pub(super) fn forward(&mut self, tsn: u64, streams: impl Iterator<Item = (u16, u16)>) {
        while let Some(entry) = self.runs.first_entry() {
            // Right behind the point, a run without a beginning has lost it for good.
            let lost = *entry.key() <= tsn || (*entry.key() == tsn + 1 && !entry.get().begins);
            if !lost {
                break;
            }
            let run = entry.remove();
            self.release(&run);
        }
        for (id, ssn) in streams {
            self.skip(id, ssn);
        }
    }

    /// The peer starts `streams` anew (RFC 6525 §5.2.2); no streams means all.
    pub(super) fn reset(&mut self, streams: &[u16]) {
        if streams.is_empty() {
            let ids: Vec<u16> = self.streams.keys().copied().collect();
            ids.into_iter().for_each(|id| self.reset_one(id));
        }
        streams.iter().for_each(|id| self.reset_one(*id));
    }

    fn reset_one(&mut self, id: u16) {
        let Some(stream) = self.streams.remove(&id) else {
            return;
        };
        for message in stream.waiting.into_values() {
            self.used -= waiting_cost(message.as_ref());
        }
    }

    /// Takes out the run that `tsn` continues, if `run`, which holds it, goes with it.
    fn take_previous(&mut self, tsn: u64, run: &Run) -> Result<Option<(u64, Run)>, Torn> {
        let Some((start, previous)) = self.runs.range(..tsn).next_back() else {
            return Ok(None);
        };
        if previous.tsn_last + 1 != tsn || previous.ends {
            // RFC 9260 §6.9: behind an end comes a beginning.
            return match previous.tsn_last + 1 == tsn && !run.begins {
                true => Err(Torn),
                false => Ok(None),
            };
        }
        if run.begins || previous.label != run.label {
            return Err(Torn);
        }
        let start = *start;
        Ok(self.runs.remove(&start).map(|previous| (start, previous)))
    }

    /// Takes out the run that continues `run` behind `tsn`.
    fn take_next(&mut self, tsn: u64, run: &Run) -> Result<Option<Run>, Torn> {
        let Some(next) = self.runs.get(&(tsn + 1)) else {
            return Ok(None);
        };
        match (run.ends, next.begins) {
            (true, true) => Ok(None),
            (false, false) if next.label == run.label => Ok(self.runs.remove(&(tsn + 1))),
            _ => Err(Torn),
        }
    }

    fn grow(&mut self, run: &mut Run, payload: &[u8]) {
        let Some(bytes) = &mut run.bytes else {
            return;
        };
        self.used += payload.len();
        bytes.extend_from_slice(payload);
        if bytes.len() > self.message_size_max {
            self.used -= bytes.len();
            run.bytes = None;
        }
    }

    fn join(&mut self, run: &mut Run, next: Run) {
        run.tsn_last = next.tsn_last;
        run.ends = next.ends;
        self.release(&next);
        match next.bytes {
            Some(bytes) => self.grow(run, &bytes),
            None => {
                self.used -= run.bytes.take().map_or(0, |bytes| bytes.len());
            }
        }
    }

    /// Takes a run that is no longer held off the account.
    fn release(&mut self, run: &Run) {
        self.used -= OVERHEAD + run.bytes.as_ref().map_or(0, Vec::len);
    }

    fn complete(&mut self, run: Run) {
        self.release(&run);
        if run.bytes.is_none() {
            self.oversized += 1;
        }
        let label = run.label;
        let message = run.bytes.map(|bytes| Message {
            stream: label.stream,
            ppid: Ppid(label.ppid),
            data: bytes.into(),
        });
        let Some(ssn) = label.ssn else {
            self.ready.extend(message);
            return;
        };
        let stream = self.streams.entry(label.stream).or_default();
        match serial::ahead(stream.ssn_next, ssn) {
            Some(0) => {
                stream.ssn_next = ssn.wrapping_add(1);
                self.ready.extend(message);
                self.deliver_waiting(label.stream);
            }
            Some(_) => {
                self.used += waiting_cost(message.as_ref());
                if let Some(twice) = stream.waiting.insert(ssn, message) {
                    self.used -= waiting_cost(twice.as_ref());
                }
            }
            // A number that was delivered already: the peer counts wrongly.
            None => {}
        }
    }

    /// Delivers what follows on stream `id` without a gap.
    fn deliver_waiting(&mut self, id: u16) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        while let Some(message) = stream.waiting.remove(&stream.ssn_next) {
            self.used -= waiting_cost(message.as_ref());
            self.ready.extend(message);
            stream.ssn_next = stream.ssn_next.wrapping_add(1);
        }
    }

    /// Ordered messages of stream `id` up to `ssn` will not come any more; those that did are whole
    /// and are delivered (RFC 3758 §3.6).
    fn skip(&mut self, id: u16, ssn: u16) {
        let stream = self.streams.entry(id).or_default();
        let Some(distance) = serial::ahead(stream.ssn_next, ssn) else {
            return;
        };
        let from = stream.ssn_next;
        stream.ssn_next = ssn.wrapping_add(1);
        if !stream.waiting.is_empty() {
            let mut passed: Vec<(u16, Option<Message>)> = Vec::new();
            for (ssn, message) in mem::take(&mut stream.waiting) {
                if ssn.wrapping_sub(from) <= distance {
                    passed.push((ssn, message));
                } else {
                    stream.waiting.insert(ssn, message);
                }
            }
            passed.sort_by_key(|(ssn, _)| ssn.wrapping_sub(from));
            for (_, message) in passed {
                self.used -= waiting_cost(message.as_ref());
                self.ready.extend(message);
            }
        }
        self.deliver_waiting(id);
    }
}

fn waiting_cost(message: Option<&Message>) -> usize {
    OVERHEAD + message.map_or(0, |message| message.data.len())
}

#[cfg(test)]
mod tests;
