//! Numbers of one SSRC: what arrived, what did not, how evenly (RFC 3550 §6.4.1, appendix A).

use rtp::rtcp::ReportBlock;
use rtp::{SeqNumber, SeqUnwrapper, Ssrc};
use units::{ClockRate, Instant, NtpTime, RtpTimestamp};

/// A jump ahead of fewer numbers than this is loss (appendix A.1).
const DROPOUT_MAX: i64 = 3_000;

/// A number behind by fewer than this is reordering.
const MISORDER_MAX: i64 = 1_500;

/// What is counted of one SSRC.
#[derive(Debug)]
pub struct Reception {
    clock: ClockRate,
    unwrapper: SeqUnwrapper,
    first: u64,
    received: u64,
    /// A number out of bounds; if the next follows it, the sender began anew.
    suspect: Option<SeqNumber>,
    discarded: u64,
    jitter: f64,
    transit: Option<i64>,
    before: Totals,
    fraction_lost: u8,
    last_sr: Option<(NtpTime, Instant)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    expected: u64,
    received: u64,
}

/// Whether a packet belongs to the stream's run of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// This is its number.
    Number(u64),
    /// The run begins anew with this number.
    Restart(u64),
    /// Out of bounds.
    Discarded,
}

impl Reception {
    /// Nothing has arrived.
    pub fn new(clock: ClockRate) -> Self {
        Self {
            clock,
            unwrapper: SeqUnwrapper::default(),
            first: 0,
            received: 0,
            suspect: None,
            discarded: 0,
            jitter: 0.0,
            transit: None,
            before: Totals::default(),
            fraction_lost: 0,
            last_sr: None,
        }
    }

    /// Another SSRC goes on with `seq`: everything is counted anew, under numbers after all given so far.
    pub fn restart(&mut self, seq: SeqNumber) {
        let mut unwrapper = std::mem::take(&mut self.unwrapper);
        let first = unwrapper.restart(seq);
        *self = Self {
            unwrapper,
            first,
            ..Self::new(self.clock)
        };
    }

    /// Numbers a packet, unless it is far out.
    pub fn accept(&mut self, seq: SeqNumber) -> Accepted {
        let Some(highest) = self.unwrapper.highest() else {
            self.first = self.unwrapper.unwrap(seq);
            return Accepted::Number(self.first);
        };
        let step = i64::from(seq.0.wrapping_sub(highest as u16));
        let behind = 65_536 - step;
        if step < DROPOUT_MAX || behind < MISORDER_MAX {
            return Accepted::Number(self.unwrapper.unwrap(seq));
        }
        if self.suspect == Some(seq) {
            self.suspect = None;
            self.first = self.unwrapper.restart(seq);
            self.received = 0;
            self.before = Totals::default();
            return Accepted::Restart(self.first);
        }
        self.suspect = Some(seq.wrapping_add(1));
        self.discarded += 1;
        Accepted::Discarded
    }

    /// An original packet arrived.
    pub fn count(&mut self, now: Instant, timestamp: RtpTimestamp) {
        self.received += 1;
        // Appendix A.8, in ticks; the difference of two transits does not care where clocks begin.
        let arrival = now.as_micros() as i128 * i128::from(self.clock.hertz()) / 1_000_000;
        let transit = i64::from((arrival as u32).wrapping_sub(timestamp.0).cast_signed());
        if let Some(before) = self.transit.replace(transit) {
            let distance = i64::from(((transit - before) as i32).unsigned_abs());
            self.jitter += (distance as f64 - self.jitter) / 16.0;
        }
    }

    /// A sender report arrived.
    pub fn handle_sender_report(&mut self, now: Instant, ntp: NtpTime) {
        self.last_sr = Some((ntp, now));
    }

    /// A gap in arrivals is expected: the next packet says nothing of jitter.
    pub fn pause(&mut self) {
        self.transit = None;
    }

    /// Packets that should have arrived.
    pub fn expected(&self) -> u64 {
        self.unwrapper
            .highest()
            .map_or(0, |highest| highest + 1 - self.first.min(highest))
    }

    /// Packets that should have arrived and did not, at first.
    pub fn lost(&self) -> i64 {
        self.expected().cast_signed() - self.received.cast_signed()
    }

    /// Packets out of bounds.
    pub fn discarded(&self) -> u64 {
        self.discarded
    }

    /// In ticks of the media clock.
    pub fn jitter(&self) -> u32 {
        self.jitter as u32
    }

