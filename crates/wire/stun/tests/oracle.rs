//! Another implementation reads what we write, and we read what it writes.

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Class, ErrorCode, IntegrityKey, Message, MessageWriter, TransactionId};
use stun_types::attribute::{
    AttributeType, ErrorCode as TheirErrorCode, Fingerprint, RawAttribute, Username,
    XorMappedAddress,
};
use stun_types::message::{
    BINDING, IntegrityAlgorithm, Message as TheirMessage, MessageClass,
    MessageIntegrityCredentials, MessageWriteVec, ShortTermCredentials,
};
use stun_types::prelude::*;

const ID: TransactionId = TransactionId(*b"abcdefghijkl");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_request_of_ours_is_understood(
        name in "[0-9a-z]{1,32}:[0-9a-z]{1,32}",
        password in "[0-9a-z]{22,32}",
        (priority, tie_breaker) in any::<(u32, u64)>(),
        nomination: Option<u32>,
        use_candidate: bool,
    ) {
        let mut ours = MessageWriter::binding(Class::Request, ID)
            .username(&name)
            .priority(priority)
            .ice_controlling(tie_breaker);
        if let Some(number) = nomination {
            ours = ours.nomination(number);
        }
        if use_candidate {
            ours = ours.use_candidate();
        }
        let bytes = ours.integrity(&IntegrityKey::new(&password)).finish();

        let theirs = TheirMessage::from_bytes(&bytes).expect("well formed");

        prop_assert!(theirs.has_class(MessageClass::Request) && theirs.has_method(BINDING));
        let username = theirs.attribute::<Username>().expect("there");
        prop_assert_eq!(username.username(), name);
        prop_assert_eq!(raw(&theirs, 0x0024), Some(priority.to_be_bytes().to_vec()));
        prop_assert_eq!(raw(&theirs, 0x802a), Some(tie_breaker.to_be_bytes().to_vec()));
        prop_assert_eq!(raw(&theirs, 0xc001), nomination.map(|number| number.to_be_bytes().to_vec()));
        prop_assert_eq!(raw(&theirs, 0x0025), use_candidate.then(Vec::new));
        prop_assert!(theirs.validate_integrity(&credentials(&password)).is_ok());
        prop_assert!(theirs.attribute::<Fingerprint>().is_ok());
    }

    #[test]
    fn a_request_of_theirs_is_understood(
        name in "[0-9a-z]{1,32}:[0-9a-z]{1,32}",
        password in "[0-9a-z]{22,32}",
        (priority, tie_breaker) in any::<(u32, u64)>(),
        nomination in proptest::option::of((prop_oneof![Just(0x0030_u16), Just(0xc001)], any::<u32>())),
        use_candidate: bool,
    ) {
        let mut theirs = TheirMessage::builder_request(BINDING, MessageWriteVec::new());
        theirs.add_attribute(&Username::new(&name).expect("short")).expect("new");
        let mut values = vec![(0x0024, priority.to_be_bytes().to_vec()), (0x8029, tie_breaker.to_be_bytes().to_vec())];
        values.extend(nomination.map(|(kind, number)| (kind, number.to_be_bytes().to_vec())));
        values.extend(use_candidate.then(|| (0x0025, Vec::new())));
        for (kind, value) in &values {
            theirs.add_attribute(&RawAttribute::new(AttributeType::new(*kind), value)).expect("new");
        }
        theirs.add_message_integrity(&credentials(&password), IntegrityAlgorithm::Sha1).expect("new");
        theirs.add_fingerprint().expect("new");
        let bytes = theirs.finish();

        let ours = Message::parse(&bytes).expect("well formed");

        prop_assert_eq!((ours.class(), ours.is_binding()), (Class::Request, true));
        prop_assert_eq!(ours.username(), Some(name.as_bytes()));
        prop_assert_eq!(ours.receiver_ufrag(), name.split(':').next());
        prop_assert_eq!(ours.priority(), Some(priority));
        prop_assert_eq!(ours.ice_controlled(), Some(tie_breaker));
        prop_assert_eq!(ours.nomination(), nomination.map(|(_, number)| number));
        prop_assert_eq!(ours.use_candidate(), use_candidate);
        prop_assert!(ours.has_fingerprint());
        prop_assert!(ours.verify(&IntegrityKey::new(&password)));
        prop_assert!(!ours.verify(&IntegrityKey::new("another")));
    }
}

#[test]
fn a_success_of_ours_is_understood() {
    for address in [addr("192.0.2.7:4711"), addr("[2001:db8::5]:4711")] {
        let bytes = MessageWriter::binding(Class::Success, ID)
            .xor_mapped_address(address)
            .integrity(&IntegrityKey::new("secret"))
            .finish();

        let theirs = TheirMessage::from_bytes(&bytes).expect("well formed");

        assert!(theirs.has_class(MessageClass::Success));
        let mapped = theirs.attribute::<XorMappedAddress>().expect("there");
        assert_eq!(mapped.addr(theirs.transaction_id()), address);
        assert!(theirs.validate_integrity(&credentials("secret")).is_ok());
        assert!(theirs.attribute::<Fingerprint>().is_ok());
    }
}

#[test]
fn a_success_of_theirs_is_understood() {
    for address in [addr("192.0.2.7:4711"), addr("[2001:db8::5]:4711")] {
        let request = TheirMessage::builder_request(BINDING, MessageWriteVec::new()).finish();
        let request = TheirMessage::from_bytes(&request).expect("well formed");
        let mut theirs = TheirMessage::builder_success(&request, MessageWriteVec::new());
        let mapped = XorMappedAddress::new(address, request.transaction_id());
        theirs.add_attribute(&mapped).expect("new");
        theirs
            .add_message_integrity(&credentials("secret"), IntegrityAlgorithm::Sha1)
            .expect("new");
        let bytes = theirs.finish();

        let ours = Message::parse(&bytes).expect("well formed");

        assert_eq!(ours.class(), Class::Success);
        assert_eq!(ours.xor_mapped_address(), Some(address));
        assert!(ours.verify(&IntegrityKey::new("secret")));
    }
}

#[test]
fn an_error_of_ours_is_understood() {
    for code in [
        ErrorCode::BadRequest,
        ErrorCode::Unauthorized,
        ErrorCode::RoleConflict,
    ] {
        let bytes = MessageWriter::binding(Class::Error, ID)
            .error(code)
            .finish();

        let theirs = TheirMessage::from_bytes(&bytes).expect("well formed");

        assert!(theirs.has_class(MessageClass::Error));
        let error = theirs.attribute::<TheirErrorCode>().expect("there");
        assert_eq!(error.code(), code.number());
    }
}

#[test]
fn both_macs_of_theirs_are_understood() {
    let mut theirs = TheirMessage::builder_request(BINDING, MessageWriteVec::new());
    for algorithm in [IntegrityAlgorithm::Sha1, IntegrityAlgorithm::Sha256] {
        theirs
            .add_message_integrity(&credentials("secret"), algorithm)
            .expect("new");
    }
    theirs.add_fingerprint().expect("new");
    let bytes = theirs.finish();

    let ours = Message::parse(&bytes).expect("well formed");

    assert!(ours.verify(&IntegrityKey::new("secret")));
}

fn raw(message: &TheirMessage<'_>, kind: u16) -> Option<Vec<u8>> {
    message
        .raw_attribute(AttributeType::new(kind))
        .map(|attribute| attribute.value.to_vec())
}

fn credentials(password: &str) -> MessageIntegrityCredentials {
    ShortTermCredentials::new(password.to_owned()).into()
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
