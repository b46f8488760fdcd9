//! What is kept, what is dropped, and who waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use control::{ConsumerId, IceState, LogLevel, Reply, TransportId};

use super::*;

#[test]
fn what_came_first_leaves_first() {
    let outbox = Outbox::default();
    outbox.expect_answer();

    outbox.notify(state());
    outbox.answer(FromWorker::Accepted(1, Box::new(Reply::Done)), None);
    outbox.notify(packet(10));

    assert!(matches!(
        taken(&outbox)[..],
        [
            Item::Notification(_),
            Item::Answer(..),
            Item::Notification(_)
        ]
    ));
}

#[test]
fn media_beyond_the_bound_are_dropped_and_counted_and_states_are_kept() {
    let outbox = Outbox::default();

    for _ in 0..MEDIA_MAX + 5 {
        outbox.notify(packet(10));
    }
    outbox.notify(state());

    assert_eq!(taken(&outbox).len(), MEDIA_MAX + 1);
    assert_eq!(
        outbox.losses(),
        Losses {
            media: 5,
            events: 0
        }
    );
}

#[test]
fn large_media_are_bounded_by_their_bytes() {
    let outbox = Outbox::default();

    for _ in 0..20 {
        outbox.notify(packet(1 << 20));
    }

    assert_eq!(taken(&outbox).len(), 16);
    assert_eq!(outbox.losses().media, 4);
}

#[test]
fn there_is_room_again_when_media_have_been_written_not_before() {
    let outbox = Outbox::default();
    outbox.notify(packet(MEDIA_BYTES_MAX));
    let batch = taken(&outbox);
    outbox.notify(packet(1));
    assert_eq!(outbox.losses().media, 1);

    batch
        .iter()
        .for_each(|item| outbox.written(Tally::of(item)));
    outbox.notify(packet(1));

    assert_eq!(outbox.losses().media, 1);
    assert_eq!(taken(&outbox).len(), 1);
}

#[test]
fn states_have_a_bound_too() {
    let outbox = Outbox::default();

    for _ in 0..EVENTS_MAX + 1 {
        outbox.notify(state());
    }

    assert_eq!(
        outbox.losses(),
        Losses {
            media: 0,
            events: 1
        }
    );
}

#[test]
fn whoever_asks_waits_until_answers_have_left() {
    let outbox = Arc::new(Outbox::default());
    for _ in 0..ANSWERS_MAX {
        outbox.expect_answer();
    }
    let written = Arc::new(AtomicBool::new(false));
    let waiting = thread::spawn({
        let (outbox, written) = (outbox.clone(), written.clone());
        move || {
            outbox.expect_answer();
            // Pairs with the store below: whoever got room sees that it was made.
            written.load(Ordering::Acquire)
        }
    });

    outbox.answer(FromWorker::Accepted(1, Box::new(Reply::Done)), None);
    let batch = taken(&outbox);
    written.store(true, Ordering::Release);
    outbox.written(Tally::of(&batch[0]));

    assert!(waiting.join().expect("no panic"));
}

#[test]
fn a_closed_box_is_emptied_first() {
    let outbox = Outbox::default();
    outbox.log(LogLine {
        level: LogLevel::Error,
        tag: None,
        text: "last words".into(),
    });
    outbox.close();

    let mut batch = Vec::new();
    assert!(outbox.take(&mut batch, None));
    assert_eq!(batch.len(), 1);
    batch.clear();
    assert!(!outbox.take(&mut batch, None));
}

#[test]
fn waiting_ends_at_the_time_given() {
    let mut batch = Vec::new();

    assert!(Outbox::default().take(&mut batch, Some(Instant::now())));

    assert!(batch.is_empty());
}

fn taken(outbox: &Outbox) -> Vec<Item> {
    let mut batch = Vec::new();
    assert!(outbox.take(&mut batch, None));
    batch
}

fn packet(bytes: usize) -> Notification {
    Notification::Consumer(ConsumerId::from("c"), ConsumerEvent::Rtp(vec![0; bytes]))
}

fn state() -> Notification {
    let event = TransportEvent::IceStateChange(IceState::Connected);
    Notification::Transport(TransportId::from("t"), event)
}
