//! The sockets of a shard, by number.

use std::io;

use ice::{FrameReader, Protocol, SocketId, Tuple};
use net::{
    Accept, Enqueued, Flushed, Interest, PacketClass, Poller, RecvBatch, TcpConnection,
    TcpListener, Token, Transmit, UdpSocket,
};
use rustc_hash::FxHashMap;
use sfu::Outbox;
use units::Instant;

/// Datagrams, or trains, of one receive call.
const SLOTS: usize = 32;

/// Bytes of one read from a connection.
const READ_BYTES: usize = 64 << 10;

/// What happened to packets at the sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketCounters {
    /// Datagrams that the kernel took.
    pub sent: u64,
    /// Datagrams that it did not take: no route, too large, or its buffer was full.
    pub dropped: u64,
    /// Packets that waited in vain for a slow connection.
    pub tcp_dropped: u64,
    /// Connections that spoke something else, or said nothing.
    pub tcp_refused: u64,
}

/// Every socket.
pub struct Sockets {
    /// By our own numbers, which no stranger chooses.
    entries: FxHashMap<u32, Entry>,
    next: u32,
    batch: RecvBatch,
    read: Vec<u8>,
    transmits: Vec<Transmit>,
    counters: SocketCounters,
}

enum Entry {
    Udp(UdpSocket),
    Listener(TcpListener),
    Connection(Box<Connection>),
}

struct Connection {
    stream: TcpConnection,
    frames: FrameReader,
    tuple: Tuple,
    accepted_at: Instant,
}

/// What a turn at a socket came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// There may be more.
    More,
    /// Nothing until the next event.
    Drained,
    /// The connection has ended.
    Closed(Tuple),
}

impl Sockets {
    /// None yet.
    pub fn new() -> Self {
        Self {
            entries: FxHashMap::default(),
            next: 1,
            batch: RecvBatch::new(SLOTS),
            read: vec![0; READ_BYTES],
            transmits: Vec::with_capacity(1_024),
            counters: SocketCounters::default(),
        }
    }

    /// Takes a UDP socket in.
    pub fn add_udp(&mut self, poller: &Poller, mut socket: UdpSocket) -> io::Result<SocketId> {
        let id = self.free();
        poller.register(&mut socket, token(id), Interest::READABLE)?;
        self.entries.insert(id.0, Entry::Udp(socket));
        Ok(id)
    }

    /// Takes a listener in.
    pub fn add_listener(
        &mut self,
        poller: &Poller,
        mut listener: TcpListener,
    ) -> io::Result<SocketId> {
        let id = self.free();
        poller.register(&mut listener, token(id), Interest::READABLE)?;
        self.entries.insert(id.0, Entry::Listener(listener));
        Ok(id)
    }

    /// Closes a socket; one that is closed already is none.
    pub fn close(&mut self, id: SocketId) {
        self.entries.remove(&id.0);
    }

    /// A socket has something: reads one batch and hands its packets to `packet`.
    pub fn read(
        &mut self,
        now: Instant,
        poller: &Poller,
        id: SocketId,
        mut packet: impl FnMut(Tuple, &mut [u8]),
    ) -> Turn {
        match self.entries.get_mut(&id.0) {
            None => Turn::Drained,
            Some(Entry::Udp(socket)) => {
                // An error here is of the socket itself; it will say so again, or be closed by its owner.
                let received = socket.recv(&mut self.batch).unwrap_or(0);
                for datagram in self.batch.datagrams() {
                    let tuple = Tuple {
                        socket: id,
                        remote: datagram.source,
                        protocol: Protocol::Udp,
                    };
                    packet(tuple, datagram.data);
                }
                if received > 0 && !socket.is_drained(&self.batch) {
                    Turn::More
                } else {
                    Turn::Drained
                }
            }
            Some(Entry::Listener(_)) => self.accept(now, poller, id),
            Some(Entry::Connection(connection)) => {
                let turn = connection.read(&mut self.read, packet);
                if let Turn::Closed(_) = turn {
                    self.entries.remove(&id.0);
                }
                turn
            }
        }
    }

    fn accept(&mut self, now: Instant, poller: &Poller, listener: SocketId) -> Turn {
        let Some(Entry::Listener(socket)) = self.entries.get_mut(&listener.0) else {
            return Turn::Drained;
        };
        let mut stream = match socket.accept() {
            Accept::Connection(stream) => stream,
            Accept::Drained => return Turn::Drained,
            // Tried again at the next sweep: see `Sockets::listeners`.
            Accept::BackOff(_) => return Turn::Drained,
        };
        let id = self.free();
        let tuple = Tuple {
            socket: id,
            remote: stream.peer_addr(),
            protocol: Protocol::Tcp,
        };
        if poller
            .register(
                &mut stream,
                token(id),
                Interest::READABLE | Interest::WRITABLE,
            )
            .is_ok()
        {
            let connection = Connection {
                stream,
                frames: FrameReader::default(),
                tuple,
                accepted_at: now,
            };
            self.entries
                .insert(id.0, Entry::Connection(Box::new(connection)));
        }
        Turn::More
    }

