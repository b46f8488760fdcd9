//! A message as it lies in a datagram: the header, then attributes (RFC 8489 §14).
//!
//! ```text
//! |  attribute type | length | value, padded to a word |  …               |
//! ```
//! Parsing checks everything that can be checked without a password. Stricter than the RFC asks: an
//! attribute that we know and that stands there twice refuses the message, where RFC 8489 §14 would
//! take the first. No peer sends such, and what two readers may understand differently is no check.

use std::net::SocketAddr;

use crate::address;
use crate::attribute::{self as attr, Seen};
use crate::header::{self, BINDING, COOKIE, Class, HEADER_LEN, TransactionId};
use crate::integrity::{self, IntegrityKey};

/// What the CRC is combined with (RFC 8489 §14.7).
pub(crate) const FINGERPRINT_XOR: u32 = 0x5354_554e;

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
    header: &'a [u8; HEADER_LEN],
    attributes: &'a [u8],
    found: Found<'a>,
}

/// The attributes that matter.
#[derive(Clone, Copy, Debug, Default)]
struct Found<'a> {
    seen: Seen,
    username: Option<&'a [u8]>,
    priority: Option<u32>,
    controlled: Option<u64>,
    controlling: Option<u64>,
    use_candidate: bool,
    nomination: Option<u32>,
    nomination_legacy: Option<u32>,
    mapped: Option<&'a [u8]>,
    error: Option<u16>,
    integrity: Option<Integrity<'a>>,
    fingerprint: bool,
}

/// A MESSAGE-INTEGRITY and what it covers.
#[derive(Clone, Copy, Debug)]
struct Integrity<'a> {
    /// The attributes before it.
    covered: &'a [u8],
    mac: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads and checks a datagram.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it contradicts itself; such a datagram is not to be answered.
    pub fn parse(data: &'a [u8]) -> Result<Self, Malformed> {
        let (header, attributes) = data
            .split_first_chunk::<HEADER_LEN>()
            .ok_or(Malformed::Length)?;
        let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if len != attributes.len() || !len.is_multiple_of(4) {
            return Err(Malformed::Length);
        }
        if header[0] >> 6 != 0 || header[4..8] != COOKIE.to_be_bytes() {
            return Err(Malformed::Header);
        }
        let mut found = Found::default();
        let mut rest = attributes;
        while !rest.is_empty() {
            let before = &attributes[..attributes.len() - rest.len()];
            let (kind, value) = next_attribute(&mut rest).ok_or(Malformed::Attribute)?;
            if !attr::len_is_right(kind, value.len()) {
                return Err(Malformed::Attribute);
            }
            if kind == attr::FINGERPRINT && !fingerprint_is_right(header, before, value) {
                return Err(Malformed::Fingerprint);
            }
            found.take(kind, value, before)?;
        }
        Ok(Self {
            header,
            attributes,
            found,
        })
    }

    /// Bytes of the datagram.
    #[must_use]
    pub fn size(&self) -> usize {
        HEADER_LEN + self.attributes.len()
    }

    /// Request, indication, or an answer.
    #[must_use]
    pub fn class(&self) -> Class {
        Class::of(self.kind())
    }

    /// Whether its method is Binding.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        header::method(self.kind()) == BINDING
    }

    /// Joins it with its answer.
    #[must_use]
    pub fn transaction_id(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.header[8..]);
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

    /// The number of a renomination, by either type; the newer type wins.
    #[must_use]
    pub fn nomination(&self) -> Option<u32> {
        self.found.nomination.or(self.found.nomination_legacy)
    }

    /// How the other side sees the sender.
    #[must_use]
    pub fn xor_mapped_address(&self) -> Option<SocketAddr> {
        address::read(self.found.mapped?, &self.transaction_id())
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

    /// The types of attributes that must be understood and are not (RFC 8489 §6.3.1), in their order.
    pub fn unknown_required(&self) -> impl Iterator<Item = u16> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || next_attribute(&mut rest))
            .map(|(kind, _)| kind)
            .filter(|&kind| attr::is_unknown_required(kind))
    }

    /// Whether whoever sent it knows the password. Compares in constant time.
    #[must_use]
    pub fn verify(&self, key: &IntegrityKey) -> bool {
        self.found.integrity.is_some_and(|integrity| {
            let header = integrity::header_for_mac(self.header, integrity.covered.len());
            key.verify(&header, integrity.covered, integrity.mac)
        })
    }

    pub(crate) fn kind(&self) -> u16 {
        u16::from_be_bytes([self.header[0], self.header[1]])
    }
}

impl<'a> Found<'a> {
    /// Takes an attribute in, whose length is right; `before` are the attributes before it.
    fn take(&mut self, kind: u16, value: &'a [u8], before: &'a [u8]) -> Result<(), Malformed> {
        // RFC 8489 §14.5, §14.7: the MACs end what is said, the fingerprint ends all.
        let may_follow_mac = matches!(kind, attr::FINGERPRINT | attr::MESSAGE_INTEGRITY_SHA256);
        if self.fingerprint || (self.integrity.is_some() && !may_follow_mac) {
            return Err(Malformed::Order);
        }
        if !self.seen.insert(kind) {
            return Err(Malformed::Duplicate);
        }
        match kind {
            attr::USERNAME => self.username = Some(value),
            attr::PRIORITY => self.priority = word(value),
            attr::ICE_CONTROLLED => self.controlled = double(value),
            attr::ICE_CONTROLLING => self.controlling = double(value),
            attr::USE_CANDIDATE => self.use_candidate = true,
            attr::NOMINATION => self.nomination = word(value),
            attr::NOMINATION_LEGACY => self.nomination_legacy = word(value),
            attr::XOR_MAPPED_ADDRESS => self.mapped = Some(value),
            attr::ERROR_CODE => {
                // RFC 8489 §14.8: three bits of hundreds, then the rest.
                self.error = word(value).map(|word| {
                    let [_, _, hundreds, rest] = word.to_be_bytes();
                    u16::from(hundreds & 7) * 100 + u16::from(rest)
                });
            }
            attr::MESSAGE_INTEGRITY => {
                self.integrity = Some(Integrity {
                    covered: before,
                    mac: value,
                });
            }
            attr::FINGERPRINT => self.fingerprint = true,
            // The unknown, SOFTWARE, and the other MAC say nothing that we act on.
            _ => {}
        }
        Ok(())
    }
}

/// Takes the attribute at the front off. `None` at the end, or if it reaches beyond.
fn next_attribute<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let ([kind_high, kind_low, len_high, len_low], behind) = rest.split_first_chunk::<4>()?;
    let len = usize::from(u16::from_be_bytes([*len_high, *len_low]));
    let value = behind.get(..len)?;
    *rest = behind.get(len.next_multiple_of(4)..)?;
    Some((u16::from_be_bytes([*kind_high, *kind_low]), value))
}

/// RFC 8489 §14.7: the CRC covers everything before it, and it comes last, so the header's length
/// field is already right.
fn fingerprint_is_right(header: &[u8; HEADER_LEN], before: &[u8], value: &[u8]) -> bool {
    let mut crc = crc32fast::Hasher::new();
    crc.update(header);
    crc.update(before);
    word(value) == Some(crc.finalize() ^ FINGERPRINT_XOR)
}

fn word(value: &[u8]) -> Option<u32> {
    value.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn double(value: &[u8]) -> Option<u64> {
    value.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}
