//! The rows of the agent's state table, and what strangers get.

use stun::{IntegrityKey, TransactionId};

use super::*;
use crate::tuple::{Protocol, SocketId};

#[test]
fn new_and_a_check_is_connected() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), |check| check);

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleAdded(way(1)),
            Event::TupleSelected(way(1)),
            Event::StateChanged(State::Connected),
        ]
    );
}

#[test]
fn new_and_a_nomination_is_completed() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), MessageWriter::use_candidate);

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(1)))
    );
}

#[test]
fn connected_and_another_check_only_remembers() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check);

    check(&mut agent, 0, way(2), |check| check);

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Connected, Some(way(1)))
    );
    assert!(agent.knows(&way(2)));
}

#[test]
fn connected_and_a_nomination_is_completed() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check);

    check(&mut agent, 0, way(2), MessageWriter::use_candidate);

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(2)))
    );
}

#[test]
fn aggressive_nomination_moves_the_selected_way_each_time() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);

    check(&mut agent, 0, way(2), MessageWriter::use_candidate);

    assert_eq!(agent.selected(), Some(way(2)));
}

#[test]
fn renomination_needs_a_higher_number() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check.nomination(2));
    assert_eq!(agent.state(), State::Completed);

    check(&mut agent, 0, way(2), |check| check.nomination(2));
    assert_eq!(agent.selected(), Some(way(1)));

    check(&mut agent, 0, way(2), |check| check.nomination(3));
    assert_eq!(agent.selected(), Some(way(2)));
}

#[test]
fn a_first_nomination_of_zero_counts() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), |check| check.nomination(0));

    assert_eq!(agent.state(), State::Completed);
}

#[test]
fn completed_and_a_check_elsewhere_only_remembers() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);

    check(&mut agent, 0, way(2), |check| check);

    assert_eq!(agent.selected(), Some(way(1)));
}

#[test]
fn consent_expires_without_checks_and_comes_back_with_one() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);
    check(&mut agent, 10_000, way(1), |check| check);
    assert_eq!(agent.poll_timeout(), Some(ms(40_000)));
    agent.handle_timeout(ms(39_999));
    assert_eq!(agent.state(), State::Completed);
    events(&mut agent);

    agent.handle_timeout(ms(40_000));

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleRemoved(way(1)),
            Event::StateChanged(State::Disconnected)
        ]
    );
    check(&mut agent, 50_000, way(1), |check| check);
    assert_eq!(agent.state(), State::Connected);
}

#[test]
fn the_consent_time_out_has_bounds_and_zero_is_never() {
    let timeout = |seconds| {
        let mut agent = IceLite::new("", seconds, &mut Fixed(3));
        check(&mut agent, 0, way(1), |check| check);
        agent.poll_timeout()
    };

    assert_eq!(timeout(0), None);
    assert_eq!(timeout(1), Some(ms(10_000)));
    assert_eq!(timeout(200), Some(ms(60_000)));
}

#[test]
fn a_closed_connection_hands_over_to_the_newest_other_way() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);
    check(&mut agent, 0, way(2), |check| check);

    agent.handle_closed(ms(5), way(1));
    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(2)))
    );

    agent.handle_closed(ms(6), way(2));
    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Disconnected, None)
    );
}

#[test]
fn at_most_eight_ways_are_remembered_and_the_selected_one_stays() {
    let mut agent = agent();
    check(&mut agent, 0, way(0), MessageWriter::use_candidate);
    for place in 1..20 {
        check(&mut agent, 0, way(place), |check| check);
    }

    assert!(agent.knows(&way(0)));
    assert_eq!(
        (0..20).filter(|&place| agent.knows(&way(place))).count(),
        TUPLES_MAX
    );
    assert!(events(&mut agent).contains(&Event::TupleRemoved(way(1))));
}

