//! The kernel, one folder a platform behind one contract (`contract.rs`).
//!
//! `native` is the best path of this platform, `portable` works on all of them. Only `linux` may
//! hold unsafe code, and `process`, which is the same on all Unixes.

mod backend;
mod contract;
mod errors;
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
mod linux;
mod portable;
#[cfg(unix)]
#[allow(unsafe_code)]
mod process;

#[cfg(target_os = "linux")]
use linux as native;
#[cfg(not(target_os = "linux"))]
use portable as native;

pub(crate) use backend::{Backend, prepare_tcp};
pub(crate) use contract::{Arrival, Message, Offloads, SLOT_STRIDE, UdpWishes};
pub(crate) use errors::{
    is_accept_hiccup, is_busy, is_gso_refusal, is_late_icmp, is_out_of_descriptors, is_pending_icmp,
};
#[cfg(unix)]
pub use process::{Usage, adopt_fd, usage};

#[cfg(all(test, target_os = "linux"))]
pub(crate) use linux::set_for_test;
