//! Builds messages.

use std::net::{IpAddr, SocketAddr};

use crate::attribute::{self as attr, ErrorCode};
use crate::integrity::{IntegrityKey, MAC_LEN};
use crate::message::{BINDING, COOKIE, Class, FINGERPRINT_XOR, HEADER_LEN, TransactionId, mask};

/// A message being built. Attributes come in the order of the calls; integrity and fingerprint last.
#[derive(Clone, Debug)]
pub struct MessageWriter {
    out: Vec<u8>,
    id: TransactionId,
}

impl MessageWriter {
    /// A Binding message.
    #[must_use]
    pub fn binding(class: Class, id: TransactionId) -> Self {
        let bits = match class {
            Class::Request => 0x0000,
            Class::Indication => 0x0010,
            Class::Success => 0x0100,
            Class::Error => 0x0110,
        };
        let mut out = Vec::with_capacity(128);
        out.extend((BINDING | bits).to_be_bytes());
        out.extend([0, 0]);
        out.extend(COOKIE.to_be_bytes());
        out.extend(id.0);
        Self { out, id }
    }

    /// Whose credentials are used: `receiver:sender`.
    #[must_use]
    pub fn username(self, name: &str) -> Self {
        self.attribute(attr::USERNAME, name.as_bytes())
    }

    /// The priority of the sender's candidate.
    #[must_use]
    pub fn priority(self, priority: u32) -> Self {
        self.attribute(attr::PRIORITY, &priority.to_be_bytes())
    }

    /// The sender believes to be controlling.
    #[must_use]
    pub fn ice_controlling(self, tie_breaker: u64) -> Self {
        self.attribute(attr::ICE_CONTROLLING, &tie_breaker.to_be_bytes())
    }

    /// The sender believes to be controlled.
    #[must_use]
    pub fn ice_controlled(self, tie_breaker: u64) -> Self {
        self.attribute(attr::ICE_CONTROLLED, &tie_breaker.to_be_bytes())
    }

    /// The sender nominates this pair.
    #[must_use]
    pub fn use_candidate(self) -> Self {
        self.attribute(attr::USE_CANDIDATE, &[])
    }

    /// The sender nominates this pair over an earlier one.
    #[must_use]
    pub fn nomination(self, number: u32) -> Self {
        self.attribute(attr::NOMINATION_LEGACY, &number.to_be_bytes())
    }

    /// How we see the sender (RFC 8489 §14.2).
    #[must_use]
    pub fn xor_mapped_address(self, address: SocketAddr) -> Self {
        let port = address.port() ^ (COOKIE >> 16) as u16;
        let mut value = [0; 20];
        value[2..4].copy_from_slice(&port.to_be_bytes());
        let len = match address.ip().to_canonical() {
            IpAddr::V4(ip) => {
                value[1] = 1;
                value[4..8].copy_from_slice(&(ip.to_bits() ^ COOKIE).to_be_bytes());
                8
            }
            IpAddr::V6(ip) => {
                value[1] = 2;
                value[4..20].copy_from_slice(&(ip.to_bits() ^ mask(&self.id)).to_be_bytes());
                20
            }
        };
        self.attribute(attr::XOR_MAPPED_ADDRESS, &value[..len])
    }

    /// Why the request is refused; without words, which nobody reads.
    #[must_use]
    pub fn error(self, code: ErrorCode) -> Self {
        let (class, number) = ((code.number() / 100) as u8, (code.number() % 100) as u8);
        self.attribute(attr::ERROR_CODE, &[0, 0, class, number])
    }

    /// Any other attribute.
    #[must_use]
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        self.out.extend(kind.to_be_bytes());
        self.out.extend((value.len() as u16).to_be_bytes());
        self.out.extend(value);
        self.out.resize(self.out.len().next_multiple_of(4), 0);
        self
    }

    /// Signs what stands there so far.
    #[must_use]
    pub fn integrity(mut self, key: &IntegrityKey) -> Self {
        self.set_len(4 + MAC_LEN);
        let mut header = [0; HEADER_LEN];
        header.copy_from_slice(&self.out[..HEADER_LEN]);
        let mac = key.sign(&header, &self.out[HEADER_LEN..]);
        self.attribute(attr::MESSAGE_INTEGRITY, &mac)
    }

    /// Ends the message with a fingerprint.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.set_len(8);
        let crc = crc32fast::hash(&self.out) ^ FINGERPRINT_XOR;
        self.attribute(attr::FINGERPRINT, &crc.to_be_bytes()).out
    }

    /// Ends the message without a fingerprint.
    #[must_use]
    pub fn finish_without_fingerprint(mut self) -> Vec<u8> {
        self.set_len(0);
        self.out
    }

    /// Writes the length as if `more` bytes followed.
    fn set_len(&mut self, more: usize) {
        let len = (self.out.len() - HEADER_LEN + more) as u16;
        self.out[2..4].copy_from_slice(&len.to_be_bytes());
    }
}
