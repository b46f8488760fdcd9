//! An association bears any chunks from its peer: it goes on or closes, and answers within bounds.
//!
//! A real peer shakes hands first and stays in the game; the chunks come in between, with the right tag
//! and checksum, as only a hostile peer could send them.

#![no_main]

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use brodo_fuzz::Replayed;
use libfuzzer_sys::fuzz_target;
use sctp::{Association, Config, Outgoing, Ppid, Reliability};
use units::Instant;

#[derive(Arbitrary, Debug)]
enum Step {
    Bytes(Vec<u8>),
    /// A packet of any chunks: kind, flags, value.
    Chunks(Vec<(u8, u8, Vec<u8>)>),
    /// DATA near the number that is expected.
    Data { ahead: i8, flags: u8, stream: u8, ssn: u8, payload: Vec<u8> },
    /// A SACK or a FORWARD-TSN near the numbers in use.
    Near { forward: bool, ahead: i8, rest: Vec<u8> },
    /// Either side sends, or takes a stream back.
    Send { ours: bool, stream: u8, len: u16, ordered: bool },
    Reset { ours: bool, stream: u8 },
    /// What is under way arrives, all but some.
    Exchange { lose: u8 },
    Wait(u16),
}

/// Packets that one input, or one timer, may bring.
const ANSWERS_MAX: usize = 4_096;

/// SCTP over DTLS has one port for all (RFC 8832 §3).
const PORT: u16 = 5_000;

struct Pair {
    now: Instant,
    ours: Association,
    peer: Association,
    /// What the peer puts in front of its packets for us, once it knows.
    tag: u32,
    /// The newest numbers of DATA, to us and from us.
    tsn: [u32; 2],
}

fuzz_target!(|steps: Vec<Step>| {
    let mut pair = Pair {
        now: Instant::from_millis(1_000),
        ours: Association::new(config(), &mut Replayed(1)),
        peer: Association::new(config(), &mut Replayed(2)),
        tag: 0,
        tsn: [0; 2],
    };
    pair.peer.connect(pair.now);
    for _ in 0..4 {
        pair.exchange(0);
    }
    for step in steps.into_iter().take(64) {
        pair.take(step);
        while pair.ours.poll_event().is_some() {}
        while pair.peer.poll_event().is_some() {}
    }
});

impl Pair {
    fn take(&mut self, step: Step) {
        match step {
            Step::Bytes(bytes) => self.ours.handle_input(self.now, &bytes),
            Step::Chunks(chunks) => {
                let chunks = chunks.iter().take(16);
                let all = chunks.flat_map(|(kind, flags, value)| chunk(*kind, *flags, value));
                self.inject(&all.collect::<Vec<u8>>());
            }
            Step::Data { ahead, flags, stream, ssn, payload } => {
                let mut value = self.near(0, ahead).to_be_bytes().to_vec();
                value.extend([0, stream, 0, ssn, 0, 0, 0, 51]);
                value.extend(payload);
                self.inject(&chunk(0, flags, &value));
            }
            Step::Near { forward, ahead, rest } => {
                let (kind, side) = if forward { (192, 0) } else { (3, 1) };
                let mut value = self.near(side, ahead).to_be_bytes().to_vec();
                value.extend(rest);
                self.inject(&chunk(kind, 0, &value));
            }
            Step::Send { ours, stream, len, ordered } => {
                let reliability = if ordered { Reliability::ORDERED } else { Reliability::UNORDERED };
                let data = Arc::from(vec![7; usize::from(len)]);
                let message = Outgoing { stream: stream.into(), ppid: Ppid(53), data, reliability };
                let now = self.now;
                let _ = self.side(ours).send(now, message);
            }
            Step::Reset { ours, stream } => self.side(ours).reset_stream(stream.into()),
            Step::Exchange { lose } => self.exchange(lose),
            Step::Wait(millis) => {
                self.now += Duration::from_millis(millis.into());
                self.ours.handle_timeout(self.now);
                self.peer.handle_timeout(self.now);
            }
        }
    }

    fn side(&mut self, ours: bool) -> &mut Association {
        if ours { &mut self.ours } else { &mut self.peer }
    }

    fn near(&self, side: usize, ahead: i8) -> u32 {
        self.tsn[side].wrapping_add_signed(ahead.into())
    }

    /// A packet that our side takes for its peer's.
    fn inject(&mut self, chunks: &[u8]) {
        let mut packet = [PORT.to_be_bytes(), PORT.to_be_bytes()].concat();
        packet.extend(self.tag.to_be_bytes());
        packet.extend([0; 4]);
        packet.extend(&chunks[..chunks.len().min(60_000)]);
        let sum = crc32c::crc32c(&packet);
        packet[8..12].copy_from_slice(&sum.to_le_bytes());
        self.ours.handle_input(self.now, &packet);
    }

    /// Both ways once; `lose` says which packets do not arrive.
    fn exchange(&mut self, lose: u8) {
        for side in 0..2 {
            let (from, to) = match side {
                0 => (&mut self.peer, &mut self.ours),
                _ => (&mut self.ours, &mut self.peer),
            };
            let (mut count, mut packet) = (0_usize, Vec::new());
            while from.poll_transmit(self.now, &mut packet) {
                count += 1;
                assert!(count <= ANSWERS_MAX, "it never stops sending");
                if side == 0 {
                    self.tag = u32::from_be_bytes(packet[4..8].try_into().expect("a header"));
                }
                if packet.get(12) == Some(&0) {
                    self.tsn[side] = u32::from_be_bytes(packet[16..20].try_into().expect("DATA"));
                }
                if lose >> (count % 8) & 1 == 0 {
                    to.handle_input(self.now, &packet);
                }
            }
        }
    }
}

fn chunk(kind: u8, flags: u8, value: &[u8]) -> Vec<u8> {
    let value = &value[..value.len().min(2_000)];
    let mut chunk = vec![kind, flags];
    chunk.extend((4 + value.len() as u16).to_be_bytes());
    chunk.extend(value);
    chunk.resize(chunk.len().next_multiple_of(4), 0);
    chunk
}

fn config() -> Config {
    Config {
        send_message_size_max: 60_000,
        receive_message_size_max: 60_000,
        send_buffer_size: 200_000,
        stream_send_buffer_size: 100_000,
        receive_window: 200_000,
        ..Config::default()
    }
}
