//! One direction between two places.

use units::Instant;

use crate::entropy::SeededEntropy;
use crate::netsim::bottleneck::{Bottleneck, BottleneckConfig};
use crate::netsim::delay::{Delay, DelayProcess};
use crate::netsim::duplication::Duplication;
use crate::netsim::loss::{Loss, LossProcess};

/// What a link does to packets. The default does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkConfig {
    /// Who gets lost.
    pub loss: Loss,
    /// How long the others take.
    pub delay: Delay,
    /// Who arrives twice.
    pub duplication: Duplication,
    /// How much fits through.
    pub bottleneck: Option<BottleneckConfig>,
}

impl LinkConfig {
    /// Loses this share and takes this many milliseconds.
    #[must_use]
    pub fn lossy(share: f64, millis: u64) -> Self {
        Self {
            loss: Loss::Random(share),
            delay: Delay {
                base: std::time::Duration::from_millis(millis),
                ..Delay::default()
            },
            ..Self::default()
        }
    }
}

/// One direction between two places.
#[derive(Clone, Debug)]
pub struct Link {
    config: LinkConfig,
    entropy: SeededEntropy,
    loss: LossProcess,
    delay: DelayProcess,
    bottleneck: Option<Bottleneck>,
    dropped: u64,
}

impl Link {
    /// A link with chance of its own.
    #[must_use]
    pub fn new(config: LinkConfig, entropy: SeededEntropy) -> Self {
        Self {
            config,
            entropy,
            loss: LossProcess::default(),
            delay: DelayProcess::default(),
            bottleneck: config.bottleneck.map(Bottleneck::new),
            dropped: 0,
        }
    }

    /// From now on it behaves like this. What is under way arrives as it would have.
    pub fn become_like(&mut self, config: LinkConfig) {
        if self.config.bottleneck != config.bottleneck {
            self.bottleneck = config.bottleneck.map(Bottleneck::new);
        }
        self.config = config;
    }

    /// When a packet of `len` bytes that leaves at `now` arrives: never, once, or twice.
    pub fn carry(&mut self, now: Instant, len: usize) -> impl Iterator<Item = Instant> + use<> {
        let mut arrivals = [None, None];
        match self.enter(now, len) {
            Some(out_at) => {
                let copies = self.config.duplication.copies(&mut self.entropy);
                for arrival in arrivals.iter_mut().take(copies) {
                    let at = self
                        .delay
                        .arrival(out_at, self.config.delay, &mut self.entropy);
                    *arrival = Some(at);
                }
            }
            None => self.dropped += 1,
        }
        arrivals.into_iter().flatten()
    }

    /// Packets that went in and did not come out.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// When the packet is past the slow place, if it gets there.
    fn enter(&mut self, now: Instant, len: usize) -> Option<Instant> {
        if self.loss.takes(self.config.loss, &mut self.entropy) {
            return None;
        }
        match &mut self.bottleneck {
            Some(bottleneck) => bottleneck.pass(now, len),
            None => Some(now),
        }
    }
}
