//! The producer object.

use std::collections::VecDeque;
use std::time::Duration;

use control::{
    ProducerEvent, ProducerId, ProducerScore, RtpStreamParametersDump, RtpTraceType, TraceDirection,
};
use ortc::{MediaKind, ProducerType, RtpMapping, RtpParameters};
use rtp::rtcp::{DlrrItem, FirEntry, RtcpWriter, SenderReport};
use rtp::{
    AudioLevel, Extension, ExtensionMap, PayloadType, RtpPacket, SeqNumber, Ssrc, VideoOrientation,
};
use units::{Instant, NtpTime};

use crate::producer::resolve::{Resolved, Resolver};
use crate::producer::stream::{Mapping, RecvStream, Stored};
use crate::trace::TraceSet;
use crate::wallclock::Wallclock;

/// What a producer is made from.
#[derive(Clone, Debug)]
pub struct ProducerConfig {
    /// Its name.
    pub id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// How its media is layered.
    pub producer_type: ProducerType,
    /// What the peer sends, checked.
    pub rtp_parameters: RtpParameters,
    /// Into the router's numbers.
    pub rtp_mapping: RtpMapping,
    /// At least this between two key-frame requests.
    pub key_frame_request_delay: Duration,
    /// Begin paused.
    pub paused: bool,
    /// Give packets that have none a packet id, counted up from here.
    pub packet_ids_from: Option<u32>,
}

/// What a packet was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Media.
    Media,
    /// A repair.
    Retransmission,
    /// Not ours.
    Discarded,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// What it was.
    pub disposition: Disposition,
    /// Its stream.
    pub stream: Option<usize>,
    /// Its number in the stream's history, if it is to be forwarded.
    pub stored: Option<u64>,
    /// A decoder can start at it.
    pub keyframe: bool,
    /// It was the first of its stream, or the first after a silence.
    pub new_stream: bool,
}

const DISCARDED: Arrival = Arrival {
    disposition: Disposition::Discarded,
    stream: None,
    stored: None,
    keyframe: false,
    new_stream: false,
};

/// Media that an endpoint sends to us.
#[derive(Debug)]
pub struct Producer {
    pub(super) config: ProducerConfig,
    resolver: Resolver,
    pub(super) extensions: ExtensionMap,
    pub(super) streams: Vec<RecvStream>,
    paused: bool,
    pub(super) traces: TraceSet<RtpTraceType>,
    packet_ids: Option<u32>,
    orientation: Option<VideoOrientation>,
    events: VecDeque<ProducerEvent>,
    lost: Vec<SeqNumber>,
    fir_seq: u8,
}

impl Producer {
    /// A producer without packets.
    #[must_use]
    pub fn new(config: ProducerConfig) -> Self {
        let headers = &config.rtp_parameters.header_extensions;
        let extensions = ExtensionMap::from_uris(
            headers
                .iter()
                .map(|extension| (extension.uri.as_str(), extension.id)),
        );
        Self {
            resolver: Resolver::new(&config.rtp_parameters, extensions),
            extensions,
            streams: Vec::new(),
            paused: config.paused,
            traces: TraceSet::default(),
            packet_ids: config.packet_ids_from,
            orientation: None,
            events: VecDeque::new(),
            lost: Vec::new(),
            fir_seq: 0,
            config,
        }
    }

    /// Takes a packet of this producer in.
    pub fn handle_rtp(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        packet: &RtpPacket<'_>,
    ) -> Arrival {
        let (at, is_rtx, new_stream) = match self.resolver.resolve(now, packet, &self.streams) {
            Resolved::Media(at) => (at, false, false),
            Resolved::Rtx(at) => (at, true, false),
            Resolved::NewRtx(at) => {
                self.streams[at].attach_rtx(packet.ssrc(), packet.payload_type());
                (at, true, false)
            }
            Resolved::Rebound(at) => {
                self.streams[at].rebind(now, packet);
                (at, false, true)
            }
            Resolved::NewStream { encoding } => match self.add_stream(encoding, packet.ssrc()) {
                Some(at) => (at, false, true),
                None => return DISCARDED,
            },
            Resolved::Nothing => return DISCARDED,
        };
        let was_silent = self.streams[at].is_silent();
        let Some(stored) = self.store(now, clock, packet, (at, is_rtx)) else {
            return DISCARDED;
        };
        let heard_again = was_silent && !self.streams[at].is_silent();
        if heard_again {
            self.tell_scores();
        }
        if new_stream {
            self.begin_stream(now, at, stored.keyframe);
        }
        if !is_rtx {
            self.note_orientation(packet);
        }
        Arrival {
            disposition: if is_rtx {
                Disposition::Retransmission
            } else {
                Disposition::Media
            },
            stream: Some(at),
            stored: stored.seq.filter(|_| !self.paused),
            keyframe: stored.keyframe,
            new_stream: new_stream || heard_again,
        }
    }

