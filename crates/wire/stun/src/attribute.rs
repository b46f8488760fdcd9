//! Attribute types and sizes (RFC 8489 §14, RFC 8445 §16.1).

/// USERNAME.
pub const USERNAME: u16 = 0x0006;
/// MESSAGE-INTEGRITY.
pub const MESSAGE_INTEGRITY: u16 = 0x0008;
/// ERROR-CODE.
pub const ERROR_CODE: u16 = 0x0009;
/// MESSAGE-INTEGRITY-SHA256, which may follow the older MAC and is not looked at.
pub const MESSAGE_INTEGRITY_SHA256: u16 = 0x001c;
/// XOR-MAPPED-ADDRESS.
pub const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// PRIORITY.
pub const PRIORITY: u16 = 0x0024;
/// USE-CANDIDATE.
pub const USE_CANDIDATE: u16 = 0x0025;
/// NOMINATION, of renomination drafts.
pub const NOMINATION: u16 = 0x0030;
/// The same as browsers send it today.
pub const NOMINATION_LEGACY: u16 = 0xc001;
/// SOFTWARE.
pub const SOFTWARE: u16 = 0x8022;
/// FINGERPRINT.
pub const FINGERPRINT: u16 = 0x8028;
/// ICE-CONTROLLED.
pub const ICE_CONTROLLED: u16 = 0x8029;
/// ICE-CONTROLLING.
pub const ICE_CONTROLLING: u16 = 0x802a;

/// What this crate understands. Each may stand in a message once.
const KNOWN: [u16; 13] = [
    USERNAME,
    MESSAGE_INTEGRITY,
    ERROR_CODE,
    MESSAGE_INTEGRITY_SHA256,
    XOR_MAPPED_ADDRESS,
    PRIORITY,
    USE_CANDIDATE,
    NOMINATION,
    NOMINATION_LEGACY,
    SOFTWARE,
    FINGERPRINT,
    ICE_CONTROLLED,
    ICE_CONTROLLING,
];

/// A set of known attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen(u16);

impl Seen {
    /// Adds an attribute; false if it was there. Unknown ones may come again and again.
    pub fn insert(&mut self, kind: u16) -> bool {
        let Some(place) = KNOWN.iter().position(|&known| known == kind) else {
            return true;
        };
        let bit = 1 << place;
        let fresh = self.0 & bit == 0;
        self.0 |= bit;
        fresh
    }
}

/// Whether the attribute must be understood (RFC 8489 §14: below 0x8000) and is not.
pub fn is_unknown_required(kind: u16) -> bool {
    kind < 0x8000 && !KNOWN.contains(&kind)
}

/// Whether a known attribute may be `len` bytes long; anything is right for an unknown one.
pub fn len_is_right(kind: u16, len: usize) -> bool {
    match kind {
        USERNAME => len <= 513,
        SOFTWARE => len <= 763,
        PRIORITY | NOMINATION | NOMINATION_LEGACY | FINGERPRINT => len == 4,
        ICE_CONTROLLED | ICE_CONTROLLING => len == 8,
        USE_CANDIDATE => len == 0,
        MESSAGE_INTEGRITY => len == 20,
        // RFC 8489 §14.6: it may be cut short.
        MESSAGE_INTEGRITY_SHA256 => (16..=32).contains(&len) && len.is_multiple_of(4),
        XOR_MAPPED_ADDRESS => len == 8 || len == 20,
        ERROR_CODE => len >= 4,
        _ => true,
    }
}

/// Why a request is refused (RFC 8489 §14.8, RFC 8445 §16.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request is malformed.
    BadRequest,
    /// The credentials are wrong.
    Unauthorized,
    /// Both sides believe to be controlled.
    RoleConflict,
}

impl ErrorCode {
    /// 400, 401 or 487.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::RoleConflict => 487,
        }
    }
}
