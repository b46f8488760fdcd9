//! Who gets which answer.

use super::*;

#[test]
fn the_answer_is_signed_and_shows_the_senders_address() {
    let mut agent = agent();

    let answer = check(&mut agent, 0, way(7), plain).expect("an answer");

    let message = Message::parse(&answer).expect("well formed");
    assert_eq!(
        (message.class(), message.transaction_id()),
        (Class::Success, ID)
    );
    assert_eq!(message.xor_mapped_address(), Some(way(7).remote));
    assert!(message.has_fingerprint());
    assert!(message.verify(&IntegrityKey::new(agent.credentials().password())));
}

#[test]
fn the_answer_is_no_longer_than_the_check_even_over_ipv6() {
    let mut agent = agent();
    let credentials = agent.credentials().clone();
    // A name without a sender's part is as short as a valid check gets.
    let request = MessageWriter::binding(Class::Request, ID)
        .username(&format!("{}:", credentials.ufrag()))
        .priority(1)
        .integrity(credentials.key())
        .finish();
    let tuple = Tuple {
        remote: "[2001:db8::1]:9".parse().expect("an address"),
        ..way(1)
    };

    let answer = agent
        .handle_datagram(ms(0), tuple, &request)
        .expect("an answer");

    assert!(answer.len() <= request.len());
}

#[test]
fn a_controlled_peer_is_told_of_the_conflict_and_changes_nothing() {
    let mut agent = agent();

    let answer = check(&mut agent, 0, way(1), |check| check.ice_controlled(5)).expect("an answer");

    let message = Message::parse(&answer).expect("well formed");
    assert_eq!(message.error_code(), Some(487));
    assert!(message.verify(&IntegrityKey::new(agent.credentials().password())));
    assert_eq!((agent.state(), events(&mut agent)), (State::New, vec![]));
}

#[test]
fn strangers_get_few_answers_and_none_longer_than_their_request() {
    let mut agent = agent();
    let request = strangers_check();

    let answers: Vec<_> = (0..1_000)
        .filter_map(|_| agent.handle_datagram(ms(0), way(1), &request))
        .collect();

    assert_eq!(answers.len(), 10);
    for answer in answers {
        assert!(answer.len() <= request.len());
        assert_eq!(error_code(&answer), Some(401));
        assert!(
            !Message::parse(&answer)
                .expect("well formed")
                .has_integrity()
        );
    }
    assert_eq!((agent.state(), events(&mut agent)), (State::New, vec![]));
}

#[test]
fn a_flood_of_strangers_does_not_keep_the_peer_out() {
    let mut agent = agent();
    for _ in 0..1_000 {
        let _ = agent.handle_datagram(ms(0), way(1), &strangers_check());
    }

    assert!(check(&mut agent, 0, way(2), plain).is_some());
    assert_eq!(agent.tuples(), [way(2)]);
}

#[test]
fn an_incomplete_request_is_a_bad_one() {
    let credentials = agent().credentials().clone();
    let binding = || MessageWriter::binding(Class::Request, ID);
    let name = format!("{}:peer", credentials.ufrag());
    let no_integrity = binding().username(&name).priority(1).finish();
    let no_priority = binding()
        .username(&name)
        .integrity(credentials.key())
        .finish();
    let no_username = binding().priority(1).integrity(credentials.key()).finish();
    let no_fingerprint = begun(&credentials)
        .integrity(credentials.key())
        .finish_without_fingerprint();
    // Allocate (RFC 8656) instead of Binding, and nothing else wrong.
    let mut allocate = binding().finish_without_fingerprint();
    allocate[1] = 3;
    let allocate = Message::parse(&allocate).expect("well formed");
    let other_method = MessageWriter::answer(&allocate, Class::Request)
        .username(&name)
        .priority(1)
        .integrity(credentials.key())
        .finish();

    for request in [
        no_integrity,
        no_priority,
        no_username,
        no_fingerprint,
        other_method,
    ] {
        let mut agent = agent();

        let answer = agent
            .handle_datagram(ms(0), way(1), &request)
            .expect("an answer");

        assert_eq!(error_code(&answer), Some(400));
        assert_eq!((agent.state(), events(&mut agent)), (State::New, vec![]));
    }
}

#[test]
fn a_request_shorter_than_a_refusal_gets_none() {
    let mut agent = agent();
    let request = MessageWriter::binding(Class::Request, ID).finish();

    assert_eq!(agent.handle_datagram(ms(0), way(1), &request), None);
}

