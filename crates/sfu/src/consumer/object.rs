//! The consumer object.

use std::collections::VecDeque;
use std::time::Duration;

use control::{ConsumerEvent, ConsumerId, ConsumerLayers, ConsumerScore, ProducerId, Refusal};
use ortc::{
    ConsumerType, MediaKind, ProducerType, RtpCodecParameters, RtpEncodingParameters, RtpParameters,
};
use payload::Codec;
use rtp::{SeqNumber, Ssrc};
use units::{ClockRate, Entropy, Instant, NtpTime};

use crate::consumer::chooser::Chooser;
use crate::consumer::header::{SendStamp, Template};
use crate::consumer::layers::Layer;
use crate::consumer::numbers::{FIRST_SEQ, Numbers};
use crate::consumer::remote::Remote;
use crate::consumer::resend::{Sent, SentRing};
use crate::consumer::selector::Selected;
use crate::consumer::sequencer::Outgoing;
use crate::consumer::settings::Settings;
use crate::feed::{Encodings, Feed};
use crate::history::StoredPacket;
use crate::rate::RateMeter;
use crate::score::{SCORE_MAX, Score};

/// What a consumer is made from.
#[derive(Clone, Debug)]
pub struct ConsumerConfig {
    /// Its name.
    pub id: ConsumerId,
    /// What it consumes.
    pub producer_id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// How the producer's media is layered.
    pub producer_type: ProducerType,
    /// What the peer receives.
    pub rtp_parameters: RtpParameters,
    /// The producer's encodings in the router's numbers.
    pub consumable_rtp_encodings: Vec<RtpEncodingParameters>,
    /// Leave out Opus packets without sound.
    pub ignore_dtx: bool,
    /// Begin paused.
    pub paused: bool,
    /// Whether the producer is paused.
    pub producer_paused: bool,
    /// The layers wanted at most; the highest if `None`.
    pub preferred_layers: Option<ConsumerLayers>,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is not sent.
    Drop,
    /// It is sent as this.
    Send(Outgoing),
    /// It is sent as this, and the receiver begins with it: packets of the same frame may have
    /// overtaken it.
    Begin(Outgoing),
}

/// Media that we send to an endpoint.
#[derive(Debug)]
pub struct Consumer {
    pub(super) config: Box<ConsumerConfig>,
    pub(super) template: Template,
    pub(super) flow: Flow,
    pub(super) state: State,
    pub(super) chooser: Chooser,
    pub(super) numbers: Numbers,
    pub(super) sent: SentRing,
    pub(super) remote: Remote,
    pub(super) counters: Counters,
    settings: Settings,
    events: VecDeque<ConsumerEvent>,
}

/// What the stream is, as far as sending asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) clock_rate: ClockRate,
    has_keyframes: bool,
    pub(super) repeats: bool,
    pub(super) rtx_seq: SeqNumber,
}

/// What decides whether anything is sent.
#[derive(Clone, Debug)]
pub(super) struct State {
    connected: bool,
    pub(super) paused: bool,
    pub(super) producer_paused: bool,
    producer_scores: Vec<u8>,
    last_fir: Option<u8>,
    /// The layers of which the application knows.
    told_layers: Option<Layer>,
    /// Other encodings may be wanted than before.
    wants_moved: bool,
}

/// What is counted.
#[derive(Debug)]
pub(super) struct Counters {
    pub(super) meter: RateMeter,
    pub(super) payload_bytes: u64,
    pub(super) last_sent: Option<Instant>,
    pub(super) nacks: u64,
    pub(super) nacked: u64,
    pub(super) plis: u64,
    pub(super) firs: u64,
    pub(super) repeated: u64,
    pub(super) repaired: u64,
    /// Repeats in the second that began then.
    pub(super) budget: (Instant, u64),
    /// Packets when that second began.
    pub(super) sent_before: u64,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            meter: RateMeter::new(Duration::from_millis(2_500)),
            payload_bytes: 0,
            last_sent: None,
            nacks: 0,
            nacked: 0,
            plis: 0,
            firs: 0,
            repeated: 0,
            repaired: 0,
            budget: (Instant::ZERO, 0),
            sent_before: 0,
        }
    }
}

