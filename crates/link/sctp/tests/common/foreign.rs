//! The foreign end: dcSCTP, which is what Chrome speaks.

use dcsctp::api::{
    DcSctpSocket, Message, Options, PpId, SendOptions, SocketEvent, SocketTime, StreamId,
};
use units::Instant;

use super::Node;

pub struct Foreign {
    pub socket: Box<dyn DcSctpSocket>,
    pub connected: bool,
    pub closed: bool,
    pub incoming_resets: Vec<u16>,
    pub resets_performed: Vec<u16>,
    pub messages: Vec<(u16, u32, Vec<u8>)>,
    packets: Vec<Vec<u8>>,
}

impl Foreign {
    pub fn new() -> Self {
        let options = Options {
            mtu: 1191,
            ..Options::default()
        };
        Self {
            socket: dcsctp::new_socket("foreign", &options),
            connected: false,
            closed: false,
            incoming_resets: Vec::new(),
            resets_performed: Vec::new(),
            messages: Vec::new(),
            packets: Vec::new(),
        }
    }

    pub fn send(&mut self, stream: u16, ppid: u32, data: Vec<u8>, options: &SendOptions) {
        let message = Message::new(StreamId(stream), PpId(ppid), data);
        self.socket.send(message, options).expect("room");
    }

    fn drain(&mut self) {
        while let Some(event) = self.socket.poll_event() {
            match event {
                SocketEvent::SendPacket(packet) => self.packets.push(packet),
                SocketEvent::OnConnected() => self.connected = true,
                SocketEvent::OnClosed() | SocketEvent::OnAborted(..) => self.closed = true,
                SocketEvent::OnIncomingStreamReset(streams) => {
                    self.incoming_resets.extend(streams.iter().map(|s| s.0));
                }
                SocketEvent::OnStreamsResetPerformed(streams) => {
                    self.resets_performed.extend(streams.iter().map(|s| s.0));
                }
                _ => {}
            }
        }
        while let Some(message) = self.socket.get_next_message() {
            self.messages
                .push((message.stream_id.0, message.ppid.0, message.payload));
        }
    }
}

impl Node for Foreign {
    fn input(&mut self, now: Instant, bytes: &[u8]) {
        self.socket.advance_time(time(now));
        self.socket.handle_input(bytes);
    }

    fn timeout(&mut self, now: Instant) {
        self.socket.advance_time(time(now));
    }

    fn deadline(&self) -> Option<Instant> {
        let at = self.socket.poll_timeout();
        (at != SocketTime::infinite_future())
            .then(|| Instant::from_micros((at - SocketTime::zero()).as_micros() as u64))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Vec<u8>> {
        self.drain();
        match self.packets.is_empty() {
            true => None,
            false => Some(self.packets.remove(0)),
        }
    }

    fn collect(&mut self) {
        self.drain();
    }
}

fn time(now: Instant) -> SocketTime {
    SocketTime::zero() + std::time::Duration::from_micros(now.as_micros())
}
