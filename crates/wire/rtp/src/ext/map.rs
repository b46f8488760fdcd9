//! Which id each extension has, as one endpoint negotiated it.

use crate::ext::kind::Extension;

/// Ids by extension. Small enough to copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtensionMap {
    /// By canonical id less one; 0 where nothing was negotiated.
    ids: [u8; Extension::ALL.len()],
}

impl ExtensionMap {
    /// The ids of the extensions whose names are known; others are left out.
    #[must_use]
    pub fn from_uris<'a>(entries: impl IntoIterator<Item = (&'a str, u8)>) -> Self {
        let mut map = Self::default();
        for (uri, id) in entries {
            if let Some(kind) = Extension::from_uri(uri) {
                map.set(kind, id);
            }
        }
        map
    }

    /// Gives an extension its id; 0 takes it away.
    pub fn set(&mut self, kind: Extension, id: u8) {
        self.ids[Self::place(kind)] = id;
    }

    /// The id of an extension, if it was negotiated.
    #[must_use]
    pub fn id(&self, kind: Extension) -> Option<u8> {
        Some(self.ids[Self::place(kind)]).filter(|&id| id != 0)
    }

    /// The extension with an id.
    #[must_use]
    pub fn kind(&self, id: u8) -> Option<Extension> {
        if id == 0 {
            return None;
        }
        let place = self.ids.iter().position(|&other| other == id)?;
        Some(Extension::ALL[place])
    }

    /// Every negotiated extension with its id.
    pub fn iter(&self) -> impl Iterator<Item = (Extension, u8)> {
        Extension::ALL
            .into_iter()
            .zip(self.ids)
            .filter(|&(_, id)| id != 0)
    }

    const fn place(kind: Extension) -> usize {
        kind.canonical_id() as usize - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_both_ways() {
        let map = ExtensionMap::from_uris([(Extension::Mid.uri(), 4), ("urn:unknown", 5)]);

        assert_eq!(map.id(Extension::Mid), Some(4));
        assert_eq!(map.kind(4), Some(Extension::Mid));
        assert_eq!(map.id(Extension::Rid), None);
        assert_eq!((map.kind(5), map.kind(0)), (None, None));
    }
}
