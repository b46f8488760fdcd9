//! Media over a plain transport: something plays into the room, or records from it.

use brodo::{Consumer, PlainTransport, Producer, RtpCapabilities, RtpParameters};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Refused;

/// The payload type of a shorthand: the first of the dynamic ones that browsers leave alone.
const PAYLOAD_TYPE_DEFAULT: u8 = 101;

/// A plain transport with its one producer or consumer.
#[derive(Debug)]
pub struct PlainMedia {
    pub transport: PlainTransport,
    pub role: PlainRole,
}

/// Which way media goes.
#[derive(Debug)]
pub enum PlainRole {
    /// Into the room, under a name that people see.
    Plays { name: String, producer: Producer },
    /// Out of the room.
    Records { consumer: Consumer },
}

impl PlainMedia {
    pub fn close(&self) {
        self.transport.close();
    }
}

/// A codec by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodecName {
    Opus,
    Vp8,
    Vp9,
    H264,
    Av1,
}

impl CodecName {
    fn codec(self) -> Value {
        match self {
            Self::Opus => json!({
                "mimeType": "audio/opus", "clockRate": 48000, "channels": 2,
                "parameters": { "sprop-stereo": 1 },
            }),
            Self::Vp8 => json!({ "mimeType": "video/VP8", "clockRate": 90000 }),
            Self::Vp9 => {
                json!({ "mimeType": "video/VP9", "clockRate": 90000, "parameters": { "profile-id": 0 } })
            }
            Self::H264 => json!({
                "mimeType": "video/H264", "clockRate": 90000,
                "parameters": {
                    "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1,
                },
            }),
            Self::Av1 => json!({ "mimeType": "video/AV1", "clockRate": 90000 }),
        }
    }

    /// RTP parameters with this codec alone.
    pub fn rtp_parameters(
        self,
        payload_type: Option<u8>,
        ssrc: u32,
    ) -> Result<RtpParameters, Refused> {
        let mut codec = self.codec();
        codec["payloadType"] = json!(payload_type.unwrap_or(PAYLOAD_TYPE_DEFAULT));
        if self != Self::Opus {
            codec["rtcpFeedback"] = json!([{ "type": "nack", "parameter": "pli" }, { "type": "ccm", "parameter": "fir" }]);
        }
        let parameters =
            json!({ "codecs": [codec], "headerExtensions": [], "encodings": [{ "ssrc": ssrc }] });
        serde_json::from_value(parameters).map_err(Refused::wrong)
    }
}

/// What a recorder that says nothing of itself can do: every codec of the room, and to ask for key
/// frames; no retransmission, no header extensions.
pub fn recorder_capabilities(router: &RtpCapabilities) -> Result<RtpCapabilities, Refused> {
    let mut capabilities = serde_json::to_value(router).map_err(Refused::wrong)?;
    if let Some(codecs) = capabilities["codecs"].as_array_mut() {
        codecs.retain(|codec| {
            !codec["mimeType"]
                .as_str()
                .is_some_and(|name| name.ends_with("/rtx"))
        });
        for codec in codecs {
            if let Some(feedback) = codec["rtcpFeedback"].as_array_mut() {
                feedback.retain(|feedback| {
                    matches!(feedback["parameter"].as_str(), Some("pli" | "fir"))
                });
            }
        }
    }
    capabilities["headerExtensions"] = json!([]);
    serde_json::from_value(capabilities).map_err(Refused::wrong)
}
