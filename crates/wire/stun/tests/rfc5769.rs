//! The sample messages of RFC 5769.

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Class, IntegrityKey, Malformed, Message};

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

/// RFC 5769 §2.3.
const SAMPLE_RESPONSE_IPV6: &[u8] = b"\x01\x01\x00\x48\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
\x80\x22\x00\x0b\x74\x65\x73\x74\x20\x76\x65\x63\x74\x6f\x72\x20\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\
\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9\x00\x08\x00\x14\xa3\x82\x95\x4e\x4b\xe6\x7b\xf1\x17\x84\xc9\x7c\
\x82\x92\xc2\x75\xbf\xe3\xed\x41\x80\x28\x00\x04\xc8\xfb\x0b\x4c";

/// RFC 5769 §2.4: a request with long-term credentials, which ICE does not use.
const SAMPLE_LONG_TERM: &[u8] = b"\x00\x01\x00\x60\x21\x12\xa4\x42\x78\xad\x34\x33\xc6\xad\x72\xc0\x29\xda\x41\x2e\
\x00\x06\x00\x12\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9\x00\x00\x00\x15\x00\x1c\
f//499k954d6OL34oL9FSTvy64sA\x00\x14\x00\x0bexample.org\x00\x00\x08\x00\x14\xf6\x70\x24\x65\x6d\xd6\x4a\x3e\x02\xb8\xe0\x71\
\x2e\x85\xc9\xa2\x8c\xa8\x96\x66";

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
fn the_sample_response_over_ipv6_is_understood() {
    let message = Message::parse(SAMPLE_RESPONSE_IPV6).expect("well formed");

    assert_eq!(
        message.xor_mapped_address(),
        Some(addr("[2001:db8:1234:5678:11:2233:4455:6677]:32853"))
    );
    assert!(message.verify(&IntegrityKey::new(SAMPLE_PASSWORD)));
}

#[test]
fn what_long_term_credentials_need_is_listed_as_not_understood() {
    let message = Message::parse(SAMPLE_LONG_TERM).expect("well formed");

    assert_eq!(message.username(), Some("マトリックス".as_bytes()));
    // NONCE and REALM.
    assert!(message.unknown_required().eq([0x0015, 0x0014]));
    assert!(message.has_integrity() && !message.has_fingerprint());
}

#[test]
fn a_sample_cut_anywhere_is_refused() {
    for sample in [SAMPLE_REQUEST, SAMPLE_RESPONSE, SAMPLE_RESPONSE_IPV6] {
        for len in 0..sample.len() {
            assert_eq!(
                Message::parse(&sample[..len]).err(),
                Some(Malformed::Length)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_flipped_bit_is_noticed(bit in 0..SAMPLE_REQUEST.len() * 8) {
        let mut data = SAMPLE_REQUEST.to_vec();
        data[bit / 8] ^= 1 << (bit % 8);

        let verified = Message::parse(&data)
            .is_ok_and(|message| message.verify(&IntegrityKey::new(SAMPLE_PASSWORD)));

        prop_assert!(!verified);
    }
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
