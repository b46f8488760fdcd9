//! What is counted, in sum.

use sfu::EngineCounters;

use crate::sockets::SocketCounters;

/// What happened in a shard so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShardCounters {
    /// To packets.
    pub engine: EngineCounters,
    /// At sockets.
    pub sockets: SocketCounters,
    /// Turns of the loop.
    pub turns: u64,
}
