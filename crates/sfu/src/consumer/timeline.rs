//! The media clock as the receiver sees it: one, though the streams behind it have their own.
//!
//! At a switch the new stream's timestamps are moved to where the old stream's would be at the same
//! moment of capture. If the sender does not tell when things were captured, arrival stands in for it.

use std::time::Duration;

use units::{ClockRate, Instant, RtpTimestamp};

use crate::feed::Feed;
use crate::history::MediaClock;

/// Time never stands still at a switch: the new stream is at least this much later.
const STEP: Duration = Duration::from_millis(1);

/// Capture and arrival tell the same but for delays; if they differ by more, the sender's clocks are off.
const DISCREPANCY: Duration = Duration::from_secs(1);

/// Moves the timestamps of several streams onto one clock.
#[derive(Debug)]
pub struct Timeline {
    rate: ClockRate,
    /// The stream that goes, and where its clock stood.
    current: Option<Feed>,
    /// Input less output, as the clocks would have it.
    aligned: u32,
    /// Input less output, as it is: never so that time runs back.
    offset: u32,
    /// The newest that went out, and when.
    newest: Option<(RtpTimestamp, Instant)>,
}

impl Timeline {
    /// A clock of this rate.
    #[must_use]
    pub fn new(rate: ClockRate) -> Self {
        Self {
            rate,
            current: None,
            aligned: 0,
            offset: 0,
            newest: None,
        }
    }

    /// The receiver begins (again) with this packet; `anew` if its stream's clock may have jumped.
    pub fn begin(&mut self, now: Instant, feed: Feed, timestamp: RtpTimestamp, anew: bool) {
        let same = |current: &Feed| current.encoding == feed.encoding;
        if self
            .current
            .as_ref()
            .is_some_and(|current| same(current) && !anew)
        {
            return;
        }
        let Some((newest, at)) = self.newest else {
            return;
        };
        // A clock that jumped says nothing of the one before, which may not even be known any more.
        let clocks = self
            .current
            .filter(|current| !same(current))
            .and_then(|current| current.clock)
            .zip(feed.clock);
        let ideal = match clocks {
            Some((old, new)) => {
                let now_old = old.timestamp.wrapping_sub(self.aligned);
                let passed = passed(self.rate, &old, &new);
                let passed_new = timestamp.0.wrapping_sub(new.timestamp.0);
                now_old.wrapping_add(passed).wrapping_add(passed_new)
            }
            None => newest.wrapping_add(self.rate.ticks(now.saturating_since(at))),
        };
        let least = newest.wrapping_add(self.rate.ticks(STEP));
        let actual = match least.is_after(ideal) {
            true => least,
            false => ideal,
        };
        self.aligned = timestamp.0.wrapping_sub(ideal.0);
        self.offset = timestamp.0.wrapping_sub(actual.0);
    }

    /// A packet of the stream that goes.
    pub fn map(&mut self, now: Instant, feed: Feed, timestamp: RtpTimestamp) -> RtpTimestamp {
        self.current = Some(feed);
        let output = self.output(timestamp);
        if self
            .newest
            .is_none_or(|(newest, _)| output.is_after(newest))
        {
            self.newest = Some((output, now));
        }
        output
    }

    /// Where this moment of the stream that goes lies for the receiver.
    #[must_use]
    pub fn output(&self, timestamp: RtpTimestamp) -> RtpTimestamp {
        timestamp.wrapping_sub(self.offset)
    }
}

/// Ticks from one clock's moment to the other's, modulo 2³².
fn passed(rate: ClockRate, old: &MediaClock, new: &MediaClock) -> u32 {
    let signed = |back: bool, ticks: u32| if back { ticks.wrapping_neg() } else { ticks };
    let micros = new.received_at.signed_micros_since(old.received_at);
    let span = Duration::from_micros(micros.unsigned_abs());
    let arrived = signed(micros < 0, rate.ticks(span));
    if !(old.captured && new.captured) {
        return arrived;
    }
    let fractions = u128::from(new.at.0.abs_diff(old.at.0));
    // To the nearest tick: NTP cannot say a millisecond exactly.
    let ticks = (fractions * u128::from(rate.hertz()) + (1 << 31)) >> 32;
    let captured = signed(new.at.0 < old.at.0, ticks as u32);
    let apart = captured.wrapping_sub(arrived).cast_signed().unsigned_abs();
    match rate.span(apart) > DISCREPANCY {
        true => arrived,
        false => captured,
    }
}

#[cfg(test)]
mod tests;
