//! Peers that mean harm, and links that damage: nothing panics, nothing grows without bound, and time
//! spent on a packet stays in proportion to the packet.

mod common;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use common::raw::{data, packet, seal};
use common::{Link, Node, Ours, Pair, body, outgoing};
use proptest::prelude::*;
use sctp::{CloseReason, Config, Event, Reliability, State};
use units::Instant;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn noise_is_counted_and_dropped(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut victim = Victim::new();

        victim.ours.input(Instant::ZERO, &noise);

        prop_assert_eq!(victim.ours.association.statistics().packets_malformed, 1);
        prop_assert!(victim.ours.is_connected());
    }

    /// A peer that knows the tag says anything in any chunk.
    #[test]
    fn chunks_of_noise_never_panic(
        packets in proptest::collection::vec(chunks(), 1..12),
        reflected in any::<bool>(),
    ) {
        let mut victim = Victim::new();
        victim.load();
        for chunks in packets {
            let tag = if reflected { victim.peer_tag } else { victim.tag };
            victim.feed(&packet(tag, &chunks));
        }
        victim.settle();
    }

    /// The same before there is an association.
    #[test]
    fn chunks_of_noise_never_panic_before_the_handshake(
        packets in proptest::collection::vec(chunks(), 1..6),
        begun in any::<bool>(),
    ) {
        let mut ours = Ours::new(3, Config::default());
        if begun {
            ours.association.connect(Instant::ZERO);
        }
        for chunks in packets {
            ours.input(Instant::ZERO, &packet(0, &chunks));
            while ours.transmit(Instant::ZERO).is_some() {}
            ours.collect();
        }
    }

    /// Packets that were right once, with bytes changed, cut off or repeated.
    #[test]
    fn damaged_packets_never_panic(
        edits in proptest::collection::vec((any::<usize>(), any::<usize>(), any::<u8>()), 1..60),
        cut in any::<Option<u16>>(),
    ) {
        let mut victim = Victim::new();
        victim.load();
        for (which, at, byte) in edits {
            let mut bytes = victim.recorded[which % victim.recorded.len()].clone();
            let at = 12 + at % (bytes.len() - 12);
            bytes[at] = byte;
            if let Some(cut) = cut {
                bytes.truncate(12 + usize::from(cut) % (bytes.len() - 12));
            }
            seal(&mut bytes);
            victim.feed(&bytes);
        }
        victim.settle();
    }
}

#[test]
fn every_prefix_and_every_flipped_bit_of_real_packets_is_survived() {
    let mut victim = Victim::new();
    victim.load();
    let mut recorded = std::mem::take(&mut victim.recorded);
    recorded.sort_by_key(Vec::len);
    recorded.dedup_by_key(|packet| (packet.len(), packet[12]));

    for packet in recorded.iter().take(40) {
        for len in 0..packet.len().min(160) {
            let mut short = packet[..len].to_vec();
            seal(&mut short);
            victim.feed(&short);
            for bit in 0..8 {
                let mut flipped = packet.clone();
                flipped[len] ^= 1 << bit;
                if len >= 12 {
                    seal(&mut flipped);
                }
                victim.feed(&flipped);
                if victim.ours.association.state() != State::Connected {
                    victim = Victim::new();
                }
            }
        }
    }
}

/// Ordered messages whose turn never comes: kept up to the window, then the association ends.
#[test]
fn messages_that_wait_for_ever_do_not_fill_memory() {
    let mut victim = Victim::new();
    let mut fed = 0;

    while victim.ours.is_connected() {
        let tsn = victim.peer_tsn.wrapping_add(fed);
        let (stream, ssn) = (fed / 30_000, fed % 30_000 + 1);
        let value = data(tsn, stream as u16, ssn as u16, b"x");
        victim.feed(&packet(victim.tag, &[(0, 3, value)]));
        fed += 1;
        assert!(fed < 60_000, "the window holds more than it says");
    }

    let closed = Event::Closed(CloseReason::PeerViolation);
    assert!(victim.ours.events.contains(&closed));
}

