//! Media made up: frames whose packets say which they are and when they left.

use std::time::Duration;

use ortc::MediaKind;
use str0m::Rtc;
use str0m::media::{Mid, Pt, Rid};
use str0m::rtp::{RtpWrite, SeqNo, Ssrc};
use units::Instant;

use crate::clock::Clock;
use crate::peer::payload::{Part, Picture, Style};

/// What stands at the end of each payload: its number and when it left.
const TRAILER: usize = 16;

/// What a camera (or a microphone) does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameraConfig {
    /// Audio or video.
    pub kind: MediaKind,
    /// Between two frames.
    pub interval: Duration,
    /// In each frame.
    pub packets_per_frame: u32,
    /// Bytes of each payload.
    pub payload_len: usize,
    /// The first packet's sequence number.
    pub first_seq: u16,
    /// How many streams, each with larger packets than the one before; told apart by RID if several.
    pub encodings: u8,
    /// What its payloads look like.
    pub style: Style,
}

impl CameraConfig {
    /// VP8, 25 frames a second, four packets each, a key frame only when asked.
    #[must_use]
    pub fn video() -> Self {
        Self {
            kind: MediaKind::Video,
            interval: Duration::from_millis(40),
            packets_per_frame: 4,
            payload_len: 400,
            first_seq: 1_000,
            encodings: 1,
            style: Style::Plain,
        }
    }

    /// VP8 in three streams of three temporal layers.
    #[must_use]
    pub fn simulcast() -> Self {
        Self {
            encodings: 3,
            style: Style::Vp8 { temporal: 3 },
            packets_per_frame: 2,
            ..Self::video()
        }
    }

    /// VP9 in one stream of three spatial and three temporal layers.
    #[must_use]
    pub fn svc() -> Self {
        Self {
            style: Style::Vp9 {
                spatial: 3,
                temporal: 3,
            },
            packets_per_frame: 2,
            ..Self::video()
        }
    }

    /// The RID of one of several streams.
    #[must_use]
    pub fn rid(&self, encoding: u8) -> Option<String> {
        (self.encodings > 1).then(|| format!("r{encoding}"))
    }

    /// Opus, 50 packets a second.
    #[must_use]
    pub fn audio() -> Self {
        Self {
            kind: MediaKind::Audio,
            interval: Duration::from_millis(20),
            packets_per_frame: 1,
            payload_len: 80,
            first_seq: 1_000,
            encodings: 1,
            style: Style::Plain,
        }
    }
}

/// How a camera is wired to its connection.
#[derive(Clone, Copy, Debug)]
pub struct Wiring {
    /// Its media section.
    pub mid: Mid,
    /// Its stream.
    pub ssrc: Ssrc,
    /// Its payload type.
    pub payload_type: Pt,
    /// Its name among several streams.
    pub rid: Option<Rid>,
    /// Its place among several streams.
    pub encoding: u8,
}

/// A camera that films.
#[derive(Debug)]
pub struct Camera {
    config: CameraConfig,
    wiring: Wiring,
    next_at: Instant,
    seq: u64,
    timestamp: u32,
    /// Packets so far.
    packets: u64,
    picture: Picture,
    /// Spatial layers in its stream.
    spatial: u8,
    key_frame_due: bool,
    key_frames: u64,
    filming: bool,
}

impl Camera {
    pub(super) fn new(now: Instant, config: CameraConfig, wiring: Wiring) -> Self {
        Self {
            config,
            wiring,
            next_at: now,
            // Streams have nothing in common but what they film.
            seq: u64::from(config.first_seq) + 7_000 * u64::from(wiring.encoding),
            timestamp: 0xffff_0000 ^ (0x1234_5678 * u32::from(wiring.encoding)),
            packets: 0,
            picture: Picture {
                number: 0x7ff0 + u16::from(wiring.encoding),
                tl0: 250,
                ..Picture::default()
            },
            spatial: config.style.spatial(),
            key_frame_due: true,
            key_frames: 0,
            filming: true,
        }
    }

    /// Packets that it has sent.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Key frames that it has sent.
    #[must_use]
    pub fn key_frames(&self) -> u64 {
        self.key_frames
    }

    /// Its stream.
    #[must_use]
    pub fn ssrc(&self) -> u32 {
        *self.wiring.ssrc
    }

    /// Stops it, or lets it go on.
    pub fn set_filming(&mut self, filming: bool) {
        self.filming = filming;
    }

