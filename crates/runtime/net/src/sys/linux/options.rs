//! Socket options that only Linux has.

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, RawFd};

use libc::{c_int, socklen_t};
use mio::net::{TcpStream, UdpSocket};
use socket2::SockRef;

use crate::sys::contract::{Offloads, UdpWishes};

/// Bytes that the kernel may hold unsent on a TCP connection. What waits in the kernel can neither
/// be dropped nor overtaken; 32 KiB is 100 ms at 2.5 Mbit/s. A judgement, not a measurement.
const UNSENT_MAX: u32 = 32 * 1024;

/// Sets what it can; a kernel that lacks an option sends and receives without it.
pub(crate) fn prepare_udp(socket: &UdpSocket, wishes: UdpWishes) -> Offloads {
    let fd = socket.as_raw_fd();
    if wishes.never_fragment {
        // The IPv4 option counts on an IPv6 socket too, for the IPv4 addresses mapped into it.
        let _ = set(
            fd,
            libc::IPPROTO_IP,
            libc::IP_MTU_DISCOVER,
            libc::IP_PMTUDISC_PROBE,
        );
        let _ = set(
            fd,
            libc::IPPROTO_IPV6,
            libc::IPV6_MTU_DISCOVER,
            libc::IPV6_PMTUDISC_PROBE,
        );
    }
    if wishes.timestamps {
        let _ = set(fd, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, 1);
    }
    Offloads {
        // A kernel before 4.18 would overlook the control message and send the train as one
        // datagram, so ask before trusting it.
        gso: wishes.gso && get(fd, libc::SOL_UDP, libc::UDP_SEGMENT).is_ok(),
        gro: wishes.gro && set(fd, libc::SOL_UDP, libc::UDP_GRO, 1).is_ok(),
    }
}

/// Keeps what is queued in our hands rather than in the kernel's.
pub(crate) fn prepare_tcp(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_MAX);
}

fn set(fd: RawFd, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    // SAFETY: the kernel reads exactly the given size from `value`, which lives through the call,
    // and refuses a descriptor or an option that it does not know.
    let result = unsafe {
        libc::setsockopt(
            fd,
            level,
            name,
            (&raw const value).cast(),
            mem::size_of::<c_int>() as socklen_t,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn get(fd: RawFd, level: c_int, name: c_int) -> io::Result<c_int> {
    let mut value: c_int = 0;
    let mut length = mem::size_of::<c_int>() as socklen_t;
    // SAFETY: the kernel writes at most `length` bytes to `value`; both live through the call.
    let result =
        unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut length) };
    if result == 0 {
        Ok(value)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// An option that only a test wants, so that the kernel refuses what it usually takes.
#[cfg(test)]
pub(crate) fn set_for_test(socket: &UdpSocket, level: c_int, name: c_int, value: c_int) {
    set(socket.as_raw_fd(), level, name, value).unwrap();
}