/// Checks what every consumer needs; gives its media codec.
fn check(config: &ConsumerConfig) -> Result<&RtpCodecParameters, Refusal> {
    let mut codecs = config.rtp_parameters.codecs.iter();
    let codec = codecs
        .find(|codec| !codec.is_rtx())
        .ok_or_else(|| refuse("rtpParameters.codecs has no media codec".to_owned()))?;
    let consumable = &config.consumable_rtp_encodings;
    if consumable.is_empty() || consumable.iter().any(|encoding| encoding.ssrc.is_none()) {
        return Err(refuse(
            "consumableRtpEncodings needs an ssrc in each encoding".to_owned(),
        ));
    }
    Ok(codec)
}

/// How the consumer shall choose.
fn chooser(config: &ConsumerConfig, codec: Codec) -> Result<Chooser, Refusal> {
    let encoding = config.rtp_parameters.encodings.first();
    let mode = encoding.and_then(|encoding| encoding.scalability_mode.as_deref());
    let mode = ortc::parse_scalability_mode(mode);
    let count = config.consumable_rtp_encodings.len();
    match config.producer_type {
        ProducerType::Simple => Ok(Chooser::simple(codec.has_keyframes(), config.ignore_dtx)),
        _ if !codec.has_keyframes() => Err(refuse(
            "rtpParameters.codecs[0]: this codec has no layers".to_owned(),
        )),
        ProducerType::Simulcast if usize::from(mode.spatial_layers) != count => {
            Err(refuse(format!(
                "rtpParameters.encodings[0].scalabilityMode has {} spatial layers, the producer {count} encodings",
                mode.spatial_layers,
            )))
        }
        ProducerType::Simulcast => Ok(Chooser::simulcast(mode, config.preferred_layers)),
        ProducerType::Svc if codec == Codec::H265 => Err(refuse(
            "rtpParameters.codecs[0]: this codec has no layers".to_owned(),
        )),
        ProducerType::Svc => Ok(Chooser::svc(mode, config.preferred_layers)),
    }
}

fn refuse(what: String) -> Refusal {
    Refusal::TypeError(what)
}

impl Consumer {
    /// A consumer that has sent nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] names the parameter that is missing.
    pub fn new(config: ConsumerConfig, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        let codec = check(&config)?;
        let known = Codec::from_mime(&codec.mime_type);
        let clock_rate = ClockRate::new(codec.clock_rate).unwrap_or(ClockRate::VIDEO);
        let template = Template::new(&config.rtp_parameters).ok_or_else(|| {
            refuse("rtpParameters.encodings[0] needs ssrc, and a codec for rtx".to_owned())
        })?;
        let chooser = chooser(&config, known)?;
        let flow = Flow {
            clock_rate,
            has_keyframes: known.has_keyframes(),
            repeats: codec
                .rtcp_feedback
                .iter()
                .any(|feedback| feedback.is("nack", "")),
            rtx_seq: SeqNumber(entropy.next_in(FIRST_SEQ.0, FIRST_SEQ.1) as u16),
        };
        let numbers = match chooser.layers() {
            None => Numbers::simple(clock_rate, entropy),
            Some(_) => Numbers::layered(known, clock_rate, entropy),
        };
        Ok(Self {
            template,
            flow,
            state: State {
                connected: false,
                paused: config.paused,
                producer_paused: config.producer_paused,
                producer_scores: vec![0; config.consumable_rtp_encodings.len()],
                last_fir: None,
                told_layers: None,
                wants_moved: false,
            },
            chooser,
            numbers,
            sent: SentRing::default(),
            remote: Remote::default(),
            counters: Counters::default(),
            settings: Settings::default(),
            events: VecDeque::new(),
            config: Box::new(config),
        })
    }

