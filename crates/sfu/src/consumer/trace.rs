//! What a consumer tells of single packets, while somebody traces it.

use control::{RtpTrace, RtpTraceInfo, RtpTraceType, TraceDirection};
use rtp::{ExtensionMap, RtpPacket, Ssrc};
use units::Instant;

use crate::consumer::object::Consumer;
use crate::consumer::sequencer::Outgoing;
use crate::history::StoredPacket;
use crate::trace::describe_packet;

impl Consumer {
    /// A packet that goes out with this header, if it is to be told.
    #[must_use]
    pub fn trace_sent(
        &self,
        now: Instant,
        header: &[u8],
        (outgoing, packet): (&Outgoing, &StoredPacket<'_>),
    ) -> Option<RtpTrace> {
        let info = packet.facts.info;
        let kind = self.settings().traces().of_packet(info.keyframe)?;
        let written = RtpPacket::parse(header).ok()?;
        // Made anew for each packet: whoever traces packets pays for more than that.
        let headers = &self.config.rtp_parameters.header_extensions;
        let ids = ExtensionMap::from_uris(
            headers
                .iter()
                .map(|extension| (extension.uri.as_str(), extension.id)),
        );
        let mut rtp_packet = describe_packet(&written, &ids);
        let prefix = outgoing.rtx_osn().map_or(0, |osn| osn.len());
        let payload_size = u32::try_from(prefix + packet.payload.len()).unwrap_or(u32::MAX);
        rtp_packet.size += payload_size;
        rtp_packet.payload_size = payload_size;
        rtp_packet.is_key_frame = info.keyframe;
        rtp_packet.spatial_layer = info.spatial;
        rtp_packet.temporal_layer = info.temporal;
        Some(RtpTrace {
            kind,
            timestamp: now.as_millis(),
            direction: TraceDirection::Out,
            info: Some(RtpTraceInfo::Packet {
                rtp_packet,
                is_rtx: outgoing.is_rtx(),
            }),
        })
    }

    /// Feedback that came, if it is to be told; key-frame requests name the stream.
    #[must_use]
    pub fn trace_feedback(
        &self,
        now: Instant,
        kind: RtpTraceType,
        ssrc: Option<Ssrc>,
    ) -> Option<RtpTrace> {
        let traces = self.settings().traces();
        traces.of_feedback(now, (kind, TraceDirection::In), ssrc)
    }
}
