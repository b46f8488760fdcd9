//! Media made up: frames whose packets say which they are and when they left.

use std::time::Duration;

use ortc::MediaKind;
use str0m::Rtc;
use str0m::media::{Mid, Pt};
use str0m::rtp::{RtpWrite, SeqNo, Ssrc};
use units::Instant;

use crate::clock::Clock;

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
        }
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
            seq: u64::from(config.first_seq),
            timestamp: 0xffff_0000,
            packets: 0,
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

    pub(super) fn mid(&self) -> Mid {
        self.wiring.mid
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
        let packets = self.config.packets_per_frame;
        for nth in 0..packets {
            let payload = self.payload(now, nth == 0, key_frame);
            let write = RtpWrite::new(
                self.wiring.payload_type,
                SeqNo::from(self.seq),
                self.timestamp,
                clock.to_std(now),
                payload,
            )
            .marker(nth + 1 == packets)
            .nackable(self.config.kind == MediaKind::Video);
            if let Some(stream) = rtc.direct_api().stream_tx(&self.wiring.ssrc) {
                stream.write_rtp(write);
            }
            self.seq += 1;
            self.packets += 1;
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

    fn payload(&self, now: Instant, first: bool, key_frame: bool) -> Vec<u8> {
        let mut payload = vec![0x55; self.config.payload_len.max(TRAILER + 2)];
        if self.config.kind == MediaKind::Video {
            // RFC 7741 §4.2: S marks the first packet of a partition; §4.3: the frame's first bit is P.
            payload[0] = if first { 0x10 } else { 0x00 };
            payload[1] = if key_frame { 0x50 } else { 0x51 };
        }
        let at = payload.len() - TRAILER;
        payload[at..at + 8].copy_from_slice(&self.packets.to_be_bytes());
        payload[at + 8..].copy_from_slice(&now.as_micros().to_be_bytes());
        payload
    }
}

/// Which packet a payload is, and when it left.
pub(super) fn read_trailer(payload: &[u8]) -> Option<(u64, Instant)> {
    let (rest, sent_at) = payload.split_last_chunk::<8>()?;
    let (_, index) = rest.split_last_chunk::<8>()?;
    let sent_at = Instant::from_micros(u64::from_be_bytes(*sent_at));
    Some((u64::from_be_bytes(*index), sent_at))
}
