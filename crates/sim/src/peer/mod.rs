//! An endpoint: str0m, a camera or several, a screen, data channels.

mod camera;
mod channels;
mod client;
mod screen;

pub use camera::{Camera, CameraConfig};
pub use channels::Channels;
pub use client::{Peer, PeerConfig};
pub use screen::{Glimpse, Screen, View};
