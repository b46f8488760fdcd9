//! Opens the sockets that a request's listen infos ask for.

use std::net::SocketAddr;

use control::{ListenInfo, PortRange, Protocol, Refusal, Request, RouterCall, WebRtcListen};
use ice::SocketId;
use net::{
    AdmissionLimits, BindOptions, PathMtu, Poller, TcpListener, UdpSocket, bind_tcp_in_range,
    bind_udp_in_range,
};
use sfu::Listener;
use units::Entropy;

use crate::sockets::Sockets;

/// What binding needs besides a listen info.
pub struct Binder<'a> {
    /// Where sockets go.
    pub sockets: &'a mut Sockets,
    /// Who watches them.
    pub poller: &'a Poller,
    /// Ports for those who ask for none.
    pub port_range: Option<PortRange>,
    /// Where a search begins.
    pub entropy: &'a mut dyn Entropy,
}

impl Binder<'_> {
    /// Opens all sockets of a request, or none.
    pub fn open(&mut self, request: &Request) -> Result<Vec<Listener>, Refusal> {
        let mut opened = Vec::new();
        for (info, path_mtu) in listen_infos(request) {
            match self.open_one(&info, path_mtu) {
                Ok(listener) => opened.push(listener),
                Err(refusal) => {
                    opened
                        .iter()
                        .for_each(|listener| self.sockets.close(listener.socket));
                    return Err(refusal);
                }
            }
        }
        Ok(opened)
    }

    fn open_one(&mut self, info: &ListenInfo, path_mtu: PathMtu) -> Result<Listener, Refusal> {
        let options = BindOptions {
            reuse_port: info.flags.udp_reuse_port && info.protocol == Protocol::Udp,
            ipv6_only: info.flags.ipv6_only,
            send_buffer: info.send_buffer_size.map(|bytes| bytes as usize),
            recv_buffer: info.recv_buffer_size.map(|bytes| bytes as usize),
            path_mtu,
            ..BindOptions::default()
        };
        let range = match (info.port_range, info.port) {
            (Some(range), _) => Some(check_range(range)?),
            (None, Some(_)) => None,
            (None, None) => self.port_range.map(check_range).transpose()?,
        };
        let address = SocketAddr::new(info.ip, info.port.unwrap_or(0));
        let start = self.entropy.next_u32();
        let failed = |error: &dyn std::fmt::Display| {
            Refusal::Error(format!("listenInfo: {address} cannot be bound: {error}"))
        };
        let (socket, local): (SocketId, SocketAddr) = match info.protocol {
            Protocol::Udp => {
                let udp = match range {
                    Some(range) => bind_udp_in_range(info.ip, range, start, &options)
                        .map_err(|error| failed(&error))?,
                    None => UdpSocket::bind(address, &options).map_err(|error| failed(&error))?,
                };
                let local = udp.local_addr();
                (
                    self.sockets
                        .add_udp(self.poller, udp)
                        .map_err(|error| failed(&error))?,
                    local,
                )
            }
            Protocol::Tcp => {
                let limits = AdmissionLimits::default();
                let tcp = match range {
                    Some(range) => bind_tcp_in_range(info.ip, range, start, &options, limits)
                        .map_err(|error| failed(&error))?,
                    None => TcpListener::bind(address, &options, limits)
                        .map_err(|error| failed(&error))?,
                };
                let local = tcp.local_addr();
                (
                    self.sockets
                        .add_listener(self.poller, tcp)
                        .map_err(|error| failed(&error))?,
                    local,
                )
            }
        };
        Ok(Listener {
            socket,
            local,
            protocol: info.protocol,
            announced: info.announced_address.clone(),
            expose_internal_ip: info.expose_internal_ip,
        })
    }
}

fn check_range(range: PortRange) -> Result<net::PortRange, Refusal> {
    net::PortRange::new(range.min, range.max)
        .ok_or_else(|| Refusal::TypeError("listenInfo.portRange: max must not be below min".into()))
}

/// The listen infos of a request, with what becomes of datagrams too long for their path: browsers
/// choose sizes that fit, other senders may not.
fn listen_infos(request: &Request) -> Vec<(ListenInfo, PathMtu)> {
    match request {
        Request::CreateWebRtcServer { listen_infos, .. } => listen_infos
            .iter()
            .map(|info| (info.clone(), PathMtu::Probe))
            .collect(),
        Request::Router(_, RouterCall::CreateWebRtcTransport(_, options)) => {
            match &options.listen {
                WebRtcListen::Individual(infos) => infos
                    .iter()
                    .map(|info| (info.clone(), PathMtu::Probe))
                    .collect(),
                WebRtcListen::Server { .. } => Vec::new(),
            }
        }
        Request::Router(_, RouterCall::CreatePlainTransport(_, options)) => {
            let rtcp = (!options.rtcp_mux).then(|| {
                let beside = ListenInfo {
                    port: None,
                    ..options.listen_info.clone()
                };
                options.rtcp_listen_info.clone().unwrap_or(beside)
            });
            let infos = [Some(options.listen_info.clone()), rtcp];
            infos
                .into_iter()
                .flatten()
                .map(|info| (info, PathMtu::Fragment))
                .collect()
        }
        Request::Router(_, RouterCall::CreatePipeTransport(_, options)) => {
            vec![(options.listen_info.clone(), PathMtu::Fragment)]
        }
        _ => Vec::new(),
    }
}
