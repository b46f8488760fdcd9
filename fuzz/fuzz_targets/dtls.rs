//! Any datagrams, to either role: a session answers within bounds, fails or goes on.

#![no_main]

use std::sync::OnceLock;
use std::time::Duration;

use arbitrary::Arbitrary;
use brodo_fuzz::Replayed;
use dtls::{Certificate, Config, DtlsSession, Role, Versions};
use libfuzzer_sys::fuzz_target;
use units::Instant;

#[derive(Arbitrary, Debug)]
enum Datagram {
    Bytes(Vec<u8>),
    /// A record of DTLS 1.2 with any body.
    Record { kind: u8, epoch: bool, seq: u8, body: Vec<u8> },
    /// A handshake message, or a piece of one.
    Handshake { kind: u8, len: u16, seq: u8, offset: u16, piece: Vec<u8> },
    Wait(u16),
}

/// Datagrams that a session may send for one that it got: a flight, repeated once.
const ANSWERS_MAX: usize = 64;

fuzz_target!(|input: (bool, Vec<Datagram>)| {
    static CERTIFICATE: OnceLock<Certificate> = OnceLock::new();
    let certificate = CERTIFICATE.get_or_init(|| {
        Certificate::generate(Duration::from_secs(1_700_000_000), &mut Replayed(1)).expect("a certificate")
    });
    let (client, datagrams) = input;
    let config = Config {
        mtu: 1_200,
        handshake_timeout: Duration::from_secs(30),
        versions: Versions::GcmFirst,
        rsa_peers: false,
        epoch: std::time::Instant::now(),
    };
    let role = if client { Role::Client } else { Role::Server };
    let mut now = Instant::from_millis(1_000);
    let mut session = DtlsSession::new(now, role, certificate, &config);
    for datagram in datagrams {
        match datagram {
            Datagram::Bytes(bytes) => session.handle_datagram(now, &bytes),
            Datagram::Record { kind, epoch, seq, body } => {
                session.handle_datagram(now, &record(20 + kind % 8, epoch, seq, &body));
            }
            Datagram::Handshake { kind, len, seq, offset, piece } => {
                let mut body = vec![kind];
                body.extend(&u32::from(len).to_be_bytes()[1..]);
                body.extend(u16::from(seq).to_be_bytes());
                body.extend(&u32::from(offset).to_be_bytes()[1..]);
                body.extend(&(piece.len() as u32).to_be_bytes()[1..]);
                body.extend(piece);
                session.handle_datagram(now, &record(22, false, seq, &body));
            }
            Datagram::Wait(millis) => {
                now += Duration::from_millis(millis.into());
                session.handle_timeout(now);
            }
        }
        let mut answers = 0;
        while session.poll_transmit().is_some() {
            answers += 1;
        }
        assert!(answers <= ANSWERS_MAX, "{answers} datagrams for one");
        while session.poll_event().is_some() {}
    }
});

fn record(kind: u8, epoch: bool, seq: u8, body: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 0xfe, 0xfd, 0, u8::from(epoch), 0, 0, 0, 0, 0, seq];
    record.extend((body.len() as u16).to_be_bytes());
    record.extend(body);
    record
}
