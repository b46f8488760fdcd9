//! Chooses one of several streams, each a spatial layer, and temporal layers within it.
//!
//! ```text
//!            key frame of the target                target is another stream
//!  nothing ──────────────────────────▶ current ─────────────────────────────▶ current, waiting
//!     ▲                                   ▲   key frame of the target            │
//!     └── no stream left, paused ─────────┴──────────────────────────────────────┘
//! ```
//! Until the target's key frame is here, the current stream goes on.

use crate::consumer::layers::{Layer, Layers};
use crate::consumer::limits::{Limits, Place};
use crate::consumer::selector::Selected;
use crate::feed::Encodings;
use crate::history::StoredPacket;

/// Chooses from several streams.
#[derive(Debug)]
pub struct Simulcast {
    layers: Layers,
    /// Which streams arrive.
    available: Encodings,
    /// Of the current stream.
    limits: Limits,
    /// Streams of which a key frame is needed.
    wishes: Encodings,
}

impl Simulcast {
    /// Chooses among these layers, once one of them arrives.
    #[must_use]
    pub fn new(layers: Layers) -> Self {
        Self {
            layers,
            available: Encodings::NONE,
            limits: Limits::default(),
            wishes: Encodings::NONE,
        }
    }

    /// Chooses.
    pub fn choose(&mut self, encoding: usize, packet: &StoredPacket<'_>) -> Selected {
        let (spatial, info) = (encoding as u8, &packet.facts.info);
        let Some(target) = self.layers.target else {
            return Selected::Before;
        };
        let is_current = self
            .layers
            .current
            .is_some_and(|now| now.spatial == spatial);
        if !is_current {
            if target.spatial != spatial || !info.keyframe || packet.payload.is_empty() {
                return Selected::Before;
            }
            self.begin(packet, target);
            return Selected::First;
        }
        match self.limits.note(packet) {
            Place::Within => {}
            Place::Anew if info.keyframe => {
                let limit = self.limits.now().unwrap_or(target);
                self.begin(packet, limit);
                return Selected::First;
            }
            // The stream asks for a key frame itself.
            Place::Anew => return Selected::Before,
            Place::Border => self.cross(packet, target),
        }
        match self.limits.at(packet.seq) {
            None => Selected::Before,
            Some(limit) if packet.payload.is_empty() || info.temporal > limit.temporal => {
                Selected::Skip
            }
            Some(_) => Selected::Next,
        }
    }

    fn begin(&mut self, packet: &StoredPacket<'_>, layer: Layer) {
        self.layers.current = Some(layer);
        self.limits.begin(packet, layer);
    }

    /// A new picture begins: here the temporal limit may change.
    fn cross(&mut self, packet: &StoredPacket<'_>, target: Layer) {
        let Some(now) = self.limits.now() else {
            return;
        };
        // What is left soon stays as it is.
        if now.spatial != target.spatial {
            return;
        }
        let temporal = next_temporal(now, target, packet);
        let limit = Layer { temporal, ..now };
        self.limits.set(packet.seq, limit);
        self.layers.current = Some(limit);
    }

    /// Which streams arrive.
    pub fn set_available(&mut self, available: Encodings) {
        self.available = available;
        self.aim();
    }

    /// Finds the target anew.
    pub fn aim(&mut self) {
        let target = self
            .layers
            .best(|spatial| self.available.contains(spatial.into()));
        let before = std::mem::replace(&mut self.layers.target, target);
        let Some(target) = target else {
            self.forget();
            return;
        };
        let aims_elsewhere = before.map(|layer| layer.spatial) != Some(target.spatial);
        let is_current = self.layers.current.map(|layer| layer.spatial) == Some(target.spatial);
        if aims_elsewhere && !is_current {
            self.wishes = self.wishes.with(target.spatial.into());
        }
    }

    /// Begins anew with what arrives.
    pub fn reset(&mut self) {
        self.stop();
        self.aim();
    }

    /// Nothing is to be sent.
    pub fn stop(&mut self) {
        self.layers.target = None;
        self.forget();
    }

    fn forget(&mut self) {
        self.layers.current = None;
        self.limits.end();
        self.wishes = Encodings::NONE;
    }

    /// A key frame is needed of what goes, and of what shall go.
    pub fn wish_keyframe(&mut self) {
        self.wishes = self.wishes.and(self.wanted());
    }

    /// Whether key frames are needed that were not asked for.
    #[must_use]
    pub fn has_wishes(&self) -> bool {
        !self.wishes.is_empty()
    }

    /// Streams of which a key frame is needed; tells once.
    pub fn take_wishes(&mut self) -> Encodings {
        std::mem::take(&mut self.wishes)
    }

    /// Streams whose packets matter.
    #[must_use]
    pub fn wanted(&self) -> Encodings {
        let layers = [self.layers.target, self.layers.current];
        let spatial = layers.into_iter().flatten().map(|layer| layer.spatial);
        spatial.map(usize::from).collect()
    }

    /// Whether the target's key frame is waited for.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        let spatial = |layer: Option<Layer>| layer.map(|layer| layer.spatial);
        self.layers.target.is_some() && spatial(self.layers.target) != spatial(self.layers.current)
    }

    /// Its layers.
    #[must_use]
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// Its layers, to be wished for; afterwards comes [`Simulcast::aim`].
    pub fn layers_mut(&mut self) -> &mut Layers {
        &mut self.layers
    }
}

/// The temporal limit from this picture on: down at any, up where nothing later needs what was left out.
pub(super) fn next_temporal(now: Layer, target: Layer, first: &StoredPacket<'_>) -> u8 {
    let may = first.facts.info.switch_up_to.min(target.temporal);
    match target.temporal > now.temporal {
        true => may.max(now.temporal),
        false => target.temporal,
    }
}
