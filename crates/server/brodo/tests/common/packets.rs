//! Packets by hand, and how the direct tests wait for them.

use std::time::Duration;

use brodo::{
    Consumer, ConsumerEvent, DirectTransport, DirectTransportOptions, EventStream, Router,
    TransportEvent,
};
use futures_util::StreamExt;

/// A transport to the test.
pub async fn direct(router: &Router) -> DirectTransport {
    router
        .create_direct_transport(DirectTransportOptions::default())
        .await
        .expect("a transport")
}

/// An RTP packet whose timestamp follows its number.
pub fn rtp(payload_type: u8, seq: u16, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, payload_type];
    packet.extend(seq.to_be_bytes());
    packet.extend((u32::from(seq) * 960).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend(payload);
    packet
}

/// The packet behind the extensions of a header.
pub fn payload_of(packet: &[u8]) -> &[u8] {
    let mut at = 12;
    if packet[0] & 0x10 != 0 {
        at += 4 + 4 * usize::from(u16::from_be_bytes([packet[14], packet[15]]));
    }
    &packet[at..]
}

/// The stream of an RTP packet.
pub fn ssrc_of(packet: &[u8]) -> u32 {
    u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]])
}

/// The number of an RTP packet.
pub fn seq_of(packet: &[u8]) -> u16 {
    u16::from_be_bytes([packet[2], packet[3]])
}

/// A PLI, from 1.
pub fn pli(ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x81, 206, 0, 2, 0, 0, 0, 1];
    packet.extend(ssrc.to_be_bytes());
    packet
}

/// The next event, which must come.
pub async fn next<T>(events: &mut EventStream<T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), events.next())
        .await
        .expect("an event within ten seconds")
        .expect("the object is open")
}

/// The next packets that a consumer gives.
pub async fn packets(events: &mut EventStream<ConsumerEvent>, count: usize) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while packets.len() < count {
        if let ConsumerEvent::Rtp(packet) = next(events).await {
            packets.push(packet.to_vec());
        }
    }
    packets
}

/// The next RTCP packet of this type (and, for feedback, this format) that a direct transport gives.
pub async fn rtcp(events: &mut EventStream<TransportEvent>, kind: (u8, Option<u8>)) -> Vec<u8> {
    loop {
        let TransportEvent::Rtcp(compound) = next(events).await else {
            continue;
        };
        let mut rest = &compound[..];
        while rest.len() >= 4 {
            let len = 4 + 4 * usize::from(u16::from_be_bytes([rest[2], rest[3]]));
            let format = kind.1.is_none_or(|format| rest[0] & 0x1f == format);
            if rest[1] == kind.0 && format {
                return rest[..len].to_vec();
            }
            rest = &rest[len..];
        }
    }
}

/// The SSRCs that a consumer sends with.
pub fn ssrcs(consumer: &Consumer) -> Vec<u32> {
    let encodings = consumer.rtp_parameters().encodings.iter();
    encodings
        .map(|encoding| encoding.ssrc.expect("an SSRC"))
        .collect()
}
