//! Who speaks, and how loud.

use control::{
    ActiveSpeakerObserverOptions, AudioLevelObserverOptions, Notification, ProducerCall, Refusal,
    Reply, Request, RouterCall, RtpObserverCall, RtpObserverEvent, Volume,
};

use crate::packets::spoken;
use crate::room::{Peer, ROOM, Room, picture, sound};

#[test]
fn loud_producers_are_told_each_interval_and_silence_once() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    levels(&mut room, "o", 2);
    add(&mut room, "o", "alice").expect("audio");
    add(&mut room, "o", "bob").expect("audio");

    talk(&mut room, peer, 1_000, [50, 30]);
    assert_eq!(heard(&mut room), [volumes(&[("bob", -30), ("alice", -50)])]);
    talk(&mut room, peer, 1_000, [30, 127]);
    assert_eq!(heard(&mut room), [volumes(&[("alice", -30)])]);
    room.wait(3_000);
    assert_eq!(heard(&mut room), [RtpObserverEvent::Silence]);
}

#[test]
fn speakers_that_alternate_are_told_in_turn() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    speaker(&mut room, "o");
    add(&mut room, "o", "alice").expect("audio");
    add(&mut room, "o", "bob").expect("audio");
    talk(&mut room, peer, 200, [100, 100]);

    let mut told = Vec::new();
    for levels in [[30, 100], [100, 30], [30, 100], [100, 100]] {
        talk(&mut room, peer, 3_000, levels);
        told.extend(heard(&mut room));
    }

    let dominant = |who: &str| RtpObserverEvent::DominantSpeaker(who.into());
    assert_eq!(
        told,
        [dominant("alice"), dominant("bob"), dominant("alice")]
    );
}

#[test]
fn a_speaker_that_leaves_makes_way_at_once_and_is_not_told_again() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    speaker(&mut room, "o");
    add(&mut room, "o", "alice").expect("audio");
    add(&mut room, "o", "bob").expect("audio");
    talk(&mut room, peer, 400, [100, 100]);
    heard(&mut room);

    room.producer("alice", ProducerCall::Close).expect("open");

    let next = RtpObserverEvent::DominantSpeaker("bob".into());
    assert_eq!(heard(&mut room), [next]);
    let dump = room.dump();
    assert_eq!(dump.map_producer_id_observer_ids.len(), 1);
    assert_eq!(dump.map_producer_id_observer_ids[0].values, ["o".into()]);
}

#[test]
fn a_paused_producer_is_not_heard() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    levels(&mut room, "o", 2);
    add(&mut room, "o", "alice").expect("audio");
    talk(&mut room, peer, 500, [30, 30]);
    room.producer("alice", ProducerCall::Pause).expect("open");
    talk(&mut room, peer, 500, [30, 30]);

    assert_eq!(heard(&mut room), []);
    room.producer("alice", ProducerCall::Resume).expect("open");
    talk(&mut room, peer, 1_000, [30, 30]);
    assert_eq!(heard(&mut room), [volumes(&[("alice", -30)])]);
}

#[test]
fn a_paused_observer_says_silence_and_then_nothing() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    levels(&mut room, "o", 2);
    add(&mut room, "o", "alice").expect("audio");
    talk(&mut room, peer, 1_000, [30, 30]);
    heard(&mut room);

    call(&mut room, "o", RtpObserverCall::Pause).expect("open");
    assert_eq!(heard(&mut room), [RtpObserverEvent::Silence]);
    talk(&mut room, peer, 3_000, [30, 30]);
    assert_eq!(heard(&mut room), []);
    call(&mut room, "o", RtpObserverCall::Resume).expect("open");
    talk(&mut room, peer, 1_000, [30, 30]);
    assert_eq!(heard(&mut room), [volumes(&[("alice", -30)])]);
}

#[test]
fn what_cannot_be_observed_is_refused_by_its_class() {
    let (mut room, _) = microphones(&["alice", "bob"]);
    room.produce("sender", "camera", picture(9_000));
    room.open_another("elsewhere");
    room.join_in("elsewhere", "stranger");
    room.produce("stranger", "carol", sound(1));
    levels(&mut room, "levels", 1);
    speaker(&mut room, "speaker");

    for observer in ["levels", "speaker"] {
        assert!(matches!(
            add(&mut room, observer, "camera"),
            Err(Refusal::TypeError(text)) if text.contains("producerId")
        ));
        for unknown in ["nobody", "carol", "levels"] {
            assert!(matches!(
                add(&mut room, observer, unknown),
                Err(Refusal::NotFound(_))
            ));
            let remove = RtpObserverCall::RemoveProducer(unknown.into());
            assert!(matches!(
                call(&mut room, observer, remove),
                Err(Refusal::NotFound(_))
            ));
        }
        let remove = RtpObserverCall::RemoveProducer("alice".into());
        assert_eq!(call(&mut room, observer, remove), Ok(Reply::Done));
        assert_eq!(add(&mut room, observer, "alice"), Ok(Reply::Done));
    }
    assert_eq!(add(&mut room, "levels", "alice"), Ok(Reply::Done));
    assert!(matches!(
        add(&mut room, "speaker", "alice"),
        Err(Refusal::Error(_))
    ));
    let options = AudioLevelObserverOptions {
        max_entries: 0,
        threshold: -80,
        interval: 1_000,
    };
    let create = RouterCall::CreateAudioLevelObserver("o".into(), options);
    assert!(matches!(
        room.ask(Request::Router(ROOM.into(), create)),
        Err(Refusal::TypeError(_))
    ));
}

