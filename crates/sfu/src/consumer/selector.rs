//! Which packets of its producer a consumer sends.
//!
//! ```text
//!            a packet that a decoder can start at
//!  Waiting ───────────────────────────────────────▶ Flowing(from)
//!     ▲──────────────── paused, disconnected ──────────┘
//! ```
//! One stream without layers; choosers among layers stand beside this one.

use crate::history::StoredPacket;

/// Chooses from one stream.
#[derive(Debug)]
pub struct Selector {
    /// Whether decoders of this codec must wait for a key frame.
    has_keyframes: bool,
    /// Whether silence is left out.
    ignore_silence: bool,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Nothing is sent until a decoder can start.
    Waiting,
    /// Everything from this number on is sent.
    Flowing { from: u64 },
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// It is sent; the receiver begins with it.
    First,
    /// It is sent.
    Next,
    /// It is left out; the receiver shall not miss it.
    Skip,
    /// It is from before the beginning.
    Before,
}

impl Selector {
    /// Waits for a beginning.
    #[must_use]
    pub fn new(has_keyframes: bool, ignore_silence: bool) -> Self {
        Self {
            has_keyframes,
            ignore_silence,
            state: State::Waiting,
        }
    }

    /// Chooses.
    pub fn choose(&mut self, packet: &StoredPacket<'_>) -> Selected {
        let empty = packet.payload.is_empty() || (self.ignore_silence && packet.facts.info.silent);
        match self.state {
            State::Flowing { from } if packet.seq < from => Selected::Before,
            State::Flowing { .. } if empty => Selected::Skip,
            State::Flowing { .. } => Selected::Next,
            State::Waiting if empty || (self.has_keyframes && !packet.facts.info.keyframe) => {
                Selected::Before
            }
            State::Waiting => {
                self.state = State::Flowing { from: packet.seq };
                Selected::First
            }
        }
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        self.state = State::Waiting;
    }

    /// Whether a key frame is waited for.
    #[must_use]
    pub fn awaits_keyframe(&self) -> bool {
        self.has_keyframes && matches!(self.state, State::Waiting)
    }
}