#[test]
fn a_refusal_has_the_length_we_count_with() {
    let answer = MessageWriter::binding(Class::Error, ID)
        .error(ErrorCode::Unauthorized)
        .finish();

    assert_eq!(answer.len(), REFUSAL_LEN);
}

#[test]
fn the_right_password_under_a_longer_name_is_a_stranger() {
    let mut agent = agent();
    let credentials = agent.credentials().clone();
    for name in [
        format!("{}x:peer", credentials.ufrag()),
        format!("{}:peer", &credentials.ufrag()[1..]),
        credentials.ufrag().to_owned(),
    ] {
        let request = MessageWriter::binding(Class::Request, ID)
            .username(&name)
            .priority(1)
            .integrity(credentials.key())
            .finish();

        let answer = agent
            .handle_datagram(ms(0), way(1), &request)
            .expect("an answer");

        assert_eq!(error_code(&answer), Some(401));
    }
}

#[test]
fn what_is_no_request_has_no_effect() {
    for class in [Class::Indication, Class::Success, Class::Error] {
        let mut agent = agent();
        let credentials = agent.credentials().clone();
        let message = MessageWriter::binding(class, ID)
            .username(&format!("{}:peer", credentials.ufrag()))
            .priority(1)
            .use_candidate()
            .integrity(credentials.key())
            .finish();

        assert_eq!(agent.handle_datagram(ms(0), way(1), &message), None);
        assert_eq!((agent.state(), events(&mut agent)), (State::New, vec![]));
    }
}

#[test]
fn an_attribute_that_must_be_understood_and_is_not_is_passed_over() {
    let mut agent = agent();

    let answer = check(&mut agent, 0, way(1), |check| check.attribute(0x7fff, &[1]));

    assert_eq!(error_code(&answer.expect("an answer")), None);
    assert_eq!(agent.state(), State::Connected);
}

#[test]
fn after_a_restart_the_old_credentials_hold_until_the_new_are_used() {
    let mut agent = completed();
    let old = agent.credentials().clone();
    let new = agent.restart(ms(0), &mut Fixed(99)).clone();
    assert_eq!(
        events(&mut agent),
        [Event::UfragAdded(new.ufrag().to_owned())]
    );
    assert!(agent.ufrags().eq([new.ufrag(), old.ufrag()]));

    assert_eq!(answer_to(&mut agent, &old), Class::Success);
    assert_eq!(events(&mut agent), []);
    assert_eq!(answer_to(&mut agent, &new), Class::Success);
    assert_eq!(
        events(&mut agent),
        [Event::UfragRemoved(old.ufrag().to_owned())]
    );
    assert_eq!(answer_to(&mut agent, &old), Class::Error);
    assert_eq!(agent.state(), State::Completed);
}

#[test]
fn a_second_restart_ends_the_oldest_credentials() {
    let mut agent = completed();
    let oldest = agent.credentials().clone();
    let old = agent.restart(ms(0), &mut Fixed(99)).clone();
    events(&mut agent);

    let new = agent.restart(ms(0), &mut Fixed(50)).clone();

    assert_eq!(
        events(&mut agent),
        [
            Event::UfragRemoved(oldest.ufrag().to_owned()),
            Event::UfragAdded(new.ufrag().to_owned()),
        ]
    );
    assert_eq!(answer_to(&mut agent, &oldest), Class::Error);
    assert_eq!(answer_to(&mut agent, &old), Class::Success);
    assert_eq!(answer_to(&mut agent, &new), Class::Success);
}

#[test]
fn while_the_owner_does_not_listen_checks_are_ignored() {
    let mut agent = agent();
    for place in 0..1_000 {
        check(&mut agent, 0, way(place), MessageWriter::use_candidate);
    }

    let waiting = events(&mut agent);

    assert!((EVENTS_MAX..EVENTS_MAX + 10).contains(&waiting.len()));
    assert!(check(&mut agent, 0, way(0), plain).is_some());
}

/// The class of the answer to a check with these credentials, signed with the same if it is good.
fn answer_to(agent: &mut IceLite, credentials: &Credentials) -> Class {
    let request = begun(credentials).integrity(credentials.key()).finish();
    let answer = agent
        .handle_datagram(ms(0), way(1), &request)
        .expect("an answer");
    let message = Message::parse(&answer).expect("well formed");
    let good = message.class() == Class::Success;
    assert_eq!(message.verify(credentials.key()), good);
    message.class()
}
