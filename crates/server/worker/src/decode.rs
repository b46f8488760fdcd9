//! From bytes to words, and what can still be said of bytes that are none.

use control::ToWorker;
use serde::Deserialize;
use serde_path_to_error::{Path, Segment, Track};

/// A text that repeats what it complains about is cut here.
const TEXT_MAX: usize = 500;

/// A body that does not decode.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The number to refuse, if it can be read.
    pub id: Option<u32>,
    /// What is wrong, with the name of the field.
    pub text: String,
}

/// Decodes a body.
pub fn decode(body: &[u8]) -> Result<ToWorker, Malformed> {
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(body).with_human_readable();
    ToWorker::deserialize(&mut deserializer).or_else(|_| decode_tracked(body))
}

/// As [`decode`], with an eye on where it is. That copies each name on the way, so it is for bodies that
/// are wrong.
fn decode_tracked(body: &[u8]) -> Result<ToWorker, Malformed> {
    let mut track = Track::new();
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(body).with_human_readable();
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    ToWorker::deserialize(tracked).map_err(|error| Malformed {
        id: request_id(body),
        text: format!("{}{error}", field(&track.path()))
            .chars()
            .take(TEXT_MAX)
            .collect(),
    })
}

/// The number of a request, read from how its body begins: a map of one entry, whose value is the number
/// or an array that begins with it.
pub fn request_id(start: &[u8]) -> Option<u32> {
    let mut rest = start;
    if rmp::decode::read_map_len(&mut rest).ok()? != 1 {
        return None;
    }
    let length = usize::try_from(rmp::decode::read_str_len(&mut rest).ok()?).ok()?;
    let (name, mut value) = rest.split_at_checked(length)?;
    if name == b"command" {
        return None;
    }
    let mut items = value;
    if rmp::decode::read_array_len(&mut items).is_ok() {
        value = items;
    }
    rmp::decode::read_int(&mut value).ok()
}

/// `listenInfos[0].ip: `, as the application knows it: without the enums around it. With no field on the
/// way, the call.
fn field(path: &Path) -> String {
    let mut text = String::new();
    let mut call = None;
    for segment in path {
        match segment {
            Segment::Map { key } | Segment::Enum { variant: key }
                if !text.is_empty() || matches!(segment, Segment::Map { .. }) =>
            {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Segment::Seq { index } if !text.is_empty() => text.push_str(&format!("[{index}]")),
            Segment::Enum { variant } => call = Some(variant),
            Segment::Map { .. } | Segment::Seq { .. } | Segment::Unknown => {}
        }
    }
    match (text.is_empty(), call) {
        (false, _) => text + ": ",
        (true, Some(call)) => format!("{call}: "),
        (true, None) => text,
    }
}

#[cfg(test)]
mod tests {
    use control::{
        ConsumerCall, ConsumerId, ListenInfo, Protocol, Request, RouterCall, RouterId, TransportId,
        WebRtcListen, WebRtcTransportOptions,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::frame;

    #[test]
    fn what_was_written_is_read() {
        let message = create_transport(7);

        assert_eq!(decode(&body(&message)), Ok(message));
    }

    #[test]
    fn an_address_that_is_none_is_refused_by_the_name_of_its_field() {
        let wrong = replaced(&body(&create_transport(7)), b"127.0.0.1", b"127.0.0.x");

        let malformed = decode(&wrong).expect_err("no address");

        assert_eq!(malformed.id, Some(7));
        assert!(
            malformed.text.starts_with("listen.individual[0].ip: "),
            "{}",
            malformed.text
        );
    }

    #[test]
    fn a_call_without_fields_is_named_itself() {
        let priority = Request::Consumer(ConsumerId::from("c"), ConsumerCall::SetPriority(77));
        let mut wrong = body(&ToWorker::Request(9, Box::new(priority)));
        *wrong.last_mut().expect("not empty") = 0xc0;

        let malformed = decode(&wrong).expect_err("nil is no priority");

        assert_eq!(malformed.id, Some(9));
        assert!(
            malformed.text.starts_with("setPriority: "),
            "{}",
            malformed.text
        );
    }

    #[test]
    fn an_unknown_call_is_refused_under_its_number() {
        let mut wrong = vec![0x81, 0xa5];
        wrong.extend(b"bogus");
        wrong.extend([0x92, 0xcd, 0x01, 0x00, 0xc0]);

        let malformed = decode(&wrong).expect_err("no such word");

        assert_eq!(malformed.id, Some(256));
        assert!(malformed.text.contains("bogus"), "{}", malformed.text);
    }

    #[test]
    fn the_number_may_stand_alone() {
        assert_eq!(
            request_id(&body(&ToWorker::GetMetrics(70_000))),
            Some(70_000)
        );
        assert_eq!(request_id(&body(&ToWorker::Close)), None);
    }

    #[test]
    fn a_map_as_other_writers_head_it_is_read_too() {
        let mut wide = vec![0xde, 0, 1];
        wide.extend(&body(&ToWorker::GetMetrics(5))[1..]);

        assert_eq!(decode(&wide), Ok(ToWorker::GetMetrics(5)));
        assert_eq!(request_id(&wide), Some(5));
    }

    proptest! {
        #[test]
        fn any_bytes_are_words_or_malformed(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            let _ = request_id(&bytes);
        }

        #[test]
        fn a_flipped_byte_is_survived(at in 0_usize..150, to in any::<u8>()) {
            let mut bytes = body(&create_transport(7));
            let at = at % bytes.len();
            bytes[at] = to;

            let _ = decode(&bytes);
        }
    }

    fn create_transport(id: u32) -> ToWorker {
        let info = ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into());
        let options = WebRtcTransportOptions {
            listen: WebRtcListen::Individual(vec![info]),
            ice_consent_timeout: 30,
            initial_available_outgoing_bitrate: 600_000,
            sctp: None,
        };
        let call = RouterCall::CreateWebRtcTransport(TransportId::from("t"), options);
        ToWorker::Request(id, Box::new(Request::Router(RouterId::from("r"), call)))
    }

    fn body(message: &ToWorker) -> Vec<u8> {
        let mut framed = Vec::new();
        assert_eq!(frame::append(&mut framed, message), Ok(()));
        framed.split_off(4)
    }

    fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        let at = bytes
            .windows(from.len())
            .position(|window| window == from)
            .expect("it is there");
        [&bytes[..at], to, &bytes[at + from.len()..]].concat()
    }
}
