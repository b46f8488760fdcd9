//! What a producer tells of single packets, while somebody traces it.

use control::{RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection};
use rtp::RtpPacket;
use rtp::rtcp::SenderReport;
use units::Instant;

use crate::producer::object::{Arrival, Disposition, Producer};
use crate::trace::{TraceSet, describe_packet};

impl Producer {
    /// Traces exactly these.
    pub fn set_traces(&mut self, kinds: &[RtpTraceType]) {
        self.traces = TraceSet::of(kinds);
    }

    /// The traces that are on.
    #[must_use]
    pub fn traces(&self) -> TraceSet<RtpTraceType> {
        self.traces
    }

    /// A packet as it came, if it is to be told.
    #[must_use]
    pub fn trace_received(
        &self,
        now: Instant,
        packet: &RtpPacket<'_>,
        arrival: &Arrival,
    ) -> Option<RtpTrace> {
        if self.is_paused() {
            return None;
        }
        let kind = self.traces.of_packet(arrival.keyframe)?;
        let mut rtp_packet = describe_packet(packet, &self.extensions);
        rtp_packet.is_key_frame = arrival.keyframe;
        let stored = arrival
            .stream
            .and_then(|stream| self.streams().get(stream))
            .zip(arrival.stored)
            .and_then(|(stream, seq)| stream.history().get(seq));
        if let Some(stored) = stored {
            rtp_packet.spatial_layer = stored.facts.info.spatial;
            rtp_packet.temporal_layer = stored.facts.info.temporal;
        }
        Some(RtpTrace {
            kind,
            timestamp: now.as_millis(),
            direction: TraceDirection::In,
            info: Some(RtpTraceInfo::Packet {
                rtp_packet,
                is_rtx: arrival.disposition == Disposition::Retransmission,
            }),
        })
    }

    /// A sender report, if it is to be told.
    #[must_use]
    pub fn trace_sender_report(&self, now: Instant, report: &SenderReport<'_>) -> Option<RtpTrace> {
        let told = self.traces.contains(RtpTraceType::Sr) && !self.is_paused();
        told.then(|| RtpTrace {
            kind: RtpTraceType::Sr,
            timestamp: now.as_millis(),
            direction: TraceDirection::In,
            info: Some(RtpTraceInfo::SenderReport {
                ssrc: report.ssrc.0,
                ntp_sec: (report.ntp.0 >> 32) as u32,
                ntp_frac: report.ntp.0 as u32,
                rtp_ts: report.timestamp.0,
                packet_count: report.packet_count,
                octet_count: report.octet_count,
            }),
        })
    }
}
