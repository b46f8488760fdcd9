//! The search for a free port in a range.
//!
//! The table of used ports is the kernel's: a port is free if it can be bound. So two ranges that
//! overlap, other workers and other programs are all seen, and nothing has to be released by hand.
//! The search begins at an index that the caller draws at random, so that a port just given up is
//! not the next one taken, and passes over each port once.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use crate::options::BindOptions;
use crate::sys::is_out_of_descriptors;
use crate::tcp::{AdmissionLimits, TcpListener};
use crate::udp::UdpSocket;

/// Ports from `min` to `max`, both of them included; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    min: u16,
    max: u16,
}

/// Why no port was found.
#[derive(Debug)]
pub enum PortSearchError {
    /// Every port was tried; the last one failed like this.
    NoFreePort(io::Error),
    /// No port would do: the address is not of this machine (EADDRNOTAVAIL), or there are no file
    /// descriptors left (EMFILE, ENFILE).
    Hopeless(io::Error),
}

impl PortRange {
    /// `None` if there is no port between the two. Port 0 is no port: asked for, the kernel gives
    /// any, so a range from 0 begins at 1.
    #[must_use]
    pub fn new(min: u16, max: u16) -> Option<Self> {
        let min = min.max(1);
        (min <= max).then_some(Self { min, max })
    }

    /// How many ports: up to 65,535, which is why this is no `u16` sum.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::from(self.max) - u32::from(self.min) + 1
    }

    /// Never: a range has at least one port.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// All ports once, the one at index `start` (modulo the length) first.
    fn ports_from(self, start: u32) -> impl Iterator<Item = u16> {
        let first = start % self.len();
        let min = u32::from(self.min);
        (first..self.len())
            .chain(0..first)
            .filter_map(move |index| u16::try_from(min + index).ok())
    }
}

/// Binds a UDP socket to a free port of `range`, beginning at index `start`.
///
/// With `reuse_port` the port found is free of sockets that share theirs too, since such a socket
/// could be bound to any of them.
pub fn bind_udp_in_range(
    ip: IpAddr,
    range: PortRange,
    start: u32,
    options: &BindOptions,
) -> Result<UdpSocket, PortSearchError> {
    search(range, start, |port| {
        let address = SocketAddr::new(ip, port);
        if options.reuse_port {
            UdpSocket::bind(address, &alone(options))?;
        }
        UdpSocket::bind(address, options)
    })
}

/// Listens for TCP on a free port of `range`, beginning at index `start`. A port counts as free only
/// if it can be listened on, since binding alone may succeed on one that is used.
pub fn bind_tcp_in_range(
    ip: IpAddr,
    range: PortRange,
    start: u32,
    options: &BindOptions,
    limits: AdmissionLimits,
) -> Result<TcpListener, PortSearchError> {
    search(range, start, |port| {
        let address = SocketAddr::new(ip, port);
        if options.reuse_port {
            TcpListener::bind(address, &alone(options), limits)?;
        }
        TcpListener::bind(address, options, limits)
    })
}

fn alone(options: &BindOptions) -> BindOptions {
    BindOptions {
        reuse_port: false,
        ..*options
    }
}

fn search<T>(
    range: PortRange,
    start: u32,
    mut bind: impl FnMut(u16) -> io::Result<T>,
) -> Result<T, PortSearchError> {
    let mut last = io::Error::from(ErrorKind::AddrInUse);
    for port in range.ports_from(start) {
        match bind(port) {
            Ok(bound) => return Ok(bound),
            Err(error)
                if is_out_of_descriptors(&error) || error.kind() == ErrorKind::AddrNotAvailable =>
            {
                return Err(PortSearchError::Hopeless(error));
            }
            Err(error) => last = error,
        }
    }
    Err(PortSearchError::NoFreePort(last))
}

impl std::fmt::Display for PortSearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoFreePort(_) => f.write_str("no free port in the range"),
            Self::Hopeless(_) => f.write_str("no port of this address can be bound"),
        }
    }
}

impl std::error::Error for PortSearchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoFreePort(source) | Self::Hopeless(source) => Some(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_passed_over_once_from_any_index() {
        let range = PortRange::new(10, 14).unwrap();

        let order = |start| range.ports_from(start).collect::<Vec<_>>();
        assert_eq!(order(0), [10, 11, 12, 13, 14]);
        assert_eq!(order(3), [13, 14, 10, 11, 12]);
        assert_eq!(order(5), order(0));
        assert_eq!(order(u32::MAX), order(u32::MAX % 5));
    }

    #[test]
    fn the_range_of_all_ports_does_not_overflow() {
        let range = PortRange::new(0, 65_535).unwrap();
        let mut tried = Vec::new();

        let found = search(range, 65_534, |port| -> io::Result<()> {
            tried.push(port);
            Err(ErrorKind::AddrInUse.into())
        });

        assert!(matches!(found, Err(PortSearchError::NoFreePort(_))));
        assert_eq!(tried[..3], [65_535, 1, 2]);
        tried.sort_unstable();
        tried.dedup();
        assert_eq!(tried.len(), 65_535);
    }

    #[test]
    fn a_range_has_at_least_one_port() {
        assert!(PortRange::new(5, 4).is_none());
        assert!(PortRange::new(0, 0).is_none());
        assert_eq!(PortRange::new(65_535, 65_535).unwrap().len(), 1);
    }

    #[test]
    fn what_no_other_port_can_cure_ends_the_search() {
        let range = PortRange::new(10, 20).unwrap();
        for number in [24, 23] {
            let mut tried = 0;

            let found = search(range, 0, |_| -> io::Result<()> {
                tried += 1;
                Err(io::Error::from_raw_os_error(number))
            });

            assert!(matches!(found, Err(PortSearchError::Hopeless(_))));
            assert_eq!(tried, 1);
        }
    }
}
