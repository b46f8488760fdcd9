//! Which layers there are, which are wanted, and which go.

use control::ConsumerLayers;

/// A spatial layer, and a temporal one in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Which picture size.
    pub spatial: u8,
    /// Which frame rate.
    pub temporal: u8,
}

impl From<Layer> for ConsumerLayers {
    fn from(layer: Layer) -> Self {
        Self {
            spatial_layer: layer.spatial,
            temporal_layer: Some(layer.temporal),
        }
    }
}

/// The layers of one consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The highest that there is.
    top: Layer,
    /// Wanted at most.
    pub preferred: Layer,
    /// What shall go; `None` if nothing can.
    pub target: Option<Layer>,
    /// What goes.
    pub current: Option<Layer>,
}

impl Layers {
    /// So many spatial and temporal layers, of which those up to `preferred` are wanted; all if `None`.
    #[must_use]
    pub fn new([spatial, temporal]: [u8; 2], preferred: Option<ConsumerLayers>) -> Self {
        let top = Layer {
            spatial: spatial.saturating_sub(1),
            temporal: temporal.saturating_sub(1),
        };
        let mut layers = Self {
            top,
            preferred: top,
            target: None,
            current: None,
        };
        if let Some(preferred) = preferred {
            layers.prefer(preferred);
        }
        layers
    }

    /// Others are wanted; none above what there is.
    pub fn prefer(&mut self, wanted: ConsumerLayers) {
        let temporal = wanted.temporal_layer.unwrap_or(self.top.temporal);
        self.preferred = Layer {
            spatial: wanted.spatial_layer.min(self.top.spatial),
            temporal: temporal.min(self.top.temporal),
        };
    }

    /// How many spatial and temporal layers there are.
    #[must_use]
    pub fn counts(&self) -> [u8; 2] {
        [self.top.spatial + 1, self.top.temporal + 1]
    }

    /// What shall go if these spatial layers can: the highest of them up to the preferred one, else the
    /// lowest above it.
    #[must_use]
    pub fn best(&self, available: impl Fn(u8) -> bool) -> Option<Layer> {
        let Layer { spatial, temporal } = self.preferred;
        let below = (0..=spatial).rev().find(|&layer| available(layer));
        let chosen = below.or_else(|| (spatial..=self.top.spatial).find(|&layer| available(layer)));
        chosen.map(|spatial| Layer { spatial, temporal })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_stays_within_what_there_is() {
        let wanted = |spatial_layer, temporal_layer| {
            let wanted = ConsumerLayers {
                spatial_layer,
                temporal_layer,
            };
            let preferred = Layers::new([3, 2], Some(wanted)).preferred;
            (preferred.spatial, preferred.temporal)
        };

        assert_eq!(wanted(1, Some(0)), (1, 0));
        assert_eq!(wanted(1, None), (1, 1));
        assert_eq!(wanted(9, Some(9)), (2, 1));
        assert_eq!(Layers::new([3, 2], None).preferred, layer(2, 1));
    }

    #[test]
    fn the_best_is_the_next_below_or_else_the_next_above() {
        let best = |preferred: u8, available: &[u8]| {
            let wanted = ConsumerLayers {
                spatial_layer: preferred,
                temporal_layer: None,
            };
            let layers = Layers::new([3, 1], Some(wanted));
            let best = layers.best(|spatial| available.contains(&spatial));
            best.map(|layer| layer.spatial)
        };

        assert_eq!(best(2, &[0, 1, 2]), Some(2));
        assert_eq!(best(2, &[0, 1]), Some(1));
        assert_eq!(best(1, &[0, 2]), Some(0));
        assert_eq!(best(0, &[1, 2]), Some(1));
        assert_eq!(best(1, &[]), None);
    }

    fn layer(spatial: u8, temporal: u8) -> Layer {
        Layer { spatial, temporal }
    }
}
