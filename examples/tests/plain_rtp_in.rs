//! Packets in where the printed command would send them, and out where a player would listen.

mod common;

use std::net::UdpSocket;

use common::program::{PATIENCE, Program};

/// Packets of each kind.
const COUNT: u16 = 20;

#[test]
fn what_ffmpeg_would_send_reaches_the_player_in_order() {
    let (audio, video) = (socket(), socket());
    let to = [&audio, &video].map(|socket| socket.local_addr().expect("bound").to_string());
    let program = Program::start(env!("CARGO_BIN_EXE_plain_rtp_in"), &to);
    let into_audio = Way::printed(&program, "libopus");
    let into_video = Way::printed(&program, "libvpx");
    let played = [program.line_with("m=audio"), program.line_with("m=video")];

    let sender = (socket(), socket());
    for n in 0..COUNT {
        into_audio.send(&sender.0, n, b"sound");
        // A VP8 descriptor that begins a frame, and a frame that is a key frame (RFC 7741 §4.2, §4.3).
        into_video.send(&sender.1, n, b"\x10\x00picture");
    }

    for (socket, end, played) in [
        (&audio, &b"sound"[..], &played[0]),
        (&video, b"picture", &played[1]),
    ] {
        let packets: Vec<_> = (0..COUNT).map(|_| receive_media(socket)).collect();
        let number = |packet: &[u8]| u16::from_be_bytes([packet[2], packet[3]]);
        for (packet, n) in packets.iter().zip(0..) {
            assert_eq!(number(packet), number(&packets[0]).wrapping_add(n));
            assert!(packet.ends_with(end));
            let payload_type = (packet[1] & 0x7f).to_string();
            assert_eq!(
                played.split(' ').nth(3),
                Some(payload_type.as_str()),
                "as the player was told"
            );
        }
    }
    let all = format!("{COUNT} packets in");
    let out = format!("{COUNT} out");
    program.line_for_which("statistics of all packets", |line| {
        line.matches(&all).count() == 2 && line.matches(&out).count() == 2
    });
}

/// What the printed command says of one kind of media.
struct Way {
    port: u16,
    payload_type: u8,
    ssrc: u32,
}

impl Way {
    fn printed(program: &Program, codec: &str) -> Self {
        let line = program.line_with(codec);
        let after = |mark: &str| {
            let (_, rest) = line.split_once(mark).expect(mark);
            rest.split(|c: char| !c.is_ascii_digit())
                .next()
                .expect("a number")
                .to_owned()
        };
        Self {
            port: after("rtp://127.0.0.1:").parse().expect("a port"),
            payload_type: after("-payload_type ").parse().expect("a payload type"),
            ssrc: after("-ssrc ").parse().expect("an SSRC"),
        }
    }

    fn send(&self, socket: &UdpSocket, n: u16, payload: &[u8]) {
        let mut packet = vec![0x80, self.payload_type];
        packet.extend((1_000 + n).to_be_bytes());
        packet.extend((u32::from(n) * 960).to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(payload);
        socket
            .send_to(&packet, ("127.0.0.1", self.port))
            .expect("sent");
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket
}

/// The next packet that is not RTCP (RFC 5761 §4).
fn receive_media(socket: &UdpSocket) -> Vec<u8> {
    loop {
        let mut buffer = [0; 2_048];
        let length = socket.recv(&mut buffer).expect("a packet in time");
        if !(192..224).contains(&buffer[1]) {
            return buffer[..length].to_vec();
        }
    }
}
