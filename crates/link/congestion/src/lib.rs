//! Congestion feedback to senders.
//!
//! A sender that understands transport-wide feedback is told when each packet arrived and estimates
//! for itself; one that only understands REMB is told what we estimate. [`ArrivalFeedback`] is one per
//! transport and does whichever was negotiated.

#![forbid(unsafe_code)]

mod arrivals;
mod delay;
mod feedback;

pub use feedback::{ArrivalFeedback, Negotiated};
