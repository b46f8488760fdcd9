//! What the application asks of a consumer besides its media.

use control::{Refusal, RtpTraceType};

use crate::trace::TraceSet;

/// What the application set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    traces: TraceSet<RtpTraceType>,
    priority: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            traces: TraceSet::default(),
            priority: 1,
        }
    }
}

impl Settings {
    /// The higher, the sooner it gets its layers.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] for 0.
    pub fn set_priority(&mut self, priority: u8) -> Result<(), Refusal> {
        if priority == 0 {
            return Err(Refusal::TypeError("priority must be 1 to 255".into()));
        }
        self.priority = priority;
        Ok(())
    }

    /// 1 to 255, 1 unless it was set.
    #[must_use]
    pub fn priority(&self) -> u8 {
        self.priority
    }

    /// Traces exactly these; sender reports are a producer's.
    pub fn set_traces(&mut self, kinds: &[RtpTraceType]) {
        self.traces = TraceSet::of(kinds).without(RtpTraceType::Sr);
    }

    /// The traces that are on.
    #[must_use]
    pub fn traces(&self) -> TraceSet<RtpTraceType> {
        self.traces
    }
}
