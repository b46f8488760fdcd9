//! Messages of the RFC and of another implementation, and bytes that are none.

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Class, ErrorCode, IntegrityKey, Malformed, Message, MessageWriter, TransactionId};
use stun_types::attribute::{Fingerprint, Username, XorMappedAddress};
use stun_types::message::{
    BINDING, IntegrityAlgorithm, Message as TheirMessage, MessageIntegrityCredentials,
    MessageWriteVec, ShortTermCredentials,
};
use stun_types::prelude::*;

const ID: TransactionId = TransactionId(*b"abcdefghijkl");

/// RFC 5769 §2.1.
const SAMPLE_REQUEST: &[u8] = b"\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
\x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\
\x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\
\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2\x80\x28\x00\x04\xe5\x7a\x3b\xcf";

/// RFC 5769 §2.2.
const SAMPLE_RESPONSE: &[u8] = b"\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
\x80\x22\x00\x0b\x74\x65\x73\x74\x20\x76\x65\x63\x74\x6f\x72\x20\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43\
\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7\
\x80\x28\x00\x04\xc0\x7d\x4c\x96";

const SAMPLE_PASSWORD: &str = "VOkJxbRl1RmTxUk/WvJxBt";

#[test]
fn the_sample_request_of_the_rfc_is_understood() {
    let message = Message::parse(SAMPLE_REQUEST).expect("well formed");

    assert_eq!(
        (message.class(), message.is_binding()),
        (Class::Request, true)
    );
    assert_eq!(message.receiver_ufrag(), Some("evtj"));
    assert_eq!(message.priority(), Some(0x6e00_01ff));
    assert_eq!(message.ice_controlled(), Some(0x932f_f9b1_5126_3b36));
    assert!(message.has_fingerprint());
    assert!(message.verify(&IntegrityKey::new(SAMPLE_PASSWORD)));
    assert!(!message.verify(&IntegrityKey::new("another")));
}

#[test]
fn the_sample_response_of_the_rfc_is_understood() {
    let message = Message::parse(SAMPLE_RESPONSE).expect("well formed");

    assert_eq!(message.class(), Class::Success);
    assert_eq!(message.xor_mapped_address(), Some(addr("192.0.2.1:32853")));
    assert!(message.verify(&IntegrityKey::new(SAMPLE_PASSWORD)));
}

#[test]
fn an_answer_is_understood_by_another_implementation() {
    for address in [addr("192.0.2.7:4711"), addr("[2001:db8::5]:4711")] {
        let bytes = MessageWriter::binding(Class::Success, ID)
            .xor_mapped_address(address)
            .integrity(&IntegrityKey::new("secret"))
            .finish();

        let theirs = TheirMessage::from_bytes(&bytes).expect("well formed");
        let mapped = theirs.attribute::<XorMappedAddress>().expect("there");
        assert_eq!(mapped.addr(theirs.transaction_id()), address);
        let credentials =
            MessageIntegrityCredentials::from(ShortTermCredentials::new("secret".to_owned()));
        assert!(theirs.validate_integrity(&credentials).is_ok());
        assert!(theirs.attribute::<Fingerprint>().is_ok());
    }
}

#[test]
fn a_request_of_another_implementation_is_understood() {
    let mut theirs = TheirMessage::builder_request(BINDING, MessageWriteVec::new());
    theirs
        .add_attribute(&Username::new("ours:theirs").expect("short"))
        .expect("new");
    let credentials =
        MessageIntegrityCredentials::from(ShortTermCredentials::new("secret".to_owned()));
    theirs
        .add_message_integrity(&credentials, IntegrityAlgorithm::Sha1)
        .expect("new");
    theirs.add_fingerprint().expect("new");
    let bytes = theirs.finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert_eq!(message.receiver_ufrag(), Some("ours"));
    assert!(message.verify(&IntegrityKey::new("secret")));
}

#[test]
fn a_full_request_is_read_back() {
    let bytes = MessageWriter::binding(Class::Request, ID)
        .username("a:b")
        .priority(9)
        .ice_controlling(10)
        .use_candidate()
        .nomination(11)
        .integrity(&IntegrityKey::new("k"))
        .finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert_eq!(message.transaction_id(), ID);
    assert_eq!(message.ice_controlling(), Some(10));
    assert_eq!(
        (message.use_candidate(), message.nomination()),
        (true, Some(11))
    );
}

#[test]
fn an_error_carries_its_number() {
    let bytes = MessageWriter::binding(Class::Error, ID)
        .error(ErrorCode::RoleConflict)
        .finish();

    let message = Message::parse(&bytes).expect("well formed");

    assert_eq!(
        (message.class(), message.error_code()),
        (Class::Error, Some(487))
    );
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let refusal = |bytes: Vec<u8>| Message::parse(&bytes).expect_err("malformed");
    let request = || MessageWriter::binding(Class::Request, ID);

    assert_eq!(refusal(vec![0; 19]), Malformed::Length);
    assert_eq!(
        refusal([request().finish(), vec![0; 4]].concat()),
        Malformed::Length
    );
    assert_eq!(refusal(vec![0; 20]), Malformed::Header);
    assert_eq!(
        refusal(request().attribute(0x0024, &[1, 2]).finish()),
        Malformed::Attribute
    );
    assert_eq!(
        refusal(request().priority(1).priority(1).finish()),
        Malformed::Duplicate
    );
    assert_eq!(
        refusal(
            request()
                .integrity(&IntegrityKey::new("k"))
                .priority(1)
                .finish()
        ),
        Malformed::Order
    );
    let mut broken = request().finish();
    *broken.last_mut().expect("not empty") ^= 1;
    assert_eq!(refusal(broken), Malformed::Fingerprint);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_a_message_or_refused(mut data in proptest::collection::vec(any::<u8>(), 20..120)) {
        let len = (data.len() - 20) as u16;
        data[0] &= 1;
        data[2..4].copy_from_slice(&len.to_be_bytes());
        data[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        if let Ok(message) = Message::parse(&data) {
            let _ = message.verify(&IntegrityKey::new("k"));
            let _ = message.xor_mapped_address();
            let _ = message.receiver_ufrag();
        }
    }

    #[test]
    fn a_flipped_bit_is_noticed(bit in 0_usize..(88 + 20) * 8) {
        let mut data = SAMPLE_REQUEST.to_vec();
        data[bit / 8] ^= 1 << (bit % 8);

        let verified = Message::parse(&data).is_ok_and(|message| message.verify(&IntegrityKey::new(SAMPLE_PASSWORD)));

        prop_assert!(!verified);
    }
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
