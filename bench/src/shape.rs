//! What is forwarded to how many.

/// A shape of traffic.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// Packets that leave the sender together.
    pub burst: usize,
    /// Bytes of a packet's payload.
    pub payload: usize,
    /// Receivers.
    pub receivers: usize,
    /// Bursts of one round: a round forwards about 30 000 packets, in 20 to 150 bursts.
    pub bursts: usize,
    /// What the project aims at, as a ratio to the floor.
    pub aim: f64,
}

const fn shape(
    name: &'static str,
    burst: usize,
    payload: usize,
    receivers: usize,
    aim: f64,
) -> Shape {
    let wanted = 30_000 / (burst * receivers);
    let bursts = if wanted > 150 {
        150
    } else if wanted < 20 {
        20
    } else {
        wanted
    };
    Shape {
        name,
        burst,
        payload,
        receivers,
        bursts,
        aim,
    }
}

impl Shape {
    /// Whether it is the one wanted, as `10x100`: burst times receivers.
    pub fn is_called(&self, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| wanted == format!("{}x{}", self.burst, self.receivers))
    }

    /// Packets of one round, summed over the receivers.
    pub fn forwarded(&self) -> u64 {
        (self.bursts * self.burst * self.receivers) as u64
    }
}

/// Every shape.
pub const SHAPES: [Shape; 9] = [
    shape("video, bursts of 10", 10, 1_200, 1, 1.6),
    shape("video, bursts of 10", 10, 1_200, 10, 1.6),
    shape("video, bursts of 10", 10, 1_200, 100, 1.6),
    shape("video, bursts of 3", 3, 1_200, 1, 1.8),
    shape("video, bursts of 3", 3, 1_200, 10, 1.8),
    shape("video, bursts of 3", 3, 1_200, 100, 1.8),
    shape("audio", 1, 160, 1, 1.8),
    shape("audio", 1, 160, 100, 1.8),
    shape("audio", 1, 160, 500, 1.8),
];
