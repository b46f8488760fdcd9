//! A sieve before the engines: what cannot be a record of this session goes no further.
//!
//! Records that are not encrypted yet can be forged by anybody who can send from the peer's address.
//! A record that is broken, or an alert in the clear, must not end a handshake (RFC 6347 §4.1.2.7):
//! engines differ in how well they obey that, so none of them sees such a record. What is encrypted
//! they authenticate themselves.

use std::borrow::Cow;

/// RFC 6347 §4.1.
const HEADER_LEN: usize = 13;
/// RFC 6347 §4.2.2.
const HANDSHAKE_HEADER_LEN: usize = 12;
/// 2¹⁴ bytes and the most that encryption may add (RFC 6347 §4.1.1.1).
const FRAGMENT_LEN_MAX: usize = (1 << 14) + 2_048;
/// A judgement: a chain of certificates of ten times the usual length.
const MESSAGE_LEN_MAX: usize = 1 << 15;

pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(crate) const ALERT: u8 = 21;
pub(crate) const HANDSHAKE: u8 = 22;
pub(crate) const APPLICATION_DATA: u8 = 23;
/// RFC 9147 §7. In the clear it would say nothing that can be believed.
const ACK: u8 = 26;

/// A record with the header of DTLS 1.2, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) content_type: u8,
    pub(crate) epoch: u16,
    pub(crate) fragment: &'a [u8],
}

/// A piece of a handshake message (RFC 6347 §4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) message_type: u8,
    pub(crate) message_seq: u16,
    /// Of the whole message.
    pub(crate) len: usize,
    pub(crate) offset: usize,
    pub(crate) bytes: &'a [u8],
}

/// What is left of a datagram.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sifted<'a> {
    pub(crate) kept: Cow<'a, [u8]>,
    /// Whether anything was taken out.
    pub(crate) lossy: bool,
    /// The description of an alert in the clear, if there was one.
    pub(crate) plain_alert: Option<u8>,
}

/// Reads the record that `bytes` begin with; what follows it is returned too.
pub(crate) fn parse_record(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<HEADER_LEN>()?;
    let [content_type, major, _minor, e0, e1, .., l0, l1] = *header;
    let len = usize::from(u16::from_be_bytes([l0, l1]));
    let known = matches!(content_type, CHANGE_CIPHER_SPEC..=APPLICATION_DATA | ACK);
    if !known || major != 0xfe || len == 0 || len > FRAGMENT_LEN_MAX {
        return None;
    }
    let (fragment, rest) = rest.split_at_checked(len)?;
    let record = Record {
        content_type,
        epoch: u16::from_be_bytes([e0, e1]),
        fragment,
    };
    Some((record, rest))
}

/// Reads the piece of a message that a handshake record's fragment begins with, and what follows.
pub(crate) fn parse_piece(fragment: &[u8]) -> Option<(Piece<'_>, &[u8])> {
    let (header, rest) = fragment.split_first_chunk::<HANDSHAKE_HEADER_LEN>()?;
    let [message_type, a0, a1, a2, s0, s1, o0, o1, o2, l0, l1, l2] = *header;
    let len = u24(a0, a1, a2);
    let offset = u24(o0, o1, o2);
    let (bytes, rest) = rest.split_at_checked(u24(l0, l1, l2))?;
    if len > MESSAGE_LEN_MAX || offset + bytes.len() > len {
        return None;
    }
    let piece = Piece {
        message_type,
        message_seq: u16::from_be_bytes([s0, s1]),
        len,
        offset,
        bytes,
    };
    Some((piece, rest))
}

/// What may come at this point of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sieve {
    /// The handshake is over: in the clear nothing may come but a repeated handshake message.
    pub(crate) connected: bool,
    /// DTLS 1.3 is spoken, with its own header for encrypted records.
    pub(crate) unified: bool,
}

