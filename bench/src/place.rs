//! Where packets go: receivers on loopback, or a device that forgets them.

use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::Duration;

use crate::receivers::Receivers;

/// Addresses to send to, and from where.
pub struct Place {
    /// The senders' address.
    pub local: IpAddr,
    /// The receivers' addresses.
    pub addresses: Vec<SocketAddr>,
    /// Whoever reads there. Nobody, where the device forgets.
    pub receivers: Option<Receivers>,
}

/// The address of the forgetting device, and the neighbour that nobody has.
pub const SINK_LOCAL: [u8; 4] = [10, 255, 0, 1];
const SINK_REMOTE: [u8; 4] = [10, 255, 0, 2];

const SETTLED_AFTER: Duration = Duration::from_millis(20);

impl Place {
    /// Receivers on loopback, read by a thread.
    pub fn loopback(count: usize) -> Self {
        let receivers = Receivers::start(count);
        Self {
            local: [127, 0, 0, 1].into(),
            addresses: receivers.addresses.clone(),
            receivers: Some(receivers),
        }
    }

    /// Ports behind the device of [`crate::sink`].
    pub fn sink(count: usize) -> Self {
        let ports = 20_000..20_000 + u16::try_from(count).expect("some hundreds");
        Self {
            local: SINK_LOCAL.into(),
            addresses: ports.map(|port| (SINK_REMOTE, port).into()).collect(),
            receivers: None,
        }
    }

    /// Datagrams that arrived so far; none are seen where nobody reads.
    pub fn received(&self) -> u64 {
        self.receivers.as_ref().map_or(0, Receivers::received)
    }

    /// Waits until `count` datagrams more than `before` have come, or no more come. Where nobody reads, as
    /// long as a busy machine may take.
    pub fn settle(&self, before: u64, count: u64) {
        match &self.receivers {
            Some(receivers) => receivers.settle(before, count),
            None => thread::sleep(SETTLED_AFTER),
        }
    }
}
