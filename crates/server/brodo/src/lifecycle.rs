//! Who closes whom: a parent's list of children, and a flag that turns once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

/// Something that its parent closes.
pub(crate) trait Child: Send + Sync {
    /// The parent is closed, and the engine has closed this object with it.
    fn parent_closed(&self);
}

/// What goes with an object: the other end of a pipe.
pub(crate) trait Follower: std::fmt::Debug + Send + Sync {
    /// The source was paused or resumed, or the object was closed. Called on the worker's thread: must be
    /// quick and must not block.
    fn source_changed(&self);
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

/// The children of an object, in the order they were made; `None` once they were closed.
pub(crate) struct Children(Mutex<Option<Vec<Weak<dyn Child>>>>);

impl Default for Children {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Children {
    /// One more. Of a closed parent, it is told at once: the parent was closed while it was being made.
    pub fn add(&self, child: Weak<dyn Child>) {
        let mut list = self.lock();
        let Some(children) = list.as_mut() else {
            drop(list);
            if let Some(child) = child.upgrade() {
                child.parent_closed();
            }
            return;
        };
        // Dead entries go before the list grows, so that it stays as long as what lives.
        if children.len() == children.capacity() {
            children.retain(|child| child.strong_count() > 0);
        }
        children.push(child);
    }

    /// Tells every child, without holding the list.
    pub fn close(&self) {
        let children = self.lock().take().unwrap_or_default();
        for child in children.iter().filter_map(Weak::upgrade) {
            child.parent_closed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Weak<dyn Child>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Children {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Children")
    }
}
