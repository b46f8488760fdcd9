//! The agent in its states. Below, what these tests share.

mod life;
mod model;
mod requests;
mod table;

use stun::TransactionId;

use super::*;
use crate::tuple::{Protocol, SocketId};

const ID: TransactionId = TransactionId([7; 12]);

struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            *byte = self.0;
        }
    }
}

/// A new agent with a consent time-out of 30 s, whose first event has been taken.
fn agent() -> IceLite {
    let mut agent = IceLite::new("", 30, &mut Fixed(1));
    events(&mut agent);
    agent
}

/// The agent after one check with a nomination by way 1 at 0 ms.
fn completed() -> IceLite {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);
    events(&mut agent);
    agent
}

/// The agent after consent has expired at 30 s.
fn disconnected() -> IceLite {
    let mut agent = completed();
    agent.handle_timeout(ms(30_000));
    events(&mut agent);
    agent
}

fn way(place: u16) -> Tuple {
    Tuple {
        socket: SocketId(1),
        remote: ([192, 0, 2, 1], 1_000 + place).into(),
        protocol: Protocol::Udp,
    }
}

fn ms(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn plain(check: MessageWriter) -> MessageWriter {
    check
}

/// A check with the current credentials, and `more` attributes.
fn check(
    agent: &mut IceLite,
    at: u64,
    tuple: Tuple,
    more: impl FnOnce(MessageWriter) -> MessageWriter,
) -> Option<Vec<u8>> {
    let credentials = agent.credentials().clone();
    let request = more(begun(&credentials)).integrity(credentials.key());
    agent.handle_datagram(ms(at), tuple, &request.finish())
}

/// A check that lacks only its integrity.
fn begun(credentials: &Credentials) -> MessageWriter {
    MessageWriter::binding(Class::Request, ID)
        .username(&format!("{}:peer", credentials.ufrag()))
        .priority(1)
        .ice_controlling(1)
}

/// A check by somebody who guesses.
fn strangers_check() -> Vec<u8> {
    MessageWriter::binding(Class::Request, ID)
        .username("x:y")
        .priority(1)
        .integrity(&IntegrityKey::new("guess"))
        .finish()
}

fn error_code(answer: &[u8]) -> Option<u16> {
    Message::parse(answer).expect("well formed").error_code()
}

fn events(agent: &mut IceLite) -> Vec<Event> {
    std::iter::from_fn(|| agent.poll_event()).collect()
}
