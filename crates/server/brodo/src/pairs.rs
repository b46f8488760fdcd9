//! Which routers share a pipe: a slot for each pair of them, known to both.
//!
//! A slot does not keep its pipe open; whoever uses the pipe does. Its lock is held while the pipe is
//! being made, so that concurrent calls, opposite ones too, make one; a call that fails leaves the slot
//! empty for the next.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use control::RouterId;

/// A pipe, or none; of a type that this file need not know.
pub(crate) type Slot = Arc<futures_util::lock::Mutex<Weak<dyn Any + Send + Sync>>>;

/// The slots of one router, by the other's name. Slots whose other router has gone are forgotten before
/// the table grows.
#[derive(Debug, Default)]
pub(crate) struct Pairs(Mutex<HashMap<RouterId, Slot>>);

impl Pairs {
    /// The slot of two different routers; the same for both directions.
    pub fn slot((id, own): (&RouterId, &Self), (other_id, other): (&RouterId, &Self)) -> Slot {
        // Both tables are locked, always in the order of the names, so that two calls cannot wait for
        // each other.
        let (mut slots, mut other_slots) = if id < other_id {
            let first = own.lock();
            (first, other.lock())
        } else {
            let first = other.lock();
            (own.lock(), first)
        };
        let known = slots.get(other_id).or_else(|| other_slots.get(id)).cloned();
        let slot = known.unwrap_or_else(|| {
            let nothing: Weak<dyn Any + Send + Sync> = Weak::<()>::new();
            Arc::new(futures_util::lock::Mutex::new(nothing))
        });
        for (slots, name) in [(&mut *slots, other_id), (&mut *other_slots, id)] {
            if slots.len() == slots.capacity() {
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
            slots.insert(name.clone(), slot.clone());
        }
        slot
    }

    /// The router is closed.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RouterId, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