    /// A connection can take more.
    pub fn flush(&mut self, id: SocketId) {
        if let Some(Entry::Connection(connection)) = self.entries.get_mut(&id.0) {
            // A connection that broke says so when it is read.
            let _ = connection.stream.flush();
        }
    }

    /// Sends everything in the outbox and empties it. Gives the connections that broke.
    pub fn send(&mut self, out: &mut Outbox, broken: &mut Vec<Tuple>) {
        let mut socket = None;
        for train in out.trains() {
            if train.tuple.protocol == Protocol::Tcp {
                self.send_frames(train.tuple, train.packets(), broken);
                continue;
            }
            if socket != Some(train.tuple.socket) {
                self.send_trains(socket, out.bytes());
                socket = Some(train.tuple.socket);
            }
            let segment = u16::try_from(train.segment_size).ok();
            let range = train.start..train.start + train.bytes.len();
            match Transmit::new(train.tuple.remote, range, segment) {
                Ok(transmit) => self.transmits.push(transmit),
                Err(_) => self.counters.dropped += 1,
            }
        }
        self.send_trains(socket, out.bytes());
        out.clear();
    }

    fn send_trains(&mut self, socket: Option<SocketId>, bytes: &[u8]) {
        if let Some(Entry::Udp(udp)) = socket.and_then(|id| self.entries.get_mut(&id.0)) {
            let outcome = udp.send(bytes, &self.transmits);
            let held = outcome
                .blocked_from
                .map_or(&[][..], |from| &self.transmits[from..]);
            self.counters.sent += outcome.sent as u64;
            // Media that would have to wait is worth less than media that is lost.
            self.counters.dropped += outcome.dropped as u64
                + held.iter().map(|held| held.datagrams() as u64).sum::<u64>();
        }
        self.transmits.clear();
    }

    fn send_frames<'a>(
        &mut self,
        tuple: Tuple,
        packets: impl Iterator<Item = &'a [u8]>,
        broken: &mut Vec<Tuple>,
    ) {
        let Some(Entry::Connection(connection)) = self.entries.get_mut(&tuple.socket.0) else {
            return;
        };
        for packet in packets {
            let class = match rtp::PacketKind::classify(packet) {
                Some(rtp::PacketKind::Rtp) => PacketClass::Media,
                _ => PacketClass::Control,
            };
            match connection.stream.enqueue(packet, class) {
                Enqueued::Queued => {}
                Enqueued::Dropped => self.counters.tcp_dropped += 1,
                Enqueued::Broken => {
                    broken.push(tuple);
                    return;
                }
            }
        }
        match connection.stream.flush() {
            Ok(Flushed::All | Flushed::Blocked) => {}
            Err(_) => broken.push(tuple),
        }
    }

    /// Connections older than `age` for which `is_known` says no: strangers that never said who they are.
    pub fn strangers(
        &self,
        now: Instant,
        age: std::time::Duration,
        is_known: impl Fn(&Tuple) -> bool,
    ) -> Vec<SocketId> {
        let connections = self.entries.values().filter_map(|entry| match entry {
            Entry::Connection(connection) => Some(connection),
            _ => None,
        });
        connections
            .filter(|connection| {
                now.saturating_since(connection.accepted_at) > age && !is_known(&connection.tuple)
            })
            .map(|connection| connection.tuple.socket)
            .collect()
    }

    /// Strangers are sent away.
    pub fn refuse(&mut self, id: SocketId) {
        self.counters.tcp_refused += 1;
        self.close(id);
    }

    /// Every listener: one that had to back off is asked again without an event.
    pub fn listeners(&self) -> Vec<SocketId> {
        let listeners = self
            .entries
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::Listener(_)));
        listeners.map(|(&id, _)| SocketId(id)).collect()
    }

    /// What happened to packets.
    pub fn counters(&self) -> SocketCounters {
        self.counters
    }

    /// A number that no socket has. Numbers come round after four thousand million sockets.
    fn free(&mut self) -> SocketId {
        while self.entries.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1).max(1);
        }
        let id = SocketId(self.next);
        self.next = self.next.wrapping_add(1).max(1);
        id
    }
}

impl Connection {
    fn read(&mut self, buffer: &mut [u8], mut packet: impl FnMut(Tuple, &mut [u8])) -> Turn {
        let tuple = self.tuple;
        match self.stream.read(buffer) {
            Ok(0) => Turn::Closed(tuple),
            Ok(count) => match self
                .frames
                .feed(&mut buffer[..count], |frame| packet(tuple, frame))
            {
                Ok(()) => Turn::More,
                Err(_) => Turn::Closed(tuple),
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Turn::Drained,
            Err(_) => Turn::Closed(tuple),
        }
    }
}

/// A socket's name at the poller.
pub fn token(id: SocketId) -> Token {
    Token(id.0 as usize)
}
