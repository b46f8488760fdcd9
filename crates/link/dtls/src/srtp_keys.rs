//! The keys that a handshake leaves behind for SRTP (RFC 5764 §4.2).

use std::fmt;

use crate::config::Role;

/// The longest key and salt: AES-256 with a salt of 12 bytes.
const KEY_AND_SALT_MAX: usize = 44;

/// An SRTP protection profile (RFC 5764 §4.1.2, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SrtpProfile {
    /// `SRTP_AEAD_AES_128_GCM`.
    AeadAes128Gcm,
    /// `SRTP_AEAD_AES_256_GCM`.
    AeadAes256Gcm,
    /// `SRTP_AES128_CM_HMAC_SHA1_80`.
    Aes128CmSha1_80,
    /// `SRTP_AES128_CM_HMAC_SHA1_32`: spoken by the OpenSSL engine only.
    Aes128CmSha1_32,
}

/// A master key and the master salt behind it, as SRTP wants them.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyAndSalt {
    bytes: [u8; KEY_AND_SALT_MAX],
    len: usize,
}

/// What the two sides protect their SRTP and SRTCP with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrtpKeys {
    /// The profile that was negotiated.
    pub profile: SrtpProfile,
    /// What we protect with.
    pub local: KeyAndSalt,
    /// What the peer protects with.
    pub remote: KeyAndSalt,
}

impl SrtpProfile {
    /// The profile behind the two bytes of a `use_srtp` extension.
    pub(crate) const fn from_wire(id: u16) -> Option<Self> {
        match id {
            0x0001 => Some(Self::Aes128CmSha1_80),
            0x0002 => Some(Self::Aes128CmSha1_32),
            0x0007 => Some(Self::AeadAes128Gcm),
            0x0008 => Some(Self::AeadAes256Gcm),
            _ => None,
        }
    }

    /// Whether the profile is AES-GCM.
    #[must_use]
    pub const fn is_gcm(self) -> bool {
        matches!(self, Self::AeadAes128Gcm | Self::AeadAes256Gcm)
    }

    /// Bytes of the master key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::AeadAes256Gcm => 32,
            Self::AeadAes128Gcm | Self::Aes128CmSha1_80 | Self::Aes128CmSha1_32 => 16,
        }
    }

    /// Bytes of the master salt.
    #[must_use]
    pub const fn salt_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
            Self::Aes128CmSha1_80 | Self::Aes128CmSha1_32 => 14,
        }
    }
}

impl SrtpKeys {
    /// Cuts exported material, `client key, server key, client salt, server salt`, for one side.
    pub(crate) fn from_material(profile: SrtpProfile, material: &[u8], role: Role) -> Option<Self> {
        let (client_key, rest) = material.split_at_checked(profile.key_len())?;
        let (server_key, rest) = rest.split_at_checked(profile.key_len())?;
        let (client_salt, rest) = rest.split_at_checked(profile.salt_len())?;
        let (server_salt, _) = rest.split_at_checked(profile.salt_len())?;

        let client = KeyAndSalt::join(client_key, client_salt)?;
        let server = KeyAndSalt::join(server_key, server_salt)?;
        let (local, remote) = match role {
            Role::Client => (client, server),
            Role::Server => (server, client),
        };
        Some(Self {
            profile,
            local,
            remote,
        })
    }
}

impl KeyAndSalt {
    fn join(key: &[u8], salt: &[u8]) -> Option<Self> {
        let len = key.len() + salt.len();
        let mut bytes = [0; KEY_AND_SALT_MAX];
        bytes.get_mut(..key.len())?.copy_from_slice(key);
        bytes.get_mut(key.len()..len)?.copy_from_slice(salt);
        Some(Self { bytes, len })
    }

    /// The key, and the salt right behind it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl AsRef<[u8]> for KeyAndSalt {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for KeyAndSalt {
    /// Secrets stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyAndSalt({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_finds_its_own_key_and_salt() {
        let material: Vec<u8> = (0..56).collect();

        let keys = SrtpKeys::from_material(SrtpProfile::AeadAes128Gcm, &material, Role::Server)
            .expect("enough material");

        let client: Vec<u8> = (0..16).chain(32..44).collect();
        let server: Vec<u8> = (16..32).chain(44..56).collect();
        assert_eq!(keys.local.as_bytes(), server);
        assert_eq!(keys.remote.as_bytes(), client);
    }

    #[test]
    fn short_material_gives_no_keys() {
        assert_eq!(
            SrtpKeys::from_material(SrtpProfile::Aes128CmSha1_80, &[0; 59], Role::Client),
            None
        );
    }
}
