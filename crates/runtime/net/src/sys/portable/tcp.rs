//! TCP without extras.

use mio::net::TcpStream;

/// Nothing to set that all platforms know.
pub(crate) fn prepare_tcp(_stream: &TcpStream) {}
