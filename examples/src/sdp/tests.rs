//! What a description is read as, and what is written for it.

use brodo::{ListenInfo, Protocol, RouterOptions, WebRtcTransportOptions, Worker, WorkerSettings};

use super::*;
use crate::peer::codecs;

const HEAD: &str = "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n";
const DTLS: &str = "a=fingerprint:sha-256 AB:CD\r\na=setup:actpass\r\n";
const VIDEO: &str = "m=video 9 UDP/TLS/RTP/SAVPF 98 96 97 99\r\na=mid:1\r\na=sendonly\r\n\
    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:5 urn:example:unheard-of\r\n\
    a=rtpmap:98 VP9/90000\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
    a=rtcp-fb:96 rrtr\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:99 rtx/90000\r\n\
    a=fmtp:99 apt=98\r\na=ssrc-group:FID 1111 2222\r\na=ssrc:1111 cname:anna\r\na=ssrc:2222 cname:anna\r\n";
const AUDIO: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n";
const DATA: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n";

#[tokio::test]
async fn a_section_is_what_both_sides_can_do_in_the_browsers_numbers() {
    let (router, _) = ours().await;
    let description = Description::parse(&[HEAD, DTLS, AUDIO, VIDEO, DATA].concat()).unwrap();

    let [audio, video, data] = &description.sections[..] else {
        panic!("three sections")
    };
    let sound = audio.rtp_parameters(&router.rtp_capabilities()).unwrap();
    let picture = video.rtp_parameters(&router.rtp_capabilities()).unwrap();

    assert_eq!(payload_types(&sound), [111]);
    assert_eq!(
        sound.codecs[0].parameters["minptime"],
        ParameterValue::Integer(10)
    );
    assert_eq!(sound.encodings[0].ssrc, None, "known by its MID");
    assert_eq!(
        payload_types(&picture),
        [96, 97],
        "the router of the examples has no VP9"
    );
    assert_eq!(
        picture.codecs[0].rtcp_feedback.len(),
        2,
        "we know nothing of rrtr"
    );
    assert_eq!(
        (
            picture.header_extensions.len(),
            picture.header_extensions[0].id
        ),
        (1, 4)
    );
    assert_eq!(picture.encodings[0].ssrc, Some(1111));
    assert_eq!(picture.encodings[0].rtx, Some(RtxParameters { ssrc: 2222 }));
    assert_eq!(picture.rtcp.cname.as_deref(), Some("anna"));
    assert_eq!(data.rtp_parameters(&router.rtp_capabilities()), None);
}

#[tokio::test]
async fn an_answer_takes_what_it_can_and_refuses_the_rest_section_by_section() {
    let (router, transport) = ours().await;
    let offer = Description::parse(&[HEAD, DTLS, AUDIO, VIDEO, DATA].concat()).unwrap();
    let taken: Vec<_> = offer
        .sections
        .iter()
        .map(|section| section.rtp_parameters(&router.rtp_capabilities()))
        .collect();

    let answer = answer(&offer, &taken, &transport);

    let media: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("m="))
        .collect();
    assert_eq!(
        media,
        [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
        ]
    );
    assert!(answer.contains("a=group:BUNDLE 0 1\r\n"));
    assert_eq!(
        answer.matches("a=setup:passive\r\n").count(),
        2,
        "RFC 5763 §5: the browser opens"
    );
    assert_eq!(answer.matches("a=recvonly\r\n").count(), 2);
    assert!(answer.contains("a=fmtp:97 apt=96\r\n"));
}

#[tokio::test]
async fn what_we_offer_can_be_read_back() {
    let (router, transport) = ours().await;
    let offered = Description::parse(&[HEAD, DTLS, VIDEO].concat()).unwrap();
    let mut media = offered.sections[0]
        .rtp_parameters(&router.rtp_capabilities())
        .unwrap();

    let offer = offer([(MediaKind::Video, &media)].into_iter(), &transport);
    let read = Description::parse(&offer).unwrap();

    assert!(offer.contains("a=setup:actpass\r\n"));
    media.codecs[1].rtcp_feedback.clear();
    assert_eq!(
        read.sections[0].rtp_parameters(&router.rtp_capabilities()),
        Some(media)
    );
    let sha256 = transport
        .dtls_parameters()
        .fingerprints
        .into_iter()
        .find(|hash| hash.algorithm == FingerprintAlgorithm::Sha256);
    assert_eq!(read.dtls_parameters.fingerprints, [sha256.unwrap()]);
}

#[test]
fn who_is_passive_waits_for_us() {
    let role = |setup: &str| {
        let sdp = format!("{HEAD}a=fingerprint:SHA-256 ab:cd\r\na=setup:{setup}\r\n{AUDIO}");
        Description::parse(&sdp).unwrap().dtls_parameters.role
    };

    assert_eq!(role("passive"), DtlsRole::Server);
    assert_eq!(role("active"), DtlsRole::Client);
    assert_eq!(role("actpass"), DtlsRole::Client);
}

#[tokio::test]
async fn nonsense_is_an_error_or_nothing_and_never_a_panic() {
    let (router, _) = ours().await;
    assert_eq!(Description::parse(""), Err(SdpError::NoMedia));
    assert_eq!(Description::parse("m="), Err(SdpError::NoFingerprint));
    let whole = [HEAD, DTLS, AUDIO, VIDEO].concat();

    for end in 0..whole.len() {
        if let Ok(description) = Description::parse(&whole[..end]) {
            for section in description.sections {
                let _ = section.rtp_parameters(&router.rtp_capabilities());
            }
        }
    }
    let received = Description::parse(&whole.replace("sendonly", "recvonly")).unwrap();
    assert_eq!(
        received.sections[1].rtp_parameters(&router.rtp_capabilities()),
        None,
        "it sends nothing"
    );
}

fn payload_types(media: &RtpParameters) -> Vec<u8> {
    media
        .codecs
        .iter()
        .map(|codec| codec.payload_type)
        .collect()
}

async fn ours() -> (brodo::Router, WebRtcTransport) {
    let worker = Worker::new(WorkerSettings::default()).unwrap();
    let router = worker
        .create_router(RouterOptions::new(codecs()))
        .await
        .unwrap();
    let listen = ListenInfo::new(Protocol::Udp, "127.0.0.1".parse().unwrap());
    let options = WebRtcTransportOptions::new([listen]);
    let transport = router.create_webrtc_transport(options).await.unwrap();
    (router, transport)
}
