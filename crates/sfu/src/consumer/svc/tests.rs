//! Tables of what becomes of packets: each picture is one packet a spatial layer.

use control::ConsumerLayers;
use payload::PayloadInfo;

use super::*;
use crate::consumer::testing::{frame, key_frame, packet};

#[test]
fn spatial_layers_go_down_at_any_picture_and_up_at_a_key_frame() {
    let mut stream = Stream::begun(false);
    assert_eq!(stream.picture(0, false), [true; 3]);

    stream.prefer(1, 2);
    assert!(!stream.svc.has_wishes(), "down needs no key frame");
    assert_eq!(stream.picture(0, false), [true, true, false]);

    stream.prefer(2, 2);
    assert!(stream.svc.take_wishes().contains(0));
    assert_eq!(stream.picture(0, false), [true, true, false]);
    assert_eq!(stream.picture(0, true), [true; 3]);
}

#[test]
fn where_layers_meet_at_key_frames_only_the_highest_goes_alone() {
    let mut stream = Stream::begun(true);
    assert_eq!(stream.picture(0, false), [false, false, true]);

    stream.prefer(1, 2);
    assert!(stream.svc.take_wishes().contains(0), "down needs one too");
    assert_eq!(stream.picture(0, false), [false, false, true]);
    assert_eq!(stream.picture(0, true), [true, true, false]);
    assert_eq!(stream.picture(0, false), [false, true, false]);
}

#[test]
fn frames_that_nothing_above_needs_are_left_out() {
    let mut stream = Stream::begun(false);
    stream.at += 3_000;
    let alone = PayloadInfo {
        reach: 0,
        ..frame(0, 0)
    };

    assert!(!stream.choose(alone));
    assert!(stream.choose(frame(2, 0)));
}

#[test]
fn temporal_layers_go_down_at_once_and_up_where_the_stream_says_so() {
    let mut stream = Stream::begun(false);
    stream.prefer(2, 0);
    assert_eq!(stream.picture(2, false), [false; 3]);
    assert_eq!(stream.picture(0, false), [true; 3]);

    stream.prefer(2, 1);
    stream.up = 0;
    assert_eq!(stream.picture(1, false), [false; 3]);
    stream.up = LAYER_MAX;
    assert_eq!(stream.picture(0, false), [true; 3]);
    assert_eq!(stream.picture(2, false), [false; 3]);
    assert_eq!(stream.picture(1, false), [true; 3]);
    assert_eq!(stream.current(), Some((2, 1)));
}

#[test]
fn the_picture_ends_with_the_highest_layer_that_goes() {
    let mut stream = Stream::begun(false);
    stream.prefer(1, 2);
    stream.picture(0, false);
    let ends = |spatial| {
        let last = packet(stream.seq, stream.at, frame(spatial, 0));
        stream.svc.ends_picture(&last)
    };

    assert_eq!([ends(0), ends(1), ends(2)], [false, true, false]);
}

#[test]
fn a_layer_that_is_not_sent_any_more_is_given_up_after_a_while() {
    let mut stream = Stream::begun(true);
    stream.spatial = 2;
    for _ in 0..40 {
        stream.picture(0, false);
    }

    assert!(stream.svc.take_wishes().contains(0));
    assert_eq!(stream.picture(0, true), [true, true]);
    assert_eq!(stream.current(), Some((1, 2)));
    assert_eq!(stream.picture(0, false), [false, true]);

    stream.spatial = 3;
    stream.picture(0, false);
    stream.picture(0, false);
    assert!(stream.svc.take_wishes().contains(0), "it is back");
}

#[test]
fn a_stream_that_rests_as_a_whole_loses_no_layer() {
    let mut stream = Stream::begun(false);
    for _ in 0..5 {
        stream.now += Duration::from_secs(10);
        assert_eq!(stream.picture(0, false), [true; 3]);
    }
    assert_eq!(stream.current(), Some((2, 2)));
}

#[test]
fn a_stream_that_does_not_arrive_has_no_layers() {
    let mut stream = Stream::begun(false);

    stream.svc.set_available(false);

    assert_eq!(stream.current(), None);
    assert_eq!(stream.picture(0, true), [false; 3]);
    stream.svc.set_available(true);
    assert!(stream.svc.take_wishes().contains(0));
    assert_eq!(stream.picture(0, true), [true; 3]);
}

/// A stream of three spatial and three temporal layers, and who chooses from it.
struct Stream {
    svc: Svc,
    now: Instant,
    seq: u64,
    at: u32,
    /// Layers that are sent.
    spatial: u8,
    /// How far pictures let one go up.
    up: u8,
}

impl Stream {
    /// Everything is wanted and goes.
    fn begun(keyed: bool) -> Self {
        let mut svc = Svc::new(Layers::new([3, 3], None), keyed);
        svc.set_available(true);
        assert!(svc.take_wishes().contains(0));
        let mut stream = Self {
            svc,
            now: Instant::from_millis(1_000),
            seq: 99,
            at: 0,
            spatial: 3,
            up: LAYER_MAX,
        };
        assert_eq!(stream.picture(0, true), [true; 3]);
        stream
    }

    fn prefer(&mut self, spatial: u8, temporal: u8) {
        self.svc.layers_mut().prefer(ConsumerLayers {
            spatial_layer: spatial,
            temporal_layer: Some(temporal),
        });
        self.svc.aim();
    }

    /// The next picture, 50 ms later: which of its layers are sent.
    fn picture(&mut self, temporal: u8, keyframe: bool) -> Vec<bool> {
        self.now += Duration::from_millis(50);
        self.at += 4_500;
        let layers = 0..self.spatial;
        let sent = layers.map(|spatial| {
            let info = match (keyframe, spatial) {
                (true, 0) => key_frame(),
                _ => PayloadInfo {
                    inter_predicted: !keyframe,
                    switch_up_to: self.up,
                    ..frame(spatial, temporal)
                },
            };
            self.choose(info)
        });
        sent.collect()
    }

    fn choose(&mut self, info: PayloadInfo) -> bool {
        self.seq += 1;
        let packet = packet(self.seq, self.at, info);
        let selected = self.svc.choose(self.now, &packet);
        matches!(selected, Selected::First | Selected::Next)
    }

    fn current(&self) -> Option<(u8, u8)> {
        let current = self.svc.layers().current;
        current.map(|layer| (layer.spatial, layer.temporal))
    }
}
