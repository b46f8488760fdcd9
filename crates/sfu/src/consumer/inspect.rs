//! What dumps and statistics say of a consumer.

use control::{
    ConsumerDump, ConsumerTypeDump, LayeredConsumerDump, RtpStreamDump, RtpStreamParametersDump,
    RtpStreamSendStats, RtpStreamStats, RtxStreamDump, RtxStreamParametersDump,
};
use ortc::ConsumerType;
use rtp::PayloadType;
use units::Instant;

use crate::consumer::layers::{Layer, Layers};
use crate::consumer::object::Consumer;

impl Consumer {
    fn stream_dump(&self) -> RtpStreamDump {
        let parameters = &self.config.rtp_parameters;
        let media = parameters.codecs.iter().find(|codec| !codec.is_rtx());
        let rtx_codec = parameters.codecs.iter().find(|codec| codec.is_rtx());
        let rtx = self.template.rtx_ssrc().zip(rtx_codec);
        let has = |kind: &str, parameter: &str| {
            media.is_some_and(|codec| {
                codec
                    .rtcp_feedback
                    .iter()
                    .any(|feedback| feedback.is(kind, parameter))
            })
        };
        let flag = |name: &str| {
            media.is_some_and(|codec| {
                matches!(
                    codec.parameters.get(name),
                    Some(ortc::ParameterValue::Integer(1))
                )
            })
        };
        let cname = parameters.rtcp.cname.clone().unwrap_or_default();
        let layers = self.chooser.layers();
        let [spatial_layers, temporal_layers] = layers.map_or([1, 1], Layers::counts);
        RtpStreamDump {
            params: RtpStreamParametersDump {
                encoding_idx: 0,
                ssrc: self.template.ssrc().0,
                payload_type: media.map_or(0, |codec| codec.payload_type),
                mime_type: media
                    .map(|codec| codec.mime_type.clone())
                    .unwrap_or_default(),
                clock_rate: self.flow.clock_rate.hertz(),
                rid: None,
                cname: cname.clone(),
                rtx_ssrc: rtx.map(|(ssrc, _)| ssrc.0),
                rtx_payload_type: rtx.map(|(_, codec)| codec.payload_type),
                use_nack: has("nack", ""),
                use_pli: has("nack", "pli"),
                use_fir: has("ccm", "fir"),
                use_in_band_fec: flag("useinbandfec"),
                use_dtx: flag("usedtx")
                    || parameters
                        .encodings
                        .first()
                        .is_some_and(|encoding| encoding.dtx),
                spatial_layers,
                temporal_layers,
            },
            score: self.remote.score.value(),
            rtx_stream: rtx.map(|(ssrc, codec)| RtxStreamDump {
                params: RtxStreamParametersDump {
                    ssrc: ssrc.0,
                    payload_type: codec.payload_type,
                    mime_type: codec.mime_type.clone(),
                    clock_rate: codec.clock_rate,
                    rrid: None,
                    cname,
                },
            }),
        }
    }

    /// The consumer as it is now.
    #[must_use]
    pub fn dump(&self) -> ConsumerDump {
        let parameters = &self.config.rtp_parameters;
        let media = parameters.codecs.iter().filter(|codec| !codec.is_rtx());
        let mut supported: Vec<u8> = media
            .map(|codec| codec.payload_type)
            .filter(|&value| PayloadType::new(value).is_some())
            .collect();
        supported.sort_unstable();
        ConsumerDump {
            id: self.config.id.clone(),
            producer_id: self.config.producer_id.clone(),
            kind: self.config.kind,
            rtp_parameters: parameters.clone(),
            consumable_rtp_encodings: self.config.consumable_rtp_encodings.clone(),
            supported_codec_payload_types: supported,
            trace_event_types: self.settings().traces().kinds(),
            paused: self.state.paused,
            producer_paused: self.state.producer_paused,
            priority: self.settings().priority(),
            details: self.type_dump(),
        }
    }

    fn type_dump(&self) -> ConsumerTypeDump {
        let rtp_stream = self.stream_dump();
        let Some(layers) = self.chooser.layers() else {
            return ConsumerTypeDump::Simple { rtp_stream };
        };
        let number = |layer: Option<Layer>| {
            layer.map_or((-1, -1), |layer| {
                (i16::from(layer.spatial), i16::from(layer.temporal))
            })
        };
        let preferred = number(Some(layers.preferred));
        let (target, current) = (number(layers.target), number(layers.current));
        let dump = LayeredConsumerDump {
            rtp_stream,
            preferred_spatial_layer: preferred.0,
            target_spatial_layer: target.0,
            current_spatial_layer: current.0,
            preferred_temporal_layer: preferred.1,
            target_temporal_layer: target.1,
            current_temporal_layer: current.1,
        };
        match self.consumer_type() {
            ConsumerType::Svc => ConsumerTypeDump::Svc(dump),
            _ => ConsumerTypeDump::Simulcast(dump),
        }
    }

    /// Its counters.
    pub fn stats(&mut self, now: Instant) -> RtpStreamSendStats {
        let params = self.stream_dump().params;
        RtpStreamSendStats {
            base: RtpStreamStats {
                timestamp: now.as_millis(),
                ssrc: params.ssrc,
                rtx_ssrc: params.rtx_ssrc,
                rid: None,
                kind: self.config.kind,
                mime_type: params.mime_type,
                packets_lost: self.remote.lost,
                fraction_lost: self.remote.fraction_lost,
                jitter: self.remote.jitter,
                packets_discarded: 0,
                packets_retransmitted: self.counters.repeated,
                packets_repaired: self.counters.repaired,
                nack_count: self.counters.nacks,
                nack_packet_count: self.counters.nacked,
                pli_count: self.counters.plis,
                fir_count: self.counters.firs,
                round_trip_time: self
                    .remote
                    .rtt
                    .map_or(0.0, |rtt| rtt.as_secs_f64() * 1_000.0),
                rtx_packets_discarded: None,
                packet_count: self.counters.meter.packets(),
                byte_count: self.counters.meter.bytes(),
                bitrate: self.counters.meter.rate(now).as_bps(),
                score: self.remote.score.value(),
            },
        }
    }
}
