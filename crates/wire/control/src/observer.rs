//! Observers: who speaks, and how loud.

use serde::{Deserialize, Serialize};

use crate::ids::ProducerId;

/// What an active speaker observer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ActiveSpeakerObserverOptions {
    /// Milliseconds between two evaluations: 100 to 5000, clamped.
    pub interval: u16,
}

/// What an audio level observer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AudioLevelObserverOptions {
    /// How many producers are told at most.
    pub max_entries: u16,
    /// In dBov: quieter ones are not told. -127 to 0.
    pub threshold: i8,
    /// Milliseconds between two reports: 250 to 5000, clamped.
    pub interval: u16,
}

/// A call on an observer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RtpObserverCall {
    /// Stops observing.
    Pause,
    /// Observes again.
    Resume,
    /// Observes one more.
    AddProducer(ProducerId),
    /// Observes one less.
    RemoveProducer(ProducerId),
    /// Closes it.
    Close,
}

/// Something happened to an observer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RtpObserverEvent {
    /// Another one speaks.
    DominantSpeaker(ProducerId),
    /// The loudest, loudest first.
    Volumes(Vec<Volume>),
    /// Nobody is loud any more.
    Silence,
}

/// How loud a producer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Which producer.
    pub producer_id: ProducerId,
    /// On average, in dBov: -127 to 0.
    pub volume: i8,
}
