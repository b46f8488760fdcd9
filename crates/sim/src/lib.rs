//! Whole engines over simulated links in virtual time.
//!
//! ```text
//!   peer (str0m) ──▶ uplink ──▶ ┌──────┐ ──▶ downlink ──▶ peer (str0m)
//!    camera                     │ host │                   screen
//!   stranger ─────────────────▶ └──────┘ an `sfu::Engine`, driven as a shard drives it
//! ```
//! [`World`] owns all of it and moves from event to event: nothing sleeps, half an hour of call takes
//! seconds. All chance that is ours comes from one seed, which a failing story prints. Keys and ICE
//! identifiers of the peers are str0m's own and differ from run to run; lengths and timing do not
//! depend on them.

#![forbid(unsafe_code)]

mod clock;
mod entropy;
mod host;
mod netsim;
mod peer;
mod room;
mod story;
mod world;

pub use clock::Clock;
pub use entropy::SeededEntropy;
pub use host::Host;
pub use netsim::{
    Bottleneck, BottleneckConfig, Calendar, Delay, Duplication, Link, LinkConfig, Loss, Packet,
};
pub use peer::{Camera, CameraConfig, Channels, Glimpse, Peer, PeerConfig, Screen, View};
pub use room::{Room, codecs};
pub use story::tell;
pub use world::{Liar, PeerId, World};
