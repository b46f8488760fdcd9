//! Linux: recvmmsg with UDP_GRO, sendmmsg with UDP_SEGMENT. All unsafe code of the crate is here.
//!
//! No structure that holds pointers outlives a call: the kernel's headers are laid out on the stack
//! each time, which costs a few tens of nanoseconds a call and leaves nothing to keep valid.

mod address;
mod control;
mod options;
mod receive;
mod send;

#[cfg(test)]
pub(crate) use options::set_for_test;
pub(super) use options::{prepare_tcp, prepare_udp};
pub(super) use receive::receive;
pub(super) use send::send;