    fn store(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        packet: &RtpPacket<'_>,
        (at, is_rtx): (usize, bool),
    ) -> Option<Stored> {
        let stream = &mut self.streams[at];
        let payload_type = match is_rtx {
            true => stream.params.payload_type,
            false => packet.payload_type().value(),
        };
        let mapped = self
            .config
            .rtp_mapping
            .codecs
            .iter()
            .find(|codec| codec.payload_type == payload_type)?;
        let map = Mapping {
            extensions: &self.extensions,
            payload_type: PayloadType::new(mapped.mapped_payload_type)?,
            packet_id: self.packet_ids,
        };
        self.packet_ids = self.packet_ids.map(|id| id.wrapping_add(1));
        Some(match is_rtx {
            true => stream.handle_rtx(now, packet, &map),
            false => stream.handle_media(now, clock, packet, &map),
        })
    }

    /// Streams stand in the order of their encodings. `None` if the parameters contradict themselves.
    fn add_stream(&mut self, encoding: usize, ssrc: Ssrc) -> Option<usize> {
        let parameters = &self.config.rtp_parameters;
        let payload_type = self.resolver.payload_type(encoding)?;
        let codec = parameters
            .codecs
            .iter()
            .find(|codec| codec.payload_type == payload_type.value())?;
        let announced = parameters.encodings.get(encoding)?;
        let mapped = self.config.rtp_mapping.encodings.get(encoding)?;
        let has = |kind: &str, parameter: &str| {
            codec
                .rtcp_feedback
                .iter()
                .any(|feedback| feedback.is(kind, parameter))
        };
        let flag = |name: &str| {
            matches!(
                codec.parameters.get(name),
                Some(ortc::ParameterValue::Integer(1))
            )
        };
        let mode = ortc::parse_scalability_mode(announced.scalability_mode.as_deref());
        let params = RtpStreamParametersDump {
            encoding_idx: encoding as u32,
            ssrc: ssrc.0,
            payload_type: payload_type.value(),
            mime_type: codec.mime_type.clone(),
            clock_rate: codec.clock_rate,
            rid: announced.rid.clone(),
            cname: parameters.rtcp.cname.clone().unwrap_or_default(),
            rtx_ssrc: None,
            rtx_payload_type: None,
            use_nack: has("nack", ""),
            use_pli: has("nack", "pli"),
            use_fir: has("ccm", "fir"),
            use_in_band_fec: flag("useinbandfec"),
            use_dtx: announced.dtx || flag("usedtx"),
            spatial_layers: mode.spatial_layers,
            temporal_layers: mode.temporal_layers,
        };
        let at = self
            .streams
            .iter()
            .take_while(|stream| (stream.params.encoding_idx as usize) < encoding)
            .count();
        let stream = RecvStream::new(
            params,
            Ssrc(mapped.mapped_ssrc),
            self.config.key_frame_request_delay,
        );
        self.streams.insert(at, stream);
        Some(at)
    }

    /// A stream that does not begin with a key frame owes one.
    fn begin_stream(&mut self, now: Instant, at: usize, keyframe: bool) {
        let stream = &mut self.streams[at];
        if !self.paused && !keyframe && stream.has_keyframes() {
            stream.keyframes.handle_restart(now);
        }
        self.tell_scores();
    }

    fn note_orientation(&mut self, packet: &RtpPacket<'_>) {
        let Some(turned) = packet
            .extension_of(Extension::VideoOrientation, &self.extensions)
            .and_then(VideoOrientation::read)
        else {
            return;
        };
        if self.orientation.replace(turned) != Some(turned) {
            self.events.push_back(ProducerEvent::VideoOrientationChange(
                control::VideoOrientation {
                    camera: turned.camera,
                    flip: turned.flip,
                    rotation: turned.rotation,
                },
            ));
        }
    }

