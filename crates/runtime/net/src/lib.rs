//! Sockets in batches: recvmmsg with GRO, sendmmsg with GSO, framed TCP.
//!
//! A system call costs more than the work a packet needs, so packets cross this border in batches:
//!
//! ```text
//!  kernel ──recvmmsg, UDP_GRO──▶ RecvBatch ──▶ Datagram, Datagram, …
//!  &[Transmit] over one buffer ──sendmmsg, UDP_SEGMENT──▶ kernel
//!  TcpConnection: enqueue(packet) … flush() ──one write──▶ kernel
//! ```
//!
//! Nothing here blocks, waits, reads a clock or starts a thread: whoever owns the loop does. All
//! sockets are edge-triggered event sources for `mio` (see [`Poller`]), so a readable socket is read
//! until it has nothing more to give. In steady state no call allocates.
//!
//! This crate is the fence around unsafe code: it stands in `sys/linux`, behind the contract of
//! `sys/contract.rs`, which `sys/portable` meets without any, and in `sys/process.rs`, which has nothing
//! to do with sockets: what the worker process inherits, and what it has used.

#![deny(unsafe_code)]

mod options;
mod poller;
mod ports;
mod sys;
mod tcp;
mod udp;

pub use options::{BindOptions, PathMtu};
pub use poller::{Interest, Poller, Ready, Token, Waker};
pub use ports::{PortRange, PortSearchError, bind_tcp_in_range, bind_udp_in_range};
#[cfg(unix)]
pub use sys::{Usage, adopt_fd, usage};
pub use tcp::{
    Accept, AdmissionLimits, Enqueued, Flushed, PacketClass, TcpConnection, TcpCounters,
    TcpListener,
};
pub use udp::{
    BatchFull, Datagram, Datagrams, RecvBatch, SendBatch, SendOutcome, Transmit, TransmitRefusal,
    UdpCounters, UdpSocket,
};