    /// Whether packets go to it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state.connected && !self.state.paused && !self.state.producer_paused
    }

    /// The transport is connected, or no longer is.
    pub fn set_transport_connected(&mut self, connected: bool) {
        // A connection that comes back may have lost anything: the receiver begins anew.
        self.change(|state| state.connected = connected, connected);
    }

    /// Stops sending.
    pub fn pause(&mut self) {
        self.change(|state| state.paused = true, false);
    }

    /// Sends again.
    pub fn resume(&mut self) {
        self.change(|state| state.paused = false, false);
    }

    /// The producer was paused or resumed.
    pub fn set_producer_paused(&mut self, paused: bool) {
        if self.state.producer_paused != paused {
            self.events.push_back(match paused {
                true => ConsumerEvent::ProducerPause,
                false => ConsumerEvent::ProducerResume,
            });
        }
        self.change(|state| state.producer_paused = paused, false);
    }

    /// Whoever becomes active begins anew.
    fn change(&mut self, change: impl FnOnce(&mut State), anew: bool) {
        let before = self.is_active();
        change(&mut self.state);
        let active = self.is_active();
        self.chooser.set_scores(&self.state.producer_scores, active);
        if !active {
            self.chooser.stop();
        } else if anew || !before {
            self.chooser.reset();
        }
        self.settle();
    }

    /// Decides on a packet of its producer.
    pub fn handle_packet(
        &mut self,
        now: Instant,
        feed: Feed,
        packet: &StoredPacket<'_>,
    ) -> Decision {
        if !self.is_active() {
            return Decision::Drop;
        }
        let decision = match self.chooser.choose(now, feed.encoding, packet) {
            Selected::First => {
                let marker = self.chooser.marker(packet);
                Decision::Begin(self.numbers.begin(now, feed, (packet, marker)))
            }
            Selected::Next => {
                let marker = self.chooser.marker(packet);
                let outgoing = self.numbers.next(now, feed, (packet, marker));
                outgoing.map_or(Decision::Drop, Decision::Send)
            }
            Selected::Skip => {
                self.numbers.skip(packet);
                Decision::Drop
            }
            Selected::Before => Decision::Drop,
        };
        self.settle();
        decision
    }

    /// Tells what changed.
    fn settle(&mut self) {
        let layers = self.chooser.current();
        self.state.wants_moved |= self.chooser.has_wishes();
        if layers == self.state.told_layers {
            return;
        }
        let spatial = |layer: Option<Layer>| layer.map(|layer| layer.spatial);
        let other = spatial(layers) != spatial(self.state.told_layers);
        self.state.told_layers = layers;
        let told = layers.map(ConsumerLayers::from);
        self.events.push_back(ConsumerEvent::LayersChange(told));
        self.state.wants_moved = true;
        if other {
            // Another stream: what was said of the one before does not count.
            self.remote.score = Score::new(SCORE_MAX);
            self.tell_score();
        }
    }

    /// Whether other encodings may be wanted, or key frames, since this was asked last.
    pub fn take_wants_moved(&mut self) -> bool {
        std::mem::take(&mut self.state.wants_moved)
    }

    /// The producer's encodings whose packets matter.
    #[must_use]
    pub fn wanted(&self) -> Encodings {
        match self.is_active() {
            true => self.chooser.wanted(),
            false => Encodings::NONE,
        }
    }

    /// These layers are wanted at most. Gives them as they can be had, `None` if there are no layers.
    pub fn set_preferred_layers(&mut self, wanted: ConsumerLayers) -> Option<ConsumerLayers> {
        let effective = self.chooser.prefer(wanted);
        self.chooser
            .set_scores(&self.state.producer_scores, self.is_active());
        self.settle();
        effective
    }

    /// The layers wanted at most, `None` if there are no layers.
    #[must_use]
    pub fn preferred_layers(&self) -> Option<ConsumerLayers> {
        self.chooser.layers().map(|layers| layers.preferred.into())
    }

    /// Writes a packet's header. Gives its length, or `None` if there is no room.
    #[must_use]
    pub fn write_header(
        &self,
        outgoing: &Outgoing,
        packet: &StoredPacket<'_>,
        stamp: &SendStamp,
        out: &mut [u8],
    ) -> Option<usize> {
        self.template.write(outgoing, packet, stamp, out)
    }

    /// What the header of a fresh packet says: the number, if packets are numbered, is drawn now.
    pub fn stamp(&self, ntp: NtpTime, number: impl FnOnce() -> u16) -> SendStamp {
        SendStamp::at(ntp, self.template.wants_transport_seq().then(number))
    }

    /// What the header of a packet said that goes again in the media stream: it must be the same to the
    /// bit, as it is encrypted under the same number.
    #[must_use]
    pub fn stamp_of(&self, outgoing: &Outgoing) -> Option<SendStamp> {
        let sent = self.sent.get(outgoing.seq)?;
        Some(sent.stamp)
    }

    /// A fresh packet went out.
    pub fn note_sent(
        &mut self,
        now: Instant,
        (outgoing, stamp): (&Outgoing, SendStamp),
        (encoding, packet): (usize, &StoredPacket<'_>),
        bytes: usize,
    ) {
        if self.flow.repeats {
            let sent = Sent {
                source: (encoding, packet.seq),
                outgoing: *outgoing,
                stamp,
            };
            self.sent.insert(now, &sent);
        }
        self.note_bytes(now, packet, bytes);
    }

    /// A packet went out again, in the media stream.
    pub fn note_bytes(&mut self, now: Instant, packet: &StoredPacket<'_>, bytes: usize) {
        self.counters.meter.add(now, bytes);
        self.counters.payload_bytes += packet.payload.len() as u64;
        self.counters.last_sent = Some(now);
    }

    /// The endpoint needs a key frame.
    pub fn handle_pli(&mut self, _now: Instant) {
        self.counters.plis += 1;
        self.request_keyframe();
    }

    /// The endpoint demands a key frame; the same number again is the same demand.
    pub fn handle_fir(&mut self, _now: Instant, seq: u8) {
        self.counters.firs += 1;
        if self.state.last_fir.replace(seq) != Some(seq) {
            self.request_keyframe();
        }
    }

    /// The application wants a key frame.
    pub fn request_keyframe(&mut self) {
        if self.is_active() && self.flow.has_keyframes {
            self.chooser.wish_keyframe();
        }
    }

    /// Of which encodings the producer is to be asked for a key frame; asks once.
    pub fn take_keyframe_wishes(&mut self) -> Encodings {
        self.chooser.take_wishes()
    }

    /// Whether nothing can be sent before a key frame.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        self.is_active() && self.chooser.awaits_keyframe()
    }

    /// How well the producer's streams arrive.
    pub fn set_producer_scores(&mut self, scores: Vec<u8>) {
        if self.state.producer_scores != scores {
            self.state.producer_scores = scores;
            let active = self.is_active();
            self.chooser.set_scores(&self.state.producer_scores, active);
            self.settle();
            self.tell_score();
        }
    }

    pub(super) fn tell_score(&mut self) {
        let score = self.score();
        self.events.push_back(ConsumerEvent::Score(score));
    }

    /// How well media arrives, at us and at the endpoint.
    #[must_use]
    pub fn score(&self) -> ConsumerScore {
        ConsumerScore {
            score: self.remote.score.value(),
            producer_score: self
                .encoding()
                .and_then(|encoding| self.state.producer_scores.get(encoding).copied())
                .unwrap_or(0),
            producer_scores: self.state.producer_scores.clone(),
        }
    }

    /// What happened. One entry a change; changes come at most once a report or request.
    pub fn poll_event(&mut self) -> Option<ConsumerEvent> {
        self.events.pop_front()
    }

    /// What the application set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the application sets.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ConsumerId {
        &self.config.id
    }

    /// How it chooses.
    #[must_use]
    pub fn consumer_type(&self) -> ConsumerType {
        self.chooser.kind()
    }

    /// The encoding of the producer that it sends, if any goes now.
    #[must_use]
    pub fn encoding(&self) -> Option<usize> {
        self.chooser.encoding()
    }

    /// Its SSRCs: media, then RTX.
    #[must_use]
    pub fn ssrcs(&self) -> Vec<Ssrc> {
        [Some(self.template.ssrc()), self.template.rtx_ssrc()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Whether it sends with this SSRC, media or RTX.
    #[must_use]
    pub fn sends(&self, ssrc: Ssrc) -> bool {
        self.template.ssrc() == ssrc || self.template.rtx_ssrc() == Some(ssrc)
    }

    /// Loss that the endpoint last reported, in 256ths.
    #[must_use]
    pub fn remote_fraction_lost(&self) -> u8 {
        self.remote.fraction_lost
    }

    /// Memory held beyond the object itself, in bytes.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.sent.footprint()
    }
}

#[cfg(test)]
mod tests;
