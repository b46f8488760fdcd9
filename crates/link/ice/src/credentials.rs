//! A user name fragment and a password (RFC 8445 §5.3).

use stun::IntegrityKey;
use units::Entropy;

/// Characters of each: 32 of 36 letters and digits are 165 bits.
const LEN: usize = 32;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// What the peer must know in order to be answered.
#[derive(Clone, Debug)]
pub struct Credentials {
    ufrag: String,
    password: String,
    key: IntegrityKey,
}

impl Credentials {
    /// New ones; the fragment begins with `prefix`.
    #[must_use]
    pub fn generate(prefix: &str, entropy: &mut dyn Entropy) -> Self {
        let mut ufrag: String = prefix.chars().take(LEN / 2).collect();
        ufrag.push_str(&token(LEN - ufrag.len(), entropy));
        let password = token(LEN, entropy);
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

/// Characters without bias: bytes that do not divide evenly are drawn again.
fn token(len: usize, entropy: &mut dyn Entropy) -> String {
    const EVEN: u8 = 252;
    let mut token = String::with_capacity(len);
    let mut bytes = [0; 16];
    while token.len() < len {
        entropy.fill(&mut bytes);
        let usable = bytes.iter().filter(|&&byte| byte < EVEN);
        let room = len - token.len();
        token.extend(
            usable
                .take(room)
                .map(|byte| char::from(ALPHABET[usize::from(byte % 36)])),
        );
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);

    impl Entropy for Counter {
        fn fill(&mut self, out: &mut [u8]) {
            for byte in out {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    #[test]
    fn credentials_are_32_letters_and_digits_behind_the_prefix() {
        let credentials = Credentials::generate("7", &mut Counter(0));

        assert!(credentials.ufrag().starts_with('7'));
        for text in [credentials.ufrag(), credentials.password()] {
            assert_eq!(text.len(), 32);
            assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert_ne!(credentials.ufrag(), credentials.password());
    }
}