/// Takes out of a datagram what an engine should not see.
pub(crate) fn sift(datagram: &[u8], sieve: Sieve) -> Sifted<'_> {
    let mut kept = Vec::new();
    let mut lossy = false;
    let mut plain_alert = None;
    let mut rest = datagram;
    while !rest.is_empty() {
        // RFC 9147 §4: 001 begins an encrypted record. The engine takes what follows apart.
        if sieve.unified && rest[0] >> 5 == 1 {
            kept.push(rest);
            break;
        }
        let Some((record, next)) = parse_record(rest) else {
            lossy = true;
            break;
        };
        if record.content_type == ALERT && record.epoch == 0 {
            plain_alert = record.fragment.get(1).copied().or(plain_alert);
        }
        if is_plausible(record, sieve.connected) {
            kept.push(&rest[..rest.len() - next.len()]);
        } else {
            lossy = true;
        }
        rest = next;
    }
    let kept = match (lossy, kept.as_slice()) {
        (false, _) => Cow::Borrowed(datagram),
        (true, [only]) => Cow::Borrowed(*only),
        (true, _) => Cow::Owned(kept.concat()),
    };
    Sifted {
        kept,
        lossy,
        plain_alert,
    }
}

/// Cuts a sifted datagram into its records, of either version.
pub(crate) fn split(mut datagram: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let len = match parse_record(datagram) {
            Some((_, rest)) => datagram.len() - rest.len(),
            None => unified_len(datagram).unwrap_or(datagram.len()),
        };
        let (record, rest) = datagram.split_at_checked(len).unwrap_or((datagram, &[]));
        datagram = rest;
        (!record.is_empty()).then_some(record)
    })
}

/// The length of the encrypted record of DTLS 1.3 that `bytes` begin with, if it tells its length and
/// has no connection id (RFC 9147 §4).
fn unified_len(bytes: &[u8]) -> Option<usize> {
    let (first, rest) = bytes.split_first()?;
    // 001CSLEE: connection id, sequence number of 16 bits, length.
    let len_at = match first & 0b1111_1100 {
        0b0010_1100 => 2,
        0b0010_0100 => 1,
        _ => return None,
    };
    let len = rest.get(len_at..)?.first_chunk::<2>()?;
    Some(1 + len_at + 2 + usize::from(u16::from_be_bytes(*len)))
}

fn is_plausible(record: Record<'_>, connected: bool) -> bool {
    if record.epoch > 0 {
        return record.content_type != ACK;
    }
    match record.content_type {
        HANDSHAKE => are_pieces(record.fragment),
        CHANGE_CIPHER_SPEC => !connected && record.fragment == [1],
        _ => false,
    }
}

fn are_pieces(mut fragment: &[u8]) -> bool {
    while !fragment.is_empty() {
        match parse_piece(fragment) {
            Some((_, rest)) => fragment = rest,
            None => return false,
        }
    }
    true
}

