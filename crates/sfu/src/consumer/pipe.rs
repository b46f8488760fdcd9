//! A consumer of everything: each stream of the producer goes out as a stream of its own, layers and
//! all, so that another router can choose from them as if they were its own.
//!
//! ```text
//!  producer's streams          lanes                    on the wire
//!  mapped SSRC a ───────▶ Consumer of one stream ─▶ SSRC of encodings[0]
//!  mapped SSRC b ───────▶ Consumer of one stream ─▶ SSRC of encodings[1]
//! ```
//! A lane is a consumer of one stream without layers: it begins at a key frame, numbers without gaps,
//! answers NACKs and reports on its own. What is common (paused, connected, closed) they hear together.

use control::{
    ConsumerDump, ConsumerEvent, ConsumerScore, ConsumerTypeDump, Refusal, RtpStreamDump,
    RtpStreamSendStats,
};
use ortc::{ProducerType, RtpParameters};
use rtp::Ssrc;
use units::{Entropy, Instant};

use crate::consumer::object::{Consumer, ConsumerConfig};
use crate::score::SCORE_MAX;

/// All streams of a producer.
#[derive(Debug)]
pub struct PipeConsumer {
    rtp_parameters: RtpParameters,
    consumable: Vec<ortc::RtpEncodingParameters>,
    /// What the score says of the producer's streams: nothing over a pipe transport.
    producer_scores: usize,
    pub(super) lanes: Vec<PipeLane>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct PipeLane {
    /// The stream in the router's numbers.
    pub mapped: Ssrc,
    /// Who sends it.
    pub consumer: Consumer,
}

impl PipeConsumer {
    /// A consumer that has sent nothing. `scored` says whether its score lists the producer's streams.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] if there is not one encoding for each of the producer's.
    pub fn new(
        config: ConsumerConfig,
        scored: bool,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Refusal> {
        let consumable = config.consumable_rtp_encodings.clone();
        let rtp_parameters = config.rtp_parameters.clone();
        if consumable.is_empty() || consumable.len() != rtp_parameters.encodings.len() {
            return Err(Refusal::TypeError(format!(
                "rtpParameters.encodings: a pipe needs one for each of the producer's {}",
                consumable.len()
            )));
        }
        let mut lanes = Vec::with_capacity(consumable.len());
        for (at, encoding) in consumable.iter().enumerate() {
            let mapped = encoding.ssrc.map(Ssrc).ok_or_else(|| {
                Refusal::TypeError(
                    "consumableRtpEncodings needs an ssrc in each encoding".to_owned(),
                )
            })?;
            let consumer = Consumer::new(lane_config(&config, at), entropy)?;
            lanes.push(PipeLane { mapped, consumer });
        }
        Ok(Self {
            producer_scores: if scored { consumable.len() } else { 0 },
            rtp_parameters,
            consumable,
            lanes,
        })
    }

    /// The lane that all have in common: what was said to one was said to all.
    pub(super) fn first(&self) -> &Consumer {
        &self.lanes[0].consumer
    }

    /// Always the best: whoever forwards from the other end judges for itself.
    pub(super) fn score(&self) -> ConsumerScore {
        ConsumerScore {
            score: SCORE_MAX,
            producer_score: SCORE_MAX,
            producer_scores: vec![0; self.producer_scores],
        }
    }

    /// What happened to all, told once; scores are not told.
    pub(super) fn poll_event(&mut self) -> Option<ConsumerEvent> {
        for lane in self.lanes.iter_mut().skip(1) {
            while lane.consumer.poll_event().is_some() {}
        }
        loop {
            let event = self.lanes[0].consumer.poll_event()?;
            if !matches!(event, ConsumerEvent::Score(_)) {
                return Some(event);
            }
        }
    }

    pub(super) fn dump(&self) -> ConsumerDump {
        let rtp_streams = self.lanes.iter().zip(&self.rtp_parameters.encodings);
        let rtp_streams = rtp_streams
            .enumerate()
            .filter_map(|(at, (lane, encoding))| {
                let mut stream = stream_dump(lane.consumer.dump().details)?;
                let mode = ortc::parse_scalability_mode(encoding.scalability_mode.as_deref());
                stream.params.encoding_idx = at as u32;
                stream.params.spatial_layers = mode.spatial_layers;
                stream.params.temporal_layers = mode.temporal_layers;
                Some(stream)
            });
        ConsumerDump {
            rtp_parameters: self.rtp_parameters.clone(),
            consumable_rtp_encodings: self.consumable.clone(),
            details: ConsumerTypeDump::Pipe {
                rtp_streams: rtp_streams.collect(),
            },
            ..self.first().dump()
        }
    }

    pub(super) fn stats(&mut self, now: Instant) -> Vec<RtpStreamSendStats> {
        let lanes = self.lanes.iter_mut();
        lanes.map(|lane| lane.consumer.stats(now)).collect()
    }
}

/// What the lane of one encoding is made from: the same, with that encoding alone. Nothing is left out
/// of a pipe, silence neither.
fn lane_config(config: &ConsumerConfig, at: usize) -> ConsumerConfig {
    let parameters = &config.rtp_parameters;
    let mut encoding = parameters.encodings[at].clone();
    // A pipe with RTX announces a repair stream for sound too, which has no codec for it.
    if !parameters.codecs.iter().any(|codec| codec.is_rtx()) {
        encoding.rtx = None;
    }
    ConsumerConfig {
        producer_type: ProducerType::Simple,
        rtp_parameters: RtpParameters {
            encodings: vec![encoding],
            ..parameters.clone()
        },
        consumable_rtp_encodings: vec![config.consumable_rtp_encodings[at].clone()],
        ignore_dtx: false,
        preferred_layers: None,
        ..config.clone()
    }
}

fn stream_dump(details: ConsumerTypeDump) -> Option<RtpStreamDump> {
    match details {
        ConsumerTypeDump::Simple { rtp_stream } => Some(rtp_stream),
        _ => None,
    }
}
