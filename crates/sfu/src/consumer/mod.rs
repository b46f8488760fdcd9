//! A consumer: media that we send to an endpoint.
//!
//! ```text
//!  stored packet ─▶ selector: is it ours, may it start? ─▶ sequencer: its number ─▶ header ─▶ sent
//!                                                                │
//!            NACK ─▶ sent ring: which packet was that? ──────────┘ again, as RTX
//! ```

mod header;
mod inspect;
mod object;
mod remote;
mod resend;
mod selector;
mod sequencer;
mod settings;
mod trace;

pub use header::{SendStamp, Template};
pub use object::{Consumer, ConsumerConfig, Decision};
pub use resend::SentRing;
pub use selector::{Selected, Selector};
pub use sequencer::{Outgoing, Sequencer};
pub use settings::Settings;
