//! One stream of a producer: an encoding's packets, and the RTX packets that repair them.

use std::time::Duration;

use control::RtpStreamParametersDump;
use payload::dd::DependencyState;
use payload::{Codec, describe};
use rtp::{AbsCaptureTime, Extension, ExtensionMap, PayloadType, RtpPacket, SeqNumber, Ssrc};
use units::{ClockRate, Instant, NtpTime};

use crate::history::{History, Limits, MediaClock, PacketFacts};
use crate::producer::capture::CaptureClock;
use crate::producer::keyframes::KeyframeRequester;
use crate::producer::nack::{NackList, Seen};
use crate::producer::reception::{Accepted, Reception};
use crate::rate::RateMeter;
use crate::score::{Interval, SCORE_MAX, Score};
use crate::wallclock::Wallclock;

/// The span over which a stream's bitrate is measured.
const RATE_WINDOW: Duration = Duration::from_millis(2_500);

/// One of several streams that sends nothing for this long counts as gone; those with discontinuous
/// transmission rest longer.
const SILENCE: Duration = Duration::from_millis(1_500);
const SILENCE_DTX: Duration = Duration::from_millis(5_000);

/// Extensions that travel on to consumers; the rest is made anew for each, or ends here.
const TRAVELLING: [Extension; 6] = [
    Extension::AudioLevel,
    Extension::DependencyDescriptor,
    Extension::VideoOrientation,
    Extension::TransmissionOffset,
    Extension::PlayoutDelay,
    Extension::PacketId,
];

/// Bytes of travelling extensions that are kept: every one at its largest useful size.
const EXTENSIONS_MAX: usize = 384;

/// What a packet brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Its number in the history, if it is worth forwarding.
    pub seq: Option<u64>,
    /// Whether a decoder can start at it.
    pub keyframe: bool,
}

/// What is counted besides packets and bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamCounters {
    /// RTX packets, or packets that filled a gap that was asked for.
    pub retransmitted: u64,
    /// Of those, the ones that helped.
    pub repaired: u64,
    /// NACK packets sent.
    pub nacks: u64,
    /// Numbers asked for in them.
    pub nacked: u64,
    /// PLIs sent.
    pub plis: u64,
    /// FIRs sent.
    pub firs: u64,
}

/// The repair stream of a stream.
#[derive(Debug)]
struct RtxStream {
    ssrc: Ssrc,
    payload_type: PayloadType,
    reception: Reception,
}

/// One stream.
#[derive(Debug)]
pub struct RecvStream {
    pub(super) params: RtpStreamParametersDump,
    mapped_ssrc: Ssrc,
    codec: Codec,
    clock_rate: ClockRate,
    pub(super) reception: Reception,
    rtx: Option<RtxStream>,
    pub(super) nacks: NackList,
    pub(super) keyframes: KeyframeRequester,
    dependency: DependencyState,
    pub(super) capture: CaptureClock,
    history: History,
    pub(super) quality: Quality,
}

/// How well the stream arrives, and when it last did.
#[derive(Debug)]
pub struct Quality {
    pub(super) score: Score,
    pub(super) meter: RateMeter,
    pub(super) counters: StreamCounters,
    pub(super) rtt: Option<Duration>,
    /// The worst loss of its consumers, in 256ths, for senders with in-band FEC.
    pub(super) remote_loss: u8,
    clock: Option<MediaClock>,
    last_packet: Option<Instant>,
    /// Silence counts from here at the earliest.
    listening_since: Option<Instant>,
    /// It was silent for too long.
    silent: bool,
    before: Interval,
}

impl RecvStream {
    /// A stream of which nothing has arrived.
    pub fn new(
        params: RtpStreamParametersDump,
        mapped_ssrc: Ssrc,
        keyframe_spacing: Duration,
    ) -> Self {
        let codec = Codec::from_mime(&params.mime_type);
        let clock_rate = ClockRate::new(params.clock_rate).unwrap_or(ClockRate::VIDEO);
        let is_video = params.mime_type.len() > 5
            && params.mime_type.as_bytes()[..6].eq_ignore_ascii_case(b"video/");
        Self {
            mapped_ssrc,
            codec,
            clock_rate,
            reception: Reception::new(clock_rate),
            rtx: None,
            nacks: NackList::default(),
            keyframes: KeyframeRequester::new(keyframe_spacing),
            dependency: DependencyState::default(),
            capture: CaptureClock::default(),
            history: History::new(if is_video {
                Limits::VIDEO
            } else {
                Limits::AUDIO
            }),
            quality: Quality {
                score: Score::new(SCORE_MAX),
                meter: RateMeter::new(RATE_WINDOW),
                counters: StreamCounters::default(),
                rtt: None,
                remote_loss: 0,
                clock: None,
                last_packet: None,
                listening_since: None,
                silent: false,
                before: Interval::default(),
            },
            params,
        }
    }

