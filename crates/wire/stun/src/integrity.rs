//! MESSAGE-INTEGRITY: HMAC-SHA1 over the message with a password (RFC 8489 §14.5).

use aws_lc_rs::{constant_time, hmac};

use crate::header::HEADER_LEN;

/// Bytes of the MAC.
pub(crate) const MAC_LEN: usize = 20;

/// A password, ready to sign and verify with: the HMAC's two first blocks are hashed here, once.
#[derive(Clone, Debug)]
pub struct IntegrityKey(hmac::Key);

impl IntegrityKey {
    /// The key of short-term credentials: the password itself (RFC 8489 §9.1.1). ICE passwords are
    /// letters and digits, so preparing the string (OpaqueString) would change nothing.
    #[must_use]
    pub fn new(password: &str) -> Self {
        let bytes = password.as_bytes();
        Self(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, bytes))
    }

    /// The MAC of a message up to the attribute. `header` is that of [`header_for_mac`].
    pub(crate) fn sign(&self, header: &[u8; HEADER_LEN], covered: &[u8]) -> [u8; MAC_LEN] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(header);
        context.update(covered);
        let mut mac = [0; MAC_LEN];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, header: &[u8; HEADER_LEN], covered: &[u8], mac: &[u8]) -> bool {
        let expected = self.sign(header, covered);
        constant_time::verify_slices_are_equal(&expected, mac).is_ok()
    }
}

/// The header with the length it has while the MAC is made: as if the message ended behind it
/// (RFC 8489 §14.5). `covered` bytes of attributes come before.
pub(crate) fn header_for_mac(header: &[u8; HEADER_LEN], covered: usize) -> [u8; HEADER_LEN] {
    let mut header = *header;
    let len = (covered + 4 + MAC_LEN) as u16;
    header[2..4].copy_from_slice(&len.to_be_bytes());
    header
}
