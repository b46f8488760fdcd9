//! Whatever anybody sends to an engine's sockets, it goes on, and sends what it says it sends.

#![no_main]

use std::sync::OnceLock;
use std::time::Duration;

use arbitrary::Arbitrary;
use brodo_fuzz::Replayed;
use brodo_fuzz::call::{Call, RECEIVER, SENDER, WEBRTC};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Step {
    /// Any bytes.
    Bytes { socket: u8, data: Vec<u8> },
    /// A packet of the producer's stream, or of its repair stream.
    Media { seq: u16, timestamp: u32, marker: bool, rtx: bool, payload: Vec<u8> },
    /// As above with any header extension block.
    Extended { seq: u16, profile: bool, block: Vec<u8>, payload: Vec<u8> },
    /// RTCP of any kind with any body, from either side.
    Rtcp { sender: bool, kind: u8, count: u8, body: Vec<u8> },
    /// Time passes.
    Wait(u16),
}

fuzz_target!(|steps: Vec<Step>| {
    static CERTIFICATE: OnceLock<dtls::Certificate> = OnceLock::new();
    let certificate = CERTIFICATE.get_or_init(|| {
        dtls::Certificate::generate(Duration::from_secs(1_700_000_000), &mut Replayed(1))
            .expect("a certificate")
    });
    let mut call = Call::new(certificate);
    for step in steps {
        match step {
            Step::Bytes { socket, mut data } => {
                call.datagram([SENDER, RECEIVER, WEBRTC][usize::from(socket % 3)], &mut data);
            }
            Step::Media { seq, timestamp, marker, rtx, payload } => {
                let (kind, ssrc) = if rtx { (97, 1_112) } else { (96, 1_111) };
                let mut packet = header(0x80, u8::from(marker) << 7 | kind, seq, timestamp, ssrc);
                packet.extend(payload);
                call.datagram(SENDER, &mut packet);
            }
            Step::Extended { seq, profile, mut block, payload } => {
                block.truncate(200);
                block.resize(block.len().next_multiple_of(4), 0);
                let mut packet = header(0x90, 96, seq, 0, 1_111);
                packet.extend(if profile { [0xbe, 0xde] } else { [0x10, 0x00] });
                packet.extend((block.len() as u16 / 4).to_be_bytes());
                packet.extend(block);
                packet.extend(payload);
                call.datagram(SENDER, &mut packet);
            }
            Step::Rtcp { sender, kind, count, mut body } => {
                body.truncate(1_200);
                body.resize(body.len().next_multiple_of(4), 0);
                let mut packet = vec![0x80 | count & 0x1f, 200 + kind % 8];
                packet.extend((body.len() as u16 / 4).to_be_bytes());
                packet.extend(body);
                call.datagram(if sender { SENDER } else { RECEIVER }, &mut packet);
            }
            Step::Wait(millis) => call.turn(millis.into()),
        }
    }
    call.turn(20);
});

fn header(first: u8, second: u8, seq: u16, timestamp: u32, ssrc: u32) -> Vec<u8> {
    let mut packet = vec![first, second];
    packet.extend(seq.to_be_bytes());
    packet.extend(timestamp.to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet
}
