//! Two ends and a link between them, in virtual time, from a seed.
#![allow(dead_code)]

pub mod foreign;
pub mod raw;
pub mod rng;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use sctp::{Association, Config, Event, Message, Outgoing, Ppid, Reliability, State};
use units::Instant;

pub use rng::Rng;

/// One end.
pub trait Node {
    fn input(&mut self, now: Instant, bytes: &[u8]);
    fn timeout(&mut self, now: Instant);
    fn deadline(&self) -> Option<Instant>;
    fn transmit(&mut self, now: Instant) -> Option<Vec<u8>>;
    /// Moves events to where the test reads them.
    fn collect(&mut self);
}

/// Our end, and what it told.
pub struct Ours {
    pub association: Association,
    pub events: Vec<Event>,
    pub messages: Vec<Message>,
    out: Vec<u8>,
}

impl Ours {
    pub fn new(seed: u64, config: Config) -> Self {
        Self {
            association: Association::new(config, &mut Rng::new(seed)),
            events: Vec::new(),
            messages: Vec::new(),
            out: Vec::new(),
        }
    }

    pub fn is_connected(&self) -> bool {
        self.association.state() == State::Connected
    }
}

impl Node for Ours {
    fn input(&mut self, now: Instant, bytes: &[u8]) {
        self.association.handle_input(now, bytes);
    }

    fn timeout(&mut self, now: Instant) {
        self.association.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.association.poll_timeout()
    }

    fn transmit(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.association
            .poll_transmit(now, &mut self.out)
            .then(|| self.out.clone())
    }

    fn collect(&mut self) {
        while let Some(event) = self.association.poll_event() {
            match event {
                Event::Message(message) => self.messages.push(message),
                other => self.events.push(other),
            }
        }
    }
}

/// What the link does to packets.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub loss_percent: u64,
    pub duplicate_percent: u64,
    pub delay: Duration,
    /// Added at random, so packets overtake each other.
    pub jitter: Duration,
    /// What arrives at one moment is read in one go, and answered once.
    pub batched: bool,
}

impl Link {
    pub const GOOD: Self = Self {
        loss_percent: 0,
        duplicate_percent: 0,
        delay: Duration::from_millis(10),
        jitter: Duration::ZERO,
        batched: false,
    };

    pub const BAD: Self = Self {
        loss_percent: 2,
        duplicate_percent: 1,
        delay: Duration::from_millis(10),
        jitter: Duration::from_millis(3),
        batched: false,
    };
}

/// Says of a packet whether it is dropped.
pub type Filter = Box<dyn FnMut(&[u8]) -> bool>;

/// When it arrives, which it is, whether it goes to `a`, and the packet.
type Travelling = (Instant, u64, bool, Vec<u8>);

/// Both ends, and the packets between them.
pub struct World<A, B> {
    pub now: Instant,
    pub a: A,
    pub b: B,
    pub link: Link,
    /// Packets are dropped for which this says so, besides those lost by chance.
    pub drop_if: Filter,
    pub delivered: u64,
    rng: Rng,
    travelling: BinaryHeap<Reverse<Travelling>>,
    sent: u64,
}

pub type Pair = World<Ours, Ours>;

impl<A: Node, B: Node> World<A, B> {
    pub fn new(seed: u64, link: Link, a: A, b: B) -> Self {
        Self {
            now: Instant::ZERO,
            a,
            b,
            link,
            drop_if: Box::new(|_| false),
            delivered: 0,
            rng: Rng::new(seed ^ 0x9E37),
            travelling: BinaryHeap::new(),
            sent: 0,
        }
    }

    /// Lets time jump from event to event until `done`, or `span` has passed.
    pub fn run_until(&mut self, span: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = self.now + span;
        loop {
            self.flush();
            if done(self) {
                return true;
            }
            self.flush();
            let arrival = self.travelling.peek().map(|Reverse((at, ..))| *at);
            let next = [arrival, self.a.deadline(), self.b.deadline()];
            let Some(next) = next.into_iter().flatten().min().filter(|at| *at <= end) else {
                self.now = end;
                return false;
            };
            self.now = self.now.max(next);
            if arrival.is_some_and(|at| at <= self.now) {
                self.deliver();
                while self.link.batched && self.is_arriving() {
                    self.deliver();
                }
            } else {
                self.a.timeout(self.now);
                self.b.timeout(self.now);
            }
        }
    }

