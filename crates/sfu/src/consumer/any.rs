//! Any kind of consumer, behind what they share.
//!
//! Whatever has to do with one stream (packets, NACKs, reports) goes through its lane: the consumer
//! itself, or one of a pipe's.

use control::{
    ConsumerDump, ConsumerEvent, ConsumerId, ConsumerLayers, ConsumerScore, Refusal,
    RtpStreamSendStats, RtpTrace, RtpTraceType,
};
use ortc::ConsumerType;
use rtp::Ssrc;
use units::{Entropy, Instant};

use crate::consumer::object::{Consumer, ConsumerConfig};
use crate::consumer::pipe::{PipeConsumer, PipeLane};
use crate::feed::Encodings;

/// Media that we send to an endpoint.
#[derive(Debug)]
pub enum AnyConsumer {
    /// One stream, chosen for the endpoint.
    One(Box<Consumer>),
    /// All streams as they are.
    Pipe(Box<PipeConsumer>),
}

/// Which stream of its producer a lane sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// That of one of these encodings; this is the one that goes now.
    Encoding(usize),
    /// The one with this SSRC in the router's numbers, once it is there.
    Mapped(Ssrc),
}

impl AnyConsumer {
    /// A consumer of one stream.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] names the parameter that is missing.
    pub fn one(config: ConsumerConfig, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        Consumer::new(config, entropy).map(|consumer| Self::One(Box::new(consumer)))
    }

    /// A consumer of all streams. `scored` says whether its score lists the producer's streams.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] names the parameter that is missing.
    pub fn pipe(
        config: ConsumerConfig,
        scored: bool,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Refusal> {
        PipeConsumer::new(config, scored, entropy).map(|consumer| Self::Pipe(Box::new(consumer)))
    }

    /// The lane of the producer's stream with this encoding and this SSRC in the router's numbers; and
    /// which of its encodings the lane takes it for.
    pub fn lane_mut(&mut self, encoding: usize, mapped: Ssrc) -> Option<(&mut Consumer, usize)> {
        match self {
            Self::One(consumer) => Some((consumer, encoding)),
            Self::Pipe(pipe) => {
                let lane = pipe.lanes.iter_mut().find(|lane| lane.mapped == mapped)?;
                Some((&mut lane.consumer, 0))
            }
        }
    }

    /// The lane that sends with `ssrc`, media or RTX.
    pub fn lane_of(&mut self, ssrc: Ssrc) -> Option<(Source, &mut Consumer)> {
        self.lanes_mut().find(|(_, consumer)| consumer.sends(ssrc))
    }

    /// Every lane.
    pub fn lanes_mut(&mut self) -> impl Iterator<Item = (Source, &mut Consumer)> {
        let (one, lanes): (Option<&mut Consumer>, &mut [PipeLane]) = match self {
            Self::One(consumer) => (Some(consumer), &mut []),
            Self::Pipe(pipe) => (None, &mut pipe.lanes),
        };
        let one = one.map(|consumer| {
            let encoding = consumer.encoding().unwrap_or(0);
            (Source::Encoding(encoding), consumer)
        });
        let lanes = lanes
            .iter_mut()
            .map(|lane| (Source::Mapped(lane.mapped), &mut lane.consumer));
        one.into_iter().chain(lanes)
    }

    fn first(&self) -> &Consumer {
        match self {
            Self::One(consumer) => consumer,
            Self::Pipe(pipe) => pipe.first(),
        }
    }

    fn each(&mut self, tell: impl FnMut(&mut Consumer)) {
        self.lanes_mut()
            .map(|(_, consumer)| consumer)
            .for_each(tell);
    }

    /// Traces exactly these.
    pub fn set_traces(&mut self, kinds: &[RtpTraceType]) {
        self.each(|consumer| consumer.settings_mut().set_traces(kinds));
    }

    /// Feedback that came, if it is to be told; key-frame requests name the stream.
    #[must_use]
    pub fn trace_feedback(
        &self,
        now: Instant,
        kind: RtpTraceType,
        ssrc: Option<Ssrc>,
    ) -> Option<RtpTrace> {
        self.first().trace_feedback(now, kind, ssrc)
    }

    /// The higher, the sooner it gets its layers.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] for 0.
    pub fn set_priority(&mut self, priority: u8) -> Result<(), Refusal> {
        self.lanes_mut()
            .try_for_each(|(_, consumer)| consumer.settings_mut().set_priority(priority))
    }

    /// Whether packets go to it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.first().is_active()
    }

    /// The transport is connected, or no longer is.
    pub fn set_transport_connected(&mut self, connected: bool) {
        self.each(|consumer| consumer.set_transport_connected(connected));
    }

    /// Stops sending.
    pub fn pause(&mut self) {
        self.each(Consumer::pause);
    }

    /// Sends again.
    pub fn resume(&mut self) {
        self.each(Consumer::resume);
    }

