//! A message's audience, in front of the message: how it crosses a pipe.
//!
//! ```text
//!  magic (8, the two lowest bits: required, ignored) │ count │ subchannels… │ required? │ ignored? │ message
//! ```
//! All numbers big endian, 16 bits but for the magic. A message for everybody has nothing in front.
//! The form is mediasoup's, so that a pipe may lead to one.

use std::sync::Arc;

use control::Audience;

use crate::data::audience::is_everybody;
use crate::data::subchannels::Subchannels;

const MAGIC: u64 = 0xA5F0_9CB3_D6E1_F28C;
const REQUIRED: u64 = 0x2;
const IGNORED: u64 = 0x1;
const FLAGS: u64 = REQUIRED | IGNORED;

/// Whether something must stand in front: an audience, or nothing, told so, because the message looks
/// as if it began with one.
pub(super) fn needs_wrapping(audience: &Audience, data: &[u8]) -> bool {
    let looks_wrapped = data
        .first_chunk::<8>()
        .is_some_and(|magic| u64::from_be_bytes(*magic) & !FLAGS == MAGIC & !FLAGS);
    looks_wrapped || !is_everybody(audience)
}

/// The message with its audience in front; of the subchannels, those that the other end wants.
pub(super) fn wrap(audience: &Audience, wanted: &Subchannels, data: &[u8]) -> Arc<[u8]> {
    let mut magic = MAGIC;
    magic |= audience.required_subchannel.map_or(0, |_| REQUIRED);
    magic |= audience.ignored_subchannel.map_or(0, |_| IGNORED);
    let told: Vec<u16> = audience
        .subchannels
        .iter()
        .copied()
        .filter(|id| wanted.is_empty() || wanted.contains(*id))
        // The count has 16 bits, and there are no more subchannels than that.
        .take(usize::from(u16::MAX))
        .collect();
    let count = u16::try_from(told.len()).unwrap_or(u16::MAX);
    let ids = std::iter::once(count)
        .chain(told)
        .chain(audience.required_subchannel)
        .chain(audience.ignored_subchannel);
    let mut bytes = magic.to_be_bytes().to_vec();
    bytes.extend(ids.flat_map(u16::to_be_bytes));
    bytes.extend_from_slice(data);
    bytes.into()
}

/// The audience in front of a message, and where the message begins. Whatever is not exactly that
/// form is a message for everybody.
#[must_use]
pub fn unwrap(bytes: &[u8]) -> (Audience, usize) {
    read(bytes).unwrap_or((Audience::default(), 0))
}

fn read(bytes: &[u8]) -> Option<(Audience, usize)> {
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let magic = u64::from_be_bytes(*magic);
    if magic & !FLAGS != MAGIC & !FLAGS {
        return None;
    }
    let mut words = rest
        .chunks_exact(2)
        .map(|word| u16::from_be_bytes([word[0], word[1]]));
    let count = usize::from(words.next()?);
    let subchannels: Vec<u16> = words.by_ref().take(count).collect();
    let flagged = [REQUIRED, IGNORED].map(|flag| magic & flag != 0);
    let mut optional = |is_there: bool| match is_there {
        true => words.next().map(Some),
        false => Some(None),
    };
    let audience = Audience {
        required_subchannel: optional(flagged[0])?,
        ignored_subchannel: optional(flagged[1])?,
        subchannels,
    };
    let extra = flagged.iter().filter(|is_there| **is_there).count();
    let starts = 8 + 2 * (1 + count + extra);
    (audience.subchannels.len() == count && starts <= bytes.len()).then_some((audience, starts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sizes of the worked example in the specification: messages of one byte.
    #[test]
    fn an_audience_takes_as_much_as_it_says() {
        let all = Subchannels::default();

        assert_eq!(wrap(&to(&[5], None, None), &all, b"x").len(), 13);
        assert_eq!(wrap(&to(&[5], Some(6), None), &all, b"x").len(), 15);
        assert_eq!(wrap(&to(&[], None, Some(5)), &all, b"x").len(), 13);
    }

    #[test]
    fn a_message_that_looks_wrapped_arrives_as_it_was() {
        let message = wrap(&to(&[1], None, None), &Subchannels::default(), b"x");
        let everybody = Audience::default();
        assert!(needs_wrapping(&everybody, &message));
        assert!(!needs_wrapping(&everybody, b"an ordinary message"));

        let twice = wrap(&everybody, &Subchannels::default(), &message);

        let (audience, starts) = unwrap(&twice);
        assert_eq!((audience, &twice[starts..]), (everybody, &message[..]));
    }

    #[test]
    fn only_what_is_wanted_is_told() {
        let wanted = Subchannels::new(&[1, 2]);

        let bytes = wrap(&to(&[1, 5, 2], None, None), &wanted, b"x");

        assert_eq!(unwrap(&bytes).0.subchannels, [1, 2]);
    }

    #[test]
    fn what_is_cut_off_is_a_message_for_everybody() {
        let whole = wrap(&to(&[1, 2], Some(3), Some(4)), &Subchannels::default(), b"");

        assert_eq!(unwrap(&whole).1, whole.len());
        for len in 0..whole.len() {
            assert_eq!(unwrap(&whole[..len]), (Audience::default(), 0), "{len}");
        }
    }

    proptest! {
        #[test]
        fn what_is_wrapped_is_unwrapped(
            subchannels in proptest::collection::vec(any::<u16>(), 0..20),
            required in any::<Option<u16>>(),
            ignored in any::<Option<u16>>(),
            data in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let audience = to(&subchannels, required, ignored);
            let bytes = wrap(&audience, &Subchannels::default(), &data);
            let (read, starts) = unwrap(&bytes);
            prop_assert_eq!(read, audience);
            prop_assert_eq!(&bytes[starts..], &data[..]);
        }

        #[test]
        fn noise_is_a_message_like_any_other(noise in proptest::collection::vec(any::<u8>(), 0..60)) {
            let (_, starts) = unwrap(&noise);
            prop_assert!(starts <= noise.len());
        }
    }

    fn to(subchannels: &[u16], required: Option<u16>, ignored: Option<u16>) -> Audience {
        Audience {
            subchannels: subchannels.to_vec(),
            required_subchannel: required,
            ignored_subchannel: ignored,
        }
    }
}
