//! A Selective Forwarding Unit for WebRTC as a library.

#![forbid(unsafe_code)]
