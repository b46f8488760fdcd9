//! The floor: the same trains with the same cipher, and nothing else.

use std::net::SocketAddr;

use net::{BindOptions, Transmit, UdpSocket};
use srtp::{SrtpSender, Suite};

use crate::cpu::Thread;
use crate::shape::Shape;

/// Bytes of header that a forwarded packet has here: fixed part, send time, numbers.
const HEADER: usize = 20;

/// Trains of one call, as the engine's arena holds them.
const TRAINS_MAX: usize = 1_024;

/// A sender that does as little as can be.
pub struct Floor {
    /// One socket a receiver, as plain transports have.
    sockets: Vec<(UdpSocket, SocketAddr)>,
    ciphers: Vec<Option<SrtpSender>>,
    payload: Vec<u8>,
    out: Vec<u8>,
    seq: u16,
}

impl Floor {
    /// Sends to these.
    pub fn new(shape: &Shape, addresses: &[SocketAddr], encrypted: bool) -> Self {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let bind = |&to: &SocketAddr| {
            (
                UdpSocket::bind(loopback, &BindOptions::default()).expect("loopback"),
                to,
            )
        };
        let cipher = |_: &SocketAddr| {
            encrypted.then(|| SrtpSender::new(Suite::AeadAes128Gcm, &[7; 28]).expect("a key"))
        };
        Self {
            sockets: addresses.iter().map(bind).collect(),
            ciphers: addresses.iter().map(cipher).collect(),
            payload: vec![42; shape.payload],
            out: vec![0; TRAINS_MAX.min(64) * 2_048],
            seq: 1_000,
        }
    }

    /// CPU nanoseconds of this thread a packet, over one round.
    pub fn round(&mut self, shape: &Shape) -> f64 {
        let thread = Thread::current();
        let before = thread.nanos();
        for _ in 0..shape.bursts {
            for at in 0..self.sockets.len() {
                self.train(shape, at);
            }
            self.seq = self.seq.wrapping_add(shape.burst as u16);
        }
        let packets = shape.bursts * shape.burst * self.sockets.len();
        (thread.nanos() - before) as f64 / packets as f64
    }

    fn train(&mut self, shape: &Shape, at: usize) {
        let mut end = 0;
        let mut segment = 0;
        for n in 0..shape.burst {
            let packet = &mut self.out[end..];
            packet[..HEADER].fill(0);
            packet[0] = 0x90;
            packet[12..16].copy_from_slice(&[0xbe, 0xde, 0, 1]);
            packet[2..4].copy_from_slice(&self.seq.wrapping_add(n as u16).to_be_bytes());
            packet[8..12].copy_from_slice(&7_u32.to_be_bytes());
            segment = match &mut self.ciphers[at] {
                Some(cipher) => cipher
                    .protect_rtp(packet, HEADER, &self.payload)
                    .expect("room"),
                None => {
                    packet[HEADER..HEADER + self.payload.len()].copy_from_slice(&self.payload);
                    HEADER + self.payload.len()
                }
            };
            end += segment;
        }
        let (socket, to) = &mut self.sockets[at];
        let cut = u16::try_from(segment).ok();
        let transmit = Transmit::new(*to, 0..end, cut).expect("a train");
        socket.send(&self.out, &[transmit]);
    }
}
