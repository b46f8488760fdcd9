//! How associations begin, start streams anew, fall silent and end.

mod common;

use std::time::Duration;

use common::{Link, Node, Ours, Pair, body, number, outgoing};
use sctp::{CloseReason, Config, Event, Reliability, State};
use units::Instant;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn both_learn_what_both_can() {
    let mut pair = strangers(1, Link::GOOD);
    pair.a.association.connect(pair.now);
    pair.run(Duration::from_secs(1));

    for events in [&pair.a.events, &pair.b.events] {
        let [Event::Connected(negotiated)] = events[..] else {
            panic!("told {events:?}");
        };
        assert_eq!(
            (negotiated.streams_out, negotiated.streams_in),
            (65_535, 65_535)
        );
        assert!(negotiated.partial_reliability && negotiated.reconfig);
    }
}

#[test]
fn both_may_begin_at_once_over_any_link() {
    for seed in 0..60 {
        let mut pair = strangers(
            seed,
            Link {
                loss_percent: 25,
                duplicate_percent: 25,
                ..Link::BAD
            },
        );
        pair.a.association.connect(pair.now);
        pair.b.association.connect(pair.now);
        pair.send(1, &body(1, 5_000), Reliability::ORDERED);

        let met = pair.run_until(MINUTE * 5, |pair| pair.b.messages.len() == 1);

        assert!(
            met,
            "seed {seed}: {:?}, {:?}",
            pair.a.association.state(),
            pair.b.association.state()
        );
        let connects = |ours: &Ours| {
            let connected = |event: &&Event| matches!(event, Event::Connected(_));
            ours.events.iter().filter(connected).count()
        };
        assert_eq!(
            (connects(&pair.a), connects(&pair.b)),
            (1, 1),
            "seed {seed}"
        );
    }
}

/// The acknowledgement of a cookie is lost until the cookie has expired: it is given all the same.
#[test]
fn a_cookie_that_was_taken_once_is_acknowledged_however_late() {
    let mut pair = strangers(2, Link::GOOD);
    pair.a.association.connect(pair.now);
    pair.drop_if = Box::new(|packet| packet[12] == COOKIE_ACK);
    pair.run(MINUTE * 2);
    assert_eq!(pair.a.association.state(), State::Connecting);

    pair.drop_if = Box::new(|_| false);

    assert!(pair.run_until(MINUTE * 3, |pair| pair.a.is_connected()));
    assert_eq!(pair.b.events.len(), 1);
}

/// The cookie itself is held up until it has expired: another is asked for.
#[test]
fn a_cookie_that_comes_too_late_is_asked_for_again() {
    let mut pair = strangers(2, Link::GOOD);
    pair.a.association.connect(pair.now);
    pair.drop_if = Box::new(|packet| packet[12] == COOKIE_ECHO);
    pair.run(MINUTE * 2);

    pair.drop_if = Box::new(|_| false);

    assert!(pair.run_until(MINUTE * 3, |pair| pair.a.is_connected()));
    assert!(pair.b.is_connected());
}

const COOKIE_ECHO: u8 = 10;
const COOKIE_ACK: u8 = 11;

#[test]
fn a_peer_that_never_answers_is_given_up() {
    let mut pair = strangers(
        2,
        Link {
            loss_percent: 100,
            ..Link::GOOD
        },
    );
    pair.a.association.connect(pair.now);

    pair.run(MINUTE * 20);

    assert_eq!(pair.a.association.state(), State::Failed);
    assert_eq!(pair.a.events, [Event::Closed(CloseReason::HandshakeFailed)]);
    assert_eq!(pair.a.association.poll_timeout(), None);
}

