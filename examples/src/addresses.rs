//! Where media is received.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use brodo::{ListenInfo, Protocol};

/// UDP on loopback and, if this machine has a network, on its address there: browsers gather no loopback
/// addresses of their own, and not all of them reach 127.0.0.1 from elsewhere.
#[must_use]
pub fn listen_infos() -> Vec<ListenInfo> {
    [Some(Ipv4Addr::LOCALHOST.into()), own_address()]
        .into_iter()
        .flatten()
        .map(|ip| ListenInfo::new(Protocol::Udp, ip))
        .collect()
}

/// The address that packets to elsewhere leave from. Connecting a UDP socket only asks the system for a
/// route; nothing is sent. The address is reserved for documentation (RFC 5737) and the port is `discard`.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback()).then_some(ip)
}
