//! A certificate as OpenSSL wants it, with the settings that all its sessions share.

use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey};
use openssl::ssl::{
    SslContext, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;

/// GCM with the shorter key first: see the table of costs in the crate's documentation.
const SRTP_PROFILES: &str = "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:\
                             SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_32";

/// Forward secrecy always; CBC for those who cannot do better.
const CIPHERS: &str = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL:!eNULL";

const GROUPS: &str = "X25519:P-256:P-384";

/// A certificate, loaded into OpenSSL.
#[derive(Clone)]
pub(crate) struct Identity {
    context: SslContext,
}

/// Whether the key, in PKCS #8 or PKCS #1, is RSA.
pub(crate) fn is_rsa_key(der: &[u8]) -> bool {
    PKey::private_key_from_der(der).is_ok_and(|key| key.id() == Id::RSA)
}

impl Identity {
    /// Fails if the key does not belong to the certificate.
    pub(crate) fn new(certificate_der: &[u8], key_der: &[u8]) -> Result<Self, ErrorStack> {
        let mut builder = SslContext::builder(SslMethod::dtls())?;
        builder.set_min_proto_version(Some(SslVersion::DTLS1_2))?;
        builder.set_options(
            SslOptions::NO_QUERY_MTU
                | SslOptions::NO_TICKET
                | SslOptions::NO_RENEGOTIATION
                | SslOptions::NO_COMPRESSION
                | SslOptions::CIPHER_SERVER_PREFERENCE,
        );
        builder.set_session_cache_mode(SslSessionCacheMode::OFF);
        builder.set_cipher_list(CIPHERS)?;
        builder.set_groups_list(GROUPS)?;
        builder.set_tlsext_use_srtp(SRTP_PROFILES)?;
        // The owner compares fingerprints; chains and names mean nothing here (RFC 8827 §5.6).
        builder.set_verify_callback(
            SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
            |_, _| true,
        );
        builder.set_certificate(&*X509::from_der(certificate_der)?)?;
        builder.set_private_key(&*PKey::private_key_from_der(key_der)?)?;
        builder.check_private_key()?;
        Ok(Self {
            context: builder.build(),
        })
    }

    pub(crate) fn context(&self) -> &SslContext {
        &self.context
    }
}
