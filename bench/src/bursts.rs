//! Who sends: bursts of equal packets, each burst one train, with a pause behind it.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use net::{BindOptions, Transmit, UdpSocket};

use crate::shape::Shape;

/// Bytes of an RTP header without extensions.
const HEADER: usize = 12;

/// A burst has to be worked off before the next comes, or bursts would grow together.
const PAUSE_MIN: Duration = Duration::from_micros(1_500);
const PAUSE_PER_PACKET: Duration = Duration::from_micros(8);

/// A sender on loopback.
pub struct Bursts {
    socket: UdpSocket,
    payload_type: u8,
    burst: Vec<u8>,
    seq: u16,
    timestamp: u32,
}

impl Bursts {
    /// Sends nothing yet.
    pub fn new(payload_type: u8) -> Self {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            socket: UdpSocket::bind(loopback, &BindOptions::default()).expect("loopback"),
            payload_type,
            burst: Vec::new(),
            seq: 1_000,
            timestamp: 0,
        }
    }

    /// Sends a round to `to` and sleeps until the last burst must have been worked off. Does not
    /// allocate after its first call.
    pub fn round(&mut self, shape: &Shape, to: SocketAddr) {
        let pause = PAUSE_MIN.max(PAUSE_PER_PACKET * (shape.burst * shape.receivers) as u32);
        for _ in 0..shape.bursts {
            self.send(shape, to);
            thread::sleep(pause);
        }
        thread::sleep(pause * 2);
    }

    /// Sends one burst.
    pub fn send(&mut self, shape: &Shape, to: SocketAddr) {
        let len = HEADER + shape.payload;
        // 7 is any payload; to VP8 the first bytes say: a frame begins, and it is a key frame.
        self.burst.resize(len * shape.burst, 7);
        for (n, packet) in self.burst.chunks_exact_mut(len).enumerate() {
            let marker = u8::from(n + 1 == shape.burst) << 7;
            packet[..2].copy_from_slice(&[0x80, marker | self.payload_type]);
            packet[2..4].copy_from_slice(&self.seq.to_be_bytes());
            packet[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
            packet[8..12].copy_from_slice(&SSRC.to_be_bytes());
            packet[12..14].copy_from_slice(&[0x10, 0x00]);
            self.seq = self.seq.wrapping_add(1);
        }
        self.timestamp = self.timestamp.wrapping_add(3_000);
        let train = Transmit::new(to, 0..self.burst.len(), u16::try_from(len).ok());
        self.socket
            .send(&self.burst, &[train.expect("a burst fits a train")]);
    }
}

/// The stream's name.
pub const SSRC: u32 = 1_111;
