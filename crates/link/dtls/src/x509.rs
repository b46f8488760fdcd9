//! A self-signed certificate (RFC 5280 §4.1), written byte by byte.
//!
//! WebRTC looks only at a certificate's hash, so this is the smallest valid one: version 3, a name,
//! a P-256 key, no extensions.

use std::time::Duration;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use dimpl::crypto::{Buf, aws_lc_rs::default_provider};
use units::Entropy;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT_0: u8 = 0xa0;

/// 1.2.840.10045.4.3.2 (RFC 5758 §3.2).
const ECDSA_WITH_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// 1.2.840.10045.2.1 (RFC 5480 §2.1.1).
const EC_PUBLIC_KEY: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.3.1.7 (RFC 5480 §2.1.1.1).
const PRIME256V1: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 2.5.4.3.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// Says nothing about who runs it.
const NAME: &[u8] = b"WebRTC";

/// Ten years each way, as mediasoup does: clocks that are wrong must not matter.
const VALIDITY: Duration = Duration::from_secs(10 * 365 * 86_400);

const SECONDS_PER_DAY: u64 = 86_400;

/// Random scalars that are out of the curve's range come up once in 2³²; this many do not.
const KEY_ATTEMPTS_MAX: u8 = 8;

/// A key and the certificate that it signed.
pub(crate) struct SelfSigned {
    /// X.509 in DER.
    pub(crate) certificate: Vec<u8>,
    /// PKCS #8 in DER.
    pub(crate) key: Vec<u8>,
}

/// Makes a P-256 key and a certificate for it. The key is drawn from `entropy`.
pub(crate) fn self_signed(
    since_1970: Duration,
    entropy: &mut dyn Entropy,
) -> Result<SelfSigned, Unspecified> {
    let key_pair = draw_key(entropy)?;
    let to_be_signed = to_be_signed(since_1970, key_pair.public_key().as_ref(), entropy);
    let key = key_pair.to_pkcs8v1()?.as_ref().to_vec();
    let signature = sign(&key, &to_be_signed).ok_or(Unspecified)?;

    let certificate = tlv(
        SEQUENCE,
        &[
            &to_be_signed,
            &signature_algorithm(),
            &bit_string(&signature),
        ],
    );
    Ok(SelfSigned { certificate, key })
}

/// ECDSA draws a number of its own for each signature, from the library's CSPRNG.
fn sign(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let provider = default_provider();
    let mut signer = provider.key_provider.load_private_key(key).ok()?;
    let mut signature = Buf::new();
    let hash = signer.hash_algorithm();
    signer.sign(message, hash, &mut signature).ok()?;
    Some(signature.to_vec())
}

fn draw_key(entropy: &mut dyn Entropy) -> Result<EcdsaKeyPair, Unspecified> {
    for _ in 0..KEY_ATTEMPTS_MAX {
        let mut scalar = [0; 32];
        entropy.fill(&mut scalar);
        // RFC 5915 §3.
        let sec1 = tlv(
            SEQUENCE,
            &[
                &tlv(INTEGER, &[&[1]]),
                &tlv(OCTET_STRING, &[&scalar]),
                &tlv(EXPLICIT_0, &[&tlv(OBJECT_IDENTIFIER, &[&PRIME256V1])]),
            ],
        );
        if let Ok(key) = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &sec1)
        {
            return Ok(key);
        }
    }
    Err(Unspecified)
}

fn to_be_signed(since_1970: Duration, public_key: &[u8], entropy: &mut dyn Entropy) -> Vec<u8> {
    let name = tlv(
        SEQUENCE,
        &[&tlv(
            SET,
            &[&tlv(
                SEQUENCE,
                &[
                    &tlv(OBJECT_IDENTIFIER, &[&COMMON_NAME]),
                    &tlv(UTF8_STRING, &[NAME]),
                ],
            )],
        )],
    );
    let validity = tlv(
        SEQUENCE,
        &[
            &time(since_1970.saturating_sub(VALIDITY)),
            &time(since_1970.saturating_add(VALIDITY)),
        ],
    );
    let key_algorithm = tlv(
        SEQUENCE,
        &[
            &tlv(OBJECT_IDENTIFIER, &[&EC_PUBLIC_KEY]),
            &tlv(OBJECT_IDENTIFIER, &[&PRIME256V1]),
        ],
    );
    tlv(
        SEQUENCE,
        &[
            &tlv(EXPLICIT_0, &[&tlv(INTEGER, &[&[2]])]),
            &tlv(INTEGER, &[&serial(entropy)]),
            &signature_algorithm(),
            &name,
            &validity,
            &name,
            &tlv(SEQUENCE, &[&key_algorithm, &bit_string(public_key)]),
        ],
    )
}

/// Positive, 16 bytes, never the same twice: Firefox confuses certificates of equal name and serial.
fn serial(entropy: &mut dyn Entropy) -> [u8; 16] {
    let mut serial = [0; 16];
    entropy.fill(&mut serial);
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

fn signature_algorithm() -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(OBJECT_IDENTIFIER, &[&ECDSA_WITH_SHA256])])
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    // No unused bits in the last byte.
    tlv(BIT_STRING, &[&[0], bytes])
}

/// Two-digit years up to 2049, four digits from 2050 (RFC 5280 §4.1.2.5).
fn time(since_1970: Duration) -> Vec<u8> {
    let seconds = since_1970.as_secs();
    let (year, month, day) = civil_date(seconds / SECONDS_PER_DAY);
    let second = seconds % SECONDS_PER_DAY;
    let rest = format!(
        "{month:02}{day:02}{:02}{:02}{:02}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    );
    if year < 2050 {
        tlv(
            UTC_TIME,
            &[format!("{:02}", year % 100).as_bytes(), rest.as_bytes()],
        )
    } else {
        tlv(
            GENERALIZED_TIME,
            &[
                format!("{:04}", year.min(9_999)).as_bytes(),
                rest.as_bytes(),
            ],
        )
    }
}

/// Year, month and day of a day since 1970-01-01 in the Gregorian calendar.
fn civil_date(days: u64) -> (u64, u64, u64) {
    // Years that begin in March have the odd day at their end.
    let day = days + 719_468;
    let era = day / 146_097;
    let day_of_era = day % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

/// Tag, length, and the parts one after the other (X.690 §8.1).
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(len + 4);
    out.push(tag);
    let [.., high, low] = len.to_be_bytes();
    match len {
        0..=0x7f => out.push(low),
        0x80..=0xff => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil_date(0), (1970, 1, 1));
        assert_eq!(civil_date(11_016), (2000, 2, 29));
        assert_eq!(civil_date(11_017), (2000, 3, 1));
        assert_eq!(civil_date(20_819), (2027, 1, 1));
        assert_eq!(civil_date(47_540), (2100, 2, 28));
        assert_eq!(civil_date(47_541), (2100, 3, 1));
    }

    #[test]
    fn times_grow_two_digits_in_2050() {
        assert_eq!(
            time(Duration::from_secs(2_524_607_999))[2..],
            *b"491231235959Z"
        );
        assert_eq!(
            time(Duration::from_secs(2_524_608_000))[2..],
            *b"20500101000000Z"
        );
    }

    #[test]
    fn long_values_get_long_lengths() {
        assert_eq!(tlv(4, &[&[7; 127]])[..2], [4, 127]);
        assert_eq!(tlv(4, &[&[7; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(tlv(4, &[&[7; 300]])[..4], [4, 0x82, 1, 44]);
    }
}
