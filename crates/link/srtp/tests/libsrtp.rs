//! Packets that another implementation protected: libsrtp 2, through pylibsrtp 1.0.0, one session per suite with
//! an any-outbound policy. The sequence numbers go through rollover counters 0, 1 and 2, and come back once.

use srtp::{SrtpReceiver, SrtpSender, Suite};

/// What libsrtp made of [`rtp_header`], [`rtp_payload`] and [`rtcp`] with this master key and salt.
struct Vector {
    suite: Suite,
    master: &'static str,
    /// Sequence number, and all that follows the header.
    rtp: [(u16, &'static str); 8],
    /// Numbers 1, 2, 3: libsrtp leaves out index 0.
    rtcp: [&'static str; 3],
}

#[test]
fn we_seal_rtp_as_libsrtp_does() {
    for vector in &VECTORS {
        let mut sender = SrtpSender::new(vector.suite, &bytes(vector.master)).unwrap();
        for (seq, sealed) in vector.rtp {
            let (header, payload) = (rtp_header(seq), rtp_payload(seq));
            let mut out = [0; 128];
            out[..header.len()].copy_from_slice(&header);

            let len = sender
                .protect_rtp(&mut out, header.len(), &payload)
                .unwrap();

            let expected = [header, bytes(sealed)].concat();
            assert_eq!(out[..len], expected, "{:?} {seq}", vector.suite);
        }
    }
}

#[test]
fn a_payload_in_two_pieces_is_sealed_as_one() {
    for vector in &VECTORS {
        let mut sender = SrtpSender::new(vector.suite, &bytes(vector.master)).unwrap();
        for (at, (seq, sealed)) in vector.rtp.into_iter().enumerate() {
            let (header, payload) = (rtp_header(seq), rtp_payload(seq));
            let (first, second) = payload.split_at([0, 1, 2, 15, 16, 17, 36, 37][at]);
            let mut out = [0; 128];
            out[..header.len()].copy_from_slice(&header);

            let len = sender
                .protect_rtp_parts(&mut out, header.len(), [first, second])
                .unwrap();

            assert_eq!(out[header.len()..len], bytes(sealed), "{:?}", vector.suite);
        }
    }
}

#[test]
fn we_open_the_rtp_of_libsrtp() {
    for vector in &VECTORS {
        let mut receiver = SrtpReceiver::new(vector.suite, &bytes(vector.master)).unwrap();
        for (seq, sealed) in vector.rtp {
            let mut packet = [rtp_header(seq), bytes(sealed)].concat();

            let len = receiver.unprotect_rtp(&mut packet).unwrap();

            let expected = [rtp_header(seq), rtp_payload(seq)].concat();
            assert_eq!(packet[..len], expected, "{:?} {seq}", vector.suite);
        }
        assert_eq!(receiver.refusals().total(), 0);
    }
}

#[test]
fn we_seal_and_open_rtcp_as_libsrtp_does() {
    for vector in &VECTORS {
        let master = bytes(vector.master);
        let mut sender = SrtpSender::new(vector.suite, &master).unwrap();
        let mut receiver = SrtpReceiver::new(vector.suite, &master).unwrap();
        let mut index_0 = [rtcp(0), vec![0; 20]].concat();
        sender.protect_rtcp(&mut index_0, 20).unwrap();

        for (number, sealed) in (0..).zip(vector.rtcp) {
            let rtcp = rtcp(number);
            let mut packet = [rtcp.clone(), vec![0; 20]].concat();

            let sealed_len = sender.protect_rtcp(&mut packet, rtcp.len()).unwrap();

            assert_eq!(packet[..sealed_len], bytes(sealed), "{:?}", vector.suite);
            let len = receiver.unprotect_rtcp(&mut packet[..sealed_len]).unwrap();
            assert_eq!(packet[..len], rtcp);
        }
    }
}

/// One CSRC and an extension of one word.
fn rtp_header(seq: u16) -> Vec<u8> {
    let mut header = bytes("91e0000011223344cafebabe01020304bede000110ff0000");
    header[2..4].copy_from_slice(&seq.to_be_bytes());
    header
}

fn rtp_payload(seq: u16) -> Vec<u8> {
    (0..37).map(|at| (seq.wrapping_add(at)) as u8).collect()
}

/// An empty receiver report and a PLI.
fn rtcp(number: u8) -> Vec<u8> {
    let mut rtcp = bytes("80c90001deadbee081ce0002deadbee0cafebab0");
    rtcp[19] += number;
    rtcp
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

const VECTORS: [Vector; 4] = [
    Vector {
        suite: Suite::AeadAes128Gcm,
        master: "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0",
        rtp: [
            (
                65000,
                "cf3169dbffd9c93dbcff31a39c2cb15c303f415fab4e058bb4d773d3f84e05d36955f9b7ae1edd3d20debe3950fb445abb228d2d1a",
            ),
            (
                65535,
                "7c448f47c2e3459256e4322d1e2e5a99eb79688b1dba55ee3432527173f3b8f68b73f2550b5178dbea177bc0662b2ea828433fd506",
            ),
            (
                2,
                "f339a0a510938e8366550b018de5d3020dfef5868037b58a3a35dae82b87b1f95c6dd353fef55ec6f51098299d6d734a6c3880e200",
            ),
            (
                20000,
                "9d2c87a183341ea4234e64448ee96ad03fbdb1b9fa2455622d3d9fbf41fdaf5c8259a23485bca0f455348dbce041759366656a726d",
            ),
            (
                40000,
                "da288b376a2c6fd88a377ba2adbfa1b102a68a1351a4f9de70642e079af0e8f7576769def5dbc4e4070e8db8458a794a60aa49f986",
            ),
            (
                60000,
                "d2fe017e3de1ac3b178986294549b829e3f20d7273c7cbff01b14db28fa4b933427f0c0823927a0f9d8944bd8a6513c923d701818f",
            ),
            (
                7,
                "226dd523d3e37272003c9d77381efa0a7d3f7358333f705c4ebdcba11ca47f5b3535fc2cb03d9576aee64918a078a0a63c8f21a24f",
            ),
            (
                65530,
                "c033ccc6d0e89b0cf61fbdeaaceba734d8ff02e373841033fdf1d721acac0da0ec69342fc806ca9452742238bf011303289eb91a78",
            ),
        ],
        rtcp: [
            "80c90001deadbee0e5fdec0788b795bf77cf87ca230e8b662aa5f0d5b02897f56a96b82b80000001",
            "80c90001deadbee05c7e3c97d5ad111857db40debd3e3487c60fa69629cb2d0790b902b280000002",
            "80c90001deadbee00fbbd06b6df25c8188ff5ae55fa663d095991544cd8adf1477bbfb1580000003",
        ],
    },
    Vector {
        suite: Suite::AeadAes256Gcm,
        master: "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930",
        rtp: [
            (
                65000,
                "3b70b5185511b5329e324b567dc47dc692f399ef9cd23e07332198e6176badd8f5e983ff47ea025414067629f6ccc938b01c348da6",
            ),
            (
                65535,
                "5f7a8f2fef091f2046a69c0e84a0de0096338372f1f872c94989135406b6246ecfc9ed663db85c8aee303dc60482954dc1d04ab374",
            ),
            (
                2,
                "ce1ce59454a6845a40d2ba7e1349b610639b2139273d1a2def3a16cb3a055481dabd2e85055f4c2f12f2a6d46f75dabb4968a4c95b",
            ),
            (
                20000,
                "d9e92809b59d479a8121dae3bdfa3a7f80aa966e0ace76cd8a45f9183978d77aee31d83b530e351f2346f9560d8671e1a7aa9ef35a",
            ),
            (
                40000,
                "31f342c98a2bd0177dd8490dd03530be0d6d52311d047a79de17b285a7f77c3a2366a9fda9882b95f12ea2b1784e9e91b34dc34296",
            ),
            (
                60000,
                "35ca5cb8495c053f6f320161442d56a5b2e674bd1ef30e439004b79121e40b8af27c38c5d40dc1d7e0293d25d3c8cb223f726ad6c8",
            ),
            (
                7,
                "3021b5d7ed12d5e46d112ab344de5f2dc2a1c8d06442475302a41acdc2c9b87f561fbd739607a3a20bcf0b41d92e06ca8661aef43a",
            ),
            (
                65530,
                "1262c93dbbfc182794125090f7a505721a78e7df5bf27433a78a1a1271a53df79ff64a7a6ac82f33bbb69a2e2935d09d44ffbec219",
            ),
        ],
        rtcp: [
            "80c90001deadbee03b672fbedd71d6a937e8f358081f7d5dc3834b764dccfc4335b0320a80000001",
            "80c90001deadbee025a5bd00c39b25e8a8d1998896412dca0e2c1dec04ddeadad29c3cc080000002",
            "80c90001deadbee03dabe6b3d6c622a7f3c5d59d31c14afc874ba5ea17e6edfc7dcc375080000003",
        ],
    },
    Vector {
        suite: Suite::AesCm128HmacSha1_80,
        master: "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ce",
        rtp: [
            (
                65000,
                "d8933be3c8a4692dd4c4c9f26dfb9c392e5e998d6e628d34d2f6b15a260c28a21d2814392fda21ee5be81f93d739ed",
            ),
            (
                65535,
                "b25381aa1f83e9ea115837cf437577500e438375dad6ffc41ea84d170a79587d05b9fc3e1fb15d5d15be664bdda67b",
            ),
            (
                2,
                "2f775d5ba5713829a3adddcd52f3b2d27b51892c85ce772c3c02a0e253a5d4aa82afea583382b9bbd2a286270c1d2f",
            ),
            (
                20000,
                "6f9460a1667b96fa54fd47f0c1303eedaaecc440df4b6900a79c213adaa4974b1ee8e95272f215a53a416019e3bfb5",
            ),
            (
                40000,
                "4cf652fd199ed4777afb92ba194aa978c00caec36f5af980fa72c881468225d683271cd6d5b284a27237ee3b220193",
            ),
            (
                60000,
                "8711004ef62d1d738bf4ca17d364c6616a679aded4ddc263441f854409881a40454471ba5356826739a1e5a18eeb6b",
            ),
            (
                7,
                "0bb8d7e86a4704473393a02d3fe08f931ebc67486dd0b853a10d9e4e7e130069bd2eb1bb07da72e6beeb10a977e9d0",
            ),
            (
                65530,
                "7e6b6f9f498a3ed0ffd4590689b77a37c5bb95d11e3892c98aed57eb8dbde438fcba70f436a38abaf9c309c1383163",
            ),
        ],
        rtcp: [
            "80c90001deadbee0817790c2548c8b266cb75596800000018c3855a54fbdf6a21071",
            "80c90001deadbee019bc946f1f0584b13ba9876780000002b6d93810a0aead8ebd89",
            "80c90001deadbee00730dd96847d0847162f4d5e8000000317f574b911252abcc980",
        ],
    },
    Vector {
        suite: Suite::AesCm128HmacSha1_32,
        master: "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ce",
        rtp: [
            (
                65000,
                "d8933be3c8a4692dd4c4c9f26dfb9c392e5e998d6e628d34d2f6b15a260c28a21d2814392fda21ee5b",
            ),
            (
                65535,
                "b25381aa1f83e9ea115837cf437577500e438375dad6ffc41ea84d170a79587d05b9fc3e1fb15d5d15",
            ),
            (
                2,
                "2f775d5ba5713829a3adddcd52f3b2d27b51892c85ce772c3c02a0e253a5d4aa82afea583382b9bbd2",
            ),
            (
                20000,
                "6f9460a1667b96fa54fd47f0c1303eedaaecc440df4b6900a79c213adaa4974b1ee8e95272f215a53a",
            ),
            (
                40000,
                "4cf652fd199ed4777afb92ba194aa978c00caec36f5af980fa72c881468225d683271cd6d5b284a272",
            ),
            (
                60000,
                "8711004ef62d1d738bf4ca17d364c6616a679aded4ddc263441f854409881a40454471ba5356826739",
            ),
            (
                7,
                "0bb8d7e86a4704473393a02d3fe08f931ebc67486dd0b853a10d9e4e7e130069bd2eb1bb07da72e6be",
            ),
            (
                65530,
                "7e6b6f9f498a3ed0ffd4590689b77a37c5bb95d11e3892c98aed57eb8dbde438fcba70f436a38abaf9",
            ),
        ],
        rtcp: [
            "80c90001deadbee0817790c2548c8b266cb75596800000018c3855a54fbdf6a21071",
            "80c90001deadbee019bc946f1f0584b13ba9876780000002b6d93810a0aead8ebd89",
            "80c90001deadbee00730dd96847d0847162f4d5e8000000317f574b911252abcc980",
        ],
    },
];
