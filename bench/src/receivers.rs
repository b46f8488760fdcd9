//! Whoever receives: sockets with GRO, drained by a thread of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use net::{BindOptions, Interest, Poller, RecvBatch, Token, UdpSocket};

/// Sockets and their thread.
pub struct Receivers {
    /// Where they are.
    pub addresses: Vec<SocketAddr>,
    received: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Receivers {
    /// As many sockets on loopback.
    pub fn start(count: usize) -> Self {
        let options = BindOptions {
            recv_buffer: Some(4 << 20),
            ..BindOptions::default()
        };
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut sockets: Vec<UdpSocket> = (0..count)
            .map(|_| UdpSocket::bind(loopback, &options).expect("loopback"))
            .collect();
        let addresses = sockets.iter().map(UdpSocket::local_addr).collect();
        let (received, stop) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (count, end) = (received.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let mut poller = Poller::new(256).expect("a poll set");
            for (at, socket) in sockets.iter_mut().enumerate() {
                poller
                    .register(socket, Token(at), Interest::READABLE)
                    .expect("registers");
            }
            let mut batch = RecvBatch::new(32);
            let mut ready = Vec::with_capacity(256);
            // Pairs with the store in `drop`; nothing else is passed by it.
            while !end.load(Ordering::Relaxed) {
                // In place: what allocates is to be seen, and nobody here may be it.
                ready.clear();
                let events = poller.wait(Some(Duration::from_millis(50)));
                ready.extend(events.expect("polls").map(|event| event.token.0));
                for at in ready.drain(..) {
                    while sockets[at].recv(&mut batch).is_ok_and(|got| got > 0) {
                        count.fetch_add(batch.datagrams().count() as u64, Ordering::Relaxed);
                    }
                }
            }
        });
        Self {
            addresses,
            received,
            stop,
            thread: Some(thread),
        }
    }

    /// Waits until `count` datagrams more than `before` have come, or no more come.
    pub fn settle(&self, before: u64, count: u64) {
        let deadline = Instant::now() + Duration::from_millis(300);
        while self.received() < before + count && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Datagrams so far.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
