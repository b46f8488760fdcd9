//! MESSAGE-INTEGRITY: HMAC-SHA1 over the message with a password (RFC 8489 §14.5).

use aws_lc_rs::hmac;

/// Bytes of the MAC.
pub(crate) const MAC_LEN: usize = 20;

/// A password, ready to sign and verify with.
#[derive(Clone, Debug)]
pub struct IntegrityKey(hmac::Key);

impl IntegrityKey {
    /// The key of short-term credentials: the password itself (RFC 8489 §9.1.1).
    #[must_use]
    pub fn new(password: &str) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            password.as_bytes(),
        ))
    }

    /// The MAC of a message up to the attribute, its length field as if it ended behind the MAC.
    pub(crate) fn sign(&self, header: &[u8; 20], attributes: &[u8]) -> [u8; MAC_LEN] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(header);
        context.update(attributes);
        let mut mac = [0; MAC_LEN];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, header: &[u8; 20], attributes: &[u8], mac: &[u8]) -> bool {
        let expected = self.sign(header, attributes);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, mac).is_ok()
    }
}
