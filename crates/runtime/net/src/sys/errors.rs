//! What an error of the kernel means to us.
//!
//! Where `io::ErrorKind` has no name for an error its numbers stand here, those of Linux, of the
//! BSDs with macOS, and of Windows side by side: they do not collide in the calls we ask about.

use std::io::{self, ErrorKind};

/// EMFILE and ENFILE are the same on all Unixes; then WSAEMFILE.
const OUT_OF_DESCRIPTORS: [i32; 3] = [24, 23, 10_024];

/// ENOBUFS: Linux, BSD, Windows.
const OUT_OF_BUFFERS: [i32; 3] = [105, 55, 10_055];

/// EIO, EINVAL, EMSGSIZE of Linux, since only Linux has GSO.
const GSO_REFUSALS: [i32; 3] = [5, 22, 90];

/// What Linux makes of the rarer ICMP messages: EHOSTDOWN, ENONET, EPROTO, ENOPROTOOPT, EMSGSIZE,
/// EOPNOTSUPP.
const ICMP_ERRORS: [i32; 6] = [112, 64, 71, 92, 90, 95];

/// The process or the machine can open no more sockets.
pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
    has_number(error, &OUT_OF_DESCRIPTORS)
}

/// The kernel has no room for the datagram now; later it will.
pub(crate) fn is_busy(error: &io::Error) -> bool {
    error.kind() == ErrorKind::WouldBlock || has_number(error, &OUT_OF_BUFFERS)
}

/// A train was refused, perhaps because it is a train: no checksum offload on the way out (EIO), or
/// a driver or kernel that cannot (EINVAL, EMSGSIZE).
pub(crate) fn is_gso_refusal(error: &io::Error) -> bool {
    has_number(error, &GSO_REFUSALS)
}

/// A read reports an ICMP message about something sent earlier; the socket is as good as before.
pub(crate) fn is_late_icmp(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::PermissionDenied
    ) || has_number(error, &ICMP_ERRORS)
}

/// A write reports an ICMP message about something sent earlier; the write itself was not tried.
pub(crate) fn is_pending_icmp(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

/// One connection died before it was accepted; the next may be well (accept(2), "Error handling").
pub(crate) fn is_accept_hiccup(error: &io::Error) -> bool {
    error.kind() == ErrorKind::ConnectionAborted
        || error.kind() == ErrorKind::Interrupted
        || is_late_icmp(error)
}

fn has_number(error: &io::Error, numbers: &[i32]) -> bool {
    error
        .raw_os_error()
        .is_some_and(|number| numbers.contains(&number))
}
