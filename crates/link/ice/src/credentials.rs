//! A user name fragment and a password (RFC 8445 §5.3).

use std::fmt;

use stun::IntegrityKey;
use units::Entropy;

/// Characters of each: 32 of 36 letters and digits are 165 bits.
const LEN: usize = 32;
/// Longest prefix of a fragment. The rest is still 82 bits, where RFC 8445 §5.3 asks for 24.
const PREFIX_MAX: usize = 16;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// What the peer must know in order to be answered.
#[derive(Clone)]
pub struct Credentials {
    ufrag: String,
    password: String,
    key: IntegrityKey,
}

impl Credentials {
    /// New ones. The fragment begins with what `prefix` has of `[0-9a-z]`, cut to 16 characters; a
    /// driver puts there by what it finds the owner.
    #[must_use]
    pub fn generate(prefix: &str, entropy: &mut dyn Entropy) -> Self {
        let usable =
            |letter: &char| u8::try_from(*letter).is_ok_and(|byte| ALPHABET.contains(&byte));
        let mut ufrag: String = prefix.chars().filter(usable).take(PREFIX_MAX).collect();
        append_token(&mut ufrag, entropy);
        let mut password = String::with_capacity(LEN);
        append_token(&mut password, entropy);
        let key = IntegrityKey::new(&password);
        Self {
            ufrag,
            password,
            key,
        }
    }

    /// The fragment: how our part of a check's user name begins.
    #[must_use]
    pub fn ufrag(&self) -> &str {
        &self.ufrag
    }

    /// The password: the key of a check's integrity.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    pub(crate) fn key(&self) -> &IntegrityKey {
        &self.key
    }
}

/// The password stays out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("ufrag", &self.ufrag)
            .finish_non_exhaustive()
    }
}

/// Fills `text` up to [`LEN`]. A source that is a CSPRNG is asked twice or thrice at most.
fn append_token(text: &mut String, entropy: &mut dyn Entropy) {
    let mut bytes = [0; LEN];
    while text.len() < LEN {
        entropy.fill(&mut bytes);
        let room = LEN - text.len();
        text.extend(bytes.iter().filter_map(|&byte| letter(byte)).take(room));
    }
}

/// The letter of a random byte. The last four bytes have none: 256 is not a multiple of 36, and to
/// wrap them round would make four letters likelier than the others.
fn letter(byte: u8) -> Option<char> {
    const EVEN: u8 = 252;
    (byte < EVEN).then(|| char::from(ALPHABET[usize::from(byte % 36)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_32_letters_and_digits_behind_the_prefix() {
        let credentials = Credentials::generate("7", &mut Counter(0));

        assert!(credentials.ufrag().starts_with('7'));
        for text in [credentials.ufrag(), credentials.password()] {
            assert_eq!(text.len(), LEN);
            assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert_ne!(credentials.ufrag(), credentials.password());
    }

    #[test]
    fn a_prefix_is_cut_and_cleaned() {
        let ufrag = |prefix: &str| {
            Credentials::generate(prefix, &mut Counter(0))
                .ufrag()
                .to_owned()
        };

        assert!(ufrag("ü:é a0").starts_with("a0"));
        assert!(ufrag(&"z".repeat(40)).starts_with(&"z".repeat(16)));
        assert_eq!(ufrag(&"z".repeat(40)).len(), LEN);
    }

    #[test]
    fn every_letter_is_as_likely_as_another() {
        let letters: Vec<char> = (0..=u8::MAX).filter_map(letter).collect();

        for &expected in ALPHABET {
            let count = letters
                .iter()
                .filter(|&&letter| letter == char::from(expected))
                .count();
            assert_eq!(count, 7);
        }
        assert_eq!(letters.len(), 36 * 7);
    }

    #[test]
    fn the_password_is_not_printed() {
        let credentials = Credentials::generate("", &mut Counter(0));

        assert!(!format!("{credentials:?}").contains(credentials.password()));
    }

    struct Counter(u8);

    impl Entropy for Counter {
        fn fill(&mut self, out: &mut [u8]) {
            for byte in out {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }
}