    /// Of the last report's interval, in 256ths.
    pub fn fraction_lost(&self) -> u8 {
        self.fraction_lost
    }

    /// The report on this SSRC; begins a new interval.
    pub fn report(&mut self, now: Instant, ssrc: Ssrc) -> ReportBlock {
        let totals = Totals {
            expected: self.expected(),
            received: self.received,
        };
        let expected = totals.expected.saturating_sub(self.before.expected);
        let received = totals.received.saturating_sub(self.before.received);
        self.before = totals;
        let lost = expected.saturating_sub(received);
        self.fraction_lost = ((lost * 256).checked_div(expected).unwrap_or(0)).min(255) as u8;
        let (last_sr, delay_since_last_sr) = self.last_sr.map_or((0, 0), |(ntp, at)| {
            (
                ntp.compact(),
                NtpTime::span_to_compact(now.saturating_since(at)),
            )
        });
        ReportBlock {
            ssrc: ssrc.0,
            fraction_lost: self.fraction_lost,
            cumulative_lost: self.lost().clamp(i32::MIN.into(), i32::MAX.into()) as i32,
            // Cycles are counted from the one that the first packet lies in.
            extended_highest_seq: (self.unwrapper.highest().unwrap_or(0) - (self.first & !0xffff))
                as u32,
            jitter: self.jitter(),
            last_sr,
            delay_since_last_sr,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_report_tells_loss_jitter_and_the_highest_number() {
        let mut reception = Reception::new(ClockRate::VIDEO);
        for n in (0..99_u16).filter(|n| n % 4 != 3) {
            arrive(&mut reception, n.wrapping_add(65_500), n, u64::from(n) * 10);
        }
        reception.handle_sender_report(ms(1_000), NtpTime(7 << 32));

        let report = reception.report(ms(1_500), Ssrc(1));

        assert_eq!((report.cumulative_lost, report.fraction_lost), (24, 62));
        assert_eq!(report.extended_highest_seq, (1 << 16) + 62);
        assert_eq!(report.jitter, 0);
        assert_eq!(
            (report.last_sr, report.delay_since_last_sr),
            (7 << 16, 1 << 15)
        );
        assert_eq!(reception.report(ms(1_500), Ssrc(1)).fraction_lost, 0);
    }

    #[test]
    fn two_numbers_in_a_row_from_far_away_begin_anew() {
        let mut reception = Reception::new(ClockRate::VIDEO);
        arrive(&mut reception, 10, 0, 0);

        assert_eq!(reception.accept(SeqNumber(30_000)), Accepted::Discarded);
        assert!(matches!(
            reception.accept(SeqNumber(30_001)),
            Accepted::Restart(_)
        ));
        assert_eq!((reception.lost(), reception.discarded()), (1, 1));
    }

    #[test]
    fn another_ssrc_is_counted_anew_under_later_numbers() {
        let mut reception = Reception::new(ClockRate::VIDEO);
        arrive(&mut reception, 60_000, 0, 0);
        arrive(&mut reception, 60_005, 1, 10);
        let Accepted::Number(before) = reception.accept(SeqNumber(60_005)) else {
            panic!("it was accepted")
        };

        reception.restart(SeqNumber(7));

        assert!(
            matches!(reception.accept(SeqNumber(7)), Accepted::Number(number) if number > before)
        );
        arrive(&mut reception, 7, 2, 2_000);
        arrive(&mut reception, 8, 3, 2_010);
        let report = reception.report(ms(2_500), Ssrc(2));
        assert_eq!((report.cumulative_lost, report.fraction_lost), (0, 0));
        assert_eq!(report.extended_highest_seq, 8);
    }

    #[test]
    fn uneven_arrival_is_jitter() {
        let mut reception = Reception::new(ClockRate::VIDEO);
        for n in 0..1_000_u16 {
            arrive(
                &mut reception,
                n,
                n,
                u64::from(n) * 10 + u64::from(n % 2) * 2,
            );
        }

        assert!(
            (170..=180).contains(&reception.jitter()),
            "{}",
            reception.jitter()
        );
    }

    /// The `n`th packet, sent every 10 ms.
    fn arrive(reception: &mut Reception, seq: u16, n: u16, at: u64) {
        assert!(matches!(
            reception.accept(SeqNumber(seq)),
            Accepted::Number(_)
        ));
        let sent = Duration::from_millis(u64::from(n) * 10);
        reception.count(ms(at), RtpTimestamp(ClockRate::VIDEO.ticks(sent)));
    }

    fn ms(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }
}
