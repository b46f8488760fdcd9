//! Our own certificate and its key.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dimpl::crypto::aws_lc_rs::default_provider;
use units::Entropy;

use crate::fingerprint::{Fingerprint, HashAlgorithm};
#[cfg(feature = "rsa")]
use crate::identity::{self, Identity};
use crate::x509;

/// A certificate with its private key. Make one per worker: making it costs more than a handshake.
#[derive(Clone)]
pub struct Certificate {
    /// X.509 in DER.
    der: Vec<u8>,
    /// PKCS #8 or SEC 1 in DER.
    key: Vec<u8>,
    kind: Kind,
    #[cfg(feature = "rsa")]
    identity: Identity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// ECDSA on P-256 or P-384: every engine can use it.
    Ecdsa,
    /// Only OpenSSL can.
    #[cfg(feature = "rsa")]
    Rsa,
}

/// Why a certificate could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// There is no PEM block of that kind, or its base64 is broken.
    #[error("no PEM block with a certificate, or none with a private key")]
    Pem,
    /// The key is broken or of a kind that we cannot use: P-256 and P-384 always work, RSA needs the
    /// feature `rsa`.
    #[error("the private key is broken or of an unsupported kind")]
    Key,
    /// The certificate is broken, or made for another key.
    #[error("the certificate is broken or does not belong to the private key")]
    Mismatch,
    /// Drawing or using a key failed.
    #[error("the cryptographic library failed")]
    Crypto,
}

impl Certificate {
    /// Makes a P-256 key, drawn from `entropy`, and a self-signed certificate for the ten years
    /// around now.
    pub fn generate(
        since_1970: Duration,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, CertificateError> {
        let made = x509::self_signed(since_1970, entropy).map_err(|_| CertificateError::Crypto)?;
        Self::ecdsa(made.certificate, made.key)
    }

    /// Takes a certificate (the first, if the text holds a chain) and its private key.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, CertificateError> {
        let der = pem_block(certificate_pem, |label| label == "CERTIFICATE")
            .ok_or(CertificateError::Pem)?;
        let key = pem_block(key_pem, |label| {
            matches!(label, "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY")
        })
        .ok_or(CertificateError::Pem)?;

        match Self::ecdsa(der.clone(), key.clone()) {
            #[cfg(feature = "rsa")]
            Err(CertificateError::Key) => Self::rsa(der, key),
            made => made,
        }
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate's fingerprints, one for each hash function.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<Fingerprint> {
        HashAlgorithm::ALL
            .into_iter()
            .map(|algorithm| Fingerprint::of(algorithm, &self.der))
            .collect()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    #[cfg(feature = "rsa")]
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn to_dimpl(&self) -> dimpl::DtlsCertificate {
        dimpl::DtlsCertificate {
            certificate: self.der.clone(),
            private_key: self.key.clone(),
        }
    }

    fn ecdsa(der: Vec<u8>, key: Vec<u8>) -> Result<Self, CertificateError> {
        let provider = default_provider();
        let mut signer = provider
            .key_provider
            .load_private_key(&key)
            .map_err(|_| CertificateError::Key)?;
        let (hash, algorithm) = (signer.hash_algorithm(), signer.algorithm());
        let mut signature = dimpl::crypto::Buf::new();
        signer
            .sign(PROOF, hash, &mut signature)
            .map_err(|_| CertificateError::Crypto)?;
        provider
            .signature_verification
            .verify_signature(&der, PROOF, &signature, hash, algorithm)
            .map_err(|_| CertificateError::Mismatch)?;

        Ok(Self {
            #[cfg(feature = "rsa")]
            identity: Identity::new(&der, &key).map_err(|_| CertificateError::Mismatch)?,
            der,
            key,
            kind: Kind::Ecdsa,
        })
    }

    #[cfg(feature = "rsa")]
    fn rsa(der: Vec<u8>, key: Vec<u8>) -> Result<Self, CertificateError> {
        if !identity::is_rsa_key(&key) {
            return Err(CertificateError::Key);
        }
        Ok(Self {
            identity: Identity::new(&der, &key).map_err(|_| CertificateError::Mismatch)?,
            der,
            key,
            kind: Kind::Rsa,
        })
    }
}

/// What the key signs to show that the certificate is its own.
const PROOF: &[u8] = b"this key belongs to this certificate";

impl fmt::Debug for Certificate {
    /// The key stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("kind", &self.kind)
            .field("sha256", &Fingerprint::of(HashAlgorithm::Sha256, &self.der))
            .finish_non_exhaustive()
    }
}

/// The bytes of the first block whose label is wanted (RFC 7468 §2).
fn pem_block(pem: &str, wanted: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let mut lines = pem.lines().map(str::trim);
    let label = lines.by_ref().find_map(|line| {
        let label = line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
        wanted(label).then_some(label)
    })?;
    let end = format!("-----END {label}-----");
    let mut text = String::new();
    for line in lines {
        if line == end {
            return STANDARD.decode(text).ok();
        }
        text.push_str(line);
    }
    None
}
