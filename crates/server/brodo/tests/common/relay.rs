//! A path between two sockets on which packets get lost: a thread that passes datagrams on.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Passes datagrams on until it is dropped.
pub struct Relay {
    /// Where the first end, and where the second, finds the other.
    pub ports: [u16; 2],
    state: Arc<State>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    ended: AtomicBool,
    media: AtomicU64,
    lost: AtomicU64,
}

impl Relay {
    /// Between these ports of the loopback. `is_lost` is asked with the count of each media packet from
    /// the first end to the second; RTCP, and what goes back, always arrives.
    pub fn start(ends: [u16; 2], is_lost: fn(u64) -> bool) -> Self {
        let sockets = [(); 2].map(|()| {
            let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
            // Often enough to see that it is over.
            socket
                .set_read_timeout(Some(Duration::from_millis(50)))
                .expect("a timeout");
            socket
        });
        let ports =
            [&sockets[0], &sockets[1]].map(|socket| socket.local_addr().expect("bound").port());
        let state = Arc::new(State::default());
        let threads = [0, 1].map(|from| {
            let to = 1 - from;
            let input = sockets[from].try_clone().expect("a handle");
            let output = sockets[to].try_clone().expect("a handle");
            let state = state.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 2_048];
                while !state.ended.load(Ordering::Relaxed) {
                    let Ok(len) = input.recv(&mut buffer) else {
                        continue;
                    };
                    let is_media = !(192..224).contains(&buffer[1]);
                    if from == 0 && is_media && is_lost(state.media.fetch_add(1, Ordering::Relaxed))
                    {
                        state.lost.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    output
                        .send_to(&buffer[..len], ("127.0.0.1", ends[to]))
                        .expect("sent");
                }
            })
        });
        Self {
            ports,
            state,
            threads: threads.into(),
        }
    }

    /// How many packets got lost.
    pub fn lost(&self) -> u64 {
        self.state.lost.load(Ordering::Relaxed)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}
