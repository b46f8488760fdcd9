//! The value of XOR-MAPPED-ADDRESS (RFC 8489 §14.2): hidden from boxes on the way that rewrite every
//! address they recognise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::header::{COOKIE, TransactionId};

/// Bytes of an IPv6 value, the longer one.
pub(crate) const VALUE_MAX: usize = 20;

/// Writes the value and gives its length. An IPv4 address in IPv6 clothes is written as IPv4: it is
/// what the sender knows itself by.
pub(crate) fn write(address: SocketAddr, id: &TransactionId, out: &mut [u8; VALUE_MAX]) -> usize {
    out[2..4].copy_from_slice(&(address.port() ^ PORT_MASK).to_be_bytes());
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => {
            out[1] = 1;
            out[4..8].copy_from_slice(&(ip.to_bits() ^ COOKIE).to_be_bytes());
            8
        }
        IpAddr::V6(ip) => {
            out[1] = 2;
            out[4..20].copy_from_slice(&(ip.to_bits() ^ mask(id)).to_be_bytes());
            20
        }
    }
}

/// Reads the value; `None` if family and length do not belong together.
pub(crate) fn read(value: &[u8], id: &TransactionId) -> Option<SocketAddr> {
    let [_, family, port_high, port_low, address @ ..] = value else {
        return None;
    };
    let port = u16::from_be_bytes([*port_high, *port_low]) ^ PORT_MASK;
    let ip: IpAddr = match family {
        1 => Ipv4Addr::from_bits(u32::from_be_bytes(address.try_into().ok()?) ^ COOKIE).into(),
        2 => Ipv6Addr::from_bits(u128::from_be_bytes(address.try_into().ok()?) ^ mask(id)).into(),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// What a port is combined with: the upper half of the cookie.
const PORT_MASK: u16 = (COOKIE >> 16) as u16;

/// What an IPv6 address is combined with: the cookie and the transaction id.
fn mask(id: &TransactionId) -> u128 {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&COOKIE.to_be_bytes());
    bytes[4..].copy_from_slice(&id.0);
    u128::from_be_bytes(bytes)
}
