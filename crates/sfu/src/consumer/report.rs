//! Reports that a consumer gets, and those that it gives.

use std::time::Duration;

use rtp::Ssrc;
use rtp::rtcp::{DlrrItem, ReportBlock, RtcpWriter, SenderInfo};
use units::{Instant, NtpTime};

use crate::consumer::object::Consumer;
use crate::history::MediaClock;
use crate::score::Interval;
use crate::wallclock::Wallclock;

/// A stream that has been silent for this long has nothing to report.
const SILENT: Duration = Duration::from_secs(2);

impl Consumer {
    /// A report on our stream arrived.
    pub fn handle_receiver_report(&mut self, now: Instant, clock: &Wallclock, block: &ReportBlock) {
        if block.ssrc != self.template.ssrc().0 {
            return;
        }
        let sent = Interval {
            expected: self.counters.meter.packets(),
            lost: 0,
            repaired: self.counters.repaired,
            retransmitted: self.counters.repeated,
        };
        if self.remote.handle_report(now, clock, block, sent) {
            self.tell_score();
        }
    }

    /// The endpoint's clock, to be answered (RFC 3611 §4.4).
    pub fn handle_reference_time(&mut self, now: Instant, _from: Ssrc, ntp: NtpTime) {
        self.remote.reference_time = Some((ntp, now));
    }

    /// Writes the sender report, if there is something to report.
    pub fn write_sender_report(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        media: Option<MediaClock>,
        out: &mut RtcpWriter<'_>,
    ) {
        let ssrc = self.template.ssrc();
        let spoke = self
            .counters
            .last_sent
            .is_some_and(|at| now.saturating_since(at) <= SILENT);
        if let Some(media) = media.filter(|_| spoke) {
            let ntp = clock.ntp(now);
            // How long ago the newest packet was captured, in ticks: where the media clock stands now.
            let since = NtpTime(ntp.0.saturating_sub(media.at.0)).as_micros();
            let ticks = self.flow.clock_rate.ticks(Duration::from_micros(since));
            out.sender_report(&SenderInfo {
                ssrc,
                ntp,
                timestamp: self.numbers.timestamp(media.timestamp).wrapping_add(ticks),
                packet_count: self.counters.meter.packets() as u32,
                octet_count: self.counters.payload_bytes as u32,
            });
            out.cname(
                ssrc,
                self.config
                    .rtp_parameters
                    .rtcp
                    .cname
                    .as_deref()
                    .unwrap_or_default(),
            );
        }
        if let Some((ntp, at)) = self.remote.reference_time.take() {
            let delay_since_last_rr = NtpTime::span_to_compact(now.saturating_since(at));
            out.dlrr(
                ssrc,
                &[DlrrItem {
                    ssrc,
                    last_rr: ntp.compact(),
                    delay_since_last_rr,
                }],
            );
        }
    }
}
