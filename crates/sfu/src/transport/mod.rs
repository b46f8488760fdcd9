//! A transport: one endpoint's connection.
//!
//! ```text
//!  datagram ─▶ what is it? ─▶ STUN ─▶ ice ─▶ answer
//!                         ├─▶ DTLS ─▶ dtls ─▶ keys
//!                         └─▶ RTP, RTCP ─▶ srtp ─▶ to the engine, in the clear
//! ```
//! A plain transport has the last row only, with keys that the application gave, or none.

mod counters;
mod dtls_side;
mod either;
mod event;
mod listener;
mod plain;
mod srtp_pair;
mod webrtc;

pub use counters::Limits;
pub use dtls_side::Identity;
pub use either::Transport;
pub use event::{Event, Received};
pub use listener::Listener;
pub use plain::{PlainConfig, PlainTransport};
pub use webrtc::{WebRtcConfig, WebRtcTransport};
