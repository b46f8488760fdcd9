//! UDP, one call a datagram.

use std::io;

use mio::net::UdpSocket;

use crate::sys::contract::{Arrival, Message, Offloads, SLOT_BYTES, SLOT_STRIDE, UdpWishes};

/// Datagrams a call hands over, so that one call stays short.
const SENDS_MAX: usize = 64;

/// Grants nothing: fragments and time stamps are left to the platform's defaults.
pub(crate) fn prepare_udp(_socket: &UdpSocket, _wishes: UdpWishes) -> Offloads {
    Offloads::default()
}

/// Reads datagram after datagram until a read fails; an error that comes after a datagram is left
/// for the next call to meet again, or is lost, which only an ICMP message can be.
pub(crate) fn receive(
    socket: &UdpSocket,
    arena: &mut [u8],
    arrivals: &mut [Arrival],
) -> io::Result<usize> {
    let mut filled = 0;
    for (slot, arrival) in arena.chunks_exact_mut(SLOT_STRIDE).zip(arrivals) {
        match socket.recv_from(&mut slot[..SLOT_BYTES]) {
            Ok((len, source)) => {
                *arrival = Arrival {
                    source,
                    len,
                    ..Arrival::NOTHING
                };
                filled += 1;
            }
            Err(error) if filled == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(filled)
}

/// Sends datagram after datagram until one fails.
pub(crate) fn send<'a>(
    socket: &UdpSocket,
    messages: impl Iterator<Item = Message<'a>>,
) -> io::Result<usize> {
    let mut sent = 0;
    for message in messages.take(SENDS_MAX) {
        match socket.send_to(message.bytes, message.destination) {
            Ok(_) => sent += 1,
            Err(error) if sent == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(sent)
}
