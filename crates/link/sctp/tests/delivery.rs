//! What is sent arrives: over a link that loses, doubles and reorders, and without limits to how hard
//! a message is tried, each message arrives once.

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{Link, Node, Pair, Rng, body, number, outgoing};
use sctp::{Event, Outgoing, Ppid, Reliability, SendRefusal};

const MINUTE: Duration = Duration::from_secs(60);

/// Half of them ordered, over several streams, sizes from one byte to 256 KiB.
#[test]
fn ten_thousand_messages_all_arrive_over_a_bad_link() {
    let mut pair = Pair::connected(1, Link::BAD);
    let (mut next, mut refused) = (0, 0);
    let mut waiting = nth(next);

    let done = pair.run_until(MINUTE * 600, |pair| {
        while next < MESSAGES {
            match pair.a.association.send(pair.now, waiting.clone()) {
                Ok(_) => {
                    next += 1;
                    waiting = nth(next);
                }
                Err(SendRefusal::BufferFull) => {
                    refused += 1;
                    break;
                }
                Err(other) => panic!("{other}"),
            }
        }
        pair.b.messages.len() == MESSAGES as usize
    });

    assert!(done, "{} of {MESSAGES} arrived", pair.b.messages.len());
    assert!(refused > 0, "the queue was never full");
    assert!(pair.a.association.statistics().retransmissions > 1_000);
    let mut seen = vec![false; MESSAGES as usize];
    let mut last: BTreeMap<u16, u32> = BTreeMap::new();
    for message in &pair.b.messages {
        let number = number(&message.data);
        assert!(
            !std::mem::replace(&mut seen[number as usize], true),
            "twice"
        );
        assert_eq!(message.stream, (number % 6) as u16);
        if number.is_multiple_of(2) {
            let before = last.insert(message.stream, number);
            assert!(before < Some(number), "{number} after {before:?}");
        }
    }
}

const MESSAGES: u32 = 10_000;

fn nth(n: u32) -> Outgoing {
    let reliability = match n % 2 {
        0 => Reliability::ORDERED,
        _ => Reliability::UNORDERED,
    };
    let len = Rng::new(n.into()).size(262_144);
    outgoing((n % 6) as u16, &body(n, len), reliability)
}

/// Q13 of the specification: unordered alone does not mean unreliable.
#[test]
fn unordered_without_limits_is_reliable() {
    let mut pair = Pair::connected(
        2,
        Link {
            loss_percent: 20,
            ..Link::BAD
        },
    );

    for n in 0..100 {
        pair.send(3, &body(n, 5_000), Reliability::UNORDERED);
    }

    assert!(pair.run_until(MINUTE * 10, |pair| pair.b.messages.len() == 100));
    let numbers: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert!(
        !numbers.is_sorted(),
        "nothing was overtaken, so the test shows little"
    );
    assert_eq!(pair.a.association.statistics().messages_abandoned, 0);
}

#[test]
fn ordered_messages_keep_their_order_over_a_link_that_loses_a_third() {
    let mut pair = Pair::connected(
        3,
        Link {
            loss_percent: 33,
            ..Link::BAD
        },
    );

    for n in 0..200 {
        pair.send(0, &body(n, 700), Reliability::ORDERED);
    }

    assert!(pair.run_until(MINUTE * 60, |pair| pair.b.messages.len() == 200));
    let numbers: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    assert!(numbers.is_sorted());
}

#[test]
fn an_empty_message_is_one_byte_under_a_name_of_its_own() {
    let mut pair = Pair::connected(4, Link::GOOD);

    for (stream, ppid) in [
        (1, Ppid::STRING),
        (2, Ppid::BINARY),
        (3, Ppid::STRING_EMPTY),
    ] {
        let mut message = outgoing(stream, &[], Reliability::ORDERED);
        message.ppid = ppid;
        pair.a.association.send(pair.now, message).expect("room");
    }
    pair.run(Duration::from_secs(1));

    let got: Vec<_> = pair
        .b
        .messages
        .iter()
        .map(|m| (m.ppid, m.data.to_vec()))
        .collect();
    assert_eq!(
        got,
        [
            (Ppid::STRING_EMPTY, vec![0]),
            (Ppid::BINARY_EMPTY, vec![0]),
            (Ppid::STRING_EMPTY, vec![0]),
        ]
    );
}

#[test]
fn messages_sent_before_the_handshake_wait_for_it() {
    let mut pair = Pair::new(
        5,
        Link::BAD,
        common::Ours::new(5, sctp::Config::default()),
        common::Ours::new(6, sctp::Config::default()),
    );
    pair.send(9, &body(1, 3_000), Reliability::ORDERED);

    pair.a.association.connect(pair.now);

    assert!(pair.run_until(MINUTE, |pair| pair.b.messages.len() == 1));
    assert_eq!(number(&pair.b.messages[0].data), 1);
}

