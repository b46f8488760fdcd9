//! UDP in batches.

mod batch;
mod receive;
mod send;
mod socket;
mod transmit;

pub use batch::{BatchFull, SendBatch};
pub use receive::{Datagram, Datagrams, RecvBatch};
pub use send::SendOutcome;
pub use socket::{UdpCounters, UdpSocket};
pub use transmit::{Transmit, TransmitRefusal};
