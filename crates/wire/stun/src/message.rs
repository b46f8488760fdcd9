//! A message as it lies in a datagram (RFC 8489 §5).
//!
//! ```text
//! |0 0|     message type          |         length (of attributes)        |
//! |                    magic cookie 0x2112A442                            |
//! |                    transaction id, 96 bits                            |
//! |  attribute type | length | value, padded to a word |  …               |
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::attribute as attr;
use crate::integrity::IntegrityKey;

pub(crate) const HEADER_LEN: usize = 20;
pub(crate) const COOKIE: u32 = 0x2112_a442;
/// What the CRC is combined with (RFC 8489 §14.7).
pub(crate) const FINGERPRINT_XOR: u32 = 0x5354_554e;
/// The only method of ICE.
pub(crate) const BINDING: u16 = 0x0001;

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

/// Why bytes are not a STUN message that may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Too short, too long, or its length field is wrong.
    Length,
    /// The first two bits or the cookie are wrong.
    Header,
    /// An attribute reaches beyond the message or has a wrong size.
    Attribute,
    /// A known attribute stands there twice.
    Duplicate,
    /// Something stands behind MESSAGE-INTEGRITY or FINGERPRINT that must not.
    Order,
    /// The CRC is wrong.
    Fingerprint,
}

/// A checked message.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    data: &'a [u8],
    found: Found<'a>,
}

/// The attributes that matter.
#[derive(Clone, Copy, Debug, Default)]
struct Found<'a> {
    username: Option<&'a [u8]>,
    priority: Option<u32>,
    controlled: Option<u64>,
    controlling: Option<u64>,
    use_candidate: bool,
    nomination: Option<u32>,
    mapped: Option<&'a [u8]>,
    error: Option<u16>,
    /// The MAC, and where its attribute begins.
    integrity: Option<(&'a [u8], usize)>,
    fingerprint: bool,
    unknown_required: bool,
}

impl<'a> Message<'a> {
    /// Reads and checks a datagram.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it contradicts itself; such a datagram is not to be answered.
    pub fn parse(data: &'a [u8]) -> Result<Self, Malformed> {
        let header = data.first_chunk::<HEADER_LEN>().ok_or(Malformed::Length)?;
        let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if len != data.len() - HEADER_LEN || len % 4 != 0 {
            return Err(Malformed::Length);
        }
        if header[0] >> 6 != 0 || header[4..8] != COOKIE.to_be_bytes() {
            return Err(Malformed::Header);
        }
        let mut found = Found::default();
        let mut at = HEADER_LEN;
        while let Some((head, rest)) = data[at..].split_first_chunk::<4>() {
            let kind = u16::from_be_bytes([head[0], head[1]]);
            let len = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let value = rest.get(..len).ok_or(Malformed::Attribute)?;
            if !attr::len_is_right(kind, len) {
                return Err(Malformed::Attribute);
            }
            found.take(kind, value, (data, at))?;
            at += 4 + len.next_multiple_of(4);
            if at > data.len() {
                return Err(Malformed::Attribute);
            }
        }
        Ok(Self { data, found })
    }

    /// Request, indication, or an answer.
    #[must_use]
    pub fn class(&self) -> Class {
        match (self.data[0] & 1, self.data[1] >> 4 & 1) {
            (0, 0) => Class::Request,
            (0, _) => Class::Indication,
            (_, 0) => Class::Success,
            (_, _) => Class::Error,
        }
    }