    /// Its SSRC.
    #[must_use]
    pub fn ssrc(&self) -> Ssrc {
        Ssrc(self.params.ssrc)
    }

    /// Its SSRCs, media and RTX.
    pub fn ssrcs(&self) -> impl Iterator<Item = Ssrc> {
        [Some(self.ssrc()), self.rtx.as_ref().map(|rtx| rtx.ssrc)]
            .into_iter()
            .flatten()
    }

    /// Its SSRC in the router's numbers.
    #[must_use]
    pub fn mapped_ssrc(&self) -> Ssrc {
        self.mapped_ssrc
    }

    /// Its place among its producer's encodings.
    #[must_use]
    pub fn encoding(&self) -> usize {
        self.params.encoding_idx as usize
    }

    /// Its packets.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Where its media clock stands.
    #[must_use]
    pub fn media_clock(&self) -> Option<MediaClock> {
        self.quality.clock
    }

    /// Whether a decoder must wait for a key frame.
    #[must_use]
    pub fn has_keyframes(&self) -> bool {
        self.codec.has_keyframes()
    }

    /// 0 to 10.
    #[must_use]
    pub fn score(&self) -> u8 {
        self.quality.score.value()
    }

    /// When its last packet arrived.
    pub(super) fn last_packet(&self) -> Option<Instant> {
        self.quality.last_packet
    }

    /// Its repair stream was seen.
    pub(super) fn attach_rtx(&mut self, ssrc: Ssrc, payload_type: PayloadType) {
        self.params.rtx_ssrc = Some(ssrc.0);
        self.params.rtx_payload_type = Some(payload_type.value());
        self.rtx = Some(RtxStream {
            ssrc,
            payload_type,
            reception: Reception::new(self.clock_rate),
        });
    }

    /// Whether it has a repair stream.
    pub(super) fn has_rtx(&self) -> bool {
        self.rtx.is_some()
    }

    /// The report on its repair stream.
    pub(super) fn rtx_report(&mut self, now: Instant) -> Option<rtp::rtcp::ReportBlock> {
        self.rtx
            .as_mut()
            .map(|rtx| rtx.reception.report(now, rtx.ssrc))
    }

    pub(super) fn rtx_discarded(&self) -> u64 {
        self.rtx.as_ref().map_or(0, |rtx| rtx.reception.discarded())
    }

    /// A media packet arrived.
    pub(super) fn handle_media(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        packet: &RtpPacket<'_>,
        map: &Mapping<'_>,
    ) -> Stored {
        let number = match self.reception.accept(packet.seq()) {
            Accepted::Number(number) => number,
            Accepted::Restart(number) => {
                self.nacks.reset();
                self.keyframes.handle_restart(now);
                self.quality.clock = None;
                number
            }
            Accepted::Discarded => return Stored::default(),
        };
        self.reception.count(now, packet.timestamp());
        if self.params.use_nack {
            match self.nacks.handle_packet(now, number) {
                Seen::Filled { asked: true } if self.rtx.is_none() => {
                    self.quality.counters.retransmitted += 1;
                    self.quality.counters.repaired += 1;
                }
                Seen::Overflow => self.keyframes.handle_request(now),
                _ => {}
            }
        }
        self.quality.note(now, packet.as_bytes().len());
        if std::mem::take(&mut self.quality.silent) {
            self.quality.score.reset(SCORE_MAX);
        }
        self.advance_clock(now, clock, packet, map.extensions);
        self.store(now, number, (packet, packet.payload()), map)
    }

