//! Chunk types (RFC 9260 §3.2, 3758 §3.2, 6525 §3.1).

/// What a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Data = 0,
    Init = 1,
    InitAck = 2,
    Sack = 3,
    Heartbeat = 4,
    HeartbeatAck = 5,
    Abort = 6,
    Shutdown = 7,
    ShutdownAck = 8,
    Error = 9,
    CookieEcho = 10,
    CookieAck = 11,
    ShutdownComplete = 14,
    Reconfig = 130,
    ForwardTsn = 192,
}

/// What to do with a chunk nobody here knows: the two high bits say it (RFC 9260 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Read on behind it.
    pub skip: bool,
    /// Tell the peer.
    pub report: bool,
}

impl Kind {
    pub(crate) fn of(code: u8) -> Result<Self, Unknown> {
        Ok(match code {
            0 => Self::Data,
            1 => Self::Init,
            2 => Self::InitAck,
            3 => Self::Sack,
            4 => Self::Heartbeat,
            5 => Self::HeartbeatAck,
            6 => Self::Abort,
            7 => Self::Shutdown,
            8 => Self::ShutdownAck,
            9 => Self::Error,
            10 => Self::CookieEcho,
            11 => Self::CookieAck,
            14 => Self::ShutdownComplete,
            130 => Self::Reconfig,
            192 => Self::ForwardTsn,
            _ => {
                return Err(Unknown {
                    skip: code & 0x80 != 0,
                    report: code & 0x40 != 0,
                });
            }
        })
    }
}