fn u24(high: u8, middle: u8, low: u8) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_good_datagram_passes_as_it_is() {
        let datagram = [
            record(HANDSHAKE, 0, &piece(11, 4, b"abcd")),
            record(CHANGE_CIPHER_SPEC, 0, &[1]),
            record(HANDSHAKE, 1, &[0x5a; 40]),
        ]
        .concat();

        let sifted = sift(&datagram, SHAKING);

        assert!(!sifted.lossy);
        assert_eq!(sifted.kept, datagram);
    }

    #[test]
    fn an_alert_in_the_clear_is_noted_and_taken_out() {
        let hello = record(HANDSHAKE, 0, &piece(1, 4, b"abcd"));
        let datagram = [record(ALERT, 0, &[2, 40]), hello.clone()].concat();

        let sifted = sift(&datagram, SHAKING);

        assert_eq!(sifted.plain_alert, Some(40));
        assert_eq!(sifted.kept, hello);
        assert!(sifted.lossy);
    }

    #[test]
    fn an_encrypted_alert_passes() {
        let datagram = record(ALERT, 1, &[9; 26]);

        assert_eq!(sift(&datagram, CONNECTED).kept, datagram);
    }

    #[test]
    fn the_header_of_dtls_1_3_passes_where_it_is_spoken() {
        let datagram = [0x2f, 1, 2, 0, 3, 7, 7, 7];
        let spoken = Sieve {
            unified: true,
            ..SHAKING
        };

        assert_eq!(sift(&datagram, spoken).kept, &datagram[..]);
        assert!(sift(&datagram, SHAKING).kept.is_empty());
    }

    #[test]
    fn pieces_that_do_not_add_up_are_taken_out() {
        for fragment in [
            piece(1, 3, b"abcd"),
            piece(1, 1 << 20, b"abcd"),
            piece(1, 4, b"abcd")[..14].to_vec(),
            [piece(1, 4, b"abcd"), vec![0]].concat(),
        ] {
            assert!(
                sift(&record(HANDSHAKE, 0, &fragment), SHAKING)
                    .kept
                    .is_empty()
            );
        }
    }

    #[test]
    fn records_of_dtls_1_3_are_cut_apart() {
        let parts = [
            record(HANDSHAKE, 0, b"hello"),
            vec![0x2e, 1, 2, 0, 3, 7, 7, 7],
            vec![0x27, 1, 0, 2, 8, 8],
            vec![0x2b, 9, 9, 9, 9, 9],
        ];

        assert!(split(&parts.concat()).eq(&parts));
    }

    #[test]
    fn once_connected_only_handshake_messages_pass_in_the_clear() {
        let again = record(HANDSHAKE, 0, &piece(16, 4, b"abcd"));
        let datagram = [
            record(CHANGE_CIPHER_SPEC, 0, &[1]),
            record(APPLICATION_DATA, 0, b"lie"),
            again.clone(),
        ]
        .concat();

        assert_eq!(sift(&datagram, CONNECTED).kept, again);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_bytes_are_sifted_and_nothing_is_invented(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            connected: bool,
            unified: bool,
        ) {
            let sifted = sift(&bytes, Sieve { connected, unified });

            prop_assert!(sifted.kept.len() <= bytes.len());
            prop_assert_eq!(sifted.lossy, sifted.kept != bytes);
        }

        #[test]
        fn what_is_split_joins_again(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let mut datagram = record(HANDSHAKE, 0, b"1");
            datagram.extend(record(HANDSHAKE, 1, b"2"));
            datagram.extend(bytes);

            let parts: Vec<_> = split(&datagram).collect();

            prop_assert!(parts.len() >= 2);
            prop_assert_eq!(parts.concat(), datagram);
        }

        #[test]
        fn what_was_sifted_once_passes_again(
            flips in proptest::collection::vec((0..120_usize, any::<u8>()), 0..4),
        ) {
            let mut datagram = [
                record(HANDSHAKE, 0, &piece(11, 4, b"abcd")),
                record(ALERT, 0, &[2, 40]),
                record(HANDSHAKE, 1, &[0x5a; 40]),
            ]
            .concat();
            for (at, value) in flips {
                if let Some(byte) = datagram.get_mut(at) {
                    *byte = value;
                }
            }

            let once = sift(&datagram, SHAKING).kept.into_owned();

            prop_assert!(!sift(&once, SHAKING).lossy);
        }
    }

    const SHAKING: Sieve = Sieve {
        connected: false,
        unified: false,
    };
    const CONNECTED: Sieve = Sieve {
        connected: true,
        unified: false,
    };

    fn record(content_type: u8, epoch: u16, fragment: &[u8]) -> Vec<u8> {
        let mut bytes = vec![content_type, 0xfe, 0xfd];
        bytes.extend(epoch.to_be_bytes());
        bytes.extend([0; 6]);
        bytes.extend(u16::try_from(fragment.len()).expect("short").to_be_bytes());
        bytes.extend_from_slice(fragment);
        bytes
    }

    fn piece(message_type: u8, len: u32, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![message_type];
        out.extend(&len.to_be_bytes()[1..]);
        out.extend([0, 0, 0, 0, 0]);
        out.extend([0, 0, u8::try_from(bytes.len()).expect("short")]);
        out.extend_from_slice(bytes);
        out
    }
}
