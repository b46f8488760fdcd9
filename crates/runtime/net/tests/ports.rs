//! The search for a port, against the kernel's own table.

mod common;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use common::loopbacks;
use net::{
    AdmissionLimits, BindOptions, PortRange, PortSearchError, TcpListener, UdpSocket,
    bind_tcp_in_range, bind_udp_in_range,
};

#[test]
fn a_used_port_is_passed_over() {
    for ip in loopbacks() {
        let used = UdpSocket::bind(SocketAddr::new(ip, 0), &BindOptions::default()).unwrap();
        let range = around(used.local_addr().port());

        let found = bind_udp_in_range(ip, range, 5, &BindOptions::default()).unwrap();

        assert_ne!(found.local_addr().port(), used.local_addr().port());
        assert_eq!(found.local_addr().ip(), ip);
    }
}

#[test]
fn a_range_of_used_ports_is_exhausted() {
    let used = UdpSocket::bind(here(), &BindOptions::default()).unwrap();
    let port = used.local_addr().port();
    let range = PortRange::new(port, port).unwrap();

    let found = bind_udp_in_range(LOCALHOST, range, 9, &BindOptions::default());

    assert!(matches!(found, Err(PortSearchError::NoFreePort(_))));
    drop(used);
    assert!(bind_udp_in_range(LOCALHOST, range, 9, &BindOptions::default()).is_ok());
}

#[test]
fn a_port_that_others_share_is_not_free() {
    let shared = BindOptions {
        reuse_port: true,
        ..BindOptions::default()
    };
    let limits = AdmissionLimits::default();
    let udp = UdpSocket::bind(here(), &shared).unwrap();
    let tcp = TcpListener::bind(here(), &shared, limits).unwrap();
    let only = |address: SocketAddr| PortRange::new(address.port(), address.port()).unwrap();

    let udp = bind_udp_in_range(LOCALHOST, only(udp.local_addr()), 0, &shared);
    let tcp = bind_tcp_in_range(LOCALHOST, only(tcp.local_addr()), 0, &shared, limits);

    assert!(matches!(udp, Err(PortSearchError::NoFreePort(_))));
    assert!(matches!(tcp, Err(PortSearchError::NoFreePort(_))));
}

#[test]
fn a_port_found_to_be_shared_can_be_shared() {
    let shared = BindOptions {
        reuse_port: true,
        ..BindOptions::default()
    };
    let used = UdpSocket::bind(here(), &BindOptions::default()).unwrap();
    let range = around(used.local_addr().port());

    let first = bind_udp_in_range(LOCALHOST, range, 5, &shared).unwrap();

    assert!(UdpSocket::bind(first.local_addr(), &shared).is_ok());
}

#[test]
fn a_port_that_is_listened_on_is_passed_over() {
    for ip in loopbacks() {
        let limits = AdmissionLimits::default();
        let options = BindOptions::default();
        let used = TcpListener::bind(SocketAddr::new(ip, 0), &options, limits).unwrap();
        let range = around(used.local_addr().port());

        let found = bind_tcp_in_range(ip, range, 5, &options, limits).unwrap();

        assert_ne!(found.local_addr().port(), used.local_addr().port());
    }
}

#[test]
fn an_address_of_another_machine_ends_the_search_at_once() {
    let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let all = PortRange::new(0, 65_535).unwrap();

    let found = bind_udp_in_range(elsewhere, all, 0, &BindOptions::default());

    let Err(PortSearchError::Hopeless(error)) = found else {
        panic!("{found:?}");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::AddrNotAvailable);
}

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn here() -> SocketAddr {
    SocketAddr::new(LOCALHOST, 0)
}

/// Eleven ports, among them `port` at index 5 if it is not near the end.
fn around(port: u16) -> PortRange {
    let min = port.clamp(6, 65_000) - 5;
    PortRange::new(min, min.max(port) + 10.min(u16::MAX - port)).unwrap()
}
