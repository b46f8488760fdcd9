//! The consumer object.

use std::collections::VecDeque;
use std::time::Duration;

use control::{ConsumerEvent, ConsumerId, ConsumerScore, ProducerId, Refusal};
use ortc::{ConsumerType, MediaKind, ProducerType, RtpEncodingParameters, RtpParameters};
use payload::Codec;
use rtp::rtcp::{DlrrItem, ReportBlock, RtcpWriter, SenderInfo};
use rtp::{SeqNumber, Ssrc};
use units::{ClockRate, Entropy, Instant, NtpTime};

use crate::consumer::header::{SendStamp, Template};
use crate::consumer::remote::Remote;
use crate::consumer::resend::SentRing;
use crate::consumer::selector::{Selected, Selector};
use crate::consumer::sequencer::{Outgoing, Sequencer};
use crate::consumer::settings::Settings;
use crate::history::{MediaClock, StoredPacket};
use crate::rate::RateMeter;
use crate::score::Interval;
use crate::wallclock::Wallclock;

/// First numbers lie below the half circle, so that early reordering cannot look like a wrap to SRTP.
const FIRST_SEQ: (u32, u32) = (1_000, 32_767);

/// The round trip until it is known: repeats of one packet keep at least this distance.
const RTT_DEFAULT: Duration = Duration::from_millis(100);

/// Repeats may take a quarter of what was sent in the last second, and this many packets besides.
const REPEAT_SHARE: u64 = 4;
const REPEAT_FLOOR: u64 = 40;

/// A stream that has been silent for this long has nothing to report.
const SILENT: Duration = Duration::from_secs(2);

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
    selector: Selector,
    sequencer: Sequencer,
    sent: SentRing,
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
    repeats: bool,
    rtx_seq: SeqNumber,
}

/// What decides whether anything is sent.
#[derive(Clone, Debug)]
pub(super) struct State {
    connected: bool,
    pub(super) paused: bool,
    pub(super) producer_paused: bool,
    keyframe_wanted: bool,
    producer_scores: Vec<u8>,
    last_fir: Option<u8>,
}

/// What is counted.
#[derive(Debug)]
pub(super) struct Counters {
    pub(super) meter: RateMeter,
    payload_bytes: u64,
    last_sent: Option<Instant>,
    pub(super) nacks: u64,
    pub(super) nacked: u64,
    pub(super) plis: u64,
    pub(super) firs: u64,
    pub(super) repeated: u64,
    pub(super) repaired: u64,
    /// Repeats in the second that began then.
    budget: (Instant, u64),
    /// Packets when that second began.
    sent_before: u64,
}

