//! The server as clients see it: over its WebSocket and over HTTP.

mod client;
mod http;
mod signalling;
