//! How a consumer chooses, whatever its producer sends.

use control::ConsumerLayers;
use ortc::{ConsumerType, ScalabilityMode};
use units::Instant;

use crate::consumer::layers::{Layer, Layers};
use crate::consumer::selector::{Selected, Selector};
use crate::consumer::simulcast::Simulcast;
use crate::consumer::svc::Svc;
use crate::feed::Encodings;
use crate::history::StoredPacket;

/// Chooses packets.
#[derive(Debug)]
pub enum Chooser {
    /// From one stream without layers.
    Simple {
        /// Who chooses.
        selector: Selector,
        /// A key frame is needed, and was not asked for.
        keyframe_wanted: bool,
    },
    /// From several streams.
    Simulcast(Box<Simulcast>),
    /// From one stream with layers.
    Svc(Box<Svc>),
}

impl Chooser {
    /// From one stream without layers.
    #[must_use]
    pub fn simple(has_keyframes: bool, ignore_silence: bool) -> Self {
        Self::Simple {
            selector: Selector::new(has_keyframes, ignore_silence),
            keyframe_wanted: false,
        }
    }

    /// From several streams, each with so many temporal layers.
    #[must_use]
    pub fn simulcast(mode: ScalabilityMode, preferred: Option<ConsumerLayers>) -> Self {
        let layers = Layers::new([mode.spatial_layers, mode.temporal_layers], preferred);
        Self::Simulcast(Box::new(Simulcast::new(layers)))
    }

    /// From one stream with these layers.
    #[must_use]
    pub fn svc(mode: ScalabilityMode, preferred: Option<ConsumerLayers>) -> Self {
        let layers = Layers::new([mode.spatial_layers, mode.temporal_layers], preferred);
        Self::Svc(Box::new(Svc::new(layers, mode.ksvc)))
    }

    /// What becomes of a packet of this encoding.
    pub fn choose(&mut self, now: Instant, encoding: usize, packet: &StoredPacket<'_>) -> Selected {
        match self {
            Self::Simulcast(simulcast) => simulcast.choose(encoding, packet),
            _ if encoding != 0 => Selected::Before,
            Self::Simple { selector, .. } => selector.choose(packet),
            Self::Svc(svc) => svc.choose(now, packet),
        }
    }

    /// The marker bit of a packet that is sent.
    #[must_use]
    pub fn marker(&self, packet: &StoredPacket<'_>) -> bool {
        packet.facts.marker || matches!(self, Self::Svc(svc) if svc.ends_picture(packet))
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        match self {
            Self::Simple {
                selector,
                keyframe_wanted,
            } => {
                selector.reset();
                *keyframe_wanted = selector.awaits_keyframe();
            }
            Self::Simulcast(simulcast) => simulcast.reset(),
            Self::Svc(svc) => svc.reset(),
        }
    }

    /// Nothing is to be sent.
    pub fn stop(&mut self) {
        match self {
            Self::Simple { .. } => {}
            Self::Simulcast(simulcast) => simulcast.stop(),
            Self::Svc(svc) => svc.stop(),
        }
    }

    /// Which encodings arrive, by their scores. Only who is active aims at any.
    pub fn set_scores(&mut self, scores: &[u8], active: bool) {
        let arriving = scores.iter().enumerate().filter(|&(_, score)| *score > 0);
        let available: Encodings = match active {
            true => arriving.map(|(encoding, _)| encoding).collect(),
            false => Encodings::NONE,
        };
        match self {
            Self::Simple { .. } => {}
            Self::Simulcast(simulcast) => simulcast.set_available(available),
            Self::Svc(svc) => svc.set_available(available.contains(0)),
        }
    }

    /// These layers are wanted at most. Gives them as they can be had, `None` if there are no layers.
    pub fn prefer(&mut self, wanted: ConsumerLayers) -> Option<ConsumerLayers> {
        match self {
            Self::Simple { .. } => return None,
            Self::Simulcast(simulcast) => {
                simulcast.layers_mut().prefer(wanted);
                simulcast.aim();
            }
            Self::Svc(svc) => {
                svc.layers_mut().prefer(wanted);
                svc.aim();
            }
        }
        self.layers().map(|layers| layers.preferred.into())
    }

    /// A key frame is needed.
    pub fn wish_keyframe(&mut self) {
        match self {
            Self::Simple {
                keyframe_wanted, ..
            } => *keyframe_wanted = true,
            Self::Simulcast(simulcast) => simulcast.wish_keyframe(),
            Self::Svc(svc) => svc.wish_keyframe(),
        }
    }

    /// Whether a key frame is needed that was not asked for.
    #[must_use]
    pub fn has_wishes(&self) -> bool {
        match self {
            Self::Simple {
                keyframe_wanted, ..
            } => *keyframe_wanted,
            Self::Simulcast(simulcast) => simulcast.has_wishes(),
            Self::Svc(svc) => svc.has_wishes(),
        }
    }

    /// Of which encodings a key frame is needed; tells once.
    pub fn take_wishes(&mut self) -> Encodings {
        match self {
            Self::Simple {
                keyframe_wanted, ..
            } => match std::mem::take(keyframe_wanted) {
                true => Encodings::NONE.with(0),
                false => Encodings::NONE,
            },
            Self::Simulcast(simulcast) => simulcast.take_wishes(),
            Self::Svc(svc) => svc.take_wishes(),
        }
    }

    /// Whether what is wanted cannot go before a key frame.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        match self {
            Self::Simple { selector, .. } => selector.awaits_keyframe(),
            Self::Simulcast(simulcast) => simulcast.awaits_keyframe(),
            Self::Svc(svc) => svc.awaits_keyframe(),
        }
    }

    /// Encodings whose packets matter.
    #[must_use]
    pub fn wanted(&self) -> Encodings {
        match self {
            Self::Simple { .. } | Self::Svc(_) => Encodings::NONE.with(0),
            Self::Simulcast(simulcast) => simulcast.wanted(),
        }
    }

    /// The layers, where there are any.
    #[must_use]
    pub fn layers(&self) -> Option<&Layers> {
        match self {
            Self::Simple { .. } => None,
            Self::Simulcast(simulcast) => Some(simulcast.layers()),
            Self::Svc(svc) => Some(svc.layers()),
        }
    }

    /// What goes now, where there are layers.
    #[must_use]
    pub fn current(&self) -> Option<Layer> {
        self.layers().and_then(|layers| layers.current)
    }

    /// The encoding that goes now.
    #[must_use]
    pub fn encoding(&self) -> Option<usize> {
        match self {
            Self::Simple { .. } | Self::Svc(_) => Some(0),
            Self::Simulcast(simulcast) => {
                let current = simulcast.layers().current;
                current.map(|layer| layer.spatial.into())
            }
        }
    }

    /// How it chooses.
    #[must_use]
    pub fn kind(&self) -> ConsumerType {
        match self {
            Self::Simple { .. } => ConsumerType::Simple,
            Self::Simulcast(_) => ConsumerType::Simulcast,
            Self::Svc(_) => ConsumerType::Svc,
        }
    }
}
