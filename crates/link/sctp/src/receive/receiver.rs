//! What arrives: checked against the window, noted, joined, delivered.

use units::Instant;

use super::reassembly::Reassembly;
use super::tracker::{Seen, Tracker};
use crate::config::{Config, MTU};
use crate::message::Message;
use crate::packet::{Data, ForwardTsn, data_flags};

/// Above this part of the window only what closes the first gap is taken (the figure is mediasoup's).
const HIGH_WATERMARK_PERCENT: usize = 90;

/// The peer broke a rule that leaves no way on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation;

/// The receiving half of an association.
#[derive(Debug)]
pub(crate) struct Receiver {
    tracker: Tracker,
    reassembly: Reassembly,
    window: usize,
    /// What the window may be overrun by to finish one message: it is what frees the rest.
    reserve: usize,
    /// The packet being read held new data; whether it asked for its SACK at once.
    news: Option<bool>,
    refused: u64,
}

impl Receiver {
    /// Expects `tsn` first.
    pub(crate) fn new(tsn: u32, config: &Config) -> Self {
        Self {
            tracker: Tracker::new(tsn),
            reassembly: Reassembly::new(config.receive_message_size_max),
            window: window(config) as usize,
            reserve: 2 * config.receive_message_size_max.max(MTU),
            news: None,
            refused: 0,
        }
    }

    /// Takes in a DATA chunk. `held` says of a stream and TSN whether a reset must come first.
    pub(crate) fn handle_data(
        &mut self,
        data: &Data<'_>,
        held: impl FnOnce(u16, u64) -> bool,
    ) -> Result<(), Violation> {
        if data.payload.is_empty() {
            // RFC 9260 §3.3.1: no user data is an error that ends the association.
            return Err(Violation);
        }
        let tsn = self.tracker.extend(data.tsn);
        match self.tracker.look(tsn) {
            Seen::New if held(data.stream, tsn) => {
                self.refused += 1;
                return Ok(());
            }
            Seen::New => {}
            Seen::Duplicate => {
                self.tracker.note_duplicate(data.tsn);
                return Ok(());
            }
            Seen::TooFar => {
                self.refused += 1;
                self.tracker.ack_at_once();
                return Ok(());
            }
        }
        if !self.has_room(tsn, data.payload.len())? {
            self.refused += 1;
            self.tracker.ack_at_once();
            return Ok(());
        }
        self.tracker.insert(tsn);
        let immediate = data.has(data_flags::IMMEDIATE) || self.news == Some(true);
        self.news = Some(immediate);
        self.reassembly.insert(tsn, data).map_err(|_torn| Violation)
    }

    /// Whether a new chunk may be kept. The next in sequence is what frees memory: if even that does
    /// not fit, nothing ever will.
    fn has_room(&self, tsn: u64, len: usize) -> Result<bool, Violation> {
        let after = self.reassembly.used() + Reassembly::cost(len);
        if tsn == self.tracker.cumulative() + 1 {
            return match after <= self.window + self.reserve {
                true => Ok(true),
                false => Err(Violation),
            };
        }
        Ok(after * 100 <= self.window * HIGH_WATERMARK_PERCENT)
    }

    /// Takes in a FORWARD-TSN (RFC 3758 §3.6).
    pub(crate) fn handle_forward_tsn(&mut self, forward: &ForwardTsn<'_>) {
        let tsn = self.tracker.extend(forward.cumulative);
        if self.tracker.forward(tsn) {
            self.reassembly.forward(tsn, forward.streams());
        }
    }

    /// The packet has been read to its end.
    pub(crate) fn handle_packet_end(&mut self, now: Instant) {
        if let Some(immediate) = self.news.take() {
            self.tracker.handle_packet(now, immediate);
        }
    }

    /// The peer starts streams anew; no streams means all.
    pub(crate) fn reset(&mut self, streams: &[u16]) {
        self.reassembly.reset(streams);
    }

    pub(crate) fn poll_message(&mut self) -> Option<Message> {
        self.reassembly.poll()
    }

    /// Everything up to `tsn` has come or was given up.
    pub(crate) fn has_all_to(&self, tsn: u32) -> bool {
        self.tracker.extend(tsn) <= self.tracker.cumulative()
    }

    pub(crate) fn is_sack_due(&self, now: Instant) -> bool {
        self.tracker.is_due(now)
    }

    pub(crate) fn is_sack_owed(&self) -> bool {
        self.tracker.is_owed()
    }

    /// Writes the SACK, which takes at most [`Self::SACK_LEN_MAX`].
    pub(crate) fn write_sack(&mut self, out: &mut Vec<u8>) {
        let free = self.window.saturating_sub(self.reassembly.used());
        let free = u32::try_from(free).unwrap_or(u32::MAX);
        self.tracker.write_sack(free, out);
    }

    pub(crate) const SACK_LEN_MAX: usize = Tracker::SACK_LEN_MAX;

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.tracker.poll_timeout()
    }

    /// Chunks left to be sent again.
    pub(crate) fn refused(&self) -> u64 {
        self.refused
    }

    pub(crate) fn oversized(&self) -> u64 {
        self.reassembly.oversized()
    }

    /// The window to announce.
    pub(crate) fn window_of(config: &Config) -> u32 {
        window(config)
    }
}

/// The window asked for, or what a message of the largest size needs, whichever is more.
fn window(config: &Config) -> u32 {
    let one = u32::try_from(config.receive_message_size_max).unwrap_or(u32::MAX);
    config.receive_window.max(one).max(65_536)
}
