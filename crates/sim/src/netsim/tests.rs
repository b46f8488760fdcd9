//! Links do what they say, and the same again with the same seed.

use std::time::Duration;

use units::Instant;

use super::*;
use crate::entropy::SeededEntropy;

const MILLI: Duration = Duration::from_millis(1);

#[test]
fn a_link_without_trouble_delivers_at_once_and_once() {
    let arrivals = carry(LinkConfig::default(), 3, 100);

    assert_eq!(arrivals, [at(0), at(1), at(2)]);
}

#[test]
fn the_same_seed_gives_the_same_trouble_and_another_gives_other() {
    let config = LinkConfig {
        duplication: Duplication(0.1),
        delay: Delay {
            base: 20 * MILLI,
            jitter: 30 * MILLI,
            reorders: true,
        },
        ..LinkConfig::lossy(0.2, 0)
    };

    assert_eq!(carry_seeded(config, 7), carry_seeded(config, 7));
    assert_ne!(carry_seeded(config, 7), carry_seeded(config, 8));
}

#[test]
fn random_loss_takes_its_share() {
    let arrived = carry(LinkConfig::lossy(0.2, 0), 10_000, 100).len();

    assert!((7_800..8_200).contains(&arrived), "{arrived}");
}

#[test]
fn bursts_take_neighbours() {
    let config = LinkConfig {
        loss: Loss::Bursts {
            begin: 0.01,
            end: 0.2,
        },
        ..LinkConfig::default()
    };

    let arrivals = carry(config, 10_000, 100);
    let gaps = arrivals.windows(2).filter(|w| w[1] - w[0] > MILLI).count();
    let lost = 10_000 - arrivals.len();

    assert!(lost > 3 * gaps, "{lost} lost in {gaps} gaps");
}

#[test]
fn jitter_keeps_the_order_unless_it_may_not() {
    let jitter = |reorders| LinkConfig {
        delay: Delay {
            base: 10 * MILLI,
            jitter: 20 * MILLI,
            reorders,
        },
        ..LinkConfig::default()
    };

    assert!(carry(jitter(false), 1_000, 100).is_sorted());
    assert!(!carry(jitter(true), 1_000, 100).is_sorted());
}

#[test]
fn a_bottleneck_spaces_packets_and_drops_what_finds_no_room() {
    // 100 bytes take 8 ms; 250 bytes may wait: two whole packets.
    let config = LinkConfig {
        bottleneck: Some(BottleneckConfig {
            rate: 100_000,
            queue: 250,
        }),
        ..LinkConfig::default()
    };
    let mut link = Link::new(config, SeededEntropy::new(1));

    let arrivals: Vec<Instant> = (0..4)
        .flat_map(|_| link.carry(at(0), 100).collect::<Vec<_>>())
        .collect();

    assert_eq!(arrivals, [at(8), at(16)]);
    assert_eq!(link.dropped(), 2);
}

#[test]
fn duplication_delivers_some_twice() {
    let config = LinkConfig {
        duplication: Duplication(0.5),
        ..LinkConfig::default()
    };

    let arrived = carry(config, 10_000, 100).len();

    assert!((14_500..15_500).contains(&arrived), "{arrived}");
}

#[test]
fn the_calendar_gives_what_has_arrived_in_order() {
    let mut calendar = Calendar::default();
    let packet = |name: u8| Packet {
        from: ([10, 0, 0, 1], 1).into(),
        to: ([10, 0, 0, 2], 2).into(),
        data: vec![name],
    };
    calendar.add(at(2), packet(b'c'));
    calendar.add(at(1), packet(b'a'));
    calendar.add(at(1), packet(b'b'));

    let due: Vec<u8> = std::iter::from_fn(|| calendar.pop(at(1)))
        .map(|packet| packet.data[0])
        .collect();

    assert_eq!((due, calendar.next_at()), (b"ab".to_vec(), Some(at(2))));
}

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// One packet a millisecond.
fn carry(config: LinkConfig, packets: u64, len: usize) -> Vec<Instant> {
    let mut link = Link::new(config, SeededEntropy::new(1));
    (0..packets)
        .flat_map(|n| link.carry(at(n), len).collect::<Vec<_>>())
        .collect()
}

fn carry_seeded(config: LinkConfig, seed: u64) -> Vec<Instant> {
    let mut link = Link::new(config, SeededEntropy::new(seed));
    (0..200)
        .flat_map(|n| link.carry(at(n), 100).collect::<Vec<_>>())
        .collect()
}
