//! Messages that we wrote ourselves, and bytes that are none.

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Class, ErrorCode, IntegrityKey, Malformed, Message, MessageWriter, TransactionId};

const ID: TransactionId = TransactionId(*b"abcdefghijkl");

/// Attributes with a meaning, so that made-up messages are not all unknown ones.
const TYPES: [u16; 15] = [
    0x0006, 0x0008, 0x0009, 0x001c, 0x0020, 0x0024, 0x0025, 0x0030, 0xc001, 0x8022, 0x8028, 0x8029,
    0x802a, 0x0014, 0xc057,
];

#[test]
fn a_full_request_is_read_back() {
    let bytes = request()
        .username("ours:theirs")
        .priority(9)
        .ice_controlling(10)
        .use_candidate()
        .nomination(11)
        .integrity(&key())
        .finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert_eq!(message.transaction_id(), ID);
    assert_eq!(message.receiver_ufrag(), Some("ours"));
    assert_eq!(message.priority(), Some(9));
    assert_eq!(message.ice_controlling(), Some(10));
    assert_eq!(
        (message.use_candidate(), message.nomination()),
        (true, Some(11))
    );
    assert!(message.verify(&key()));
}

#[test]
fn a_nomination_is_known_by_both_types_and_the_newer_wins() {
    let newer = request().attribute(0x0030, &7_u32.to_be_bytes());
    let nomination = |bytes: Vec<u8>| Message::parse(&bytes).expect("well formed").nomination();

    assert_eq!(nomination(newer.clone().finish()), Some(7));
    assert_eq!(nomination(newer.nomination(3).finish()), Some(7));
}

#[test]
fn an_error_carries_its_number() {
    for code in [
        ErrorCode::BadRequest,
        ErrorCode::Unauthorized,
        ErrorCode::RoleConflict,
    ] {
        let bytes = MessageWriter::binding(Class::Error, ID)
            .error(code)
            .finish();

        let message = Message::parse(&bytes).expect("well formed");

        assert_eq!(
            (message.class(), message.error_code()),
            (Class::Error, Some(code.number()))
        );
    }
}