#[test]
fn an_observer_is_listed_until_it_or_its_room_closes() {
    let (mut room, peer) = microphones(&["alice", "bob"]);
    levels(&mut room, "one", 1);
    speaker(&mut room, "two");
    add(&mut room, "one", "alice").expect("audio");
    add(&mut room, "two", "alice").expect("audio");
    assert_eq!(room.dump().rtp_observer_ids, ["one".into(), "two".into()]);

    call(&mut room, "one", RtpObserverCall::Close).expect("open");
    let dump = room.dump();
    assert_eq!(dump.rtp_observer_ids, ["two".into()]);
    let rows = &dump.map_producer_id_observer_ids;
    assert_eq!(rows[0].values, ["two".into()]);
    assert!(rows[1].values.is_empty(), "of bob, who is listed too");
    talk(&mut room, peer, 500, [30, 30]);

    room.ask(Request::Router(ROOM.into(), RouterCall::Close))
        .expect("open");
    heard(&mut room);
    room.wait(5_000);
    assert_eq!(heard(&mut room), []);
    for gone in ["one", "two"] {
        assert!(matches!(
            call(&mut room, gone, RtpObserverCall::Pause),
            Err(Refusal::NotFound(_))
        ));
    }
    let reply = room.ask(Request::DumpWorker).expect("open");
    let Reply::WorkerDump(dump) = reply else {
        panic!("{reply:?}")
    };
    assert!(
        dump.channel_message_handlers
            .channel_request_handlers
            .is_empty()
    );
}

/// A peer whose microphones send SSRC 1000, 2000…
fn microphones(names: &[&str]) -> (Room, Peer) {
    let mut room = Room::open();
    let peer = room.join("sender");
    for (ssrc, name) in (1..).zip(names) {
        room.produce("sender", name, sound(ssrc * 1_000));
    }
    (room, peer)
}

/// Packets of 20 ms, so loud, from each microphone. Speech wavers a little.
fn talk(room: &mut Room, peer: Peer, millis: u64, levels: [u8; 2]) {
    for _ in 0..millis / 20 {
        let seq = (room.now.as_millis() / 20) as u16;
        for (ssrc, level) in (1..).zip(levels) {
            room.receive(peer, &spoken(ssrc * 1_000, seq, level));
        }
        room.wait(20);
    }
}

fn levels(room: &mut Room, name: &str, max_entries: u16) {
    let options = AudioLevelObserverOptions {
        max_entries,
        threshold: -80,
        interval: 1_000,
    };
    let create = RouterCall::CreateAudioLevelObserver(name.into(), options);
    room.ask(Request::Router(ROOM.into(), create))
        .expect("an observer");
}

fn speaker(room: &mut Room, name: &str) {
    let options = ActiveSpeakerObserverOptions { interval: 300 };
    let create = RouterCall::CreateActiveSpeakerObserver(name.into(), options);
    room.ask(Request::Router(ROOM.into(), create))
        .expect("an observer");
}

fn add(room: &mut Room, observer: &str, producer: &str) -> Result<Reply, Refusal> {
    call(
        room,
        observer,
        RtpObserverCall::AddProducer(producer.into()),
    )
}

fn call(room: &mut Room, observer: &str, call: RtpObserverCall) -> Result<Reply, Refusal> {
    room.ask(Request::RtpObserver(observer.into(), call))
}

fn heard(room: &mut Room) -> Vec<RtpObserverEvent> {
    let told = room.take_told().into_iter();
    told.filter_map(|notification| match notification {
        Notification::RtpObserver(_, event) => Some(event),
        _ => None,
    })
    .collect()
}

fn volumes(expected: &[(&str, i8)]) -> RtpObserverEvent {
    let rows = expected.iter().map(|&(producer, volume)| Volume {
        producer_id: producer.into(),
        volume,
    });
    RtpObserverEvent::Volumes(rows.collect())
}
