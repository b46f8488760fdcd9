//! Identities in RTP: which stream, which encoding, which media section.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A synchronisation source: one stream of packets (RFC 3550 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ssrc(pub u32);

impl fmt::Debug for Ssrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ssrc({})", self.0)
    }
}

/// What a packet carries, as negotiated: seven bits (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PayloadType(u8);

impl PayloadType {
    /// `None` for 128 and above.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        match value {
            0..=127 => Some(Self(value)),
            _ => None,
        }
    }

    /// The low seven bits of the header's second byte.
    pub(crate) const fn from_header(byte: u8) -> Self {
        Self(byte & 0x7f)
    }

    /// 0 to 127.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for PayloadType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u8::deserialize(deserializer)?;
        Self::new(value).ok_or_else(|| serde::de::Error::custom("a payload type is at most 127"))
    }
}

/// Longest MID or RID that is told apart. Longer ones exist in no known endpoint.
const TOKEN_MAX: usize = 32;

/// A short name, stored in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Token {
    len: u8,
    bytes: [u8; TOKEN_MAX],
}

impl Token {
    /// `None` if empty, too long, or not printable ASCII.
    fn new(bytes: &[u8]) -> Option<Self> {
        let fits =
            !bytes.is_empty() && bytes.len() <= TOKEN_MAX && bytes.iter().all(u8::is_ascii_graphic);
        fits.then(|| {
            let mut token = Self {
                len: bytes.len() as u8,
                bytes: [0; TOKEN_MAX],
            };
            token.bytes[..bytes.len()].copy_from_slice(bytes);
            token
        })
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Token);

        impl $name {
            /// `None` if empty, longer than 32 bytes, or not printable ASCII.
            #[must_use]
            pub fn new(bytes: &[u8]) -> Option<Self> {
                Token::new(bytes).map(Self)
            }

            /// The name as it goes over the wire.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                Self::new(name.as_bytes()).ok_or_else(|| serde::de::Error::custom("not a token of 1 to 32 characters"))
            }
        }
    };
}

token!(
    /// Which media section of the session a packet belongs to (RFC 8843 §15).
    Mid
);
token!(
    /// Which encoding of a producer a packet belongs to (RFC 8852).
    Rid
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_to_32_printable_characters() {
        assert_eq!(
            Mid::new(b"video-0").map(|mid| mid.to_string()),
            Some("video-0".into())
        );
        assert_eq!(Mid::new(b""), None);
        assert_eq!(Rid::new(&[b'r'; 33]), None);
        assert_eq!(Rid::new(b"h\0"), None);
    }

    #[test]
    fn a_payload_type_has_seven_bits() {
        assert_eq!(PayloadType::new(127).map(PayloadType::value), Some(127));
        assert_eq!(PayloadType::new(128), None);
    }
}
