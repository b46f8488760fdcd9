//! An agent answers no more than it is asked, however it is asked.

#![no_main]

use arbitrary::Arbitrary;
use brodo_fuzz::Replayed;
use ice::{IceLite, Protocol, SocketId, Tuple};
use libfuzzer_sys::fuzz_target;
use stun::{Class, IntegrityKey, MessageWriter, TransactionId};
use units::Instant;

#[derive(Arbitrary, Debug)]
struct Datagram {
    port: u8,
    wait: u16,
    kind: Kind,
}

#[derive(Arbitrary, Debug)]
enum Kind {
    Bytes(Vec<u8>),
    /// A check that knows the password, with attributes of any kind.
    Check { ours: bool, nominate: bool, attributes: Vec<(u16, Vec<u8>)> },
    Restart,
}

fuzz_target!(|datagrams: Vec<Datagram>| {
    let mut entropy = Replayed(5);
    let mut agent = IceLite::new("fuzz", 30, &mut entropy);
    let mut now = Instant::from_millis(1_000);
    for datagram in datagrams {
        now += std::time::Duration::from_millis(datagram.wait.into());
        agent.handle_timeout(now);
        let tuple = Tuple {
            socket: SocketId(1),
            remote: ([127, 0, 0, 1], 1_000 + u16::from(datagram.port)).into(),
            protocol: Protocol::Udp,
        };
        let bytes = match datagram.kind {
            Kind::Bytes(bytes) => bytes,
            Kind::Check { ours, nominate, attributes } => check(&agent, ours, nominate, attributes),
            Kind::Restart => {
                agent.restart(now, &mut entropy);
                continue;
            }
        };
        if let Some(answer) = agent.handle_datagram(now, tuple, &bytes) {
            assert!(stun::Message::parse(&answer).is_ok());
        }
        while agent.poll_event().is_some() {}
        assert!(agent.tuples().len() <= 64);
    }
});

fn check(agent: &IceLite, ours: bool, nominate: bool, attributes: Vec<(u16, Vec<u8>)>) -> Vec<u8> {
    let credentials = agent.credentials();
    let key = IntegrityKey::new(if ours { credentials.password() } else { "not it" });
    let name = format!("{}:peer", credentials.ufrag());
    let mut message = MessageWriter::binding(Class::Request, TransactionId([9; 12])).username(&name);
    if nominate {
        message = message.use_candidate();
    }
    for (kind, mut value) in attributes.into_iter().take(8) {
        value.truncate(100);
        message = message.attribute(kind, &value);
    }
    message.integrity(&key).finish()
}
