//! JSON of the API, bent: random bytes alone would never get past a parser of JSON.

use arbitrary::Arbitrary;
use serde_json::{Map, Value, json};

/// One change to a document.
#[derive(Arbitrary, Debug)]
pub struct Bend {
    /// Which of its values.
    place: u8,
    kind: Kind,
}

#[derive(Arbitrary, Debug)]
enum Kind {
    Null,
    Number(i64),
    Float(f64),
    Text(String),
    Empty,
    Doubled,
    Removed,
    Known(u8),
}

/// Texts that mean something somewhere.
const WORDS: [&str; 16] = [
    "video/rtx",
    "video/VP8",
    "video/VP9",
    "video/H264",
    "video/AV1",
    "audio/opus",
    "audio/multiopus",
    "nack",
    "pli",
    "L3T3_KEY",
    "S3T3",
    "42e01f",
    "4d0032",
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "transport-cc",
    "sendrecv",
];

/// The document after all changes.
#[must_use]
pub fn bent(mut document: Value, bends: &[Bend]) -> Value {
    for bend in bends {
        let mut left = usize::from(bend.place);
        change(&mut document, &mut left, &bend.kind);
    }
    document
}

/// Walks the document in order; true once the change is done.
fn change(value: &mut Value, left: &mut usize, kind: &Kind) -> bool {
    if *left == 0 {
        apply(value, kind);
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| change(item, left, kind)),
        Value::Object(fields) => fields.values_mut().any(|field| change(field, left, kind)),
        _ => false,
    }
}

fn apply(value: &mut Value, kind: &Kind) {
    *value = match kind {
        Kind::Null => Value::Null,
        Kind::Number(number) => json!(number),
        Kind::Float(number) => json!(number),
        Kind::Text(text) => json!(text),
        Kind::Empty if value.is_array() => json!([]),
        Kind::Empty => json!({}),
        Kind::Doubled => match value.take() {
            Value::Array(mut items) => {
                items.extend(items.clone());
                items.truncate(64);
                Value::Array(items)
            }
            other => json!([other.clone(), other]),
        },
        Kind::Removed => match value.take() {
            Value::Array(mut items) => {
                items.pop();
                Value::Array(items)
            }
            Value::Object(fields) => Value::Object(fields.into_iter().skip(1).collect::<Map<_, _>>()),
            _ => Value::Null,
        },
        Kind::Known(word) => json!(WORDS[usize::from(*word) % WORDS.len()]),
    };
}

/// What a browser sends: video in three qualities, with RTX.
#[must_use]
pub fn rtp_parameters() -> Value {
    json!({
        "mid": "0",
        "codecs": [
            {
                "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000, "parameters": {},
                "rtcpFeedback": [
                    { "type": "nack", "parameter": "" },
                    { "type": "nack", "parameter": "pli" },
                    { "type": "ccm", "parameter": "fir" },
                    { "type": "goog-remb", "parameter": "" },
                    { "type": "transport-cc", "parameter": "" },
                ],
            },
            { "mimeType": "video/rtx", "payloadType": 97, "clockRate": 90000, "parameters": { "apt": 96 } },
            {
                "mimeType": "video/H264", "payloadType": 98, "clockRate": 90000,
                "parameters": { "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 },
            },
        ],
        "headerExtensions": [
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 1, "encrypt": false, "parameters": {} },
            { "uri": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", "id": 2 },
            { "uri": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", "id": 3 },
            { "uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "id": 4 },
        ],
        "encodings": [
            { "ssrc": 1111, "rtx": { "ssrc": 1112 }, "scalabilityMode": "L1T3", "dtx": false },
        ],
        "rtcp": { "cname": "sender", "reducedSize": true },
    })
}

/// What a router is made from.
#[must_use]
pub fn media_codecs() -> Value {
    json!([
        { "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
        { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000, "parameters": { "x-google-start-bitrate": 1000 } },
        {
            "kind": "video", "mimeType": "video/H264", "clockRate": 90000, "preferredPayloadType": 125,
            "parameters": { "packetization-mode": 1, "profile-level-id": "42e034", "level-asymmetry-allowed": 1 },
        },
    ])
}