#[test]
fn after_a_restart_the_old_credentials_hold_until_the_new_are_used() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);
    let old = agent.credentials().clone();
    let new = agent.restart(ms(0), &mut Fixed(99)).clone();
    events(&mut agent);

    assert_eq!(answer_to(&mut agent, &old), Class::Success);
    assert_eq!(answer_to(&mut agent, &new), Class::Success);
    assert_eq!(answer_to(&mut agent, &old), Class::Error);
    assert_eq!(
        events(&mut agent),
        [Event::UfragRemoved(old.ufrag().to_owned())]
    );
    assert_eq!(agent.state(), State::Completed);
}

#[test]
fn the_answer_is_signed_and_shows_the_senders_address() {
    let mut agent = agent();
    let key = IntegrityKey::new(agent.credentials().password());

    let answer = check(&mut agent, 0, way(7), |check| check).expect("an answer");

    let message = Message::parse(&answer).expect("well formed");
    assert_eq!(message.xor_mapped_address(), Some(way(7).remote));
    assert!(message.verify(&key));
}

#[test]
fn a_controlled_peer_is_told_of_the_conflict_and_changes_nothing() {
    let mut agent = agent();

    let answer = check(&mut agent, 0, way(1), |check| check.ice_controlled(5)).expect("an answer");

    assert_eq!(
        Message::parse(&answer).expect("well formed").error_code(),
        Some(487)
    );
    assert_eq!(agent.state(), State::New);
}

#[test]
fn strangers_get_few_answers_and_none_longer_than_their_request() {
    let mut agent = agent();
    let request = MessageWriter::binding(Class::Request, ID)
        .username("x:y")
        .priority(1)
        .integrity(&IntegrityKey::new("guess"))
        .finish();

    let answers: Vec<_> = (0..1_000)
        .filter_map(|_| agent.handle_datagram(ms(0), way(1), &request))
        .collect();

    assert_eq!(answers.len(), 10);
    assert!(answers.iter().all(|answer| answer.len() <= request.len()));
    assert_eq!(
        Message::parse(&answers[0])
            .expect("well formed")
            .error_code(),
        Some(401)
    );
    assert_eq!(agent.state(), State::New);
}

#[test]
fn an_incomplete_request_is_a_bad_one() {
    let mut agent = agent();
    let request = MessageWriter::binding(Class::Request, ID).finish();

    let answer = agent
        .handle_datagram(ms(0), way(1), &request)
        .expect("an answer");

    assert_eq!(
        Message::parse(&answer).expect("well formed").error_code(),
        Some(400)
    );
}

#[test]
fn media_moves_the_selected_way_only_to_a_known_one() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), MessageWriter::use_candidate);
    check(&mut agent, 0, way(2), |check| check);

    agent.handle_media(way(3));
    assert_eq!(agent.selected(), Some(way(1)));

    agent.handle_media(way(2));
    assert_eq!(agent.selected(), Some(way(2)));
}

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

fn agent() -> IceLite {
    let mut agent = IceLite::new("", 30, &mut Fixed(1));
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

fn check(
    agent: &mut IceLite,
    at: u64,
    tuple: Tuple,
    more: impl FnOnce(MessageWriter) -> MessageWriter,
) -> Option<Vec<u8>> {
    let credentials = agent.credentials().clone();
    let request = MessageWriter::binding(Class::Request, ID)
        .username(&format!("{}:peer", credentials.ufrag()))
        .priority(1);
    let request = more(request).integrity(credentials.key()).finish();
    agent.handle_datagram(ms(at), tuple, &request)
}

fn answer_to(agent: &mut IceLite, credentials: &Credentials) -> Class {
    let request = MessageWriter::binding(Class::Request, ID)
        .username(&format!("{}:peer", credentials.ufrag()))
        .priority(1);
    let request = request.integrity(credentials.key()).finish();
    let answer = agent
        .handle_datagram(ms(0), way(1), &request)
        .expect("an answer");
    Message::parse(&answer).expect("well formed").class()
}

fn events(agent: &mut IceLite) -> Vec<Event> {
    std::iter::from_fn(|| agent.poll_event()).collect()
}
