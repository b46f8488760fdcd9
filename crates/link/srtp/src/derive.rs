//! Session keys from the master key and salt (RFC 3711 §4.3).
//!
//! The pseudo-random function is AES in counter mode (§4.3.3), key derivation rate 0, so each direction
//! derives once. GCM suites use the same function, AES-256 for the 256 bit one (RFC 7714 §11).

use std::error::Error;
use std::fmt;

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;

use crate::suite::Suite;

/// Octet of the 14 octet salt into which the label falls: it stands left of the 48 bit index (§4.3.1).
const LABEL_AT: usize = 7;

/// Master key and salt cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Master key and salt together must be `expected` bytes long ([`Suite::master_len`]).
    Length {
        /// What the suite wants.
        expected: usize,
        /// What was given.
        given: usize,
    },
    /// The cryptography library would not take the key.
    Rejected,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, given } => {
                write!(
                    f,
                    "master key and salt must be {expected} bytes, not {given}"
                )
            }
            Self::Rejected => f.write_str("the key was rejected"),
        }
    }
}

impl Error for KeyError {}

impl From<Unspecified> for KeyError {
    fn from(_: Unspecified) -> Self {
        Self::Rejected
    }
}

/// Which of the session keys of a direction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Usage {
    Rtp,
    Rtcp,
}

/// What a session key is for (the labels of RFC 3711 §4.3.1 and §4.3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Encryption = 0,
    Authentication = 1,
    Salt = 2,
}

impl Usage {
    fn label(self, purpose: Purpose) -> u8 {
        let first = match self {
            Self::Rtp => 0,
            Self::Rtcp => 3,
        };
        first + purpose as u8
    }
}

/// Derives the session keys of one direction.
pub(crate) struct MasterKey {
    suite: Suite,
    prf: EncryptingKey,
    salt: [u8; 14],
}

impl MasterKey {
    /// Takes the master key and, behind it, the master salt.
    pub(crate) fn new(suite: Suite, key_and_salt: &[u8]) -> Result<Self, KeyError> {
        if key_and_salt.len() != suite.master_len() {
            return Err(KeyError::Length {
                expected: suite.master_len(),
                given: key_and_salt.len(),
            });
        }
        let (key, given_salt) = key_and_salt.split_at(suite.key_len());
        let algorithm = match key.len() {
            32 => &AES_256,
            _ => &AES_128,
        };
        // RFC 7714 §11: the 96 bit salt of GCM is filled up with zeros on the right.
        let mut salt = [0; 14];
        salt[..given_salt.len()].copy_from_slice(given_salt);
        Ok(Self {
            suite,
            prf: EncryptingKey::ctr(UnboundCipherKey::new(algorithm, key)?)?,
            salt,
        })
    }

    pub(crate) fn suite(&self) -> Suite {
        self.suite
    }

    /// The session key of `LEN` bytes for this usage and purpose.
    pub(crate) fn derive<const LEN: usize>(
        &self,
        usage: Usage,
        purpose: Purpose,
    ) -> Result<[u8; LEN], KeyError> {
        let mut iv = [0; 16];
        iv[..14].copy_from_slice(&self.salt);
        iv[LABEL_AT] ^= usage.label(purpose);
        let mut key = [0; LEN];
        let iv = EncryptionContext::Iv128(FixedLength::from(&iv));
        self.prf.less_safe_encrypt(&mut key, iv)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3711 appendix B.3.
    #[test]
    fn the_keys_of_the_rfc_are_derived() {
        let master = MasterKey::new(
            Suite::AesCm128HmacSha1_80,
            &[
                0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde,
                0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a,
                0xab, 0xe6,
            ],
        )
        .unwrap();

        assert_eq!(
            master.derive::<16>(Usage::Rtp, Purpose::Encryption),
            Ok([
                0xc6, 0x1e, 0x7a, 0x93, 0x74, 0x4f, 0x39, 0xee, 0x10, 0x73, 0x4a, 0xfe, 0x3f, 0xf7,
                0xa0, 0x87,
            ])
        );
        assert_eq!(
            master.derive::<14>(Usage::Rtp, Purpose::Salt),
            Ok([
                0x30, 0xcb, 0xbc, 0x08, 0x86, 0x3d, 0x8c, 0x85, 0xd4, 0x9d, 0xb3, 0x4a, 0x9a, 0xe1,
            ])
        );
        // The appendix prints 94 bytes; HMAC-SHA1 takes the first 20.
        assert_eq!(
            master.derive::<94>(Usage::Rtp, Purpose::Authentication),
            Ok([
                0xce, 0xbe, 0x32, 0x1f, 0x6f, 0xf7, 0x71, 0x6b, 0x6f, 0xd4, 0xab, 0x49, 0xaf, 0x25,
                0x6a, 0x15, 0x6d, 0x38, 0xba, 0xa4, 0x8f, 0x0a, 0x0a, 0xcf, 0x3c, 0x34, 0xe2, 0x35,
                0x9e, 0x6c, 0xdb, 0xce, 0xe0, 0x49, 0x64, 0x6c, 0x43, 0xd9, 0x32, 0x7a, 0xd1, 0x75,
                0x57, 0x8e, 0xf7, 0x22, 0x70, 0x98, 0x63, 0x71, 0xc1, 0x0c, 0x9a, 0x36, 0x9a, 0xc2,
                0xf9, 0x4a, 0x8c, 0x5f, 0xbc, 0xdd, 0xdc, 0x25, 0x6d, 0x6e, 0x91, 0x9a, 0x48, 0xb6,
                0x10, 0xef, 0x17, 0xc2, 0x04, 0x1e, 0x47, 0x40, 0x35, 0x76, 0x6b, 0x68, 0x64, 0x2c,
                0x59, 0xbb, 0xfc, 0x2f, 0x34, 0xdb, 0x60, 0xdb, 0xdf, 0xb2,
            ])
        );
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused() {
        let refused = MasterKey::new(Suite::AeadAes128Gcm, &[0; 30]).err();

        assert_eq!(
            refused,
            Some(KeyError::Length {
                expected: 28,
                given: 30
            })
        );
    }
}
