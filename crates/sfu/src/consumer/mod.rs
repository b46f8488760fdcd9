//! A consumer: media that we send to an endpoint.
//!
//! ```text
//!  stored packet ─▶ selector: is it ours, may it start? ─▶ sequencer: its number ─▶ header ─▶ sent
//!                                                                │
//!            NACK ─▶ sent ring: which packet was that? ──────────┘ again, as RTX
//! ```
//! A pipe's consumer is a bundle of such, one for each stream of the producer.

mod any;
mod chooser;
mod frames;
mod header;
mod inspect;
mod layers;
mod limits;
mod numbers;
mod object;
mod pictures;
mod pipe;
mod remote;
mod repeat;
mod report;
mod resend;
mod selector;
mod sequencer;
mod settings;
mod simulcast;
mod svc;
#[cfg(test)]
mod testing;
mod timeline;
mod trace;

pub use any::{AnyConsumer, Source};
pub use header::{SendStamp, Template};
pub use object::{Consumer, ConsumerConfig, Decision};
pub use pipe::PipeConsumer;
pub use repeat::Repeat;
pub use resend::SentRing;
pub use selector::{Selected, Selector};
pub use sequencer::{Outgoing, Sequencer};
pub use settings::Settings;
