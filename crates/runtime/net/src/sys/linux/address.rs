//! Socket addresses in the kernel's form.

use std::mem;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{in_addr, in6_addr, sockaddr_in, sockaddr_in6, socklen_t};

/// Room for an IPv4 or IPv6 address: 28 bytes where `sockaddr_storage` has 128.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) union RawAddress {
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

impl RawAddress {
    /// All bytes written, so that any of them may be read.
    pub(super) const EMPTY: Self = Self {
        v6: sockaddr_in6 {
            sin6_family: 0,
            sin6_port: 0,
            sin6_flowinfo: 0,
            sin6_addr: in6_addr { s6_addr: [0; 16] },
            sin6_scope_id: 0,
        },
    };

    /// Bytes that the kernel may write.
    pub(super) const SIZE: socklen_t = mem::size_of::<Self>() as socklen_t;

    /// The address and how many bytes of it count.
    pub(super) fn encode(address: SocketAddr) -> (Self, socklen_t) {
        let mut raw = Self::EMPTY;
        match address {
            SocketAddr::V4(address) => {
                raw.v4 = sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: in_addr {
                        s_addr: u32::from_ne_bytes(address.ip().octets()),
                    },
                    sin_zero: [0; 8],
                };
                (raw, mem::size_of::<sockaddr_in>() as socklen_t)
            }
            SocketAddr::V6(address) => {
                raw.v6 = sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: in6_addr {
                        s6_addr: address.ip().octets(),
                    },
                    sin6_scope_id: address.scope_id(),
                };
                (raw, mem::size_of::<sockaddr_in6>() as socklen_t)
            }
        }
    }

    /// The address, if it is one of IP. The flow label is left out: it is not part of who it is.
    pub(super) fn decode(&self) -> Option<SocketAddr> {
        // SAFETY: every `RawAddress` begins as `EMPTY`, so all of its bytes are initialised, and both
        // variants are plain integers for which any bytes are a value. Both begin with the family.
        let (v4, v6) = unsafe { (self.v4, self.v6) };
        match libc::c_int::from(v4.sin_family) {
            libc::AF_INET => Some(SocketAddr::V4(SocketAddrV4::new(
                Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes()),
                u16::from_be(v4.sin_port),
            ))),
            libc::AF_INET6 => Some(SocketAddr::V6(SocketAddrV6::new(
                Ipv6Addr::from(v6.sin6_addr.s6_addr),
                u16::from_be(v6.sin6_port),
                0,
                v6.sin6_scope_id,
            ))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_as_it_went() {
        for text in [
            "192.0.2.7:5004",
            "0.0.0.0:0",
            "[2001:db8::7]:65535",
            "[fe80::1%3]:9",
        ] {
            let address: SocketAddr = text.parse().unwrap();

            let (raw, _) = RawAddress::encode(address);

            assert_eq!(raw.decode(), Some(address));
        }
    }

    #[test]
    fn an_address_that_is_not_of_ip_is_none() {
        assert_eq!(RawAddress::EMPTY.decode(), None);
    }
}
