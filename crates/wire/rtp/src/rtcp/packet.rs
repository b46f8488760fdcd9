//! The walk through a compound packet.

use crate::rtcp::blocks::{Bye, ReceiverReport, Sdes, SenderReport};
use crate::rtcp::cursor::Malformed;
use crate::rtcp::extended::Xr;
use crate::rtcp::feedback::{Fir, Nack, Pli, Remb};
use crate::rtcp::transport_cc::TransportFeedback;

/// One RTCP packet.
#[derive(Clone, Copy, Debug)]
pub enum RtcpPacket<'a> {
    /// A sender's clock and counts (RFC 3550 §6.4.1).
    SenderReport(SenderReport<'a>),
    /// How well streams arrive (RFC 3550 §6.4.2).
    ReceiverReport(ReceiverReport<'a>),
    /// Names of sources (RFC 3550 §6.5).
    Sdes(Sdes<'a>),
    /// Sources that end (RFC 3550 §6.6).
    Bye(Bye<'a>),
    /// Packets that are missing (RFC 4585 §6.2.1).
    Nack(Nack<'a>),
    /// A key frame is needed (RFC 4585 §6.3.1).
    Pli(Pli),
    /// A key frame is demanded (RFC 5104 §4.3.1).
    Fir(Fir<'a>),
    /// What a receiver believes it can take.
    Remb(Remb<'a>),
    /// When each packet of a transport arrived.
    TransportFeedback(TransportFeedback<'a>),
    /// Extended reports (RFC 3611).
    Xr(Xr<'a>),
    /// Something that nobody here needs, such as APP.
    Unknown {
        /// Its type.
        packet_type: u8,
    },
}

/// Walks a compound packet. The first malformed packet ends the walk.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    rest: &'a [u8],
}

/// Reads a datagram of RTCP.
#[must_use]
pub fn parse(data: &[u8]) -> Packets<'_> {
    Packets { rest: data }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<RtcpPacket<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let packet = self.step();
        if packet.is_err() {
            self.rest = &[];
        }
        Some(packet)
    }
}

impl<'a> Packets<'a> {
    fn step(&mut self) -> Result<RtcpPacket<'a>, Malformed> {
        let (&[first, packet_type, l0, l1], _) = self
            .rest
            .split_first_chunk::<4>()
            .ok_or(Malformed::Truncated)?;
        if first >> 6 != 2 {
            return Err(Malformed::Version);
        }
        let len = (usize::from(u16::from_be_bytes([l0, l1])) + 1) * 4;
        let (whole, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(Malformed::Truncated)?;
        self.rest = rest;
        let mut body = &whole[4..];
        if first & 0x20 != 0 {
            let count = usize::from(*body.last().ok_or(Malformed::Padding)?);
            let kept = body
                .len()
                .checked_sub(count)
                .filter(|_| count > 0)
                .ok_or(Malformed::Padding)?;
            body = &body[..kept];
        }
        read(packet_type, first & 0x1f, body).ok_or(Malformed::Body)
    }
}

fn read(packet_type: u8, count: u8, body: &[u8]) -> Option<RtcpPacket<'_>> {
    Some(match (packet_type, count) {
        (200, _) => RtcpPacket::SenderReport(SenderReport::read(count, body)?),
        (201, _) => RtcpPacket::ReceiverReport(ReceiverReport::read(count, body)?),
        (202, _) => RtcpPacket::Sdes(Sdes::read(count, body)),
        (203, _) => RtcpPacket::Bye(Bye::read(count, body)?),
        (205, 1) => RtcpPacket::Nack(Nack::read(body)?),
        (205, 15) => RtcpPacket::TransportFeedback(TransportFeedback::read(body)?),
        (206, 1) => RtcpPacket::Pli(Pli::read(body)?),
        (206, 4) => RtcpPacket::Fir(Fir::read(body)?),
        (206, 15) => match Remb::read(body) {
            Some(remb) => RtcpPacket::Remb(remb),
            // Application-layer feedback of some other application.
            None => RtcpPacket::Unknown { packet_type },
        },
        (207, _) => RtcpPacket::Xr(Xr::read(body)?),
        _ => RtcpPacket::Unknown { packet_type },
    })
}