    pub fn run(&mut self, span: Duration) {
        self.run_until(span, |_| false);
    }

    /// Puts a packet on the link, towards `a` or `b`.
    pub fn inject(&mut self, to_a: bool, bytes: Vec<u8>) {
        self.sent += 1;
        let packet = (self.now + self.link.delay, self.sent, to_a, bytes);
        self.travelling.push(Reverse(packet));
    }

    fn is_arriving(&self) -> bool {
        let next = self.travelling.peek();
        next.is_some_and(|Reverse((at, ..))| *at <= self.now)
    }

    fn deliver(&mut self) {
        let Some(Reverse((_, _, to_a, bytes))) = self.travelling.pop() else {
            return;
        };
        self.delivered += 1;
        match to_a {
            true => self.a.input(self.now, &bytes),
            false => self.b.input(self.now, &bytes),
        }
    }

    fn flush(&mut self) {
        while let Some(bytes) = self.a.transmit(self.now) {
            self.carry(false, bytes);
        }
        while let Some(bytes) = self.b.transmit(self.now) {
            self.carry(true, bytes);
        }
        self.a.collect();
        self.b.collect();
    }

    fn carry(&mut self, to_a: bool, bytes: Vec<u8>) {
        assert!(bytes.len() <= 1191, "a packet of {} bytes", bytes.len());
        if self.rng.percent(self.link.loss_percent) || (self.drop_if)(&bytes) {
            return;
        }
        let copies = 1 + u64::from(self.rng.percent(self.link.duplicate_percent));
        for _ in 0..copies {
            let jitter = self.rng.below(self.link.jitter.as_micros() as u64 + 1);
            let at = self.now + self.link.delay + Duration::from_micros(jitter);
            self.sent += 1;
            self.travelling
                .push(Reverse((at, self.sent, to_a, bytes.clone())));
        }
    }
}

impl Pair {
    /// Two of ours that have met; `a` began.
    pub fn connected(seed: u64, link: Link) -> Self {
        Self::connected_with(seed, link, Config::default())
    }

    pub fn connected_with(seed: u64, link: Link, config: Config) -> Self {
        let a = Ours::new(seed, config.clone());
        let b = Ours::new(seed + 1, config);
        let mut pair = Self::new(seed, link, a, b);
        pair.a.association.connect(Instant::ZERO);
        let met = pair.run_until(Duration::from_secs(60), |pair| {
            pair.a.is_connected() && pair.b.is_connected()
        });
        assert!(met, "the handshake did not end");
        pair.a.events.clear();
        pair.b.events.clear();
        pair
    }

    /// `a` sends bytes on a stream.
    pub fn send(&mut self, stream: u16, data: &[u8], reliability: Reliability) {
        let message = outgoing(stream, data, reliability);
        self.a
            .association
            .send(self.now, message)
            .expect("room for a message");
    }
}

pub fn outgoing(stream: u16, data: &[u8], reliability: Reliability) -> Outgoing {
    Outgoing {
        stream,
        ppid: Ppid::BINARY,
        data: data.into(),
        reliability,
    }
}

/// Bytes that tell which message they are: a number in front, then what follows from it.
pub fn body(number: u32, len: usize) -> Vec<u8> {
    let fill = (0u32..).map(|n| (n.wrapping_mul(31).wrapping_add(number)) as u8);
    number
        .to_be_bytes()
        .into_iter()
        .chain(fill)
        .take(len.max(4))
        .collect()
}

/// The number of a `body`, whose every byte is checked.
pub fn number(data: &[u8]) -> u32 {
    let number = u32::from_be_bytes(data[..4].try_into().expect("four bytes"));
    assert_eq!(
        data,
        body(number, data.len()),
        "message {number} is damaged"
    );
    number
}
