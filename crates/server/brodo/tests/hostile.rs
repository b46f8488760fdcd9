//! Strangers on a transport's TCP port: none of them stays, none of them costs the peer anything.

mod common;

use std::io::Write;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use brodo::{Protocol, WebRtcTransport, WebRtcTransportOptions, Worker};
use common::ice::{Checks, Connection};
use common::{loopback, room};
use stun::IntegrityKey;

/// How long a stranger may stay without saying who it is; it is looked for twice a second.
const STRANGER_FOR: Duration = Duration::from_secs(5);

/// Sooner than this is "at once": well before anybody is sent away for being silent.
const AT_ONCE: Duration = Duration::from_secs(4);

/// Connections of one source at one listener.
const PER_SOURCE_MAX: usize = 512;

#[tokio::test]
async fn who_says_nothing_is_sent_away_and_who_is_known_stays() {
    let mut house = House::open().await;
    let began = Instant::now();
    let mut silent = Connection::to(&house.transport);

    silent.wait_for_end();

    assert!(began.elapsed() >= STRANGER_FOR, "it had its time");
    house.peer_is_served();
    assert_eq!(house.refused().await, 1);
}

#[tokio::test]
async fn who_begins_a_frame_and_stalls_is_sent_away_too() {
    let mut house = House::open().await;
    let mut stalling = Connection::to(&house.transport);

    stalling
        .0
        .write_all(&[0x05, 0x78, 0, 1, 0, 0])
        .expect("open");
    stalling.wait_for_end();

    house.peer_is_served();
    assert_eq!(house.refused().await, 1);
}

#[tokio::test]
async fn who_announces_more_than_a_peer_has_to_say_is_cut_off_at_once() {
    let mut house = House::open().await;
    for opening in [
        &b"\xff\xff"[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ] {
        let began = Instant::now();
        let mut huge = Connection::to(&house.transport);

        huge.0.write_all(opening).expect("open");
        huge.wait_for_end();

        assert!(began.elapsed() < AT_ONCE, "{opening:?}");
        house.peer_is_served();
    }
}

#[tokio::test]
async fn garbage_in_good_frames_disturbs_nobody_and_does_not_pass_for_a_peer() {
    let mut house = House::open().await;
    let mut noisy = Connection::to(&house.transport);
    let before = house.worker.counters().await.expect("open").engine;

    // The first bytes of STUN, DTLS, RTP and nothing (RFC 7983 §7), and then nonsense.
    for n in 0..250_u8 {
        for first in [0x00, 0x16, 0x80, 0xff] {
            noisy.send(&[&[first, n][..], &[n; 300]].concat());
        }
        if n % 25 == 0 {
            house.peer_is_served();
        }
    }
    let answers = noisy.wait_for_end();

    assert!(answers.is_empty(), "nobody answers nonsense");
    let after = house.worker.counters().await.expect("open").engine;
    assert!(after.strays - before.strays >= 1_000, "each is counted");
    assert_eq!(after.faults, 0);
    house.peer_is_served();
}

#[tokio::test]
async fn who_guesses_passwords_gets_few_answers_and_is_sent_away() {
    let mut house = House::open().await;
    let mut guessing = Connection::to(&house.transport);
    let mut ice = house.transport.ice_parameters();
    ice.password = "guessed-at".repeat(3);
    let mut guesses = Checks::of(&ice);

    for _ in 0..500 {
        guessing.send(&guesses.request(true));
    }
    let answers = guessing.wait_for_end();

    // Ten, and five a second for as long as it may stay.
    assert!((1..=45).contains(&answers.len()), "{}", answers.len());
    let key = IntegrityKey::new(&house.transport.ice_parameters().password);
    for answer in &answers {
        let answer = stun::Message::parse(answer).expect("STUN");
        assert_eq!(answer.error_code(), Some(401));
        assert!(!answer.verify(&key), "nothing for a stranger to learn from");
    }
    house.peer_is_served();
}

#[tokio::test]
async fn a_crowd_finds_a_limit_and_is_gone_soon() {
    let mut house = House::open().await;
    let open_before = open_files();
    // As many as this machine gives, and more than one source may have.
    let crowd: Vec<Connection> = std::iter::repeat_with(|| Connection::try_to(&house.transport))
        .take(PER_SOURCE_MAX + 100)
        .map_while(Result::ok)
        .collect();
    let opened = crowd.len();
    let began = Instant::now();
    house.peer_is_served();

    // The last ones first: they are the ones for whom there was no place.
    let at_once = crowd.into_iter().rev().map(|mut one| {
        one.wait_for_end();
        began.elapsed() < AT_ONCE
    });
    let at_once = at_once.filter(|&at_once| at_once).count();

    // One place is the peer's.
    assert_eq!(at_once, (opened + 1).saturating_sub(PER_SOURCE_MAX));
    assert_eq!(open_files(), open_before, "nothing is left open");
    house.peer_is_served();
    let mut late = Connection::to(&house.transport);
    let mut checks = Checks::of(&house.transport.ice_parameters());
    late.send(&checks.request(false));
    assert!(checks.is_answered_by(&late.receive().expect("there is room again")));
}

#[tokio::test]
async fn who_comes_and_goes_500_times_leaves_nothing_behind() {
    let mut house = House::open().await;
    let open_before = open_files();

    for n in 0..500_u16 {
        let mut fleeting = Connection::to(&house.transport);
        fleeting.0.write_all(&[0, 100, 1, 2, 3]).expect("open");
        fleeting.0.shutdown(Shutdown::Write).expect("open");
        assert!(fleeting.wait_for_end().is_empty());
        if n % 100 == 0 {
            house.peer_is_served();
        }
    }

    assert_eq!(open_files(), open_before);
    house.peer_is_served();
    assert_eq!(house.refused().await, 0, "they left by themselves");
}

/// A transport with a peer on TCP that is known to it.
struct House {
    worker: Worker,
    transport: WebRtcTransport,
    peer: Connection,
    checks: Checks,
}

impl House {
    async fn open() -> Self {
        let (worker, router) = room().await;
        let options = WebRtcTransportOptions::new([loopback(Protocol::Tcp)]);
        let transport = router
            .create_webrtc_transport(options)
            .await
            .expect("a transport");
        let mut house = Self {
            worker,
            peer: Connection::to(&transport),
            checks: Checks::of(&transport.ice_parameters()),
            transport,
        };
        house.peer_is_served();
        house
    }

    /// The peer asks and is answered, on the connection that it has had from the beginning.
    fn peer_is_served(&mut self) {
        self.peer.send(&self.checks.request(true));
        let answer = self.peer.receive().expect("the peer's connection is open");
        assert!(self.checks.is_answered_by(&answer));
    }

    /// Strangers that were sent away for want of a name.
    async fn refused(&self) -> u64 {
        self.worker
            .counters()
            .await
            .expect("open")
            .sockets
            .tcp_refused
    }
}

/// Files of this process, of both sides; 0 where the system does not tell.
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
