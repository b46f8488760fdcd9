//! Where media is received.
//!
//! A browser gathers no loopback candidates, and from its LAN address it often cannot reach 127.0.0.1.
//! So unless told otherwise we listen on the loopback addresses and on the host's own ones, and offer
//! all of them: whichever way a browser on this host goes, there is a pair.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use brodo::{ListenInfo, Protocol};

use crate::options::Options;

/// Addresses reserved for documentation (RFC 5737, RFC 3849): routed by default, and nobody's. Connecting
/// a UDP socket only asks the system for a route; no packet leaves.
const ELSEWHERE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

/// Where the page is served.
pub fn page_address(options: &Options) -> SocketAddr {
    let ip = options.listen_ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    SocketAddr::new(ip, options.port)
}

/// Where media is received: UDP and TCP on every address, UDP first.
pub fn listen_infos(options: &Options) -> Vec<ListenInfo> {
    let addresses = media_addresses(options);
    let with = |protocol| {
        addresses.iter().map(move |ip| {
            let mut info = ListenInfo::new(protocol, *ip);
            info.announced_address = options.announced_ip.map(|announced| announced.to_string());
            info.port = (options.rtc_port != 0).then_some(options.rtc_port);
            info
        })
    };
    with(Protocol::Udp).chain(with(Protocol::Tcp)).collect()
}

/// Where a plain transport listens: the first address, on a port of its own.
pub fn plain_listen_info(options: &Options) -> ListenInfo {
    let ip = media_addresses(options).first().copied();
    let mut info = ListenInfo::new(Protocol::Udp, ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    info.announced_address = options.announced_ip.map(|announced| announced.to_string());
    info
}

fn media_addresses(options: &Options) -> Vec<IpAddr> {
    match options.listen_ip {
        Some(ip) if !ip.is_unspecified() || options.announced_ip.is_some() => vec![ip],
        _ if options.announced_ip.is_some() => vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        // "Everywhere" cannot be offered as an address; all we know of can.
        _ => own_addresses(),
    }
}

/// The loopback addresses and the ones packets to elsewhere leave from.
fn own_addresses() -> Vec<IpAddr> {
    let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    addresses.extend(ELSEWHERE.into_iter().filter_map(local_address_towards));
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        addresses.push(IpAddr::V6(Ipv6Addr::LOCALHOST));
    }
    addresses
}

fn local_address_towards(remote: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = match remote {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // The discard port, in case something is ever sent.
    socket.connect((remote, 9)).ok()?;
    let local = socket.local_addr().ok()?.ip();
    (!local.is_loopback() && !local.is_unspecified()).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_options_loopback_comes_first_and_every_address_has_udp_and_tcp() {
        let infos = listen_infos(&Options::default());

        let (udp, tcp) = infos.split_at(infos.len() / 2);
        assert_eq!(udp[0].ip, IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert!(udp.iter().all(|info| info.protocol == Protocol::Udp));
        assert!(
            udp.iter()
                .zip(tcp)
                .all(|(udp, tcp)| udp.ip == tcp.ip && tcp.protocol == Protocol::Tcp)
        );
    }

    #[test]
    fn everywhere_is_never_offered_as_an_address() {
        let options = Options {
            listen_ip: Some("0.0.0.0".parse().unwrap()),
            ..Options::default()
        };

        assert!(
            listen_infos(&options)
                .iter()
                .all(|info| !info.ip.is_unspecified())
        );
    }

    #[test]
    fn an_announced_address_stands_for_the_one_listened_on() {
        let options = Options {
            listen_ip: Some("0.0.0.0".parse().unwrap()),
            announced_ip: Some("198.51.100.7".parse().unwrap()),
            rtc_port: 40_000,
            ..Options::default()
        };

        let infos = listen_infos(&options);

        assert_eq!(infos.len(), 2);
        assert!(
            infos
                .iter()
                .all(|info| info.announced_address.as_deref() == Some("198.51.100.7"))
        );
        assert!(infos.iter().all(|info| info.port == Some(40_000)));
    }
}
