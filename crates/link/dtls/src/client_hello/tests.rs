//! ClientHellos whole, in pieces, and broken.

use proptest::prelude::*;

use super::*;

#[test]
fn a_browser_hello_fits_both_versions() {
    let hello = ClientHello::parse(&browser()).expect("valid");

    assert_eq!(
        hello,
        ClientHello {
            fits_1_2: true,
            fits_1_3: true,
            encrypt_then_mac: false,
            first_srtp_profile: Some(SrtpProfile::Aes128CmSha1_80),
            srtp_fits: true,
        }
    );
}

#[test]
fn each_missing_part_is_noticed() {
    let without = |kind| {
        let extensions: Vec<_> = extensions().into_iter().filter(|e| e.0 != kind).collect();
        ClientHello::parse(&body(&[0xc02b, 0x1301], &extensions)).expect("valid")
    };

    assert!(!without(EXTENDED_MASTER_SECRET).fits_1_2);
    assert!(!without(SIGNATURE_ALGORITHMS).fits_1_2);
    assert!(!without(SUPPORTED_GROUPS).fits_1_2);
    assert!(!without(SUPPORTED_VERSIONS).fits_1_3);
    assert!(without(SUPPORTED_VERSIONS).fits_1_2);
    let no_srtp = without(USE_SRTP);
    assert_eq!(
        (no_srtp.first_srtp_profile, no_srtp.srtp_fits),
        (None, true)
    );

    let rsa_only = ClientHello::parse(&body(&[0xc02f, 0x009c], &extensions())).expect("valid");
    assert!(!rsa_only.fits_1_2 && !rsa_only.fits_1_3);
}

#[test]
fn a_hello_without_extensions_is_read() {
    let mut body = body(&[0xc02b], &[]);
    body.truncate(body.len() - 2);

    assert_eq!(
        ClientHello::parse(&body),
        Some(ClientHello {
            srtp_fits: true,
            ..ClientHello::default()
        })
    );
}

#[test]
fn pieces_in_any_order_make_the_message() {
    let body = browser();
    let (first, second) = (
        datagram(&body, 0, 0..40),
        datagram(&body, 0, 40..body.len()),
    );
    let hello = ClientHello::parse(&body).expect("valid");

    for order in [[&first, &second], [&second, &first]] {
        let mut reader = HelloReader::default();
        assert_eq!(reader.handle_datagram(order[0]), Progress::Partial);
        assert_eq!(reader.handle_datagram(order[0]), Progress::Nothing);
        assert_eq!(
            reader.handle_datagram(order[1]),
            Progress::Whole(hello, order.map(Clone::clone).to_vec())
        );
    }
}

#[test]
fn a_client_that_starts_over_is_followed() {
    let body = browser();
    let mut longer = body.clone();
    longer.push(0);
    let mut reader = HelloReader::default();

    assert_eq!(
        reader.handle_datagram(&datagram(&longer, 0, 0..40)),
        Progress::Partial
    );
    let whole = datagram(&body, 0, 0..body.len());
    assert!(matches!(
        reader.handle_datagram(&whole),
        Progress::Whole(_, datagrams) if datagrams == [whole]
    ));
}

#[test]
fn crumbs_and_giants_do_not_fill_the_memory() {
    let body = vec![0; HELLO_LEN_MAX];
    let mut reader = HelloReader::default();
    for at in (0..4_000).step_by(2) {
        reader.handle_datagram(&datagram(&body, 0, at..at + 1));
        let assembly = reader.assembly.as_ref().expect("begun");
        assert!(assembly.datagrams.len() <= DATAGRAMS_MAX);
        assert!(assembly.ranges.len() <= DATAGRAMS_MAX);
    }

    let giant = vec![0; HELLO_LEN_MAX + 1];
    assert_eq!(
        HelloReader::default().handle_datagram(&datagram(&giant, 0, 0..40)),
        Progress::Nothing
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_break_the_reader(
        flips in proptest::collection::vec((0..200_usize, any::<u8>()), 0..6),
        cut in 0..200_usize,
    ) {
        let mut body = browser();
        for (at, value) in flips {
            if let Some(byte) = body.get_mut(at) {
                *byte = value;
            }
        }
        let _ = ClientHello::parse(&body);
        body.truncate(cut);
        let _ = ClientHello::parse(&body);
        let _ = HelloReader::default().handle_datagram(&body);
    }

    #[test]
    fn any_cut_into_pieces_gives_the_same_hello(mut cuts in proptest::collection::vec(1..90_usize, 0..12)) {
        let body = browser();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut reader = HelloReader::default();
        let mut last = Progress::Nothing;
        for pair in cuts.windows(2) {
            last = reader.handle_datagram(&datagram(&body, 0, pair[0]..pair[1]));
        }
        let Progress::Whole(hello, datagrams) = last else {
            return Err(TestCaseError::fail("not whole"));
        };
        prop_assert_eq!(Some(hello), ClientHello::parse(&body));
        prop_assert_eq!(datagrams.len(), cuts.len() - 1);
    }
}

/// Extensions as BoringSSL sends them, as far as they matter.
fn extensions() -> Vec<(u16, Vec<u8>)> {
    vec![
        (EXTENDED_MASTER_SECRET, vec![]),
        (SUPPORTED_GROUPS, vec![0, 4, 0x11, 0xec, 0, 29]),
        (SIGNATURE_ALGORITHMS, vec![0, 4, 0x04, 0x03, 0x08, 0x04]),
        (USE_SRTP, vec![0, 6, 0, 1, 0, 8, 0, 7, 0]),
        (SUPPORTED_VERSIONS, vec![4, 0xfe, 0xfc, 0xfe, 0xfd]),
    ]
}

fn browser() -> Vec<u8> {
    body(&[0x1301, 0xc02b, 0xc02f], &extensions())
}

fn body(suites: &[u16], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0xfe, 0xfd];
    body.extend([7; 32]);
    body.extend([0, 0]);
    body.extend(len_u16(suites.len() * 2));
    body.extend(suites.iter().flat_map(|suite| suite.to_be_bytes()));
    body.extend([1, 0]);
    let mut all = Vec::new();
    for (kind, bytes) in extensions {
        all.extend(kind.to_be_bytes());
        all.extend(len_u16(bytes.len()));
        all.extend(bytes);
    }
    body.extend(len_u16(all.len()));
    body.extend(all);
    body
}

fn datagram(body: &[u8], message_seq: u16, range: std::ops::Range<usize>) -> Vec<u8> {
    let u24 = |value: usize| u32::try_from(value).expect("short").to_be_bytes()[1..].to_vec();
    let mut piece = vec![CLIENT_HELLO];
    piece.extend(u24(body.len()));
    piece.extend(message_seq.to_be_bytes());
    piece.extend(u24(range.start));
    piece.extend(u24(range.len()));
    piece.extend(&body[range]);

    let mut record = vec![HANDSHAKE, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];
    record.extend(len_u16(piece.len()));
    record.extend(piece);
    record
}

fn len_u16(len: usize) -> [u8; 2] {
    u16::try_from(len).expect("short").to_be_bytes()
}
