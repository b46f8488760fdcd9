//! Fingerprints of certificates (RFC 8122 §5): what signalling says about the peer's key.

use std::fmt;

use aws_lc_rs::digest;

/// The longest digest: SHA-512.
const DIGEST_LEN_MAX: usize = 64;

/// A hash function that fingerprints may use.
///
/// SHA-1 and SHA-224 are verified too, since mediasoup's API offers and takes them. MD5 and MD2 are
/// refused (RFC 8122 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// `sha-1`.
    Sha1,
    /// `sha-224`.
    Sha224,
    /// `sha-256`: what everybody sends.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

/// The hash of a certificate.
///
/// Its text is upper-case hex with colons, as mediasoup prints it; either case is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    algorithm: HashAlgorithm,
    /// Zero behind the digest's end.
    digest: [u8; DIGEST_LEN_MAX],
}

/// Why a fingerprint could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    /// The hash function is unknown, or too weak.
    #[error("unknown hash function for a fingerprint")]
    Algorithm,
    /// The value is not pairs of hex digits with colons between, as many as the hash has bytes.
    #[error("a fingerprint is pairs of hex digits joined by colons, of the hash's length")]
    Value,
}

impl HashAlgorithm {
    /// All of them, weakest first, which is the order in which mediasoup lists them.
    pub const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// The name in SDP and in the API, as `sha-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha224 => "sha-224",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// Reads a name, in either case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    const fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn function(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of(algorithm: HashAlgorithm, certificate_der: &[u8]) -> Self {
        let hash = digest::digest(algorithm.function(), certificate_der);
        let mut digest = [0; DIGEST_LEN_MAX];
        for (to, from) in digest.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        Self { algorithm, digest }
    }

    /// Reads a fingerprint as SDP and the API carry it, in either case.
    pub fn parse(algorithm: &str, value: &str) -> Result<Self, FingerprintError> {
        let algorithm = HashAlgorithm::from_name(algorithm).ok_or(FingerprintError::Algorithm)?;
        let mut digest = [0; DIGEST_LEN_MAX];
        let mut pairs = value.split(':');
        for byte in &mut digest[..algorithm.digest_len()] {
            *byte = pairs
                .next()
                .and_then(hex_pair)
                .ok_or(FingerprintError::Value)?;
        }
        match pairs.next() {
            None => Ok(Self { algorithm, digest }),
            Some(_) => Err(FingerprintError::Value),
        }
    }

    /// The hash function.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The hash as text.
    #[must_use]
    pub fn value(&self) -> String {
        let mut text = String::with_capacity(3 * DIGEST_LEN_MAX);
        for byte in self.digest() {
            if !text.is_empty() {
                text.push(':');
            }
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 15));
        }
        text
    }

    /// Whether this is the fingerprint of that certificate. Both are public, so the comparison need
    /// not take constant time.
    #[must_use]
    pub fn verify(&self, certificate_der: &[u8]) -> bool {
        *self == Self::of(self.algorithm, certificate_der)
    }

    fn digest(&self) -> &[u8] {
        &self.digest[..self.algorithm.digest_len()]
    }
}

fn hex_pair(pair: &str) -> Option<u8> {
    match pair.as_bytes() {
        [high, low] => {
            let high = char::from(*high).to_digit(16)?;
            let low = char::from(*low).to_digit(16)?;
            u8::try_from(high << 4 | low).ok()
        }
        _ => None,
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(nibble & 15)])
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm.name(), self.value())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_as_it_prints() {
        for algorithm in HashAlgorithm::ALL {
            let fingerprint = Fingerprint::of(algorithm, b"certificate");
            let lower = fingerprint.value().to_lowercase();

            assert_eq!(
                Fingerprint::parse(algorithm.name(), &fingerprint.value()),
                Ok(fingerprint)
            );
            assert_eq!(
                Fingerprint::parse(&algorithm.name().to_uppercase(), &lower),
                Ok(fingerprint)
            );
        }
    }

    #[test]
    fn the_text_is_that_of_the_known_hash() {
        assert_eq!(
            Fingerprint::of(HashAlgorithm::Sha1, b"abc").to_string(),
            "sha-1 A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D"
        );
    }

    #[test]
    fn another_certificate_does_not_verify() {
        for algorithm in HashAlgorithm::ALL {
            let fingerprint = Fingerprint::of(algorithm, b"certificate");

            assert!(fingerprint.verify(b"certificate"));
            assert!(!fingerprint.verify(b"Certificate"));
        }
    }

    #[test]
    fn broken_text_is_refused() {
        let good = Fingerprint::of(HashAlgorithm::Sha1, b"").value();

        assert_eq!(
            Fingerprint::parse("md5", &good),
            Err(FingerprintError::Algorithm)
        );
        for bad in [
            "",
            ":",
            "AB",
            &good[1..],
            &format!("{good}:00"),
            &good.replace(':', ""),
            &good.replacen("DA", "+A", 1),
            &good.replacen("DA", "é", 1),
        ] {
            assert_eq!(
                Fingerprint::parse("sha-1", bad),
                Err(FingerprintError::Value),
                "{bad}"
            );
        }
    }
}
