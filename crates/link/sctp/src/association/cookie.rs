//! The state cookie (RFC 9260 §5.1.3): what was agreed, kept by the peer, sealed by us.
//!
//! ```text
//!  peer's INIT (16) │ our tag, TSN (8) │ tie tags (8) │ what both can (1) │ when (8) │ HMAC (16)
//! ```
//! So an INIT costs no memory, and nobody gains an association who did not get our answer to it.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use units::{Entropy, Instant};

use crate::config::COOKIE_LIFETIME;
use crate::packet::{Init, InitParams};

const SEAL_LEN: usize = 16;
const BODY_LEN: usize = 41;

/// What the handshake agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    /// The peer's INIT or INIT-ACK.
    pub(super) peer: Init,
    pub(super) tag: u32,
    pub(super) tsn: u32,
    /// Our and the peer's tag of the association that this one replaces (§5.2.2).
    pub(super) tie: Option<(u32, u32)>,
    pub(super) forward_tsn: bool,
    pub(super) reconfig: bool,
}

/// Whether a cookie still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    /// By how much it came too late.
    Stale(Duration),
}

/// The key that seals the cookies of one association, and from which its numbers are drawn.
#[derive(Debug)]
pub(super) struct Secret {
    key: hmac::Key,
    drawn: u64,
}

impl Secret {
    pub(super) fn new(entropy: &mut dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            drawn: 0,
        }
    }

    /// An unguessable number, never zero (RFC 9260 §3.3.2: a tag is not zero).
    pub(super) fn draw(&mut self) -> u32 {
        loop {
            self.drawn += 1;
            let tag = hmac::sign(&self.key, &self.drawn.to_be_bytes());
            let number = tag
                .as_ref()
                .first_chunk()
                .map_or(0, |b| u32::from_be_bytes(*b));
            if number != 0 {
                return number;
            }
        }
    }

    pub(super) fn seal(&self, now: Instant, agreed: &Agreed) -> Vec<u8> {
        let mut cookie = agreed.to_bytes();
        cookie.extend_from_slice(&now.as_micros().to_be_bytes());
        let seal = hmac::sign(&self.key, &cookie);
        cookie.extend_from_slice(&seal.as_ref()[..SEAL_LEN]);
        cookie
    }

    /// What a cookie says, if we wrote it, and how old it is.
    pub(super) fn open(&self, now: Instant, cookie: &[u8]) -> Option<(Agreed, Age)> {
        let (body, seal) = cookie.split_at_checked(BODY_LEN)?;
        let expected = hmac::sign(&self.key, body);
        verify_slices_are_equal(&expected.as_ref()[..SEAL_LEN], seal).ok()?;
        let (agreed, made) = body.split_at_checked(BODY_LEN - 8)?;
        let made = Instant::from_micros(u64::from_be_bytes(made.try_into().ok()?));
        let age = match now.saturating_since(made) {
            age if age > COOKIE_LIFETIME => Age::Stale(age - COOKIE_LIFETIME),
            _ => Age::Fresh,
        };
        Some((Agreed::from_bytes(agreed)?, age))
    }
}

impl Agreed {
    pub(super) fn new(peer: Init, params: &InitParams<'_>, tag: u32, tsn: u32) -> Self {
        Self {
            peer,
            tag,
            tsn,
            tie: None,
            forward_tsn: params.forward_tsn,
            reconfig: params.reconfig,
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BODY_LEN + SEAL_LEN);
        for word in [self.peer.tag, self.peer.window, self.peer.tsn] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes.extend_from_slice(&self.peer.streams_out.to_be_bytes());
        bytes.extend_from_slice(&self.peer.streams_in.to_be_bytes());
        let (ours, theirs) = self.tie.unwrap_or((0, 0));
        for word in [self.tag, self.tsn, ours, theirs] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes.push(u8::from(self.forward_tsn) | u8::from(self.reconfig) << 1);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| {
            let four = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(four))
        };
        let streams = word(12)?.to_be_bytes();
        let (ours, theirs) = (word(24)?, word(28)?);
        let can = *bytes.get(32)?;
        Some(Self {
            peer: Init {
                tag: word(0)?,
                window: word(4)?,
                tsn: word(8)?,
                streams_out: u16::from_be_bytes([streams[0], streams[1]]),
                streams_in: u16::from_be_bytes([streams[2], streams[3]]),
            },
            tag: word(16)?,
            tsn: word(20)?,
            tie: (ours != 0).then_some((ours, theirs)),
            forward_tsn: can & 1 != 0,
            reconfig: can & 2 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_as_it_was_and_not_otherwise() {
        let now = Instant::from_millis(5_000);
        let secret = Secret::new(&mut Counting);
        let agreed = agreed();
        let cookie = secret.seal(now, &agreed);

        assert_eq!(secret.open(now, &cookie), Some((agreed, Age::Fresh)));
        assert_eq!(
            secret.open(now + Duration::from_secs(61), &cookie),
            Some((agreed, Age::Stale(Duration::from_secs(1))))
        );
        for at in 0..cookie.len() {
            let mut forged = cookie.clone();
            forged[at] ^= 1;
            assert_eq!(secret.open(now, &forged), None, "byte {at}");
        }
        assert_eq!(secret.open(now, &cookie[..40]), None);
    }

    fn agreed() -> Agreed {
        Agreed {
            peer: Init {
                tag: 1,
                window: 2,
                streams_out: 3,
                streams_in: 4,
                tsn: 5,
            },
            tag: 6,
            tsn: 7,
            tie: Some((8, 9)),
            forward_tsn: true,
            reconfig: false,
        }
    }

    struct Counting;

    impl Entropy for Counting {
        fn fill(&mut self, out: &mut [u8]) {
            (0u8..).zip(out).for_each(|(n, byte)| *byte = n);
        }
    }
}
