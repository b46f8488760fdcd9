//! A browser's peer connections by str0m, over real sockets.

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::program::PATIENCE;

/// How often a frame of each kind is sent.
const FRAME_EVERY: Duration = Duration::from_millis(20);

/// The longest wait for a datagram of one connection: the others want their turn.
const TURN: Duration = Duration::from_millis(2);

/// One `RTCPeerConnection`.
pub struct PeerConnection {
    rtc: Rtc,
    socket: UdpSocket,
    started: Instant,
    sends: Vec<(Mid, MediaKind)>,
    frames_sent: u32,
    connected: bool,
    /// Frames that came, with their kind.
    pub heard: Vec<(MediaKind, Vec<u8>)>,
}

impl PeerConnection {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        let mut rtc = Rtc::new(Instant::now());
        let candidate =
            Candidate::host(socket.local_addr().expect("bound"), "udp").expect("a candidate");
        rtc.add_local_candidate(candidate).expect("a new one");
        Self {
            rtc,
            socket,
            started: Instant::now(),
            sends: Vec::new(),
            frames_sent: 0,
            connected: false,
            heard: Vec::new(),
        }
    }

    /// One that is to send a camera and a microphone; its offer, and what its answer needs.
    pub fn offering() -> (Self, String, SdpPendingOffer) {
        let mut connection = Self::new();
        let mut changes = connection.rtc.sdp_api();
        for kind in [MediaKind::Audio, MediaKind::Video] {
            let mid = changes.add_media(kind, Direction::SendOnly, None, None, None);
            connection.sends.push((mid, kind));
        }
        let (offer, pending) = changes.apply().expect("something to offer");
        (connection, offer.to_sdp_string(), pending)
    }

    /// The answer to what it offered.
    pub fn accept(&mut self, pending: SdpPendingOffer, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer that can be read");
        self.rtc
            .sdp_api()
            .accept_answer(pending, answer)
            .expect("an answer that fits the offer");
    }

    /// One that is to receive what `offer` says; its answer.
    pub fn answering(offer: &str) -> (Self, String) {
        let mut connection = Self::new();
        let offer = SdpOffer::from_sdp_string(offer).expect("an offer that can be read");
        let answer = connection
            .rtc
            .sdp_api()
            .accept_offer(offer)
            .expect("an offer that makes sense");
        (connection, answer.to_sdp_string())
    }

    /// Whether sound and picture have come.
    pub fn has_both_kinds(&self) -> bool {
        [MediaKind::Audio, MediaKind::Video]
            .iter()
            .all(|kind| self.heard.iter().any(|(heard, _)| heard == kind))
    }

    /// Ends it as closing a page does: the other side is told.
    pub fn close(mut self) {
        self.rtc.close().expect("still alive");
        while self.rtc.is_alive() {
            self.drain();
            let now = Input::Timeout(Instant::now());
            self.rtc.handle_input(now).expect("closing");
        }
    }

    /// One turn: everything out, one datagram in, a frame if it is time for one.
    fn turn(&mut self) {
        let wake_at = self.drain();
        let wait = wake_at
            .saturating_duration_since(Instant::now())
            .clamp(Duration::from_millis(1), TURN);
        self.socket.set_read_timeout(Some(wait)).expect("a timeout");
        let mut buffer = [0; 2_048];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, source)) => {
                let contents = buffer[..length].try_into().expect("STUN, DTLS or RTP");
                let destination = self.socket.local_addr().expect("bound");
                let receive = Receive {
                    proto: Protocol::Udp,
                    source,
                    destination,
                    contents,
                };
                self.rtc
                    .handle_input(Input::Receive(Instant::now(), receive))
                    .expect("still alive");
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => panic!("{error}"),
        }
        self.rtc
            .handle_input(Input::Timeout(Instant::now()))
            .expect("still alive");
        if self.connected && self.started.elapsed() >= FRAME_EVERY * self.frames_sent {
            self.send_frames();
        }
    }

    fn drain(&mut self) -> Instant {
        loop {
            match self.rtc.poll_output().expect("still alive") {
                Output::Timeout(at) => return at,
                Output::Transmit(transmit) => {
                    self.socket
                        .send_to(&transmit.contents, transmit.destination)
                        .expect("sent");
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::MediaData(data)) => {
                    let kind = if data.params.spec().codec.is_audio() {
                        MediaKind::Audio
                    } else {
                        MediaKind::Video
                    };
                    self.heard.push((kind, data.data.to_vec()));
                }
                Output::Event(_) => {}
            }
        }
    }

    /// One frame of each kind, numbered.
    fn send_frames(&mut self) {
        self.frames_sent += 1;
        let now = Instant::now();
        for (mid, kind) in self.sends.clone() {
            let Some(writer) = self.rtc.writer(mid) else {
                continue;
            };
            let payload_type = writer.payload_params().next().expect("a codec").pt();
            let time = MediaTime::from(self.started.elapsed());
            writer
                .write(payload_type, now, time, frame(kind, self.frames_sent))
                .expect("taken");
            self.drain();
        }
    }
}

/// Frame number `n`. A VP8 frame whose first bit is clear is a key frame (RFC 6386 §9.1).
pub fn frame(kind: MediaKind, n: u32) -> Vec<u8> {
    let mut frame = match kind {
        MediaKind::Audio => b"sound ".to_vec(),
        MediaKind::Video => b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00picture ".to_vec(),
    };
    frame.extend(n.to_be_bytes());
    frame
}

/// Lets all of them work until it is `done`.
pub fn run_until(
    connections: &mut [&mut PeerConnection],
    what: &str,
    done: impl Fn(&[&mut PeerConnection]) -> bool,
) {
    let deadline = Instant::now() + PATIENCE;
    while !done(connections) {
        assert!(Instant::now() < deadline, "{what} in time");
        for connection in connections.iter_mut() {
            connection.turn();
        }
    }
}
