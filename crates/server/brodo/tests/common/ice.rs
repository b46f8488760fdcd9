//! An endpoint that speaks as much ICE as it takes to be known: connectivity checks (RFC 8445 §7.1).

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use brodo::{IceParameters, Protocol, WebRtcTransport};
use stun::{Class, IntegrityKey, Message, MessageWriter, TransactionId};

/// Longer than anything here takes; a test that waits longer has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Writes the checks of one endpoint.
pub struct Checks {
    username: String,
    key: IntegrityKey,
    sent: u32,
}

impl Checks {
    /// With the transport's credentials as they are now.
    pub fn of(ice: &IceParameters) -> Self {
        Self {
            username: format!("{}:peer", ice.username_fragment),
            key: IntegrityKey::new(&ice.password),
            sent: 0,
        }
    }

    /// The next check; a nomination if `nominate`.
    pub fn request(&mut self, nominate: bool) -> Vec<u8> {
        let request = self.begin().priority(1).ice_controlling(7);
        match nominate {
            true => request.use_candidate().integrity(&self.key).finish(),
            false => request.integrity(&self.key).finish(),
        }
    }

    /// A check with the number of a nomination in it (draft-thatcher-ice-renomination).
    pub fn nomination(&mut self, number: u32) -> Vec<u8> {
        let request = self.begin().priority(1).ice_controlling(7);
        request.nomination(number).integrity(&self.key).finish()
    }

    fn begin(&mut self) -> MessageWriter {
        self.sent += 1;
        let mut id = [0; 12];
        id[..4].copy_from_slice(&self.sent.to_be_bytes());
        MessageWriter::binding(Class::Request, TransactionId(id)).username(&self.username)
    }

    /// Whether `data` is the answer to the last request, signed as it should be.
    pub fn is_answered_by(&self, data: &[u8]) -> bool {
        Message::parse(data).is_ok_and(|answer| {
            answer.class() == Class::Success
                && answer.transaction_id().0[..4] == self.sent.to_be_bytes()
                && answer.verify(&self.key)
        })
    }
}

/// An endpoint on UDP.
pub struct UdpPeer {
    pub socket: UdpSocket,
    pub checks: Checks,
    port: u16,
}

impl UdpPeer {
    pub fn of(transport: &WebRtcTransport) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Self {
            socket,
            checks: Checks::of(&transport.ice_parameters()),
            port: port(transport, Protocol::Udp),
        }
    }

    /// Sends a check and waits for its answer.
    pub fn check(&mut self, nominate: bool) {
        let request = self.checks.request(nominate);
        self.send(&request);
        assert!(self.checks.is_answered_by(&self.receive()));
    }

    pub fn send(&self, data: &[u8]) {
        self.socket
            .send_to(data, ("127.0.0.1", self.port))
            .expect("sent");
    }

    pub fn receive(&self) -> Vec<u8> {
        let mut buffer = [0; 2_048];
        let length = self.socket.recv(&mut buffer).expect("a datagram in time");
        buffer[..length].to_vec()
    }
}

/// A connection to a transport's TCP candidate.
pub struct Connection(pub TcpStream);

impl Connection {
    pub fn to(transport: &WebRtcTransport) -> Self {
        Self::try_to(transport).expect("somebody listens")
    }

    pub fn try_to(transport: &WebRtcTransport) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port(transport, Protocol::Tcp)))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Sends a packet in its frame (RFC 4571 §2).
    pub fn send(&mut self, packet: &[u8]) {
        let length = u16::try_from(packet.len()).expect("short");
        let frame = [&length.to_be_bytes(), packet].concat();
        self.0.write_all(&frame).expect("open");
    }

    /// The next packet; `None` once the connection is closed.
    pub fn receive(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; 2];
        self.read_exact(&mut length)?;
        let mut packet = vec![0; u16::from_be_bytes(length).into()];
        self.read_exact(&mut packet)?;
        Some(packet)
    }

    /// Waits until the other side has closed, and reads what came before that.
    pub fn wait_for_end(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.receive()).collect()
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> Option<()> {
        match self.0.read_exact(buffer) {
            Ok(()) => Some(()),
            // Closed with unread bytes of ours, a connection is reset.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset
                ) =>
            {
                None
            }
            Err(error) => panic!("neither a packet nor an end in time: {error}"),
        }
    }
}

fn port(transport: &WebRtcTransport, protocol: Protocol) -> u16 {
    let candidates = transport.ice_candidates();
    let candidate = candidates
        .iter()
        .find(|candidate| candidate.protocol == protocol);
    candidate.expect("a candidate").port
}
