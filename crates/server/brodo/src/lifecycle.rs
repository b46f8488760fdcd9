//! Who closes whom: a parent's list of children, and a flag that turns once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, Weak};

/// Something that its parent closes.
pub(crate) trait Child: Send + Sync {
    /// The parent is closed, and the engine has closed this object with it.
    fn parent_closed(&self);
}

/// Whether an object is closed. Turns once.
#[derive(Debug, Default)]
pub(crate) struct Closed(AtomicBool);

impl Closed {
    /// Closes; true for the one call that did it.
    pub fn close(&self) -> bool {
        // Pairs with the load in `is_closed`; whoever sees true sees what was done before closing.
        !self.0.swap(true, Ordering::AcqRel)
    }

    pub fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The children of an object, in the order they were made.
#[derive(Default)]
pub(crate) struct Children(Mutex<Vec<Weak<dyn Child>>>);

impl Children {
    pub fn add(&self, child: Weak<dyn Child>) {
        let mut children = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Dead entries go before the list grows, so that it stays as long as what lives.
        if children.len() == children.capacity() {
            children.retain(|child| child.strong_count() > 0);
        }
        children.push(child);
    }

    /// Tells every child, without holding the list.
    pub fn close(&self) {
        let children = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for child in children.iter().filter_map(Weak::upgrade) {
            child.parent_closed();
        }
    }
}

impl std::fmt::Debug for Children {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Children")
    }
}