    /// A sender report of one of its streams arrived.
    pub fn handle_sender_report(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        report: &SenderReport<'_>,
    ) {
        let mut changed = false;
        for stream in &mut self.streams {
            if stream.ssrc() == report.ssrc {
                changed |= stream.handle_sender_report(now, clock, report);
            } else if stream.params.rtx_ssrc == Some(report.ssrc.0) {
                stream.handle_rtx_sender_report(now, report);
            }
        }
        if changed {
            self.tell_scores();
        }
    }

    /// The answer to our reference time arrived: the round trip (RFC 3611 §4.5).
    pub fn handle_dlrr(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        (ssrc, item): (Ssrc, &DlrrItem),
    ) {
        if item.last_rr == 0 {
            return;
        }
        let units = clock
            .ntp(now)
            .compact()
            .wrapping_sub(item.last_rr)
            .wrapping_sub(item.delay_since_last_rr);
        // Half of the circle would be a negative round trip: clocks that disagree by rounding.
        let rtt = NtpTime::compact_span(if units > u32::MAX / 2 { 0 } else { units });
        for stream in self
            .streams
            .iter_mut()
            .filter(|stream| stream.ssrcs().any(|own| own == ssrc))
        {
            stream.quality.rtt = Some(rtt);
            stream.nacks.set_rtt(rtt);
        }
    }

    /// A stream ends; what it still owed is not asked for.
    pub fn handle_bye(&mut self, _now: Instant, ssrc: Ssrc) {
        for stream in self
            .streams
            .iter_mut()
            .filter(|stream| stream.ssrc() == ssrc)
        {
            stream.pause();
        }
    }

    /// A consumer needs a key frame, of one stream or of all.
    pub fn request_keyframe(&mut self, now: Instant, stream: Option<usize>) {
        if self.paused || self.config.kind == MediaKind::Audio {
            return;
        }
        for (at, candidate) in self.streams.iter_mut().enumerate() {
            if stream.is_none_or(|wanted| wanted == at) {
                candidate.keyframes.handle_request(now);
            }
        }
    }

    /// The worst loss that the consumers of a stream report, in 256ths.
    pub fn set_remote_loss(&mut self, stream: usize, fraction_lost: u8) {
        if let Some(stream) = self.streams.get_mut(stream) {
            stream.quality.remote_loss = fraction_lost;
        }
    }

    /// Whether [`Producer::write_feedback`] may have something to write.
    #[must_use]
    pub fn has_feedback(&self) -> bool {
        !self.paused
            && self
                .streams
                .iter()
                .any(|stream| !stream.nacks.is_empty() || stream.keyframes.poll_timeout().is_some())
    }

    /// Writes the NACKs and key-frame requests that are due.
    pub fn write_feedback(&mut self, now: Instant, out: &mut RtcpWriter<'_>) {
        if self.paused {
            return;
        }
        let traces = self.traces;
        let traced = |kind, ssrc| {
            let trace = traces.of_feedback(now, (kind, TraceDirection::Out), ssrc);
            trace.map(Box::new).map(ProducerEvent::Trace)
        };
        for stream in &mut self.streams {
            self.lost.clear();
            stream.nacks.poll_due(now, &mut self.lost);
            let ssrc = stream.ssrc();
            let fitted = out.nack(ssrc, ssrc, &self.lost);
            if fitted > 0 {
                stream.quality.counters.nacks += 1;
                stream.quality.counters.nacked += fitted as u64;
                self.events.extend(traced(RtpTraceType::Nack, None));
            }
            if !stream.keyframes.poll_request(now) {
                continue;
            }
            // Some senders refuse a PLI from SSRC 0, so it comes from the stream itself.
            if stream.params.use_pli && out.pli(ssrc, ssrc) {
                stream.quality.counters.plis += 1;
                self.events.extend(traced(RtpTraceType::Pli, Some(ssrc)));
            } else if stream.params.use_fir
                && out.fir(
                    ssrc,
                    &[FirEntry {
                        ssrc,
                        seq: self.fir_seq,
                    }],
                )
            {
                self.fir_seq = self.fir_seq.wrapping_add(1);
                stream.quality.counters.firs += 1;
                self.events.extend(traced(RtpTraceType::Fir, Some(ssrc)));
            }
        }
    }

