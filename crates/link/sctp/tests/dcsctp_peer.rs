//! The same stories with a foreign stack at the other end: dcSCTP, which is what Chrome speaks.

mod common;

use std::time::Duration;

use common::foreign::Foreign;
use common::{Link, Node, Ours, World, body, number, outgoing};
use dcsctp::api::{SendOptions, StreamId};
use sctp::{Config, Event, Ppid, Reliability};

const MINUTE: Duration = Duration::from_secs(60);

type Mixed = World<Ours, Foreign>;

#[derive(Clone, Copy, Debug)]
enum Begins {
    Ours,
    Foreign,
    Both,
}

#[test]
fn whoever_begins_they_meet() {
    for begins in [Begins::Ours, Begins::Foreign, Begins::Both] {
        for seed in 0..20 {
            let link = Link {
                loss_percent: 15,
                duplicate_percent: 10,
                ..Link::BAD
            };
            let mixed = meet(seed, link, begins);
            let negotiated = mixed.a.association.negotiated().expect("negotiated");
            assert!(negotiated.partial_reliability && negotiated.reconfig);
            assert_eq!(negotiated.streams_out, 65_535);
        }
    }
}

#[test]
fn messages_of_all_sizes_arrive_in_both_directions() {
    let mut mixed = meet(1, Link::BAD, Begins::Both);
    let sizes = [4, 100, 1_159, 1_160, 1_161, 1_164, 5_000, 60_000, 262_144];

    for (n, size) in (0u32..).zip(sizes) {
        for ordered in [true, false] {
            let reliability = Reliability {
                ordered,
                ..Reliability::ORDERED
            };
            let message = outgoing(n as u16, &body(n, size), reliability);
            mixed.a.association.send(mixed.now, message).expect("room");
            let options = SendOptions {
                unordered: !ordered,
                ..SendOptions::default()
            };
            mixed.b.send(n as u16, 53, body(n, size), &options);
        }
    }
    let all = 2 * sizes.len();
    let done = mixed.run_until(MINUTE * 10, |mixed| {
        mixed.a.messages.len() == all && mixed.b.messages.len() == all
    });

    assert!(
        done,
        "{} and {} of {all}",
        mixed.a.messages.len(),
        mixed.b.messages.len()
    );
    for message in &mixed.a.messages {
        assert_eq!(u32::from(message.stream), number(&message.data));
        assert_eq!(message.ppid, Ppid::BINARY);
    }
    for (stream, _, data) in &mixed.b.messages {
        assert_eq!(u32::from(*stream), number(data));
    }
}

#[test]
fn messages_given_up_on_either_side_hold_nothing_up() {
    let mut mixed = meet(
        2,
        Link {
            loss_percent: 10,
            ..Link::GOOD
        },
        Begins::Foreign,
    );

    for n in 0..400 {
        for ordered in [true, false] {
            let limited = Reliability {
                ordered,
                retransmits_max: Some(0),
                ..Reliability::ORDERED
            };
            let stream = 10 + u16::from(ordered);
            let message = outgoing(stream, &body(n, 2_000), limited);
            mixed.a.association.send(mixed.now, message).expect("room");
            let options = SendOptions {
                unordered: !ordered,
                max_retransmissions: Some(0),
                ..SendOptions::default()
            };
            mixed.b.send(stream, 53, body(n, 2_000), &options);
        }
        mixed.run(Duration::from_millis(30));
    }
    mixed.run(MINUTE);
    let (a, b) = (mixed.a.messages.len(), mixed.b.messages.len());
    assert!(
        (400..800).contains(&a) && (400..800).contains(&b),
        "{a}, {b} of 800"
    );

    let last = outgoing(11, &body(999, 2_000), Reliability::ORDERED);
    mixed.a.association.send(mixed.now, last).expect("room");
    mixed
        .b
        .send(11, 53, body(999, 2_000), &SendOptions::default());
    mixed.run(MINUTE);
    assert_eq!(
        (mixed.a.messages.len(), mixed.b.messages.len()),
        (a + 1, b + 1)
    );
}

#[test]
fn a_foreign_sender_that_repeats_nothing_never_stalls() {
    for seed in 0..40 {
        let link = Link {
            batched: seed % 2 == 0,
            loss_percent: 2,
            ..Link::GOOD
        };
        let mut mixed = meet(100 + seed, link, Begins::Foreign);
        let ordered = seed % 4 < 2;
        let once = SendOptions {
            unordered: !ordered,
            max_retransmissions: Some(0),
            ..SendOptions::default()
        };

        let (mut sent, mut got, mut progress) = (0, 0, mixed.now);
        while sent < 2_000 {
            while mixed.b.socket.buffered_amount(StreamId(1)) < 20_000 {
                let size = if sent % 50 == 49 {
                    16_384
                } else {
                    sent * 37 % 1_024
                };
                mixed.b.send(1, 53, body(sent, size as usize), &once);
                sent += 1;
            }
            mixed.run(Duration::from_millis(50));
            if mixed.a.messages.len() > got {
                (got, progress) = (mixed.a.messages.len(), mixed.now);
            }
            let since = mixed.now - progress;
            assert!(
                since < Duration::from_secs(3),
                "seed {seed}: stands at {got} of {sent}"
            );
        }
        mixed.b.send(1, 53, body(sent, 4), &SendOptions::default());
        mixed.run(MINUTE);

        let got: Vec<u32> = mixed.a.messages.iter().map(|m| number(&m.data)).collect();
        assert!(got.len() > 1_600, "seed {seed}: {} arrived", got.len());
        assert!(got.contains(&sent), "seed {seed}: the last");
        assert!(!ordered || got.is_sorted(), "seed {seed}: in order");
        let metrics = mixed.b.socket.get_metrics().expect("connected");
        assert_eq!(metrics.peer_rwnd_bytes, Config::default().receive_window);
    }
}

