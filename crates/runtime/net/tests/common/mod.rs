//! What the stories share: every path, both families, and waiting without sleeping.

// Each test program uses a part of it.
#![allow(dead_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use net::{BindOptions, Interest, Poller, RecvBatch, Token, UdpSocket};

/// Long enough for the slowest machine; nothing waits so long unless it is about to fail.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// One way to open sockets.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub ip: IpAddr,
    pub options: BindOptions,
}

/// The loopback addresses of this host.
pub fn loopbacks() -> Vec<IpAddr> {
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let mut all = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    match UdpSocket::bind(SocketAddr::new(v6, 0), &BindOptions::default()) {
        Ok(_) => all.push(v6),
        Err(error) => println!("note: no IPv6 on this host ({error}), tested with IPv4 only"),
    }
    all
}

/// Both families over the native path, without its offloads, and over the portable one.
pub fn settings() -> Vec<Setting> {
    let native = BindOptions {
        recv_buffer: Some(4 << 20),
        send_buffer: Some(4 << 20),
        ..BindOptions::default()
    };
    let plain = BindOptions {
        gso: false,
        gro: false,
        ..native
    };
    let portable = BindOptions {
        force_portable: true,
        ..native
    };
    loopbacks()
        .into_iter()
        .flat_map(|ip| [native, plain, portable].map(|options| Setting { ip, options }))
        .collect()
}

impl Setting {
    pub fn bind(&self) -> UdpSocket {
        UdpSocket::bind(SocketAddr::new(self.ip, 0), &self.options).unwrap()
    }
}

/// A socket and a poller that waits for it.
pub struct Receiver {
    pub socket: UdpSocket,
    pub batch: RecvBatch,
    /// Slots that all reads together have filled.
    pub slots_filled: usize,
    poller: Poller,
}

impl Receiver {
    pub fn new(mut socket: UdpSocket, slots: usize) -> Self {
        let poller = Poller::new(8).unwrap();
        poller
            .register(&mut socket, Token(0), Interest::READABLE)
            .unwrap();
        Self {
            socket,
            batch: RecvBatch::new(slots),
            slots_filled: 0,
            poller,
        }
    }

    /// The next `count` datagrams: who sent each, and what.
    pub fn take(&mut self, count: usize) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut taken = Vec::new();
        while taken.len() < count {
            let ready = self.poller.wait(Some(PATIENCE)).unwrap().count();
            assert!(ready > 0, "{} of {count} datagrams came", taken.len());
            loop {
                let filled = self.socket.recv(&mut self.batch).unwrap();
                if filled == 0 {
                    break;
                }
                self.slots_filled += filled;
                let datagrams = self.batch.datagrams();
                taken.extend(datagrams.map(|datagram| (datagram.source, datagram.data.to_vec())));
            }
        }
        assert_eq!(taken.len(), count, "more came than was sent");
        taken
    }
}
