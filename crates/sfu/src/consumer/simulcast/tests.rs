//! Tables of what becomes of packets.

use control::ConsumerLayers;
use payload::PayloadInfo;

use super::*;
use crate::consumer::testing::{frame, key_frame, packet};

#[test]
fn the_first_key_frame_of_the_target_begins() {
    let mut simulcast = simulcast(&[0, 1, 2]);
    assert!(simulcast.awaits_keyframe());
    assert_eq!(simulcast.take_wishes(), Encodings::NONE.with(2));

    let key = packet(10, 0, key_frame());
    assert_eq!(simulcast.choose(0, &key), Selected::Before);
    assert_eq!(simulcast.choose(2, &delta(9, 0)), Selected::Before);
    assert_eq!(simulcast.choose(2, &key), Selected::First);
    assert_eq!(simulcast.choose(2, &delta(11, 3_000)), Selected::Next);
    assert_eq!(simulcast.choose(2, &delta(9, 0)), Selected::Before);

    assert_eq!(simulcast.layers().current, Some(layer(2, 2)));
    assert_eq!(simulcast.wanted(), Encodings::NONE.with(2));
}

#[test]
fn until_the_targets_key_frame_is_here_the_current_stream_goes_on() {
    let mut simulcast = begun(&[0, 1, 2]);
    prefer(&mut simulcast, 0, 2);
    assert_eq!(simulcast.take_wishes(), Encodings::NONE.with(0));
    assert_eq!(simulcast.wanted(), Encodings::NONE.with(0).with(2));

    assert_eq!(simulcast.choose(2, &delta(11, 3_000)), Selected::Next);
    assert_eq!(simulcast.choose(0, &delta(500, 90)), Selected::Before);
    let key = packet(501, 3_090, key_frame());
    assert_eq!(simulcast.choose(0, &key), Selected::First);
    assert_eq!(simulcast.choose(2, &delta(12, 6_000)), Selected::Before);

    assert_eq!(simulcast.wanted(), Encodings::NONE.with(0));
    assert!(!simulcast.has_wishes());
}

#[test]
fn a_wish_that_is_taken_back_costs_no_key_frame() {
    let mut simulcast = begun(&[0, 1, 2]);
    prefer(&mut simulcast, 0, 2);
    simulcast.take_wishes();

    prefer(&mut simulcast, 2, 2);

    assert!(!simulcast.has_wishes());
    assert!(!simulcast.awaits_keyframe());
}

#[test]
fn the_target_follows_what_arrives() {
    let mut simulcast = begun(&[0, 1, 2]);

    simulcast.set_available([0, 1].into_iter().collect());
    assert_eq!(simulcast.take_wishes(), Encodings::NONE.with(1));
    assert_eq!(simulcast.layers().current, Some(layer(2, 2)));

    simulcast.set_available(Encodings::NONE);
    assert_eq!(simulcast.layers().current, None);
    assert!(simulcast.wanted().is_empty());

    simulcast.set_available([0].into_iter().collect());
    assert_eq!(simulcast.take_wishes(), Encodings::NONE.with(0));
}

#[test]
fn temporal_layers_go_up_where_the_stream_says_so_and_down_at_any_picture() {
    let mut simulcast = begun(&[0, 1, 2]);
    prefer(&mut simulcast, 2, 0);
    let choose = |simulcast: &mut Simulcast, seq, temporal, up| {
        let info = PayloadInfo {
            switch_up_to: up,
            ..frame(0, temporal)
        };
        simulcast.choose(2, &packet(seq, seq as u32 * 3_000, info))
    };

    assert_eq!(choose(&mut simulcast, 11, 2, 2), Selected::Skip);
    assert_eq!(choose(&mut simulcast, 12, 0, 0), Selected::Next);
    prefer(&mut simulcast, 2, 1);
    assert_eq!(choose(&mut simulcast, 13, 1, 0), Selected::Skip);
    assert_eq!(choose(&mut simulcast, 14, 2, 2), Selected::Skip);
    assert_eq!(choose(&mut simulcast, 15, 1, 1), Selected::Next);
    assert_eq!(choose(&mut simulcast, 16, 2, 2), Selected::Skip);

    assert_eq!(simulcast.layers().current, Some(layer(2, 1)));
}

