//! What the examples share: where media is received, the SDP that browsers speak, and a browser's two
//! peer connections. The programs themselves are in `src/bin`.

#![forbid(unsafe_code)]

pub mod addresses;
pub mod peer;
pub mod sdp;
