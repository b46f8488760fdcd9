//! Chooses between this platform's best path and the portable one.

use std::io;

use mio::net::{TcpStream, UdpSocket};

use super::contract::{Arrival, Message, Offloads, UdpWishes};
use super::{native, portable};

/// The path a UDP socket takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Native,
    Portable,
}

impl Backend {
    /// Sets the options of the platform, and says which of the wishes came true.
    pub(crate) fn prepare(self, socket: &UdpSocket, wishes: UdpWishes) -> Offloads {
        match self {
            Self::Native => native::prepare_udp(socket, wishes),
            Self::Portable => portable::prepare_udp(socket, wishes),
        }
    }

    /// See `contract.rs`.
    pub(crate) fn receive(
        self,
        socket: &UdpSocket,
        arena: &mut [u8],
        arrivals: &mut [Arrival],
    ) -> io::Result<usize> {
        match self {
            Self::Native => native::receive(socket, arena, arrivals),
            Self::Portable => portable::receive(socket, arena, arrivals),
        }
    }

    /// See `contract.rs`.
    pub(crate) fn send<'a>(
        self,
        socket: &UdpSocket,
        messages: impl Iterator<Item = Message<'a>>,
    ) -> io::Result<usize> {
        match self {
            Self::Native => native::send(socket, messages),
            Self::Portable => portable::send(socket, messages),
        }
    }
}

/// Sets what this platform offers for sending fresh media over TCP.
pub(crate) fn prepare_tcp(stream: &TcpStream) {
    native::prepare_tcp(stream);
}