#[test]
fn a_late_packet_is_measured_by_the_limit_of_its_place() {
    let mut simulcast = begun(&[0, 1, 2]);
    prefer(&mut simulcast, 2, 0);
    let down = packet(20, 60_000, frame(0, 0));
    assert_eq!(simulcast.choose(2, &down), Selected::Next);
    let late = packet(15, 45_000, frame(0, 2));
    assert_eq!(simulcast.choose(2, &late), Selected::Next);

    prefer(&mut simulcast, 2, 2);
    let up = PayloadInfo {
        switch_up_to: 2,
        ..frame(0, 2)
    };
    let up = packet(30, 90_000, up);
    assert_eq!(simulcast.choose(2, &up), Selected::Next);
    let late = packet(25, 75_000, frame(0, 2));
    assert_eq!(simulcast.choose(2, &late), Selected::Skip);
}

#[test]
fn the_limit_never_changes_within_a_picture() {
    let mut simulcast = begun(&[0, 1, 2]);
    let part = |seq, first| {
        let info = PayloadInfo {
            start_of_frame: first,
            ..frame(0, 2)
        };
        packet(seq, 3_000, info)
    };
    assert_eq!(simulcast.choose(2, &part(11, true)), Selected::Next);

    prefer(&mut simulcast, 2, 0);

    assert_eq!(simulcast.choose(2, &part(12, false)), Selected::Next);
    let next = packet(13, 6_000, frame(0, 2));
    assert_eq!(simulcast.choose(2, &next), Selected::Skip);
}

#[test]
fn a_stream_that_begins_anew_waits_for_a_key_frame() {
    let mut simulcast = begun(&[0, 1, 2]);
    let anew = 200_000;

    assert_eq!(simulcast.choose(2, &delta(anew, 0)), Selected::Before);
    let key = packet(anew + 1, 3_000, key_frame());
    assert_eq!(simulcast.choose(2, &key), Selected::First);
    assert_eq!(simulcast.choose(2, &delta(11, 3_000)), Selected::Before);
}

#[test]
fn padding_is_left_out_and_begins_nothing() {
    let mut simulcast = simulcast(&[2]);
    let padding = StoredPacket {
        payload: &[],
        ..packet(9, 0, key_frame())
    };
    assert_eq!(simulcast.choose(2, &padding), Selected::Before);
    let key = packet(10, 0, key_frame());
    assert_eq!(simulcast.choose(2, &key), Selected::First);
    let padding = StoredPacket { seq: 11, ..padding };
    assert_eq!(simulcast.choose(2, &padding), Selected::Skip);
}

/// Three streams of three temporal layers, of which these arrive; everything is wanted.
fn simulcast(arriving: &[usize]) -> Simulcast {
    let mut simulcast = Simulcast::new(Layers::new([3, 3], None));
    simulcast.set_available(arriving.iter().copied().collect());
    simulcast
}

/// The same, with the highest going since packet 10.
fn begun(arriving: &[usize]) -> Simulcast {
    let mut simulcast = simulcast(arriving);
    simulcast.take_wishes();
    let key = packet(10, 0, key_frame());
    assert_eq!(simulcast.choose(2, &key), Selected::First);
    simulcast
}

fn prefer(simulcast: &mut Simulcast, spatial: u8, temporal: u8) {
    simulcast.layers_mut().prefer(ConsumerLayers {
        spatial_layer: spatial,
        temporal_layer: Some(temporal),
    });
    simulcast.aim();
}

fn delta(seq: u64, timestamp: u32) -> StoredPacket<'static> {
    packet(seq, timestamp, frame(0, 0))
}

fn layer(spatial: u8, temporal: u8) -> Layer {
    Layer { spatial, temporal }
}
