//! A transport: one endpoint's connection.
//!
//! ```text
//!  datagram ─▶ what is it? ─▶ STUN ─▶ ice ─▶ answer
//!                         ├─▶ DTLS ─▶ dtls ─▶ keys, and what is inside: SCTP ─▶ sctp
//!                         └─▶ RTP, RTCP ─▶ srtp ─▶ to the engine, in the clear
//! ```
//! Plain and pipe transports have the last row only, with keys that the application gave, or none, and
//! SCTP in the clear. A
//! direct transport has none of it: what comes and goes is commands and notifications.

mod counters;
mod direct;
mod dtls_side;
mod either;
mod event;
mod keys;
mod listener;
mod messages;
mod pipe;
mod plain;
mod sctp_side;
mod srtp_pair;
mod webrtc;

pub use counters::Limits;
pub use direct::DirectTransport;
pub use dtls_side::Identity;
pub use either::Transport;
pub use event::{Event, Received};
pub use listener::Listener;
pub use pipe::{PipeConfig, PipeTransport};
pub use plain::{PlainConfig, PlainTransport};
pub use sctp_side::SctpSide;
pub use webrtc::{WebRtcConfig, WebRtcTransport};