    /// Writes the periodic report: how streams arrive, and our clock for the round trip.
    pub fn write_report(&mut self, now: Instant, clock: &Wallclock, out: &mut RtcpWriter<'_>) {
        for stream in &mut self.streams {
            let ssrc = stream.ssrc();
            let mut block = stream.reception.report(now, ssrc);
            // A sender with in-band FEC protects for whoever loses most (RFC 7587 §3.3).
            if stream.params.use_in_band_fec {
                block.fraction_lost = block.fraction_lost.max(stream.quality.remote_loss);
            }
            let blocks = [Some(block), stream.rtx_report(now)];
            for block in blocks.into_iter().flatten() {
                out.receiver_report(ssrc, &[block]);
            }
            out.reference_time(ssrc, clock.ntp(now));
        }
    }

    /// When [`Producer::write_feedback`] or [`Producer::handle_timeout`] next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        if self.paused {
            return None;
        }
        let nacks = self
            .streams
            .iter()
            .filter_map(|stream| Some((stream.nacks.poll_timeout()?, "nack")));
        let keyframes = self
            .streams
            .iter()
            .filter_map(|stream| Some((stream.keyframes.poll_timeout()?, "key frame request")));
        let watched = self.streams.iter().filter(|_| self.watches_silence());
        let silences = watched.filter_map(|stream| Some((stream.silent_at()?, "silence")));
        nacks.chain(keyframes).chain(silences).min()
    }

    /// Stops forwarding. Packets are still counted, nothing is asked for.
    pub fn pause(&mut self) {
        self.paused = true;
        self.streams.iter_mut().for_each(RecvStream::pause);
    }

    /// Forwards again, from a key frame that is asked for at once.
    pub fn resume(&mut self, now: Instant) {
        self.paused = false;
        self.streams
            .iter_mut()
            .for_each(|stream| stream.resume(now));
    }

    /// Lets everything happen that is due, but for what [`Producer::write_feedback`] writes: of several
    /// streams those that have fallen silent get the worst score.
    pub fn handle_timeout(&mut self, now: Instant) {
        let mut changed = false;
        if self.watches_silence() {
            for stream in &mut self.streams {
                changed |= stream.handle_timeout(now);
            }
        }
        if changed {
            self.tell_scores();
        }
    }

    /// A stream that is alone has none to be left for.
    fn watches_silence(&self) -> bool {
        !self.paused && self.config.rtp_parameters.encodings.len() > 1
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ProducerId {
        &self.config.id
    }

    /// Audio or video.
    #[must_use]
    pub fn kind(&self) -> MediaKind {
        self.config.kind
    }

    /// How loud a packet of it is: 0 is as loud as can be, 127 is silence (RFC 6464 §3).
    #[must_use]
    pub fn audio_level(&self, packet: &RtpPacket<'_>) -> Option<u8> {
        packet
            .extension_of(Extension::AudioLevel, &self.extensions)
            .and_then(AudioLevel::read)
            .map(|told| told.level)
    }

    /// How its media is layered.
    #[must_use]
    pub fn producer_type(&self) -> ProducerType {
        self.config.producer_type
    }

    /// Its streams, in the order of their encodings.
    #[must_use]
    pub fn streams(&self) -> &[RecvStream] {
        &self.streams
    }

    /// Whether one of its streams has this SSRC, for media or RTX.
    #[must_use]
    pub fn owns_ssrc(&self, ssrc: Ssrc) -> bool {
        self.streams
            .iter()
            .any(|stream| stream.ssrcs().any(|own| own == ssrc))
    }

    /// The score of each encoding; 0 where nothing was seen.
    #[must_use]
    pub fn scores(&self) -> Vec<u8> {
        let mut scores = vec![0; self.config.rtp_parameters.encodings.len()];
        for stream in &self.streams {
            if let Some(score) = scores.get_mut(stream.params.encoding_idx as usize) {
                *score = stream.score();
            }
        }
        scores
    }

    /// Whether [`Producer::poll_event`] has something.
    #[must_use]
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// What happened. One entry a change, which comes at most once a report, and one a feedback that is
    /// traced, of which a turn writes a few.
    pub fn poll_event(&mut self) -> Option<ProducerEvent> {
        self.events.pop_front()
    }

    fn tell_scores(&mut self) {
        let scores = self.streams.iter().map(|stream| ProducerScore {
            encoding_idx: stream.params.encoding_idx,
            ssrc: stream.params.ssrc,
            rid: stream.params.rid.clone(),
            score: stream.score(),
        });
        self.events
            .push_back(ProducerEvent::Score(scores.collect()));
    }
}