    /// The producer was paused or resumed.
    pub fn set_producer_paused(&mut self, paused: bool) {
        self.each(|consumer| consumer.set_producer_paused(paused));
    }

    /// The application wants a key frame: of every stream that is sent.
    pub fn request_keyframe(&mut self) {
        self.each(Consumer::request_keyframe);
    }

    /// Whether nothing can be sent before a key frame. A pipe need not ask when a stream appears: a
    /// stream that does not begin with one owes it anyway.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        match self {
            Self::One(consumer) => consumer.awaits_keyframe(),
            Self::Pipe(_) => false,
        }
    }

    /// How well the producer's streams arrive.
    pub fn set_producer_scores(&mut self, scores: Vec<u8>) {
        match self {
            Self::One(consumer) => consumer.set_producer_scores(scores),
            Self::Pipe(_) => {}
        }
    }

    /// How well media arrives, at us and at the endpoint.
    #[must_use]
    pub fn score(&self) -> ConsumerScore {
        match self {
            Self::One(consumer) => consumer.score(),
            Self::Pipe(pipe) => pipe.score(),
        }
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<ConsumerEvent> {
        match self {
            Self::One(consumer) => consumer.poll_event(),
            Self::Pipe(pipe) => pipe.poll_event(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ConsumerId {
        self.first().id()
    }

    /// How it chooses.
    #[must_use]
    pub fn consumer_type(&self) -> ConsumerType {
        match self {
            Self::One(consumer) => consumer.consumer_type(),
            Self::Pipe(_) => ConsumerType::Pipe,
        }
    }

    /// The one encoding of the producer that it sends; `None` if it sends none or all.
    #[must_use]
    pub fn encoding(&self) -> Option<usize> {
        match self {
            Self::One(consumer) => consumer.encoding(),
            Self::Pipe(_) => None,
        }
    }

    /// The producer's encodings whose packets matter.
    #[must_use]
    pub fn wanted(&self) -> Encodings {
        match self {
            Self::One(consumer) => consumer.wanted(),
            Self::Pipe(_) if self.is_active() => Encodings::ALL,
            Self::Pipe(_) => Encodings::NONE,
        }
    }

    /// Whether other encodings may be wanted, or key frames, since this was asked last.
    pub fn take_wants_moved(&mut self) -> bool {
        match self {
            Self::One(consumer) => consumer.take_wants_moved(),
            Self::Pipe(_) => false,
        }
    }

    /// These layers are wanted at most. Gives them as they can be had, `None` if there are no layers.
    pub fn set_preferred_layers(&mut self, wanted: ConsumerLayers) -> Option<ConsumerLayers> {
        match self {
            Self::One(consumer) => consumer.set_preferred_layers(wanted),
            Self::Pipe(_) => None,
        }
    }

    /// The layers wanted at most, `None` if there are no layers.
    #[must_use]
    pub fn preferred_layers(&self) -> Option<ConsumerLayers> {
        match self {
            Self::One(consumer) => consumer.preferred_layers(),
            Self::Pipe(_) => None,
        }
    }

    /// Its SSRCs: of media, and of RTX.
    #[must_use]
    pub fn ssrcs(&self) -> (Vec<Ssrc>, Vec<Ssrc>) {
        let of = |consumer: &Consumer| {
            let mut ssrcs = consumer.ssrcs().into_iter();
            (ssrcs.next(), ssrcs.next())
        };
        let each: Vec<(Option<Ssrc>, Option<Ssrc>)> = match self {
            Self::One(consumer) => vec![of(consumer)],
            Self::Pipe(pipe) => pipe.lanes.iter().map(|lane| of(&lane.consumer)).collect(),
        };
        let media = each.iter().filter_map(|(media, _)| *media).collect();
        (media, each.iter().filter_map(|(_, rtx)| *rtx).collect())
    }

    /// The worst loss that the endpoint last reported, in 256ths.
    #[must_use]
    pub fn remote_fraction_lost(&self) -> u8 {
        match self {
            Self::One(consumer) => consumer.remote_fraction_lost(),
            Self::Pipe(pipe) => {
                let lanes = pipe.lanes.iter();
                let lost = lanes.map(|lane| lane.consumer.remote_fraction_lost());
                lost.max().unwrap_or(0)
            }
        }
    }

    /// The consumer as it is now.
    #[must_use]
    pub fn dump(&self) -> ConsumerDump {
        match self {
            Self::One(consumer) => consumer.dump(),
            Self::Pipe(pipe) => pipe.dump(),
        }
    }

    /// Its counters, one entry a stream that it sends.
    pub fn stats(&mut self, now: Instant) -> Vec<RtpStreamSendStats> {
        match self {
            Self::One(consumer) => vec![consumer.stats(now)],
            Self::Pipe(pipe) => pipe.stats(now),
        }
    }
}