    /// An RTX packet arrived.
    pub(super) fn handle_rtx(
        &mut self,
        now: Instant,
        packet: &RtpPacket<'_>,
        map: &Mapping<'_>,
    ) -> Stored {
        let Some(rtx) = &mut self.rtx else {
            return Stored::default();
        };
        if packet.payload_type() != rtx.payload_type
            || rtx.reception.accept(packet.seq()) == Accepted::Discarded
        {
            return Stored::default();
        }
        rtx.reception.count(now, packet.timestamp());
        let Some((original, payload)) = rtp::original_seq(packet.payload()) else {
            return Stored::default();
        };
        let Some(number) = self.number_of_original(original) else {
            return Stored::default();
        };
        self.quality.counters.retransmitted += 1;
        // Only what was asked for: anything else is here already, or a probe.
        if !matches!(self.nacks.handle_packet(now, number), Seen::Filled { .. }) {
            return Stored::default();
        }
        self.quality.counters.repaired += 1;
        self.quality.note(now, packet.as_bytes().len());
        self.store(now, number, (packet, payload), map)
    }

    /// The number of an original that is behind what has arrived; nothing ahead of it was asked for.
    fn number_of_original(&self, original: SeqNumber) -> Option<u64> {
        let newest = self.history.newest()?;
        let step = original.signed_since(SeqNumber(newest as u16));
        (step <= 0).then(|| newest.saturating_add_signed(step.into()))
    }

    fn store(
        &mut self,
        now: Instant,
        number: u64,
        (packet, payload): (&RtpPacket<'_>, &[u8]),
        map: &Mapping<'_>,
    ) -> Stored {
        let descriptor = packet.extension_of(Extension::DependencyDescriptor, map.extensions);
        let frame = descriptor.and_then(|value| self.dependency.resolve(value));
        let info = describe(self.codec, payload, frame.as_ref());
        if info.keyframe {
            self.keyframes.handle_keyframe();
        }
        let mut buffer = [0; EXTENSIONS_MAX];
        let len = self.travelling(packet, map, &mut buffer);
        let facts = PacketFacts {
            timestamp: packet.timestamp(),
            marker: packet.marker(),
            payload_type: map.payload_type,
            received_at: now,
            info,
        };
        let kept = self.history.insert(number, facts, &buffer[..len], payload);
        Stored {
            seq: kept.then_some(number),
            keyframe: info.keyframe,
        }
    }

    /// Writes the extensions that travel on: canonical id, length, value. What finds no room stays here.
    fn travelling(
        &self,
        packet: &RtpPacket<'_>,
        map: &Mapping<'_>,
        buffer: &mut [u8; EXTENSIONS_MAX],
    ) -> usize {
        let mut len = 0;
        let mut packet_id = map.packet_id;
        let mut add = |kind: Extension, value: &[u8]| {
            let (Ok(short), Some(room)) = (
                u8::try_from(value.len()),
                buffer.get_mut(len..len + 2 + value.len()),
            ) else {
                return;
            };
            room[..2].copy_from_slice(&[kind.canonical_id(), short]);
            room[2..].copy_from_slice(value);
            len += 2 + value.len();
        };
        for (id, value) in packet.extensions() {
            match map.extensions.kind(id) {
                Some(kind) if TRAVELLING.contains(&kind) => {
                    packet_id = packet_id.filter(|_| kind != Extension::PacketId);
                    add(kind, value);
                }
                Some(Extension::AbsCaptureTime) => {
                    if let Some(time) = AbsCaptureTime::read(value) {
                        add(Extension::AbsCaptureTime, &self.onward(time).to_bytes());
                    }
                }
                _ => {}
            }
        }
        if let Some(id) = packet_id {
            add(Extension::PacketId, &id.to_be_bytes());
        }
        len
    }

    /// A capture time as we tell it: the offset is that from our clock (unknown counts as none).
    fn onward(&self, time: AbsCaptureTime) -> AbsCaptureTime {
        let ours = self.capture.offset().unwrap_or(0);
        AbsCaptureTime {
            timestamp: time.timestamp,
            clock_offset: Some(time.clock_offset.unwrap_or(0).wrapping_sub(ours)),
        }
    }

    fn advance_clock(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        packet: &RtpPacket<'_>,
        ids: &ExtensionMap,
    ) {
        let timestamp = packet.timestamp();
        let newer = self
            .quality
            .clock
            .is_none_or(|before| timestamp.is_after(before.timestamp));
        if !newer {
            return;
        }
        let told = packet
            .extension_of(Extension::AbsCaptureTime, ids)
            .and_then(AbsCaptureTime::read)
            .zip(self.capture.offset())
            .map(|(time, offset)| {
                let sender = time
                    .timestamp
                    .0
                    .wrapping_sub(time.clock_offset.unwrap_or(0).cast_unsigned());
                NtpTime(sender.wrapping_add(offset.cast_unsigned()))
            });
        let captured_at = told.or_else(|| self.capture.captured_at(timestamp, self.clock_rate));
        self.quality.clock = Some(MediaClock {
            timestamp,
            at: captured_at.unwrap_or_else(|| clock.ntp(now)),
            captured: captured_at.is_some(),
            received_at: now,
        });
    }

    /// A sender report arrived. True if the score changed.
    pub(super) fn handle_sender_report(
        &mut self,
        now: Instant,
        clock: &Wallclock,
        report: &rtp::rtcp::SenderReport<'_>,
    ) -> bool {
        self.reception.handle_sender_report(now, report.ntp);
        self.capture.handle_sender_report(
            now,
            clock,
            (report.ntp, report.timestamp),
            self.quality.rtt,
        );
        let total = Interval {
            expected: self.reception.expected(),
            lost: u64::try_from(self.reception.lost()).unwrap_or(0),
            repaired: self.quality.counters.repaired,
            retransmitted: self.quality.counters.retransmitted,
        };
        let before = std::mem::replace(&mut self.quality.before, total);
        if self.quality.silent {
            return false;
        }
        self.quality.score.add(Interval {
            expected: total.expected.saturating_sub(before.expected),
            lost: total.lost.saturating_sub(before.lost),
            repaired: total.repaired.saturating_sub(before.repaired),
            retransmitted: total.retransmitted.saturating_sub(before.retransmitted),
        })
    }

    /// The repair stream's sender report.
    pub(super) fn handle_rtx_sender_report(
        &mut self,
        now: Instant,
        report: &rtp::rtcp::SenderReport<'_>,
    ) {
        if let Some(rtx) = &mut self.rtx {
            rtx.reception.handle_sender_report(now, report.ntp);
        }
    }

    /// When it counts as silent, unless a packet comes before.
    pub(super) fn silent_at(&self) -> Option<Instant> {
        if self.quality.silent {
            return None;
        }
        let silence = match self.params.use_dtx {
            true => SILENCE_DTX,
            false => SILENCE,
        };
        let heard = self.quality.last_packet.max(self.quality.listening_since);
        heard.map(|at| at + silence)
    }

    /// Whether it has been silent for too long.
    pub(super) fn is_silent(&self) -> bool {
        self.quality.silent
    }

    /// Notices silence. True if that is news.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> bool {
        let silent = self.silent_at().is_some_and(|at| at <= now);
        if silent {
            self.quality.silent = true;
            self.quality.score.reset(0);
        }
        silent
    }

