//! The twenty bytes before the attributes (RFC 8489 §5).
//!
//! ```text
//! |0 0|     message type          |         length (of attributes)        |
//! |                    magic cookie 0x2112A442                            |
//! |                    transaction id, 96 bits                            |
//! ```
//! The type mixes the method's twelve bits with the class's two: `M M M M M C M M M C M M M M`.

pub(crate) const HEADER_LEN: usize = 20;
pub(crate) const COOKIE: u32 = 0x2112_a442;
/// The only method of ICE.
pub(crate) const BINDING: u16 = 0x0001;
/// The class's bits in the type.
const CLASS_MASK: u16 = 0x0110;
/// The method's bits in the type.
const METHOD_MASK: u16 = 0x3eef;

/// Joins a request with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TransactionId(pub [u8; 12]);

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Wants an answer.
    Request,
    /// Wants none.
    Indication,
    /// The good answer.
    Success,
    /// The other one.
    Error,
}

impl Class {
    /// The class in a message type.
    pub(crate) fn of(kind: u16) -> Self {
        match kind & CLASS_MASK {
            0x0000 => Self::Request,
            0x0010 => Self::Indication,
            0x0100 => Self::Success,
            _ => Self::Error,
        }
    }

    /// Its bits in a message type.
    pub(crate) const fn bits(self) -> u16 {
        match self {
            Self::Request => 0x0000,
            Self::Indication => 0x0010,
            Self::Success => 0x0100,
            Self::Error => 0x0110,
        }
    }
}

/// The method's bits of a message type, where they stand.
pub(crate) const fn method(kind: u16) -> u16 {
    kind & METHOD_MASK
}
