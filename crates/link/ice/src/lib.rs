//! An ICE-lite agent (RFC 8445 §2.5), its consent (RFC 7675) and TCP framing (RFC 4571).
//!
//! [`IceLite`] answers the checks of one peer and says which way packets go. It opens no socket: a
//! [`Tuple`] names a way. [`candidate_priority`] orders what we offer, [`FrameReader`] cuts a TCP
//! connection into packets (RFC 6544 §3).

#![forbid(unsafe_code)]

mod agent;
mod budget;
mod credentials;
mod framing;
mod priority;
mod tuple;

pub use agent::{Event, IceLite, State};
pub use credentials::Credentials;
pub use framing::{FIRST_FRAME_MAX, FRAME_HEADER, FRAME_MAX, FrameReader, Garbage, frame_header};
pub use priority::candidate_priority;
pub use tuple::{Protocol, SocketId, Tuple};
