//! Which stream of a producer a packet belongs to.
//!
//! Known SSRCs first. A new one must be announced: by the parameters, by a RID in the packet, or by
//! being the only encoding there is. The same holds for RTX, which needs its media stream first. A
//! sender may go on with another SSRC once the old one has fallen silent.

use std::time::Duration;

use ortc::RtpParameters;
use rtp::{Extension, ExtensionMap, PayloadType, RtpPacket, Ssrc};
use units::Instant;

use crate::producer::stream::RecvStream;

/// After this silence another SSRC may take over an encoding.
const SILENCE: Duration = Duration::from_millis(1_000);

/// What a packet is to a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// Media of this stream.
    Media(usize),
    /// A repair for this stream.
    Rtx(usize),
    /// The first packet of this encoding.
    NewStream {
        /// Which encoding.
        encoding: usize,
    },
    /// The first repair packet for this stream.
    NewRtx(usize),
    /// This stream goes on with another SSRC.
    Rebound(usize),
    /// Nobody's.
    Nothing,
}

/// One encoding as announced.
#[derive(Clone, Debug)]
struct Announced {
    ssrc: Option<Ssrc>,
    rtx_ssrc: Option<Ssrc>,
    rid: Option<String>,
    payload_type: u8,
    rtx_payload_type: Option<u8>,
}

/// What was announced of a producer's streams.
#[derive(Clone, Debug)]
pub struct Resolver {
    encodings: Vec<Announced>,
    extensions: ExtensionMap,
}

impl Resolver {
    /// Reads the parameters.
    pub fn new(parameters: &RtpParameters, extensions: ExtensionMap) -> Self {
        let media = parameters
            .codecs
            .iter()
            .find(|codec| !codec.is_rtx())
            .map_or(0, |codec| codec.payload_type);
        let encodings = parameters.encodings.iter().map(|encoding| {
            let payload_type = encoding.codec_payload_type.unwrap_or(media);
            let rtx = parameters
                .codecs
                .iter()
                .find(|codec| codec.is_rtx() && codec.apt() == Some(payload_type));
            Announced {
                ssrc: encoding.ssrc.map(Ssrc),
                rtx_ssrc: encoding.rtx.map(|rtx| Ssrc(rtx.ssrc)),
                rid: encoding.rid.clone(),
                payload_type,
                rtx_payload_type: rtx.map(|codec| codec.payload_type),
            }
        });
        Self {
            encodings: encodings.collect(),
            extensions,
        }
    }

    /// Whose packet it is.
    pub fn resolve(
        &self,
        now: Instant,
        packet: &RtpPacket<'_>,
        streams: &[RecvStream],
    ) -> Resolved {
        let ssrc = packet.ssrc();
        for (at, stream) in streams.iter().enumerate() {
            if stream.ssrc() == ssrc {
                return Resolved::Media(at);
            }
            if stream.params.rtx_ssrc == Some(ssrc.0) {
                return Resolved::Rtx(at);
            }
        }
        let Some(encoding) = self.announced(packet) else {
            return Resolved::Nothing;
        };
        let existing = streams
            .iter()
            .position(|stream| stream.params.encoding_idx as usize == encoding);
        let announced = &self.encodings[encoding];
        let payload_type = packet.payload_type().value();
        match existing {
            None if payload_type == announced.payload_type => Resolved::NewStream { encoding },
            Some(at)
                if Some(payload_type) == announced.rtx_payload_type && !streams[at].has_rtx() =>
            {
                Resolved::NewRtx(at)
            }
            Some(at) if payload_type == announced.payload_type && is_silent(now, &streams[at]) => {
                Resolved::Rebound(at)
            }
            _ => Resolved::Nothing,
        }
    }

    /// The encoding that announced this packet.
    fn announced(&self, packet: &RtpPacket<'_>) -> Option<usize> {
        let ssrc = Some(packet.ssrc());
        let by_ssrc = self
            .encodings
            .iter()
            .position(|encoding| encoding.ssrc == ssrc || encoding.rtx_ssrc == ssrc);
        let rid = || {
            let value = packet
                .extension_of(Extension::Rid, &self.extensions)
                .or_else(|| packet.extension_of(Extension::RepairedRid, &self.extensions))?;
            Some(
                self.encodings
                    .iter()
                    .position(|encoding| encoding.rid.as_deref().map(str::as_bytes) == Some(value)),
            )
        };
        if by_ssrc.is_some() {
            return by_ssrc;
        }
        match rid() {
            // A RID that nobody announced is a refusal, not a reason to guess.
            Some(found) => found,
            None => self.only_encoding(),
        }
    }

    /// A single encoding that announced neither SSRC nor RID takes what comes.
    fn only_encoding(&self) -> Option<usize> {
        match self.encodings.as_slice() {
            [only] if only.rid.is_none() => Some(0),
            _ => None,
        }
    }

    /// The payload type of an encoding's media.
    pub fn payload_type(&self, encoding: usize) -> Option<PayloadType> {
        PayloadType::new(self.encodings.get(encoding)?.payload_type)
    }
}

fn is_silent(now: Instant, stream: &RecvStream) -> bool {
    stream
        .last_packet()
        .is_none_or(|last| now.saturating_since(last) >= SILENCE)
}