impl Consumer {
    /// A consumer that has sent nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] names the parameter that is missing.
    pub fn new(config: ConsumerConfig, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        let refuse = |what: &str| Refusal::TypeError(what.to_owned());
        let codec = config
            .rtp_parameters
            .codecs
            .iter()
            .find(|codec| !codec.is_rtx())
            .ok_or_else(|| refuse("rtpParameters.codecs has no media codec"))?;
        if config
            .consumable_rtp_encodings
            .iter()
            .any(|encoding| encoding.ssrc.is_none())
            || config.consumable_rtp_encodings.is_empty()
        {
            return Err(refuse(
                "consumableRtpEncodings needs an ssrc in each encoding",
            ));
        }
        if config.producer_type != ProducerType::Simple {
            return Err(Refusal::Unsupported(
                "consumers of simulcast and SVC producers".to_owned(),
            ));
        }
        let template = Template::new(&config.rtp_parameters)
            .ok_or_else(|| refuse("rtpParameters.encodings[0] needs ssrc, and a codec for rtx"))?;
        let has_keyframes = Codec::from_mime(&codec.mime_type).has_keyframes();
        let flow = Flow {
            clock_rate: ClockRate::new(codec.clock_rate).unwrap_or(ClockRate::VIDEO),
            has_keyframes,
            repeats: codec
                .rtcp_feedback
                .iter()
                .any(|feedback| feedback.is("nack", "")),
            rtx_seq: SeqNumber(entropy.next_in(FIRST_SEQ.0, FIRST_SEQ.1) as u16),
        };
        Ok(Self {
            template,
            flow,
            state: State {
                connected: false,
                paused: config.paused,
                producer_paused: config.producer_paused,
                keyframe_wanted: false,
                producer_scores: vec![0; config.consumable_rtp_encodings.len()],
                last_fir: None,
            },
            selector: Selector::new(has_keyframes, config.ignore_dtx),
            sequencer: Sequencer::new(entropy.next_in(FIRST_SEQ.0, FIRST_SEQ.1) as u16),
            sent: SentRing::default(),
            remote: Remote::default(),
            counters: Counters {
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
            },
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
        if self.is_active() && (anew || !before) {
            self.selector.reset();
            self.state.keyframe_wanted = self.flow.has_keyframes;
        }
    }

    /// Decides on a packet of its producer.
    pub fn handle_packet(
        &mut self,
        _now: Instant,
        stream: usize,
        packet: &StoredPacket<'_>,
    ) -> Decision {
        if stream != self.stream() || !self.is_active() {
            return Decision::Drop;
        }
        let numbered = |output: u64| Outgoing {
            seq: SeqNumber(output as u16),
            timestamp: packet.facts.timestamp,
            marker: packet.facts.marker,
            original: None,
        };
        match self.selector.choose(packet) {
            Selected::First => Decision::Begin(numbered(self.sequencer.begin(packet.seq))),
            Selected::Next => match self.sequencer.map(packet.seq) {
                Some(output) => Decision::Send(numbered(output)),
                None => Decision::Drop,
            },
            Selected::Skip => {
                self.sequencer.skip(packet.seq);
                Decision::Drop
            }
            Selected::Before => Decision::Drop,
        }
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
    pub fn stamp_of(&self, now: Instant, outgoing: &Outgoing) -> Option<SendStamp> {
        let sent = self.sent.get(now, outgoing.seq)?;
        Some(sent.stamp)
    }

    /// A fresh packet went out.
    pub fn note_sent(
        &mut self,
        now: Instant,
        (outgoing, stamp): (&Outgoing, SendStamp),
        packet: &StoredPacket<'_>,
        bytes: usize,
    ) {
        if self.flow.repeats {
            self.sent.insert(now, outgoing.seq, packet.seq, stamp);
        }
        self.note_bytes(now, packet, bytes);
    }

    /// A packet went out again, in the media stream.
    pub fn note_bytes(&mut self, now: Instant, packet: &StoredPacket<'_>, bytes: usize) {
        self.counters.meter.add(now, bytes);
        self.counters.payload_bytes += packet.payload.len() as u64;
        self.counters.last_sent = Some(now);
    }

    /// The endpoint misses packets. Puts those that are to go again into `resend`: number in the
    /// history, and as what.
    pub fn handle_nack(
        &mut self,
        now: Instant,
        lost: impl Iterator<Item = SeqNumber>,
        resend: &mut Vec<(u64, Outgoing)>,
    ) {
        self.counters.nacks += 1;
        let rtt = self.remote.rtt.unwrap_or(RTT_DEFAULT);
        let room = resend.capacity();
        for seq in lost.take(room) {
            self.counters.nacked += 1;
            if !self.is_active()
                || !self.flow.repeats
                || resend.len() == room
                || !self.spend_repeat(now)
            {
                continue;
            }
            let Some(sent) = self.sent.get(now, seq) else {
                continue;
            };
            // What went again less than a round trip ago is still on its way.
            if sent.repeated.is_some_and(|ago| ago < rtt) {
                continue;
            }
            self.counters.repaired += u64::from(sent.repeated.is_none());
            self.sent.note_repeated(now, seq);
            self.counters.repeated += 1;
            // Marker and timestamp are those of the stored packet; the engine fills them in.
            let outgoing = Outgoing {
                seq,
                timestamp: units::RtpTimestamp(0),
                marker: false,
                original: None,
            };
            resend.push((sent.input, self.as_repeat(outgoing)));
        }
    }

    /// In the repair stream, where there is one.
    fn as_repeat(&mut self, media: Outgoing) -> Outgoing {
        if self.template.rtx_ssrc().is_none() {
            return media;
        }
        self.flow.rtx_seq = self.flow.rtx_seq.wrapping_add(1);
        Outgoing {
            seq: self.flow.rtx_seq,
            original: Some(media.seq),
            ..media
        }
    }

    /// Repeats have a share of what is sent, so that a lossy path is not drowned in them.
    fn spend_repeat(&mut self, now: Instant) -> bool {
        let packets = self.counters.meter.packets();
        let (since, spent) = self.counters.budget;
        if now.saturating_since(since) >= Duration::from_secs(1) {
            self.counters.budget = (now, 0);
            self.counters.sent_before = packets;
            return self.spend_repeat(now);
        }
        let allowed = REPEAT_FLOOR + (packets - self.counters.sent_before) / REPEAT_SHARE;
        self.counters.budget.1 = spent + 1;
        spent < allowed
    }

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
        self.state.keyframe_wanted = self.is_active() && self.flow.has_keyframes;
    }

    /// Whether the producer is to be asked for a key frame; asks once.
    pub fn take_keyframe_wish(&mut self) -> bool {
        std::mem::take(&mut self.state.keyframe_wanted)
    }

    /// Whether nothing can be sent before a key frame.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        self.is_active() && self.selector.awaits_keyframe()
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
                timestamp: media.timestamp.wrapping_add(ticks),
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

    /// How well the producer's streams arrive.
    pub fn set_producer_scores(&mut self, scores: Vec<u8>) {
        if self.state.producer_scores != scores {
            self.state.producer_scores = scores;
            self.tell_score();
        }
    }

    fn tell_score(&mut self) {
        let score = self.score();
        self.events.push_back(ConsumerEvent::Score(score));
    }

    /// How well media arrives, at us and at the endpoint.
    #[must_use]
    pub fn score(&self) -> ConsumerScore {
        ConsumerScore {
            score: self.remote.score.value(),
            producer_score: self
                .state
                .producer_scores
                .get(self.stream())
                .copied()
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
        ConsumerType::Simple
    }

    /// The stream of the producer that it sends.
    #[must_use]
    pub fn stream(&self) -> usize {
        0
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
