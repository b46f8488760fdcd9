//! Quantities, clocks and identities that every other crate shares.
//!
//! Three clocks, three types: [`Instant`] drives machines, [`RtpTimestamp`] belongs to a stream and
//! wraps, [`NtpTime`] is what somebody's wall clock said. Rates and sizes are types with the
//! arithmetic of physics: rate × time = size. [`Entropy`] is how randomness comes in.

#![forbid(unsafe_code)]

mod bitrate;
mod entropy;
mod instant;
mod ntp;
mod rtp_timestamp;

pub use bitrate::{DataRate, DataSize};
pub use entropy::Entropy;
pub use instant::Instant;
pub use ntp::NtpTime;
pub use rtp_timestamp::{ClockRate, RtpTimestamp};
