//! What the application asks of a consumer besides its media.

use control::{Refusal, RtpTraceType};

use crate::consumer::object::Consumer;
use crate::trace::TraceSet;

/// What the application set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// The traces that are on.
    pub(super) traces: TraceSet<RtpTraceType>,
    /// 1 to 255: the higher, the sooner it gets its layers.
    pub(super) priority: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            traces: TraceSet::default(),
            priority: 1,
        }
    }
}

impl Consumer {
    /// The higher, the sooner it gets its layers.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] for 0.
    pub fn set_priority(&mut self, priority: u8) -> Result<(), Refusal> {
        if priority == 0 {
            return Err(Refusal::TypeError("priority must be 1 to 255".into()));
        }
        self.settings.priority = priority;
        Ok(())
    }

    /// 1 to 255, 1 unless it was set.
    #[must_use]
    pub fn priority(&self) -> u8 {
        self.settings.priority
    }
}