#[test]
fn limits_on_what_waits_and_on_one_message_are_kept_and_told() {
    let config = sctp::Config {
        send_message_size_max: 1_000,
        send_buffer_size: 5_000,
        stream_send_buffer_size: 2_500,
        ..sctp::Config::default()
    };
    let mut ours = common::Ours::new(1, config);
    let mut send = |stream, len| {
        let message = outgoing(stream, &body(0, len), Reliability::ORDERED);
        ours.association.send(units::Instant::ZERO, message)
    };

    assert_eq!(send(0, 1_001), Err(SendRefusal::MessageTooLarge));
    assert_eq!(send(0, 1_000), Ok(1_000));
    assert_eq!(send(0, 1_000), Ok(2_000));
    assert_eq!(send(0, 1_000), Err(SendRefusal::BufferFull));
    assert_eq!(send(0, 500), Ok(2_500));
    assert_eq!(send(1, 1_000), Ok(1_000));
    assert_eq!(send(2, 1_000), Ok(1_000));
    assert_eq!(send(3, 501), Err(SendRefusal::BufferFull));
    assert_eq!(send(3, 500), Ok(500));
}

#[test]
fn a_stream_that_drains_tells_once_that_it_is_low() {
    let mut pair = Pair::connected(6, Link::GOOD);
    pair.a
        .association
        .set_buffered_amount_low_threshold(1, 10_000);

    for n in 0..10 {
        pair.send(1, &body(n, 20_000), Reliability::ORDERED);
    }
    assert_eq!(pair.a.association.buffered_amount(1), 200_000);
    pair.run(MINUTE);

    let lows: Vec<&Event> = pair.a.events.iter().collect();
    let [Event::BufferedAmountLow { stream: 1, amount }] = lows[..] else {
        panic!("told {lows:?}");
    };
    assert!(*amount <= 10_000);
    assert_eq!(pair.a.association.buffered_amount(1), 0);
}

#[test]
fn a_message_larger_than_the_peer_takes_is_dropped_there_and_nothing_else_is() {
    let config = sctp::Config {
        receive_message_size_max: 10_000,
        ..sctp::Config::default()
    };
    let mut pair = Pair::connected_with(7, Link::BAD, config);

    pair.send(0, &body(0, 9_000), Reliability::ORDERED);
    pair.send(0, &body(1, 200_000), Reliability::ORDERED);
    pair.send(0, &body(2, 9_000), Reliability::ORDERED);
    pair.send(0, &body(3, 10_001), Reliability::UNORDERED);
    pair.send(0, &body(4, 10_000), Reliability::UNORDERED);
    pair.run(MINUTE);

    let mut got: Vec<u32> = pair.b.messages.iter().map(|m| number(&m.data)).collect();
    got.sort_unstable();
    assert_eq!(got, [0, 2, 4]);
    assert_eq!(pair.b.association.statistics().messages_oversized, 2);
    assert!(pair.b.is_connected());
}

#[test]
fn all_streams_but_the_last_may_be_used() {
    let mut pair = Pair::connected(8, Link::GOOD);

    pair.send(65_534, b"last", Reliability::ORDERED);
    let beyond = outgoing(65_535, b"beyond", Reliability::ORDERED);

    assert_eq!(
        pair.a.association.send(pair.now, beyond),
        Err(SendRefusal::NoSuchStream)
    );
    assert!(pair.run_until(MINUTE, |pair| pair.b.messages.len() == 1));
    assert_eq!(pair.b.messages[0].stream, 65_534);
}

#[test]
fn a_good_link_is_filled_within_a_few_round_trips() {
    fills(Link::GOOD);
}

/// Then one SACK answers many packets, which would leave room for one small burst a round trip.
#[test]
fn a_link_is_filled_too_if_both_ends_read_in_batches() {
    fills(Link {
        batched: true,
        ..Link::GOOD
    });
}

fn fills(link: Link) {
    let mut pair = Pair::connected(9, link);
    let start = pair.now;

    for n in 0..7 {
        pair.send(n, &body(n.into(), 262_144), Reliability::ORDERED);
    }

    assert!(pair.run_until(MINUTE, |pair| pair.b.messages.len() == 7));
    let took = pair.now - start;
    assert!(
        took < Duration::from_millis(400),
        "1.8 MB at 20 ms took {took:?}"
    );
    assert_eq!(pair.a.association.statistics().retransmissions, 0);
}

/// A batch of acknowledgements lets as much go as each of them alone would.
#[test]
fn acknowledgements_that_come_together_open_the_window_as_one_by_one() {
    let mut pair = Pair::connected(10, Link::GOOD);
    pair.send(0, &body(0, 262_144), Reliability::ORDERED);

    let mut rounds = 0;
    while pair.b.messages.is_empty() {
        rounds += 1;
        assert!(rounds < 20, "256 KiB in more than {rounds} round trips");
        pair.now += Duration::from_millis(20);
        let mut acknowledgements = Vec::new();
        while let Some(packet) = pair.a.transmit(pair.now) {
            pair.b.input(pair.now, &packet);
            acknowledgements.extend(std::iter::from_fn(|| pair.b.transmit(pair.now)));
        }
        pair.b.collect();
        for packet in acknowledgements {
            pair.a.input(pair.now, &packet);
        }
    }
}

#[test]
fn no_more_messages_wait_than_there_is_room_for_however_small() {
    let mut pair = Pair::connected(11, Link::GOOD);
    let taken = (0..200_000).take_while(|_| {
        let message = outgoing(0, b"x", Reliability::ORDERED);
        pair.a.association.send(pair.now, message).is_ok()
    });

    assert_eq!(taken.count(), 65_536);
}