    /// Sends so many of its spatial layers from now on.
    pub fn set_spatial(&mut self, layers: u8) {
        self.spatial = layers;
    }

    /// Whether a request for this stream is for it.
    pub(super) fn is(&self, mid: Mid, rid: Option<Rid>) -> bool {
        self.wiring.mid == mid && self.wiring.rid == rid
    }

    pub(super) fn ask_key_frame(&mut self) {
        self.key_frame_due = true;
    }

    pub(super) fn next_at(&self) -> Option<Instant> {
        self.filming.then_some(self.next_at)
    }

    /// Sends the frame that is due, if one is.
    pub(super) fn film(&mut self, now: Instant, clock: Clock, rtc: &mut Rtc) -> bool {
        if !self.filming || self.next_at > now {
            return false;
        }
        // After a break it does not catch up.
        self.next_at = (self.next_at + self.config.interval).max(now);
        let key_frame = std::mem::take(&mut self.key_frame_due);
        self.key_frames += u64::from(key_frame);
        self.next_picture(key_frame);
        let layers = self.spatial;
        for spatial in 0..layers {
            self.picture.spatial = spatial;
            self.film_layer(now, clock, rtc, spatial + 1 == layers);
        }
        let rate = match self.config.kind {
            MediaKind::Audio => 48_000,
            MediaKind::Video => 90_000,
        };
        let ticks = self.config.interval.as_micros() * rate / 1_000_000;
        self.timestamp = self
            .timestamp
            .wrapping_add(u32::try_from(ticks).unwrap_or(0));
        true
    }

    fn next_picture(&mut self, key_frame: bool) {
        let picture = &mut self.picture;
        picture.number = (picture.number + 1) & 0x7fff;
        // A key frame begins the pattern of layers again.
        while key_frame && self.config.style.temporal_of(picture.number).0 != 0 {
            picture.number = (picture.number + 1) & 0x7fff;
        }
        picture.key_frame = key_frame;
        picture.temporal = self.config.style.temporal_of(picture.number).0;
        picture.tl0 = picture.tl0.wrapping_add(u8::from(picture.temporal == 0));
    }

    fn film_layer(&mut self, now: Instant, clock: Clock, rtc: &mut Rtc, top: bool) {
        let packets = self.config.packets_per_frame;
        for nth in 0..packets {
            let part = Part {
                first: nth == 0,
                last: nth + 1 == packets,
            };
            let payload = self.payload(now, part);
            let write = RtpWrite::new(
                self.wiring.payload_type,
                SeqNo::from(self.seq),
                self.timestamp,
                clock.to_std(now),
                payload,
            )
            .marker(part.last && top)
            .nackable(self.config.kind == MediaKind::Video);
            if let Some(stream) = rtc.direct_api().stream_tx(&self.wiring.ssrc) {
                stream.write_rtp(write);
            }
            self.seq += 1;
            self.packets += 1;
        }
    }

    fn payload(&self, now: Instant, part: Part) -> Vec<u8> {
        let larger = 200 * usize::from(self.wiring.encoding);
        let mut payload = vec![0x55; (self.config.payload_len + larger).max(TRAILER + 7)];
        if self.config.kind == MediaKind::Video {
            self.config.style.write(&self.picture, part, &mut payload);
        }
        let at = payload.len() - TRAILER;
        let index = u64::from(self.wiring.encoding) << ENCODING_SHIFT | self.packets;
        payload[at..at + 8].copy_from_slice(&index.to_be_bytes());
        payload[at + 8..].copy_from_slice(&now.as_micros().to_be_bytes());
        payload
    }
}

/// Where in a packet's number the stream's place stands.
const ENCODING_SHIFT: u32 = 56;

/// What stands at the end of a payload.
pub(super) struct Trailer {
    /// Which of its stream's packets it is.
    pub index: u64,
    /// The stream's place among several.
    pub encoding: u8,
    /// When it left.
    pub sent_at: Instant,
}

/// Which packet a payload is, and when it left.
pub(super) fn read_trailer(payload: &[u8]) -> Option<Trailer> {
    let (rest, sent_at) = payload.split_last_chunk::<8>()?;
    let (_, index) = rest.split_last_chunk::<8>()?;
    let index = u64::from_be_bytes(*index);
    Some(Trailer {
        index: index & ((1 << ENCODING_SHIFT) - 1),
        encoding: (index >> ENCODING_SHIFT) as u8,
        sent_at: Instant::from_micros(u64::from_be_bytes(*sent_at)),
    })
}