/// Firefox's sender stands still for good if it does not get to know the round trip, and it learns it
/// from SACKs without a gap alone.
#[test]
fn a_burst_that_lost_a_packet_still_tells_the_round_trip() {
    let link = Link {
        batched: true,
        ..Link::GOOD
    };
    let mut mixed = meet(8, link, Begins::Foreign);
    let mut seen = 0;
    mixed.drop_if = Box::new(move |packet| {
        seen += u32::from(packet[12] == 0);
        packet[12] == 0 && seen == 5
    });

    for n in 0..10 {
        mixed.b.send(1, 53, body(n, 1_100), &SendOptions::default());
    }
    mixed.run(link.delay * 2);

    assert_eq!(mixed.a.messages.len(), 4, "the rest waits for the fifth");
    let metrics = mixed.b.socket.get_metrics().expect("connected");
    assert_eq!(metrics.srtt, link.delay * 2);
}

#[test]
fn channels_close_from_either_side() {
    let mut mixed = meet(3, Link::BAD, Begins::Ours);
    for stream in [4, 5] {
        let message = outgoing(stream, b"before", Reliability::ORDERED);
        mixed.a.association.send(mixed.now, message).expect("room");
        mixed
            .b
            .send(stream, 51, b"before".to_vec(), &SendOptions::default());
    }
    mixed.run(MINUTE);
    mixed.a.events.clear();

    mixed.a.association.reset_stream(4);
    mixed
        .b
        .socket
        .reset_streams(&[StreamId(5)])
        .expect("connected");
    mixed.run(MINUTE);

    assert_eq!(mixed.b.incoming_resets, [4]);
    assert_eq!(mixed.b.resets_performed, [5]);
    assert!(
        mixed
            .a
            .events
            .contains(&Event::IncomingStreamsReset(vec![5]))
    );
    let done = Event::OutgoingStreamReset {
        stream: 4,
        performed: true,
    };
    assert!(mixed.a.events.contains(&done));
    for stream in [4, 5] {
        let message = outgoing(stream, b"after", Reliability::ORDERED);
        mixed.a.association.send(mixed.now, message).expect("room");
        mixed
            .b
            .send(stream, 51, b"after".to_vec(), &SendOptions::default());
    }
    mixed.run(MINUTE);
    assert_eq!((mixed.a.messages.len(), mixed.b.messages.len()), (4, 4));
}

#[test]
fn an_open_message_is_acknowledged_and_not_delivered() {
    let mut mixed = meet(4, Link::GOOD, Begins::Foreign);
    let mut open = vec![0x03, 0x00, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0];
    open.extend_from_slice(b"chat");

    mixed.b.send(2, 50, open, &SendOptions::default());
    mixed
        .b
        .send(2, 51, b"hello".to_vec(), &SendOptions::default());
    mixed.run(MINUTE);

    assert_eq!(mixed.b.messages, [(2, 50, vec![0x02])]);
    assert_eq!(mixed.a.messages.len(), 1);
    assert_eq!(&*mixed.a.messages[0].data, b"hello");
}

#[test]
fn a_foreign_shutdown_is_answered() {
    let mut mixed = meet(5, Link::BAD, Begins::Foreign);

    mixed.b.socket.shutdown();
    mixed.run(MINUTE);

    assert!(mixed.b.closed);
    let closed = Event::Closed(sctp::CloseReason::PeerShutdown);
    assert!(
        mixed.a.events.contains(&closed),
        "told {:?}",
        mixed.a.events
    );
}

#[test]
fn an_abort_crosses_over() {
    let mut mixed = meet(6, Link::GOOD, Begins::Ours);
    mixed.a.association.abort();
    mixed.run(Duration::from_secs(1));
    assert!(mixed.b.closed);

    let mut mixed = meet(7, Link::GOOD, Begins::Ours);
    mixed.b.socket.close();
    mixed.run(Duration::from_secs(1));
    let closed = Event::Closed(sctp::CloseReason::PeerAborted);
    assert!(mixed.a.events.contains(&closed));
}

fn meet(seed: u64, link: Link, begins: Begins) -> Mixed {
    let a = Ours::new(seed, Config::default());
    let mut mixed = Mixed::new(seed, link, a, Foreign::new());
    if matches!(begins, Begins::Ours | Begins::Both) {
        mixed.a.association.connect(mixed.now);
    }
    if matches!(begins, Begins::Foreign | Begins::Both) {
        mixed.b.timeout(mixed.now);
        mixed.b.socket.connect();
    }
    let met = mixed.run_until(MINUTE * 3, |mixed| {
        mixed.a.is_connected() && mixed.b.connected
    });
    assert!(
        met,
        "seed {seed}, {begins:?}: {:?}",
        mixed.a.association.state()
    );
    mixed
}