/// One message without an end: its bytes are let go once it is too large, and it costs no more.
#[test]
fn a_message_without_an_end_costs_no_more_than_the_largest() {
    let mut victim = Victim::new();
    for n in 0..20_000u32 {
        let begin = if n == 0 { 2 } else { 0 };
        let tsn = victim.peer_tsn.wrapping_add(n);
        let value = data(tsn, 1, 0, &[0; 1_000]);
        victim.feed(&packet(victim.tag, &[(0, begin, value)]));
    }

    assert!(victim.ours.is_connected());
    assert_eq!(victim.ours.association.statistics().chunks_refused, 0);
    assert_eq!(victim.ours.association.statistics().messages_oversized, 0);
}

/// Fragments with holes between them: a bounded number is kept, the rest may come again.
#[test]
fn a_sieve_of_fragments_is_bounded() {
    let mut victim = Victim::new();
    for n in 0..20_000u32 {
        let tsn = victim.peer_tsn.wrapping_add(1 + 2 * n);
        victim.feed(&packet(victim.tag, &[(0, 2 | 4, data(tsn, 1, 0, b"x"))]));
    }

    assert!(victim.ours.is_connected());
    let refused = victim.ours.association.statistics().chunks_refused;
    assert_eq!(refused, 20_000 - 1_024);
}

/// A FORWARD-TSN over half of all numbers would be work for minutes if it were believed.
#[test]
fn a_jump_over_half_of_all_numbers_is_not_believed() {
    let mut victim = Victim::new();
    for n in 0..1_000u32 {
        let jump = victim.peer_tsn.wrapping_add((1 << 31) - 2 - n);
        let value = jump.to_be_bytes().to_vec();
        victim.feed(&packet(victim.tag, &[(192, 0, value)]));
    }

    let value = data(victim.peer_tsn, 1, 0, b"next");
    victim.feed(&packet(victim.tag, &[(0, 3, value)]));
    assert_eq!(
        victim.ours.messages.last().map(|m| &*m.data),
        Some(&b"next"[..])
    );
}

/// Gap blocks that overlap, descend or point beyond what was sent end the reading of a SACK.
#[test]
fn nonsense_in_a_sack_acknowledges_nothing() {
    let mut victim = Victim::new();
    victim.load();
    let mut value = victim.acked.to_be_bytes().to_vec();
    value.extend_from_slice(&100_000u32.to_be_bytes());
    value.extend_from_slice(&200u16.to_be_bytes());
    value.extend_from_slice(&[0, 0]);
    for _ in 0..200 {
        value.extend_from_slice(&[0, 2, 0xFF, 0xFF]);
    }

    for _ in 0..1_000 {
        victim.feed(&packet(victim.tag, &[(3, 0, value.clone())]));
    }

    assert!(victim.ours.is_connected());
}

/// INITs are answered from a short queue and remembered nowhere.
#[test]
fn a_flood_of_inits_leaves_nothing_behind() {
    let mut victim = Victim::new();
    for tag in 1..=10_000u32 {
        let mut value = tag.to_be_bytes().to_vec();
        value.extend_from_slice(&[0, 1, 0, 0, 0, 9, 0, 9, 0, 0, 0, 1]);
        victim
            .ours
            .input(Instant::ZERO, &packet(0, &[(1, 0, value)]));
    }

    let mut answers = 0;
    while victim.ours.transmit(Instant::ZERO).is_some() {
        answers += 1;
    }
    assert!(answers <= 9, "{answers}");
    assert!(victim.ours.is_connected());
}

/// Somebody who does not know the tag can do nothing.
#[test]
fn a_stranger_can_neither_speak_nor_abort() {
    let mut victim = Victim::new();
    for tag in [0, 1, victim.tag ^ 1] {
        for kind in 0..=255 {
            victim.feed(&packet(tag, &[(kind, 0, vec![0; 20])]));
            victim.feed(&packet(tag, &[(kind, 1, vec![0; 20])]));
        }
    }

    assert!(victim.ours.is_connected());
    assert!(victim.ours.messages.is_empty());
    assert!(victim.ours.events.is_empty());
}