#[test]
fn a_peer_that_falls_silent_is_noticed_with_data_and_without() {
    for with_data in [true, false] {
        let mut pair = Pair::connected(3, Link::GOOD);
        pair.link.loss_percent = 100;
        if with_data {
            pair.send(0, b"anybody?", Reliability::ORDERED);
        }

        pair.run(MINUTE * 30);

        assert_eq!(pair.a.events, [Event::Closed(CloseReason::Unreachable)]);
        assert_eq!(pair.b.events, [Event::Closed(CloseReason::Unreachable)]);
    }
}

/// As when a phone changes networks: nobody is in a hurry to call the other one dead (RFC 9260 §8.3).
#[test]
fn an_outage_of_twenty_seconds_ends_no_association() {
    for resets in [true, false] {
        let mut pair = Pair::connected(3, Link::GOOD);
        // Just before both ask whether the other is still there.
        pair.run(Duration::from_secs(30));

        pair.link.loss_percent = 100;
        if resets {
            pair.a.association.reset_stream(7);
        }
        pair.run(Duration::from_secs(20));
        pair.link.loss_percent = 0;
        pair.run(MINUTE);

        assert!(pair.a.is_connected() && pair.b.is_connected());
        let told = pair
            .b
            .events
            .contains(&Event::IncomingStreamsReset(vec![7]));
        assert_eq!(told, resets);
        pair.send(0, b"there you are", Reliability::ORDERED);
        assert!(pair.run_until(MINUTE, |pair| pair.b.messages.len() == 1));
    }
}

#[test]
fn what_is_sent_on_a_stream_that_is_closed_again_meanwhile_does_not_go() {
    let mut pair = Pair::connected(9, Link::GOOD);
    pair.send(7, b"first", Reliability::ORDERED);
    pair.run(Duration::from_millis(1));
    pair.a.association.reset_stream(7);
    pair.run(Duration::from_millis(1));

    // The answer is on its way still.
    pair.send(7, b"second", Reliability::ORDERED);
    pair.a.association.reset_stream(7);
    pair.send(7, b"third", Reliability::ORDERED);
    pair.run(MINUTE);

    let got: Vec<&[u8]> = pair.b.messages.iter().map(|m| &*m.data).collect();
    assert_eq!(got, [&b"first"[..], b"third"]);
    assert_eq!(pair.b.events, [Event::IncomingStreamsReset(vec![7])]);
}

#[test]
fn a_quiet_association_stays() {
    let mut pair = Pair::connected(4, Link::BAD);
    pair.run(MINUTE * 60);

    pair.send(0, b"still there", Reliability::ORDERED);

    assert!(pair.run_until(MINUTE, |pair| pair.b.messages.len() == 1));
}

#[test]
fn an_abort_ends_both_sides() {
    let mut pair = Pair::connected(5, Link::GOOD);

    pair.a.association.abort();
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.a.events, [Event::Closed(CloseReason::Aborted)]);
    assert_eq!(pair.b.events, [Event::Closed(CloseReason::PeerAborted)]);
    assert_eq!(pair.b.association.state(), State::Closed);
    let late = outgoing(0, b"late", Reliability::ORDERED);
    assert_eq!(
        pair.b.association.send(pair.now, late),
        Err(sctp::SendRefusal::Closed)
    );
    assert_eq!(pair.b.association.poll_timeout(), None);
}

#[test]
fn a_stream_starts_anew_and_the_other_direction_does_not_notice() {
    let mut pair = Pair::connected(
        6,
        Link {
            loss_percent: 10,
            ..Link::BAD
        },
    );
    for n in 0..20 {
        pair.send(7, &body(n, 3_000), Reliability::ORDERED);
        let back = outgoing(7, &body(n, 3_000), Reliability::ORDERED);
        pair.b.association.send(pair.now, back).expect("room");
    }
    pair.run(MINUTE);
    pair.b.events.clear();

    pair.a.association.reset_stream(7);
    let told = pair.run_until(MINUTE, |pair| !pair.b.events.is_empty());
    assert!(told && pair.b.events == [Event::IncomingStreamsReset(vec![7])]);
    for n in 20..40 {
        pair.send(7, &body(n, 3_000), Reliability::ORDERED);
        let back = outgoing(7, &body(n, 3_000), Reliability::ORDERED);
        pair.b.association.send(pair.now, back).expect("room");
    }
    pair.run(MINUTE * 2);

    let done = Event::OutgoingStreamReset {
        stream: 7,
        performed: true,
    };
    assert!(pair.a.events.contains(&done), "told {:?}", pair.a.events);
    for messages in [&pair.a.messages, &pair.b.messages] {
        let got: Vec<u32> = messages.iter().map(|m| number(&m.data)).collect();
        assert_eq!(got, (0..40).collect::<Vec<u32>>());
    }
}

