//! An endpoint that speaks plain RTP.

use std::net::UdpSocket;
use std::time::Duration;

use brodo::{PlainConnect, PlainTransport, PlainTransportOptions, Protocol, Router};

use super::loopback;

/// A transport that sends to `receiver`.
pub async fn connected_to(router: &Router, receiver: &UdpSocket) -> PlainTransport {
    let options = PlainTransportOptions::new(loopback(Protocol::Udp));
    let transport = router
        .create_plain_transport(options)
        .await
        .expect("a transport");
    let at = receiver.local_addr().expect("bound");
    let peer = PlainConnect {
        ip: Some(at.ip()),
        port: Some(at.port()),
        ..PlainConnect::default()
    };
    transport.connect(peer).await.expect("an address");
    transport
}

/// A peer on loopback.
pub fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    socket
}

/// The next packet.
pub fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = [0; 2_048];
    let len = socket
        .recv(&mut buffer)
        .expect("a packet within ten seconds");
    buffer[..len].to_vec()
}

/// The next packet that is not a report.
pub fn receive_media(socket: &UdpSocket) -> Vec<u8> {
    loop {
        let packet = receive(socket);
        if !(192..224).contains(&packet[1]) {
            return packet;
        }
    }
}

/// A packet of 20 ms of sound, by its number.
pub fn rtp(payload_type: u8, seq: u16, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, payload_type];
    packet.extend(seq.to_be_bytes());
    packet.extend((u32::from(seq) * 960).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend(payload);
    packet
}
