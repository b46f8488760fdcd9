//! Builds messages.

use std::net::SocketAddr;

use crate::address;
use crate::attribute::{self as attr, ErrorCode};
use crate::header::{self, BINDING, COOKIE, Class, HEADER_LEN, TransactionId};
use crate::integrity::{self, IntegrityKey};
use crate::message::{FINGERPRINT_XOR, Message};

/// Holds any answer, and a check with a long user name.
const CAPACITY: usize = 160;

/// Longest value written: SOFTWARE's limit, the widest of all (RFC 8489 §14.14). Longer is cut.
const VALUE_MAX: usize = 763;

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
        Self::new(BINDING | class.bits(), id)
    }

    /// The answer to a request, of whatever method that is.
    #[must_use]
    pub fn answer(request: &Message<'_>, class: Class) -> Self {
        let kind = header::method(request.kind()) | class.bits();
        Self::new(kind, request.transaction_id())
    }

    fn new(kind: u16, id: TransactionId) -> Self {
        let mut out = Vec::with_capacity(CAPACITY);
        out.extend(kind.to_be_bytes());
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

    /// The sender nominates this pair over an earlier one. Written as browsers do, by the older type.
    #[must_use]
    pub fn nomination(self, number: u32) -> Self {
        self.attribute(attr::NOMINATION_LEGACY, &number.to_be_bytes())
    }

    /// How we see the sender (RFC 8489 §14.2).
    #[must_use]
    pub fn xor_mapped_address(self, address: SocketAddr) -> Self {
        let mut value = [0; address::VALUE_MAX];
        let len = address::write(address, &self.id, &mut value);
        self.attribute(attr::XOR_MAPPED_ADDRESS, &value[..len])
    }

    /// Why the request is refused; without words, which nobody reads.
    #[must_use]
    pub fn error(self, code: ErrorCode) -> Self {
        let (class, number) = ((code.number() / 100) as u8, (code.number() % 100) as u8);
        self.attribute(attr::ERROR_CODE, &[0, 0, class, number])
    }

    /// Any other attribute, its value cut to 763 bytes.
    #[must_use]
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        let value = &value[..value.len().min(VALUE_MAX)];
        self.out.extend(kind.to_be_bytes());
        self.out.extend((value.len() as u16).to_be_bytes());
        self.out.extend(value);
        self.out.resize(self.out.len().next_multiple_of(4), 0);
        self
    }

    /// Signs what stands there so far.
    #[must_use]
    pub fn integrity(self, key: &IntegrityKey) -> Self {
        let mac = self
            .out
            .split_first_chunk::<HEADER_LEN>()
            .map(|(header, covered)| {
                let header = integrity::header_for_mac(header, covered.len());
                key.sign(&header, covered)
            })
            .unwrap_or_default();
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