#[test]
fn a_message_under_way_is_finished_before_its_stream_starts_anew() {
    for seed in 0..20 {
        let mut pair = Pair::connected(
            100 + seed,
            Link {
                loss_percent: 10,
                ..Link::BAD
            },
        );
        pair.send(1, &body(0, 200_000), Reliability::ORDERED);
        pair.send(1, &body(1, 1_000), Reliability::ORDERED);
        pair.run(Duration::from_millis(5));

        pair.a.association.reset_stream(1);
        pair.send(1, &body(2, 1_000), Reliability::ORDERED);
        pair.run(MINUTE * 10);

        let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
        assert_eq!(got, [0, 2], "seed {seed}");
        assert_eq!(pair.b.events, [Event::IncomingStreamsReset(vec![1])]);
    }
}

#[test]
fn many_streams_start_anew_in_few_requests() {
    let mut pair = Pair::connected(8, Link::BAD);

    for stream in 0..1_000 {
        pair.send(stream, b"once", Reliability::ORDERED);
        pair.a.association.reset_stream(stream);
    }
    pair.run(MINUTE);

    let reset: usize = pair
        .b
        .events
        .iter()
        .map(|event| match event {
            Event::IncomingStreamsReset(streams) => streams.len(),
            other => panic!("told {other:?}"),
        })
        .sum();
    assert_eq!(reset, 1_000);
    assert!(pair.b.events.len() < 50);
}

#[test]
fn a_peer_that_starts_anew_is_met_again() {
    let mut pair = Pair::connected(9, Link::GOOD);
    pair.send(1, &body(0, 100), Reliability::ORDERED);
    pair.run(Duration::from_secs(1));

    pair.a = Ours::new(99, Config::default());
    pair.a.association.connect(pair.now);
    assert!(pair.run_until(MINUTE, |pair| pair.a.is_connected()));
    pair.send(1, &body(1, 100), Reliability::ORDERED);
    let back = outgoing(1, &body(2, 100), Reliability::ORDERED);
    pair.b.association.send(pair.now, back).expect("room");
    pair.run(MINUTE);

    let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert_eq!(got, [0, 1]);
    assert_eq!(pair.a.messages.len(), 1);
    assert!(matches!(pair.b.events[..], [Event::Connected(_)]));
}

#[test]
fn a_late_init_does_not_disturb_who_has_met() {
    let mut first: Option<Vec<u8>> = None;
    let mut pair = strangers(10, Link::GOOD);
    pair.a.association.connect(pair.now);
    if let Some(init) = pair.a.transmit(pair.now) {
        pair.inject(false, init.clone());
        first = Some(init);
    }
    assert!(pair.run_until(MINUTE, |pair| pair.a.is_connected()));

    pair.inject(false, first.expect("an INIT"));
    pair.run(Duration::from_secs(1));
    pair.send(1, &body(0, 100), Reliability::ORDERED);
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.b.messages.len(), 1);
    assert_eq!(pair.b.events.len(), 1);
}

fn strangers(seed: u64, link: Link) -> Pair {
    let a = Ours::new(1_000 + seed, Config::default());
    let b = Ours::new(2_000 + seed, Config::default());
    let mut pair = Pair::new(seed, link, a, b);
    pair.now = Instant::ZERO;
    pair
}
