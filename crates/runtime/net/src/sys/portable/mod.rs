//! The path for any platform: one call a datagram, in safe code.

#[cfg(not(target_os = "linux"))]
mod tcp;
mod udp;

#[cfg(not(target_os = "linux"))]
pub(super) use tcp::prepare_tcp;
pub(super) use udp::{prepare_udp, receive, send};
