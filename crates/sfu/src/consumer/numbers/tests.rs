//! Whatever arrives in whatever order: receivers never see a number twice, or one that runs back.

use std::collections::BTreeMap;

use control::ConsumerLayers;
use ortc::ScalabilityMode;
use proptest::prelude::*;

use super::*;
use crate::consumer::chooser::Chooser;
use crate::consumer::selector::Selected;
use crate::consumer::testing::vp8;

/// Streams, and pictures of each; a picture is three packets.
const STREAMS: u64 = 3;
const PICTURES: u64 = 60;
const PACKETS: u64 = PICTURES * 3;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn numbers_are_unique_and_never_run_back(
        delays in proptest::collection::vec(0_u64..40, (STREAMS * PACKETS) as usize),
        lost in proptest::collection::vec(proptest::bool::weighted(0.05), (STREAMS * PACKETS) as usize),
        wishes in proptest::collection::vec((0_u64..PICTURES * 40, 0_u8..3, 0_u8..3), 0..30),
    ) {
        let mut arrivals: Vec<(u64, Happening)> = Vec::new();
        for stream in 0..STREAMS {
            for nth in 0..PACKETS {
                let place = (stream * PACKETS + nth) as usize;
                if !lost[place] {
                    let at = nth / 3 * 40 + delays[place];
                    arrivals.push((at, Happening::Packet(stream as usize, nth)));
                }
            }
        }
        arrivals.extend(wishes.iter().map(|&(at, s, t)| (at, Happening::Wish(s, t))));
        arrivals.sort_by_key(|(at, _)| *at);

        check(&play(&arrivals))?;
    }
}

#[derive(Clone, Copy)]
enum Happening {
    Packet(usize, u64),
    Wish(u8, u8),
}

/// A packet on its way out: which it was, and as what it goes.
type Sent = ((usize, u64), Outgoing);

fn play(arrivals: &[(u64, Happening)]) -> Vec<Sent> {
    let mode = ScalabilityMode {
        spatial_layers: STREAMS as u8,
        temporal_layers: 3,
        ksvc: false,
    };
    let mut chooser = Chooser::simulcast(mode, None);
    chooser.set_scores(&[10; STREAMS as usize], true);
    let mut numbers = Numbers::layered(Codec::Vp8, ClockRate::VIDEO, &mut Zeros);
    let mut sent = Vec::new();
    for &(at, happening) in arrivals {
        let now = Instant::from_millis(at);
        let (stream, nth) = match happening {
            Happening::Packet(stream, nth) => (stream, nth),
            Happening::Wish(spatial_layer, temporal) => {
                chooser.prefer(ConsumerLayers {
                    spatial_layer,
                    temporal_layer: Some(temporal),
                });
                continue;
            }
        };
        let payload = payload(stream as u64, nth);
        let timestamp = (nth / 3 * 3_600) as u32 + stream as u32 * 0x6000_0000;
        let packet = vp8(70_000 + nth, timestamp, &payload);
        let feed = Feed {
            encoding: stream,
            clock: None,
        };
        let outgoing = match chooser.choose(now, stream, &packet) {
            Selected::First => Some(numbers.begin(now, feed, (&packet, nth % 3 == 2))),
            Selected::Next => numbers.next(now, feed, (&packet, nth % 3 == 2)),
            Selected::Skip => {
                numbers.skip(&packet);
                None
            }
            Selected::Before => None,
        };
        sent.extend(outgoing.map(|outgoing| ((stream, nth), outgoing)));
    }
    sent
}

/// VP8 with three temporal layers (0 2 1 2) and a key frame every twelve pictures.
fn payload(stream: u64, nth: u64) -> [u8; 8] {
    let picture = nth / 3;
    let key = picture.is_multiple_of(12);
    let (temporal, sync) = [(0, 0), (2, 1), (1, 1), (2, 0)][(picture % 4) as usize];
    let number = 0x8000 | (picture + 0x7fe0 + stream) as u16 & 0x7fff;
    let [high, low] = number.to_be_bytes();
    let tl0 = (picture / 4 + 250 + stream * 9) as u8;
    let start = if nth.is_multiple_of(3) { 0x90 } else { 0x80 };
    let frame = 0x50 | u8::from(!key);
    [
        start,
        0xe0,
        high,
        low,
        tl0,
        temporal << 6 | sync << 5,
        frame,
        0,
    ]
}

fn check(sent: &[Sent]) -> Result<(), TestCaseError> {
    let mut in_order: BTreeMap<u16, Sent> = BTreeMap::new();
    for &(source, outgoing) in sent {
        // No run is long enough to wrap from where the first number lies.
        let before = in_order.insert(outgoing.seq.0, (source, outgoing));
        prop_assert!(before.is_none(), "{:?} twice", outgoing.seq);
    }
    let in_order: Vec<Sent> = in_order.into_values().collect();
    for pair in in_order.windows(2) {
        let [(from, old), (to, new)] = [pair[0], pair[1]];
        prop_assert!(!old.timestamp.is_after(new.timestamp), "{:?}", pair);
        let (Some(old), Some(new)) = (old.rewrite, new.rewrite) else {
            return Err(TestCaseError::fail("a picture without numbers"));
        };
        let ahead = new.picture_id.wrapping_sub(old.picture_id) & 0x7fff;
        let same = from.0 == to.0 && from.1 / 3 == to.1 / 3;
        prop_assert!(ahead < 0x4000 && (ahead == 0) == same, "{:?}", pair);
        let ahead = new.tl0_picture_index.wrapping_sub(old.tl0_picture_index);
        prop_assert!(ahead < 0x80, "{:?}", pair);
    }
    Ok(())
}

/// Nothing here depends on what is drawn.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill(0);
    }
}
