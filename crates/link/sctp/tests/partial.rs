//! Messages that are given up: by time, by retransmissions, and what it does to those behind them.

mod common;

use std::time::Duration;

use common::{Link, Pair, body, number};
use sctp::Reliability;

const MINUTE: Duration = Duration::from_secs(60);

const ONCE: Reliability = Reliability {
    ordered: false,
    packet_life_time_max: None,
    retransmits_max: Some(0),
};

#[test]
fn a_message_that_may_not_be_sent_again_is_lost_with_its_packet() {
    let lossy = Link {
        loss_percent: 20,
        ..Link::GOOD
    };
    let mut pair = Pair::connected(1, lossy);

    for n in 0..1_000 {
        pair.send(1, &body(n, 500), ONCE);
        pair.run(Duration::from_millis(5));
    }
    pair.run(MINUTE);

    let got = pair.b.messages.len();
    let statistics = pair.a.association.statistics();
    assert!((700..900).contains(&got), "{got} of 1000 arrived");
    assert_eq!(statistics.retransmissions, 0);
    // What was taken for lost but only its SACK was is both given up and delivered.
    let abandoned = statistics.messages_abandoned as usize;
    assert!(
        abandoned >= 1_000 - got && abandoned < 400,
        "{abandoned} given up"
    );
    assert!(pair.a.is_connected() && pair.b.is_connected());
}

#[test]
fn an_ordered_stream_goes_on_behind_a_message_that_was_given_up() {
    let mut pair = Pair::connected(2, Link::GOOD);
    let ordered_once = Reliability {
        ordered: true,
        ..ONCE
    };
    pair.send(1, &body(0, 400), ordered_once);
    pair.run(Duration::from_secs(1));

    // The next packet with data is lost, once.
    let mut lost = 0;
    pair.drop_if = Box::new(move |packet| {
        let drop = lost == 0 && packet[12] == 0;
        lost += u32::from(drop);
        drop
    });
    pair.send(1, &body(1, 400), ordered_once);
    pair.run(Duration::from_millis(1));
    pair.send(1, &body(2, 400), Reliability::ORDERED);
    pair.send(1, &body(3, 90_000), Reliability::ORDERED);
    pair.run(MINUTE);

    let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert_eq!(got, [0, 2, 3]);
    assert_eq!(pair.a.association.statistics().messages_abandoned, 1);
}

#[test]
fn a_large_message_is_given_up_whole() {
    let mut pair = Pair::connected(3, Link::GOOD);
    let mut seen = 0;
    // The tenth packet with data of a message of 80 is lost.
    pair.drop_if = Box::new(move |packet| {
        seen += u32::from(packet[12] == 0);
        packet[12] == 0 && seen == 10
    });

    pair.send(
        1,
        &body(0, 90_000),
        Reliability {
            ordered: true,
            ..ONCE
        },
    );
    pair.send(1, &body(1, 90_000), Reliability::ORDERED);
    pair.run(MINUTE);

    let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert_eq!(got, [1]);
    assert_eq!(pair.a.association.buffered_amount(1), 0);
}

#[test]
fn a_message_that_waited_too_long_is_never_sent() {
    let mut pair = Pair::connected(4, Link::GOOD);
    let short = Reliability {
        ordered: false,
        packet_life_time_max: Some(Duration::from_millis(50)),
        retransmits_max: None,
    };

    // More than leaves within 50 ms of a 20 ms round trip in front of it.
    for n in 0..4 {
        pair.send(1, &body(n, 250_000), Reliability::ORDERED);
    }
    pair.send(1, &body(9, 1_000), short);
    pair.run(MINUTE);
    pair.send(1, &body(10, 1_000), short);
    pair.run(MINUTE);

    let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert_eq!(got, [0, 1, 2, 3, 10]);
    assert_eq!(pair.a.association.statistics().messages_abandoned, 1);
}

#[test]
fn a_life_time_ends_retransmissions() {
    let mut pair = Pair::connected(5, Link::GOOD);
    let mut blocked = true;
    let until = pair.now + Duration::from_secs(3);
    let short = Reliability {
        ordered: true,
        packet_life_time_max: Some(Duration::from_millis(500)),
        retransmits_max: None,
    };
    pair.drop_if = Box::new(move |packet| blocked && packet[12] == 0);
    pair.send(1, &body(0, 4_000), short);
    pair.run_until(Duration::from_secs(3), |pair| pair.now >= until);
    blocked = false;
    pair.drop_if = Box::new(move |_| blocked);

    pair.send(1, &body(1, 4_000), short);
    pair.run(MINUTE);

    let got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert_eq!(got, [1]);
}

#[test]
fn limited_and_unlimited_streams_share_a_bad_link() {
    let mut pair = Pair::connected(
        6,
        Link {
            loss_percent: 10,
            ..Link::BAD
        },
    );

    for n in 0..300 {
        pair.send(
            1,
            &body(n, 2_500),
            Reliability {
                ordered: n % 2 == 0,
                ..ONCE
            },
        );
        pair.send(2, &body(n, 2_500), Reliability::ORDERED);
        pair.send(3, &body(n, 900), Reliability::UNORDERED);
        pair.run(Duration::from_millis(40));
    }
    pair.run(MINUTE * 10);

    let of = |stream| pair.b.messages.iter().filter(move |m| m.stream == stream);
    assert_eq!(of(2).count(), 300);
    assert_eq!(of(3).count(), 300);
    let limited = of(1).count();
    assert!((150..300).contains(&limited), "{limited} of 300");
}