    /// It is forwarded again.
    pub(super) fn resume(&mut self, now: Instant) {
        self.quality.listening_since = Some(now);
        if self.has_keyframes() {
            self.keyframes.handle_restart(now);
        }
    }

    /// Nothing is forwarded until it is resumed.
    pub(super) fn pause(&mut self) {
        self.nacks.reset();
        self.keyframes.handle_pause();
        self.reception.pause();
    }

    /// Its sender went on with another SSRC.
    pub(super) fn rebind(&mut self, now: Instant, packet: &RtpPacket<'_>) {
        self.params.ssrc = packet.ssrc().0;
        self.params.rtx_ssrc = None;
        self.rtx = None;
        self.reception.restart(packet.seq());
        self.nacks.reset();
        self.history.clear();
        self.keyframes.handle_restart(now);
        self.quality.clock = None;
    }
}

impl Quality {
    fn note(&mut self, now: Instant, bytes: usize) {
        self.meter.add(now, bytes);
        self.last_packet = Some(now);
    }
}

/// How a packet's numbers become the router's.
#[derive(Clone, Copy, Debug)]
pub struct Mapping<'a> {
    /// The sender's extension ids.
    pub extensions: &'a ExtensionMap,
    /// The router's payload type.
    pub payload_type: PayloadType,
    /// The packet id of a packet that brings none.
    pub packet_id: Option<u32>,
}
