//! The floor: what any forwarder must do, and nothing else.
//!
//! A thread that sleeps until the burst is there, reads it, and for each receiver writes a header
//! before each packet, encrypts or copies the payload, and sends the train from the receiver's
//! socket. The same batches, ciphers, sockets (with the options of plain transports, and watched, as
//! receivers answer) and pauses as the SFU, through the same `net` and `srtp`. What it lacks is all that makes an SFU: parsing, streams, history, numbering, statistics, feedback,
//! timers, requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use net::{BindOptions, Interest, PathMtu, Poller, RecvBatch, Token, Transmit, UdpSocket};
use srtp::{SrtpSender, Suite};

use crate::cpu::Thread;
use crate::place::Place;

/// Bytes of header that a forwarded packet has here: fixed part, send time, numbers.
const HEADER: usize = 20;

/// Bytes of header that it came with.
const HEADER_IN: usize = 12;

/// Room for one more packet, and for the train that it makes longest.
const PACKET_MAX: usize = 1_500;
const TRAIN_BYTES: usize = 60_000;

/// The name of its thread.
const NAME: &str = "bench-floor";

/// A forwarder that does as little as can be.
pub struct Floor {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its thread, for its CPU time.
    pub cpu: Thread,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What its thread owns.
struct Forwarder {
    incoming: UdpSocket,
    receivers: Vec<Receiver>,
    out: Vec<u8>,
    seq: u16,
}

/// One socket a receiver, as plain transports have.
struct Receiver {
    socket: UdpSocket,
    to: SocketAddr,
    cipher: Option<SrtpSender>,
}

impl Floor {
    /// Forwards to the addresses of `place`.
    pub fn start(place: &Place, encrypted: bool) -> Self {
        let options = BindOptions {
            path_mtu: PathMtu::Fragment,
            ..BindOptions::default()
        };
        let bind = |ip| UdpSocket::bind(SocketAddr::new(ip, 0), &options).expect("an address");
        let receivers = place.addresses.iter().map(|&to| Receiver {
            socket: bind(place.local),
            to,
            cipher: encrypted
                .then(|| SrtpSender::new(Suite::AeadAes128Gcm, &[7; 28]).expect("a key")),
        });
        let forwarder = Forwarder {
            incoming: bind([127, 0, 0, 1].into()),
            receivers: receivers.collect(),
            out: vec![0; TRAIN_BYTES + PACKET_MAX],
            seq: 1_000,
        };
        let address = forwarder.incoming.local_addr();
        let stop = Arc::new(AtomicBool::new(false));
        let end = stop.clone();
        let thread = thread::Builder::new()
            .name(NAME.into())
            .spawn(move || forwarder.run(&end))
            .expect("a thread");
        let cpu = loop {
            match Thread::named(NAME) {
                Some(thread) => break thread,
                None => thread::yield_now(),
            }
        };
        Self {
            address,
            cpu,
            stop,
            thread: Some(thread),
        }
    }
}

impl Forwarder {
    fn run(mut self, stop: &AtomicBool) {
        let mut poller = Poller::new(16).expect("a poll set");
        poller
            .register(&mut self.incoming, Token(0), Interest::READABLE)
            .expect("registers");
        for (at, receiver) in self.receivers.iter_mut().enumerate() {
            poller
                .register(&mut receiver.socket, Token(1 + at), Interest::READABLE)
                .expect("registers");
        }
        let mut batch = RecvBatch::new(32);
        // Pairs with the store in `drop`; nothing else is passed by it.
        while !stop.load(Ordering::Relaxed) {
            let ready = poller
                .wait(Some(Duration::from_millis(50)))
                .expect("polls")
                .count();
            if ready == 0 {
                continue;
            }
            while self.incoming.recv(&mut batch).is_ok_and(|got| got > 0) {
                self.forward(&mut batch);
                if !batch.is_full() {
                    break;
                }
            }
        }
    }

    fn forward(&mut self, batch: &mut RecvBatch) {
        let mut packets = 0;
        for at in 0..self.receivers.len() {
            packets = self.train(batch, at);
        }
        self.seq = self.seq.wrapping_add(packets);
    }

    /// Sends the batch to one receiver; says how many packets that were.
    fn train(&mut self, batch: &mut RecvBatch, at: usize) -> u16 {
        let Receiver { socket, to, cipher } = &mut self.receivers[at];
        let (mut end, mut segment, mut packets) = (0, 0, 0);
        for datagram in batch.datagrams() {
            let packet = &mut self.out[end..];
            packet[..HEADER].fill(0);
            packet[0] = 0x90;
            packet[12..16].copy_from_slice(&[0xbe, 0xde, 0, 1]);
            packet[2..4].copy_from_slice(&self.seq.wrapping_add(packets).to_be_bytes());
            packet[8..12].copy_from_slice(&7_u32.to_be_bytes());
            let payload = &datagram.data[HEADER_IN..];
            segment = match cipher {
                Some(cipher) => cipher.protect_rtp(packet, HEADER, payload).expect("room"),
                None => {
                    packet[HEADER..HEADER + payload.len()].copy_from_slice(payload);
                    HEADER + payload.len()
                }
            };
            end += segment;
            packets += 1;
            // Bursts that had to wait have grown together.
            if end > TRAIN_BYTES {
                send(socket, *to, &self.out[..end], segment);
                end = 0;
            }
        }
        if end > 0 {
            send(socket, *to, &self.out[..end], segment);
        }
        packets
    }
}

fn send(socket: &mut UdpSocket, to: SocketAddr, train: &[u8], segment: usize) {
    let transmit = Transmit::new(to, 0..train.len(), u16::try_from(segment).ok());
    socket.send(train, &[transmit.expect("a train")]);
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
