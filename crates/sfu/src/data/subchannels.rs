//! Which messages a data consumer takes: a set of numbers. At most 65536 of them, as there are.

use std::collections::BTreeSet;

/// Subchannels that were subscribed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subchannels(BTreeSet<u16>);

impl Subchannels {
    /// Exactly these; whoever is named twice is there once.
    pub(super) fn new(ids: &[u16]) -> Self {
        Self(ids.iter().copied().collect())
    }

    pub(super) fn add(&mut self, id: u16) {
        self.0.insert(id);
    }

    pub(super) fn remove(&mut self, id: u16) {
        self.0.remove(&id);
    }

    pub(super) fn contains(&self, id: u16) -> bool {
        self.0.contains(&id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ascending.
    pub(super) fn to_vec(&self) -> Vec<u16> {
        self.0.iter().copied().collect()
    }
}
