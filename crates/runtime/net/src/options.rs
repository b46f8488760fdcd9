//! How a socket is opened.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};

/// How a socket is opened. Fields that a platform or protocol does not know are passed over.
#[derive(Clone, Copy, Debug)]
pub struct BindOptions {
    /// Lets several sockets, one a shard, share the port; Linux spreads the sources over them.
    pub reuse_port: bool,
    /// An IPv6 socket takes IPv6 only. Without it a socket on `::` also serves IPv4.
    pub ipv6_only: bool,
    /// SO_SNDBUF in bytes; the kernel may give less (`net.core.wmem_max`).
    pub send_buffer: Option<usize>,
    /// SO_RCVBUF in bytes; the kernel may give less (`net.core.rmem_max`).
    pub recv_buffer: Option<usize>,
    /// What happens to a datagram that is larger than the path carries.
    pub path_mtu: PathMtu,
    /// Asks the kernel when each datagram arrived. Turns on time stamping for the whole machine,
    /// which is why it is off by default.
    pub timestamps: bool,
    /// Sends trains as one message where the kernel can (UDP_SEGMENT).
    pub gso: bool,
    /// Takes trains as one message where the kernel can (UDP_GRO).
    pub gro: bool,
    /// Uses the portable path even where there is a better one.
    pub force_portable: bool,
}

/// What happens to a datagram that is larger than the path carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMtu {
    /// Never fragmented (DF bit), and the kernel believes no ICMP message about the size, which a
    /// stranger could forge. Right for WebRTC, whose packets fit any usual path; saves the kernel
    /// 3-5 % per packet (measured).
    Probe,
    /// Fragmented by the kernel where it must be. Right for senders that we do not choose, such as
    /// an RTP source with packets of 1,400 bytes behind a tunnel.
    Fragment,
}

impl Default for BindOptions {
    fn default() -> Self {
        Self {
            reuse_port: false,
            ipv6_only: false,
            send_buffer: None,
            recv_buffer: None,
            path_mtu: PathMtu::Probe,
            timestamps: false,
            gso: true,
            gro: true,
            force_portable: false,
        }
    }
}

impl BindOptions {
    /// A non-blocking socket with the options that both protocols share, not yet bound.
    pub(crate) fn open(&self, address: SocketAddr, kind: Type) -> io::Result<Socket> {
        let protocol = match kind {
            Type::STREAM => Protocol::TCP,
            _ => Protocol::UDP,
        };
        let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
        socket.set_nonblocking(true)?;
        if address.is_ipv6() {
            socket.set_only_v6(self.ipv6_only)?;
        }
        if self.reuse_port {
            share_port(&socket)?;
        }
        if let Some(bytes) = self.send_buffer {
            socket.set_send_buffer_size(bytes)?;
        }
        if let Some(bytes) = self.recv_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        Ok(socket)
    }
}

#[cfg(unix)]
fn share_port(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_port(true)
}

/// Windows has no SO_REUSEPORT; its SO_REUSEADDR shares the port without spreading the load.
#[cfg(not(unix))]
fn share_port(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}
