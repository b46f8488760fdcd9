//! The bench of the forwarding path: rounds of the SFU and of the floor in turn.

use std::time::{Duration, Instant};

use brodo::{Consumer, MediaKind, PlainTransport};

use crate::bursts::Bursts;
use crate::call::Call;
use crate::cpu::calibration;
use crate::floor::Floor;
use crate::heap;
use crate::place::Place;
use crate::shape::{SHAPES, Shape};
use crate::sink::Sink;

/// Rounds of each; an odd number has a middle.
const ROUNDS: usize = 7;

/// How long the call runs before anything is measured: longer than a history goes back, so that all
/// that grows with the stream has grown.
const WARM_UP: Duration = Duration::from_millis(1_300);

/// Prints a line a shape, to receivers on loopback and into a sink. `only` is a shape as `10x100`
/// (burst times receivers), or nothing for all.
pub fn run(only: Option<&str>) {
    println!(
        "CPU time of the forwarding thread a packet; medians of {ROUNDS} rounds, SFU and floor in turn.\n\
         The floor reads the same bursts and sends the same trains with the same cipher, and does nothing else.\n\
         Allocations are those of the whole process while packets are forwarded; only lost packets make any."
    );
    println!(
        "\nto GRO receivers on loopback (their share of the kernel's work is charged to the sender):"
    );
    table(Place::loopback, only);
    println!("\ninto an ifb device in a network namespace (the transmit path alone):");
    if let Err(reason) = Sink::set_up().and_then(|sink| sink.run(IN_SINK, only)) {
        println!("not measured: {reason}");
    }
}

/// The command that [`Sink::run`] gives to itself.
pub const IN_SINK: &str = "forward-in-sink";

/// Prints the lines of the sink, from inside of its namespace.
pub fn run_in_sink(only: Option<&str>) {
    table(Place::sink, only);
}

fn table(place: impl Fn(usize) -> Place, only: Option<&str>) {
    println!(
        "{:<20} {:>9} {:>7} {:>7} {:>8} {:>6} {:>4} {:>6} {:>6} {:>8}",
        "shape",
        "receivers",
        "cipher",
        "sfu ns",
        "floor ns",
        "ratio",
        "aim",
        "allocs",
        "lost",
        "getppid"
    );
    for encrypted in [false, true] {
        for shape in SHAPES.iter().filter(|shape| shape.is_called(only)) {
            line(shape, &place(shape.receivers), encrypted);
        }
    }
}

fn line(shape: &Shape, place: &Place, encrypted: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let floor = Floor::start(place, encrypted);
    let mut subject = runtime.block_on(Subject::start(shape, place, encrypted));
    let warm_until = Instant::now() + WARM_UP;
    while Instant::now() < warm_until {
        subject.bursts.round(shape, subject.call.address);
        subject.bursts.round(shape, floor.address);
    }
    let mut rounds: Vec<Round> = Vec::new();
    for _ in 0..ROUNDS {
        let mut round = runtime.block_on(subject.round(shape, place));
        round.floor = subject.floor_round(shape, &floor);
        rounds.push(round);
    }
    let (sfu, bare) = (
        median(&rounds, |round| round.sfu),
        median(&rounds, |round| round.floor),
    );
    println!(
        "{:<20} {:>9} {:>7} {:>7.0} {:>8.0} {:>6.2} {:>4} {:>6} {:>6} {:>8}",
        shape.name,
        shape.receivers,
        if encrypted { "gcm-128" } else { "none" },
        sfu,
        bare,
        median(&rounds, |round| round.sfu / round.floor),
        shape.aim,
        rounds.iter().map(|round| round.allocations).sum::<usize>(),
        rounds.iter().map(|round| round.lost).sum::<u64>(),
        calibration()
    );
}

/// What a round brought.
#[derive(Default)]
struct Round {
    /// CPU nanoseconds a forwarded packet.
    sfu: f64,
    floor: f64,
    /// Of the whole process while packets were forwarded: neither sender nor receivers allocate. Where
    /// packets are lost, scores change and are told to the application, which allocates.
    allocations: usize,
    /// Packets that did not arrive.
    lost: u64,
}

/// A call with receivers.
struct Subject {
    call: Call,
    bursts: Bursts,
    _receiving: Vec<(PlainTransport, Consumer)>,
}

impl Subject {
    async fn start(shape: &Shape, place: &Place, encrypted: bool) -> Self {
        let kind = if shape.payload > 500 {
            MediaKind::Video
        } else {
            MediaKind::Audio
        };
        let call = Call::start(kind).await;
        let mut receiving = Vec::new();
        for &address in &place.addresses {
            let transport = call.transport(place.local, address, encrypted).await;
            let consumer = call.consumer(&transport).await;
            receiving.push((transport, consumer));
        }
        let bursts = Bursts::new(call.payload_type);
        Self {
            call,
            bursts,
            _receiving: receiving,
        }
    }

    async fn round(&mut self, shape: &Shape, place: &Place) -> Round {
        let seen = place.received();
        let counted = self.call.forwarded().await;
        let before = self.call.shard.nanos();
        let held = heap::allocations();
        self.bursts.round(shape, self.call.address);
        let allocations = heap::allocations() - held;
        let expected = shape.forwarded();
        place.settle(seen, expected);
        let spent = self.call.shard.nanos() - before;
        let forwarded = self.call.forwarded().await - counted;
        let arrived = match place.receivers {
            Some(_) => place.received() - seen,
            None => forwarded,
        };
        Round {
            sfu: spent as f64 / forwarded.max(1) as f64,
            floor: 0.0,
            allocations,
            lost: expected.saturating_sub(arrived),
        }
    }

    /// CPU nanoseconds of the floor a packet.
    fn floor_round(&mut self, shape: &Shape, floor: &Floor) -> f64 {
        let before = floor.cpu.nanos();
        self.bursts.round(shape, floor.address);
        (floor.cpu.nanos() - before) as f64 / shape.forwarded() as f64
    }
}

fn median(rounds: &[Round], figure: impl Fn(&Round) -> f64) -> f64 {
    let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
