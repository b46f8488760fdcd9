//! What dumps and statistics say of a producer.

use control::{
    ProducerDump, RtpStreamDump, RtpStreamRecvStats, RtpStreamStats, RtxStreamDump,
    RtxStreamParametersDump,
};
use ortc::MediaKind;
use units::Instant;

use crate::producer::object::Producer;
use crate::producer::stream::RecvStream;

impl Producer {
    /// The producer as it is now.
    #[must_use]
    pub fn dump(&self) -> ProducerDump {
        ProducerDump {
            id: self.config.id.clone(),
            kind: self.config.kind,
            producer_type: self.config.producer_type,
            rtp_parameters: self.config.rtp_parameters.clone(),
            rtp_mapping: self.config.rtp_mapping.clone(),
            rtp_streams: self
                .streams
                .iter()
                .map(|stream| dump_stream(self.config.kind, stream))
                .collect(),
            trace_event_types: self.traces.kinds(),
            paused: self.is_paused(),
        }
    }

    /// Its counters, one entry a stream.
    pub fn stats(&mut self, now: Instant) -> Vec<RtpStreamRecvStats> {
        let kind = self.config.kind;
        self.streams
            .iter_mut()
            .map(|stream| stats(now, kind, stream))
            .collect()
    }
}

fn dump_stream(kind: MediaKind, stream: &RecvStream) -> RtpStreamDump {
    let params = &stream.params;
    let rtx = params.rtx_ssrc.zip(params.rtx_payload_type);
    RtpStreamDump {
        params: params.clone(),
        score: stream.score(),
        rtx_stream: rtx.map(|(ssrc, payload_type)| RtxStreamDump {
            params: RtxStreamParametersDump {
                ssrc,
                payload_type,
                mime_type: match kind {
                    MediaKind::Audio => "audio/rtx",
                    MediaKind::Video => "video/rtx",
                }
                .to_owned(),
                clock_rate: params.clock_rate,
                rrid: params.rid.clone(),
                cname: params.cname.clone(),
            },
        }),
    }
}

fn stats(now: Instant, kind: MediaKind, stream: &mut RecvStream) -> RtpStreamRecvStats {
    let counters = stream.quality.counters;
    let rtx_discarded = stream.rtx_discarded();
    let bitrate = stream.quality.meter.rate(now).as_bps();
    RtpStreamRecvStats {
        base: RtpStreamStats {
            timestamp: now.as_millis(),
            ssrc: stream.params.ssrc,
            rtx_ssrc: stream.params.rtx_ssrc,
            rid: stream.params.rid.clone(),
            kind,
            mime_type: stream.params.mime_type.clone(),
            packets_lost: stream.reception.lost(),
            fraction_lost: stream.reception.fraction_lost(),
            jitter: stream.reception.jitter(),
            packets_discarded: stream.reception.discarded(),
            packets_retransmitted: counters.retransmitted,
            packets_repaired: counters.repaired,
            nack_count: counters.nacks,
            nack_packet_count: counters.nacked,
            pli_count: counters.plis,
            fir_count: counters.firs,
            round_trip_time: stream
                .quality
                .rtt
                .map_or(0.0, |rtt| rtt.as_secs_f64() * 1_000.0),
            rtx_packets_discarded: Some(rtx_discarded).filter(|&count| count > 0),
            packet_count: stream.quality.meter.packets(),
            byte_count: stream.quality.meter.bytes(),
            bitrate,
            score: stream.score(),
        },
        bitrate_by_layer: Default::default(),
    }
}
