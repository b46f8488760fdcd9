//! Switches between streams whose clocks have nothing in common.

use units::{ClockRate, Instant, NtpTime, RtpTimestamp};

use super::*;

#[test]
fn one_stream_keeps_its_timestamps_whatever_it_goes_through() {
    let mut timeline = Timeline::new(ClockRate::VIDEO);
    let feed = feed(0, None);
    timeline.begin(ms(0), feed, RtpTimestamp(7), false);
    assert_eq!(timeline.map(ms(0), feed, RtpTimestamp(7)), RtpTimestamp(7));

    timeline.begin(ms(900), feed, RtpTimestamp(90_000), false);

    let later = timeline.map(ms(900), feed, RtpTimestamp(90_000));
    assert_eq!(later, RtpTimestamp(90_000));
}

#[test]
fn capture_aligns_two_streams_however_late_one_arrives() {
    // Both encode the same picture every 40 ms; the second arrives 30 ms later.
    let mut timeline = Timeline::new(ClockRate::VIDEO);
    let first = |n: u32| feed(0, Some(captured(n * 3_600, n * 40, n * 40)));
    let second = |n: u32| {
        let timestamp = (n * 3_600).wrapping_sub(50_000);
        feed(1, Some(captured(timestamp, n * 40, n * 40 + 30)))
    };
    timeline.begin(ms(0), first(0), RtpTimestamp(0), false);
    timeline.map(ms(400), first(10), RtpTimestamp(36_000));

    let input = RtpTimestamp(39_600_u32.wrapping_sub(50_000));
    timeline.begin(ms(470), second(11), input, false);

    let output = timeline.map(ms(470), second(11), input);
    assert_eq!(output, RtpTimestamp(39_600));
}

#[test]
fn without_capture_arrival_stands_in_and_without_clocks_the_wall_does() {
    for clocks in [true, false] {
        let mut timeline = Timeline::new(ClockRate::VIDEO);
        let clock = |timestamp: u32, at: u32| {
            let clock = MediaClock {
                captured: false,
                ..captured(timestamp, at, at)
            };
            clocks.then_some(clock)
        };
        let first = feed(0, clock(1_000, 0));
        timeline.begin(ms(0), first, RtpTimestamp(1_000), false);
        timeline.map(ms(0), first, RtpTimestamp(1_000));

        let second = feed(1, clock(500_000, 100));
        timeline.begin(ms(100), second, RtpTimestamp(500_000), false);

        let output = timeline.map(ms(100), second, RtpTimestamp(500_000));
        assert_eq!(output, RtpTimestamp(10_000), "with clocks: {clocks}");
    }
}

#[test]
fn time_never_runs_back_and_what_was_pushed_is_made_good() {
    let mut timeline = Timeline::new(ClockRate::VIDEO);
    let first = feed(0, Some(captured(9_000, 100, 100)));
    let second = feed(1, Some(captured(5_400, 60, 100)));
    timeline.begin(ms(100), first, RtpTimestamp(9_000), false);
    timeline.map(ms(100), first, RtpTimestamp(9_000));

    // A picture that was captured before the last one that went out.
    timeline.begin(ms(100), second, RtpTimestamp(5_400), false);
    let pushed = timeline.map(ms(100), second, RtpTimestamp(5_400));
    timeline.begin(ms(140), first, RtpTimestamp(12_600), false);
    let back = timeline.map(ms(140), first, RtpTimestamp(12_600));

    assert_eq!(pushed, RtpTimestamp(9_090));
    assert_eq!(back, RtpTimestamp(12_600));
}

#[test]
fn reports_that_contradict_arrival_are_not_believed() {
    let mut timeline = Timeline::new(ClockRate::VIDEO);
    let first = feed(0, Some(captured(0, 0, 0)));
    let second = feed(1, Some(captured(0, 9_000_000, 40)));
    timeline.begin(ms(0), first, RtpTimestamp(0), false);
    timeline.map(ms(0), first, RtpTimestamp(0));

    timeline.begin(ms(40), second, RtpTimestamp(0), false);

    assert_eq!(
        timeline.map(ms(40), second, RtpTimestamp(0)),
        RtpTimestamp(3_600)
    );
}

#[test]
fn a_switch_at_the_wrap_is_like_any_other() {
    let mut timeline = Timeline::new(ClockRate::VIDEO);
    let first = feed(0, Some(captured(u32::MAX - 99, 0, 0)));
    let second = feed(1, Some(captured(70_000, 40, 40)));
    timeline.begin(ms(0), first, RtpTimestamp(u32::MAX - 99), false);
    timeline.map(ms(0), first, RtpTimestamp(u32::MAX - 99));

    timeline.begin(ms(40), second, RtpTimestamp(70_000), false);

    let output = timeline.map(ms(40), second, RtpTimestamp(70_000));
    assert_eq!(output, RtpTimestamp(3_500));
}

fn feed(encoding: usize, clock: Option<MediaClock>) -> Feed {
    Feed { encoding, clock }
}

/// A moment of a media clock: when captured and when received, in milliseconds.
fn captured(timestamp: u32, at: u32, received_at: u32) -> MediaClock {
    MediaClock {
        timestamp: RtpTimestamp(timestamp),
        at: NtpTime(1_000 << 32).wrapping_add(Duration::from_millis(at.into())),
        captured: true,
        received_at: ms(received_at.into()),
    }
}

fn ms(ms: u64) -> Instant {
    Instant::from_millis(ms)
}