#[test]
fn an_answer_keeps_the_method_and_the_transaction() {
    // Allocate (RFC 8656), which we do not know.
    let mut bytes = request().finish_without_fingerprint();
    bytes[1] = 0x03;
    let request = Message::parse(&bytes).expect("well formed");

    let answer = MessageWriter::answer(&request, Class::Error)
        .error(ErrorCode::BadRequest)
        .finish();

    assert_eq!(&answer[..2], [0x01, 0x13]);
    let answer = Message::parse(&answer).expect("well formed");
    assert_eq!((answer.is_binding(), answer.transaction_id()), (false, ID));
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_shown_as_ipv4() {
    let bytes = MessageWriter::binding(Class::Success, ID)
        .xor_mapped_address(addr("[::ffff:192.0.2.1]:5000"))
        .finish();

    let mapped = Message::parse(&bytes)
        .expect("well formed")
        .xor_mapped_address();

    assert_eq!(mapped, Some(addr("192.0.2.1:5000")));
}

#[test]
fn an_address_whose_family_and_length_disagree_is_none() {
    let bytes = request()
        .attribute(0x0020, &[0, 2, 1, 1, 0, 0, 0, 0])
        .finish();

    assert_eq!(
        Message::parse(&bytes)
            .expect("well formed")
            .xor_mapped_address(),
        None
    );
}

#[test]
fn attributes_that_must_be_understood_and_are_not_are_listed() {
    let bytes = request()
        .attribute(0x7fff, &[1])
        .attribute(0x8fff, &[1])
        .attribute(0x0003, &[0; 4])
        .finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert!(message.unknown_required().eq([0x7fff, 0x0003]));
}

#[test]
fn without_integrity_nobody_knows_the_password() {
    let bytes = request().username("a:b").finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert!(!message.has_integrity() && !message.verify(&key()));
}

#[test]
fn a_length_that_is_not_the_datagrams_is_refused() {
    assert_eq!(refusal(&[0; 19]), Malformed::Length);
    assert_eq!(
        refusal(&[request().finish(), vec![0; 4]].concat()),
        Malformed::Length
    );
    let mut odd = request().finish_without_fingerprint();
    odd.extend([0, 0]);
    odd[3] = 2;
    assert_eq!(refusal(&odd), Malformed::Length);
}

#[test]
fn another_protocols_header_is_refused() {
    assert_eq!(refusal(&[0; 20]), Malformed::Header);
    let mut rtp = request().finish();
    rtp[0] |= 0x80;
    assert_eq!(refusal(&rtp), Malformed::Header);
}

#[test]
fn an_attribute_of_a_wrong_size_is_refused() {
    let wrong = [
        (0x0006, 514),
        (0x0024, 2),
        (0x8029, 4),
        (0x802a, 12),
        (0x0025, 1),
        (0x0030, 8),
        (0xc001, 0),
        (0x0020, 16),
        (0x0009, 3),
        (0x0008, 16),
        (0x001c, 15),
        (0x8028, 8),
    ];
    for (kind, len) in wrong {
        let bytes = request()
            .attribute(kind, &vec![0; len])
            .finish_without_fingerprint();
        assert_eq!(
            refusal(&bytes),
            Malformed::Attribute,
            "{kind:#06x} of {len}"
        );
    }
    let mut long = request()
        .attribute(0x8022, &[0; 763])
        .attribute(0x9000, &[0; 4])
        .finish_without_fingerprint();
    assert!(Message::parse(&long).is_ok());
    // SOFTWARE of 764 bytes takes the same room.
    long[22..24].copy_from_slice(&764_u16.to_be_bytes());
    assert_eq!(refusal(&long), Malformed::Attribute);
}

#[test]
fn an_attribute_that_reaches_beyond_the_message_is_refused() {
    let mut bytes = request()
        .attribute(0x9000, &[0; 4])
        .finish_without_fingerprint();
    bytes[23] = 5;

    assert_eq!(refusal(&bytes), Malformed::Attribute);
}

#[test]
fn a_known_attribute_stands_there_once() {
    assert_eq!(
        refusal(&request().priority(1).priority(1).finish()),
        Malformed::Duplicate
    );
    assert_eq!(
        refusal(
            &request()
                .attribute(0x8022, b"us")
                .attribute(0x8022, b"us")
                .finish()
        ),
        Malformed::Duplicate
    );
    let unknown = request()
        .attribute(0x9000, &[])
        .attribute(0x9000, &[])
        .finish();
    assert!(Message::parse(&unknown).is_ok());
}

#[test]
fn only_another_mac_and_the_fingerprint_follow_the_mac() {
    let signed = request().integrity(&key());
    assert_eq!(
        refusal(&signed.clone().priority(1).finish()),
        Malformed::Order
    );
    assert_eq!(
        refusal(&signed.clone().integrity(&key()).finish()),
        Malformed::Order
    );

    let both = signed.attribute(0x001c, &[0; 32]).finish();

    assert!(Message::parse(&both).expect("well formed").verify(&key()));
}

#[test]
fn nothing_follows_the_fingerprint() {
    let mut bytes = request().finish();
    bytes.extend([0x90, 0, 0, 0]);
    bytes[3] += 4;

    // The length that the CRC covers has changed with it, so the CRC is made anew.
    let crc = crc32fast::hash(&bytes[..20]) ^ 0x5354_554e;
    bytes[24..28].copy_from_slice(&crc.to_be_bytes());

    assert_eq!(refusal(&bytes), Malformed::Order);
}

#[test]
fn a_wrong_fingerprint_is_refused() {
    let mut bytes = request().finish();
    *bytes.last_mut().expect("not empty") ^= 1;

    assert_eq!(refusal(&bytes), Malformed::Fingerprint);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_a_message_or_refused(mut data in proptest::collection::vec(any::<u8>(), 0..120)) {
        if data.len() >= 20 {
            let len = (data.len() - 20) as u16;
            data[0] &= 0x3f;
            data[2..4].copy_from_slice(&len.to_be_bytes());
            data[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        }
        read_all(&data);
    }

    #[test]
    fn any_attributes_are_a_message_or_refused(
        attributes in proptest::collection::vec((proptest::sample::select(&TYPES), 0_usize..28), 0..6),
        flip in any::<Option<u16>>(),
    ) {
        let mut bytes = attributes
            .iter()
            .fold(request(), |message, &(kind, len)| message.attribute(kind, &vec![1; len]))
            .finish();
        if let Some(at) = flip {
            let at = usize::from(at) % (bytes.len() * 8);
            bytes[at / 8] ^= 1 << (at % 8);
        }
        read_all(&bytes);
    }

    #[test]
    fn a_flipped_bit_is_noticed_without_a_fingerprint_too(bit: u16) {
        let mut bytes = request()
            .username("a:b")
            .priority(1)
            .integrity(&key())
            .finish_without_fingerprint();
        let bit = usize::from(bit) % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);

        prop_assert!(!Message::parse(&bytes).is_ok_and(|message| message.verify(&key())));
    }

    #[test]
    fn an_address_survives_the_way(
        ip in prop_oneof![any::<[u8; 4]>().prop_map(Into::into), any::<[u8; 16]>().prop_map(std::net::IpAddr::from)],
        port: u16,
        id: [u8; 12],
    ) {
        let address = SocketAddr::new(ip.to_canonical(), port);
        let bytes = MessageWriter::binding(Class::Success, TransactionId(id)).xor_mapped_address(address).finish();

        prop_assert_eq!(Message::parse(&bytes).expect("well formed").xor_mapped_address(), Some(address));
    }
}

fn request() -> MessageWriter {
    MessageWriter::binding(Class::Request, ID)
}

fn key() -> IntegrityKey {
    IntegrityKey::new("secret")
}

fn refusal(bytes: &[u8]) -> Malformed {
    Message::parse(bytes).expect_err("malformed")
}

/// Asks a message everything it can be asked.
fn read_all(data: &[u8]) {
    let Ok(message) = Message::parse(data) else {
        return;
    };
    let _ = (
        message.class(),
        message.is_binding(),
        message.verify(&key()),
    );
    let _ = (message.xor_mapped_address(), message.error_code());
    if let Some(ufrag) = message.receiver_ufrag() {
        assert!(
            message
                .username()
                .expect("there")
                .starts_with(ufrag.as_bytes())
        );
    }
    assert!(message.unknown_required().count() <= data.len() / 4);
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