/// Requests to reset streams that will never be due: one is kept.
#[test]
fn reset_requests_that_never_come_due_are_not_collected() {
    let mut victim = Victim::new();
    for n in 0..10_000u32 {
        let sequence = victim.peer_tsn.wrapping_add(n);
        let far = victim.peer_tsn.wrapping_add(50_000);
        let mut value = vec![0, 13, 0, 18];
        for word in [sequence, 0, far] {
            value.extend_from_slice(&word.to_be_bytes());
        }
        value.extend_from_slice(&[0, 7]);
        victim.feed(&packet(victim.tag, &[(130, 0, value)]));
    }

    assert!(victim.ours.is_connected());
    assert!(victim.ours.events.is_empty());
}

fn chunks() -> impl Strategy<Value = Vec<(u8, u8, Vec<u8>)>> {
    let kinds = prop_oneof![
        8 => proptest::sample::select(vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192]),
        1 => any::<u8>(),
    ];
    let words = proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(0u8), Just(1u8), Just(255u8)],
        0..64,
    );
    proptest::collection::vec((kinds, 0u8..16, words), 1..6)
}

/// One of ours that has met a peer, and what is needed to speak in the peer's name.
struct Victim {
    ours: Ours,
    /// What the victim expects in front of packets.
    tag: u32,
    peer_tag: u32,
    /// The next TSN of the peer.
    peer_tsn: u32,
    /// A TSN that the victim has acknowledged to it.
    acked: u32,
    recorded: Vec<Vec<u8>>,
}

impl Victim {
    fn new() -> Self {
        let recorded = Rc::new(RefCell::new(Vec::new()));
        let log = Rc::clone(&recorded);
        let a = Ours::new(11, Config::default());
        let b = Ours::new(12, Config::default());
        let mut pair = Pair::new(5, Link::GOOD, a, b);
        pair.drop_if = Box::new(move |packet| {
            log.borrow_mut().push(packet.to_vec());
            false
        });
        pair.a.association.connect(pair.now);
        assert!(pair.run_until(Duration::from_secs(5), |p| p.a.is_connected()));
        pair.a.events.clear();
        let recorded = recorded.take();
        // INIT, INIT-ACK: the initiate tag and the initial TSN of each side.
        let word = |packet: &[u8], at: usize| {
            u32::from_be_bytes(packet[at..at + 4].try_into().expect("four bytes"))
        };
        Self {
            tag: word(&recorded[0], 16),
            acked: word(&recorded[0], 28).wrapping_sub(1),
            peer_tag: word(&recorded[1], 16),
            peer_tsn: word(&recorded[1], 28),
            recorded,
            ours: pair.a,
        }
    }

    /// Gives it something to do, and records what it says; to itself that is as good as the peer's.
    fn load(&mut self) {
        let once = Reliability {
            retransmits_max: Some(1),
            ..Reliability::UNORDERED
        };
        for (n, reliability) in [Reliability::ORDERED, once]
            .into_iter()
            .cycle()
            .take(6)
            .enumerate()
        {
            let message = outgoing(n as u16 % 3, &body(n as u32, 3_000), reliability);
            self.ours
                .association
                .send(Instant::ZERO, message)
                .expect("room");
        }
        self.ours.association.reset_stream(9);
        while let Some(mut packet) = self.ours.transmit(Instant::ZERO) {
            packet[4..8].copy_from_slice(&self.tag.to_be_bytes());
            self.recorded.push(packet);
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.ours.input(Instant::ZERO, bytes);
        let mut packets = 0;
        while self.ours.transmit(Instant::ZERO).is_some() {
            packets += 1;
            assert!(packets < 100, "an answer without end");
        }
        self.ours.collect();
    }

    /// Lets a day pass: timers come to rest or go on, in finitely many steps.
    fn settle(&mut self) {
        let end = Instant::ZERO + Duration::from_secs(86_400);
        for _ in 0..20_000 {
            let Some(at) = self.ours.deadline().filter(|at| *at < end) else {
                return;
            };
            self.ours.timeout(at);
            while self.ours.transmit(at).is_some() {}
            self.ours.collect();
        }
        panic!("a timer that never rests");
    }
}
