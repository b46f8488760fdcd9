//! Chooses layers within one stream.
//!
//! Temporal layers go up where the stream says so and down at any picture. Spatial layers go up at a
//! key frame, and down at any picture where the lower ones were sent all along; in modes whose spatial
//! layers meet at key frames only, down at a key frame too.

use std::time::Duration;

use payload::LAYER_MAX;
use units::Instant;

use crate::consumer::layers::{Layer, Layers};
use crate::consumer::limits::{Limits, Place};
use crate::consumer::selector::Selected;
use crate::consumer::simulcast::next_temporal;
use crate::feed::Encodings;
use crate::history::StoredPacket;

/// A spatial layer that was not seen for this long is not sent any more.
const SILENCE: Duration = Duration::from_millis(1_500);

/// After so long without any packet the stream rested as a whole, and no layer of it alone.
const REST: Duration = Duration::from_millis(500);

/// Chooses from one stream.
#[derive(Debug)]
pub struct Svc {
    layers: Layers,
    /// Spatial layers depend on each other at key frames only.
    keyed: bool,
    /// Whether the stream arrives.
    available: bool,
    limits: Limits,
    /// When each spatial layer was last seen.
    seen: [Instant; LAYER_MAX as usize + 1],
    /// When any was.
    seen_last: Option<Instant>,
    /// It was not asked for yet.
    keyframe_wanted: bool,
}

impl Svc {
    /// Chooses among these layers, once the stream arrives.
    #[must_use]
    pub fn new(layers: Layers, keyed: bool) -> Self {
        Self {
            layers,
            keyed,
            available: false,
            limits: Limits::default(),
            seen: [Instant::ZERO; LAYER_MAX as usize + 1],
            seen_last: None,
            keyframe_wanted: false,
        }
    }

    /// Chooses.
    pub fn choose(&mut self, now: Instant, packet: &StoredPacket<'_>) -> Selected {
        let info = &packet.facts.info;
        if self.layers.target.is_none() {
            return Selected::Before;
        }
        self.note_layer(now, info.spatial);
        let place = match self.limits.now() {
            None => Place::Anew,
            Some(_) => self.limits.note(packet),
        };
        match place {
            Place::Anew if info.keyframe && !packet.payload.is_empty() => {
                self.begin(packet);
                return Selected::First;
            }
            Place::Anew => return Selected::Before,
            Place::Border => self.cross(packet),
            // A key frame that comes late is of no use for going up.
            Place::Within if info.keyframe => self.keyframe_wanted |= self.needs_keyframe(),
            Place::Within => {}
        }
        match self.limits.at(packet.seq) {
            None => Selected::Before,
            Some(limit) if !packet.payload.is_empty() && self.needs(limit, packet) => {
                Selected::Next
            }
            Some(_) => Selected::Skip,
        }
    }

    fn begin(&mut self, packet: &StoredPacket<'_>) {
        if let Some(target) = self.layers.target {
            self.layers.current = Some(target);
            self.limits.begin(packet, target);
        }
    }

    /// A new picture begins: here limits may change.
    fn cross(&mut self, packet: &StoredPacket<'_>) {
        self.aim();
        let (Some(limit), Some(target)) = (self.limits.now(), self.layers.target) else {
            return;
        };
        let down = target.spatial < limit.spatial && !self.keyed;
        let limit = match packet.facts.info.keyframe {
            true => target,
            false => Layer {
                spatial: if down { target.spatial } else { limit.spatial },
                temporal: next_temporal(limit, target, packet),
            },
        };
        self.limits.set(packet.seq, limit);
        self.layers.current = Some(limit);
    }

    /// Whether what is within the limit needs the packet.
    fn needs(&self, limit: Layer, packet: &StoredPacket<'_>) -> bool {
        let info = &packet.facts.info;
        let below = info.spatial < limit.spatial;
        let serves_above = info.reach >= limit.spatial && !(self.keyed && info.inter_predicted);
        info.spatial <= limit.spatial && info.temporal <= limit.temporal && (!below || serves_above)
    }

    /// Whether the picture ends here for whoever gets no more than the limit.
    #[must_use]
    pub fn ends_picture(&self, packet: &StoredPacket<'_>) -> bool {
        let info = &packet.facts.info;
        let limit = self.limits.at(packet.seq);
        info.end_of_frame && limit.is_some_and(|limit| limit.spatial == info.spatial)
    }

    fn note_layer(&mut self, now: Instant, spatial: u8) {
        // Of a stream that begins, or goes on after a rest, nothing is known: all layers count as seen.
        let rested = self
            .seen_last
            .is_none_or(|at| now.saturating_since(at) > REST);
        if rested {
            self.seen.fill(now);
        }
        self.seen_last = Some(now);
        if let Some(seen) = self.seen.get_mut(usize::from(spatial)) {
            *seen = now;
        }
    }

    /// Whether the stream arrives.
    pub fn set_available(&mut self, available: bool) {
        self.available = available;
        self.aim();
    }

    /// Finds the target anew.
    pub fn aim(&mut self) {
        let lately = |layer: u8| {
            let seen = self.seen.get(usize::from(layer)).zip(self.seen_last);
            seen.is_none_or(|(&at, last)| last.saturating_since(at) < SILENCE)
        };
        let target = match self.available {
            true => self.layers.best(lately).or(Some(self.layers.preferred)),
            false => None,
        };
        let before = std::mem::replace(&mut self.layers.target, target);
        let Some(target) = target else {
            self.forget();
            return;
        };
        let other = before.map(|layer| layer.spatial) != Some(target.spatial);
        self.keyframe_wanted |= other && self.needs_keyframe();
    }

    /// Whether what is aimed at cannot go before a key frame.
    fn needs_keyframe(&self) -> bool {
        match (self.layers.target, self.layers.current) {
            (Some(target), Some(now)) if self.keyed => target.spatial != now.spatial,
            (Some(target), Some(now)) => target.spatial > now.spatial,
            (target, _) => target.is_some(),
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
        self.seen_last = None;
        self.keyframe_wanted = false;
    }

    /// A key frame is needed.
    pub fn wish_keyframe(&mut self) {
        self.keyframe_wanted = true;
    }

    /// Whether a key frame is needed that was not asked for.
    #[must_use]
    pub fn has_wishes(&self) -> bool {
        self.keyframe_wanted
    }

    /// Whether a key frame is needed; tells once.
    pub fn take_wishes(&mut self) -> Encodings {
        match std::mem::take(&mut self.keyframe_wanted) {
            true => Encodings::NONE.with(0),
            false => Encodings::NONE,
        }
    }

    /// Whether nothing goes before a key frame.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        self.layers.target.is_some() && self.layers.current.is_none()
    }

    /// Its layers.
    #[must_use]
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// Its layers, to be wished for; afterwards comes [`Svc::aim`].
    pub fn layers_mut(&mut self) -> &mut Layers {
        &mut self.layers
    }
}