    /// Whether its method is Binding.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        let kind = u16::from_be_bytes([self.data[0], self.data[1]]);
        kind & 0x3eef == BINDING
    }

    /// Joins it with its answer.
    #[must_use]
    pub fn transaction_id(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.data[8..20]);
        TransactionId(id)
    }

    /// Whose credentials it uses: `receiver:sender`.
    #[must_use]
    pub fn username(&self) -> Option<&'a [u8]> {
        self.found.username
    }

    /// The receiver's part of the user name.
    #[must_use]
    pub fn receiver_ufrag(&self) -> Option<&'a str> {
        let name = self.found.username?;
        let end = name.iter().position(|&byte| byte == b':')?;
        std::str::from_utf8(&name[..end]).ok()
    }

    /// The priority of the sender's candidate.
    #[must_use]
    pub fn priority(&self) -> Option<u32> {
        self.found.priority
    }

    /// The tie-breaker of a sender that believes to be controlled.
    #[must_use]
    pub fn ice_controlled(&self) -> Option<u64> {
        self.found.controlled
    }

    /// The tie-breaker of a sender that believes to be controlling.
    #[must_use]
    pub fn ice_controlling(&self) -> Option<u64> {
        self.found.controlling
    }

    /// Whether the sender nominates this pair (RFC 8445 §7.1.2).
    #[must_use]
    pub fn use_candidate(&self) -> bool {
        self.found.use_candidate
    }

    /// The number of a renomination.
    #[must_use]
    pub fn nomination(&self) -> Option<u32> {
        self.found.nomination
    }

    /// How the other side sees the sender.
    #[must_use]
    pub fn xor_mapped_address(&self) -> Option<SocketAddr> {
        unmap(self.found.mapped?, &self.transaction_id())
    }

    /// Why a request was refused.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        self.found.error
    }

    /// Whether it has a FINGERPRINT (which was right).
    #[must_use]
    pub fn has_fingerprint(&self) -> bool {
        self.found.fingerprint
    }

    /// Whether it has a MESSAGE-INTEGRITY (which is still to be verified).
    #[must_use]
    pub fn has_integrity(&self) -> bool {
        self.found.integrity.is_some()
    }

    /// Whether it has an attribute that must be understood and is not.
    #[must_use]
    pub fn has_unknown_required(&self) -> bool {
        self.found.unknown_required
    }

    /// Whether whoever sent it knows the password. Compares in constant time.
    #[must_use]
    pub fn verify(&self, key: &IntegrityKey) -> bool {
        let (Some((mac, at)), Some(header)) =
            (self.found.integrity, self.data.first_chunk::<HEADER_LEN>())
        else {
            return false;
        };
        let mut header = *header;
        // The length as it was when the MAC was made: up to and including the MAC.
        let len = (at + 24 - HEADER_LEN) as u16;
        header[2..4].copy_from_slice(&len.to_be_bytes());
        key.verify(&header, &self.data[HEADER_LEN..at], mac)
    }
}

impl<'a> Found<'a> {
    /// Takes an attribute in; `at` is where it begins in the message.
    fn take(
        &mut self,
        kind: u16,
        value: &'a [u8],
        (data, at): (&'a [u8], usize),
    ) -> Result<(), Malformed> {
        if self.fingerprint || (self.integrity.is_some() && kind != attr::FINGERPRINT) {
            return Err(Malformed::Order);
        }
        let word = || value.first_chunk().map(|word| u32::from_be_bytes(*word));
        let double = || value.first_chunk().map(|word| u64::from_be_bytes(*word));
        let twice = match kind {
            attr::USERNAME => self.username.replace(value).is_some(),
            attr::PRIORITY => std::mem::replace(&mut self.priority, word()).is_some(),
            attr::ICE_CONTROLLED => std::mem::replace(&mut self.controlled, double()).is_some(),
            attr::ICE_CONTROLLING => std::mem::replace(&mut self.controlling, double()).is_some(),
            attr::USE_CANDIDATE => std::mem::replace(&mut self.use_candidate, true),
            attr::NOMINATION | attr::NOMINATION_LEGACY => {
                std::mem::replace(&mut self.nomination, word()).is_some()
            }
            attr::XOR_MAPPED_ADDRESS => self.mapped.replace(value).is_some(),
            attr::ERROR_CODE => {
                let code = u16::from(value[2] & 7) * 100 + u16::from(value[3]);
                self.error.replace(code).is_some()
            }
            attr::MESSAGE_INTEGRITY => self.integrity.replace((value, at)).is_some(),
            attr::FINGERPRINT => {
                let crc = crc32fast::hash(&data[..at]) ^ FINGERPRINT_XOR;
                if word() != Some(crc) {
                    return Err(Malformed::Fingerprint);
                }
                self.fingerprint = true;
                false
            }
            // RFC 8489 §14: below 0x8000 an attribute must be understood.
            0..0x8000 => {
                self.unknown_required = true;
                false
            }
            _ => false,
        };
        match twice {
            true => Err(Malformed::Duplicate),
            false => Ok(()),
        }
    }
}

fn unmap(value: &[u8], id: &TransactionId) -> Option<SocketAddr> {
    let [_, family, p0, p1, address @ ..] = value else {
        return None;
    };
    let port = u16::from_be_bytes([*p0, *p1]) ^ (COOKIE >> 16) as u16;
    let ip: IpAddr = match (family, address.len()) {
        (1, 4) => {
            let bits = u32::from_be_bytes(address.try_into().ok()?) ^ COOKIE;
            Ipv4Addr::from_bits(bits).into()
        }
        (2, 16) => {
            Ipv6Addr::from_bits(u128::from_be_bytes(address.try_into().ok()?) ^ mask(id)).into()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// What an IPv6 address is combined with: the cookie and the transaction id.
pub(crate) fn mask(id: &TransactionId) -> u128 {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&COOKIE.to_be_bytes());
    bytes[4..].copy_from_slice(&id.0);
    u128::from_be_bytes(bytes)
}
