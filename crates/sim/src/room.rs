//! The control side of a room: what an application negotiates before media flows.

use std::collections::BTreeMap;

use control::ProducerId;
use ortc::{
    ConsumerRequest, MediaKind, RouterRtpCodecCapability, RtpCapabilities, RtpCodecCapability,
    RtpCodecParameters, RtpEncodingParameters, RtpHeaderExtensionParameters, RtpMapping,
    RtpParameters, RtxParameters,
};
use str0m::RtcConfig;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Frequency, Pt};
use str0m::rtp::{Extension, ExtensionMap};

use crate::entropy::SeededEntropy;
use crate::peer::CameraConfig;

/// The codecs of every room: Opus, VP8 and VP9.
#[must_use]
pub fn codecs() -> Vec<RouterRtpCodecCapability> {
    let codec = |kind, mime_type: &str, clock_rate, channels| RouterRtpCodecCapability {
        kind,
        mime_type: mime_type.to_owned(),
        preferred_payload_type: None,
        clock_rate,
        channels,
        parameters: BTreeMap::default(),
        rtcp_feedback: Vec::new(),
    };
    vec![
        codec(MediaKind::Audio, "audio/opus", 48_000, Some(2)),
        codec(MediaKind::Video, "video/VP8", 90_000, None),
        codec(MediaKind::Video, "video/VP9", 90_000, None),
    ]
}

/// What a room knows of itself and of its producers.
#[derive(Debug)]
pub struct Room {
    capabilities: RtpCapabilities,
    consumables: BTreeMap<ProducerId, RtpParameters>,
}

/// What a producer is made from, once negotiated.
#[derive(Debug)]
pub struct Negotiated {
    /// What the endpoint sends.
    pub rtp_parameters: RtpParameters,
    /// Into the room's numbers.
    pub mapping: RtpMapping,
    /// The media's payload type.
    pub payload_type: u8,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            capabilities: ortc::generate_router_rtp_capabilities(&codecs())
                .expect("codecs that are supported"),
            consumables: BTreeMap::new(),
        }
    }
}

impl Room {
    /// A str0m that speaks the room's codecs and header extensions under the room's numbers.
    #[must_use]
    pub fn endpoint(&self) -> RtcConfig {
        let mut config = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .set_extension_map(self.extension_map());
        for codec in self.capabilities.codecs.iter().filter(|it| !it.is_rtx()) {
            let rtx = self
                .rtx_of(codec)
                .map(|rtx| Pt::from(rtx.preferred_payload_type));
            let (known, rate) = match codec.mime_type.as_str() {
                "audio/opus" => (Codec::Opus, Frequency::FORTY_EIGHT_KHZ),
                "video/VP9" => (Codec::Vp9, Frequency::NINETY_KHZ),
                _ => (Codec::Vp8, Frequency::NINETY_KHZ),
            };
            config.codec_config().add_config(
                Pt::from(codec.preferred_payload_type),
                rtx,
                known,
                rate,
                codec.channels,
                FormatParams::default(),
            );
        }
        config
    }

    /// An endpoint wants to send what a camera films: streams, each repaired by another if it is video.
    /// One is announced by its SSRC, several by their RIDs.
    ///
    /// # Panics
    ///
    /// If ortc refuses what is right.
    pub fn produce(
        &mut self,
        id: &ProducerId,
        camera: &CameraConfig,
        (mid, ssrcs): (&str, &[(u32, Option<u32>)]),
        entropy: &mut SeededEntropy,
    ) -> Negotiated {
        let kind = camera.kind;
        let mut rtp_parameters = self.sent_parameters(camera, (mid, ssrcs));
        ortc::validate_rtp_parameters(&rtp_parameters).expect("valid");
        let mapping = ortc::get_producer_rtp_parameters_mapping(
            &mut rtp_parameters,
            &self.capabilities,
            entropy,
        )
        .expect("codecs of the room");
        let consumable = ortc::get_consumable_rtp_parameters(
            kind,
            &rtp_parameters,
            &self.capabilities,
            &mapping,
        )
        .expect("codecs of the room");
        self.consumables.insert(id.clone(), consumable);
        let payload_type = rtp_parameters.codecs[0].payload_type;
        Negotiated {
            rtp_parameters,
            mapping,
            payload_type,
        }
    }

    /// An endpoint wants to receive: what it will get, and the producer's encodings.
    ///
    /// # Panics
    ///
    /// If there is no such producer.
    pub fn consume(
        &self,
        producer: &ProducerId,
        mid: &str,
        entropy: &mut SeededEntropy,
    ) -> (RtpParameters, Vec<RtpEncodingParameters>) {
        let consumable = &self.consumables[producer];
        let request = ConsumerRequest {
            consumable_rtp_parameters: consumable,
            remote_rtp_capabilities: &self.capabilities,
            pipe: false,
            enable_rtx: true,
        };
        let mut parameters =
            ortc::get_consumer_rtp_parameters(&request, entropy).expect("codecs of the room");
        parameters.mid = Some(mid.to_owned());
        (parameters, consumable.encodings.clone())
    }

    fn sent_parameters(
        &self,
        camera: &CameraConfig,
        (mid, ssrcs): (&str, &[(u32, Option<u32>)]),
    ) -> RtpParameters {
        let kind = camera.kind;
        let mime_type = match kind {
            MediaKind::Audio => "audio/opus",
            MediaKind::Video => camera.style.mime_type(),
        };
        let mut codecs = self.capabilities.codecs.iter();
        let codec = codecs.find(|it| it.mime_type == mime_type).expect("known");
        let extensions = &self.capabilities.header_extensions;
        let encodings = (0..).zip(ssrcs).map(|(encoding, (ssrc, rtx))| {
            let rid = camera.rid(encoding);
            let alone = rid.is_none();
            RtpEncodingParameters {
                ssrc: alone.then_some(*ssrc),
                rtx: rtx.filter(|_| alone).map(|ssrc| RtxParameters { ssrc }),
                rid,
                scalability_mode: camera.style.mode(),
                ..RtpEncodingParameters::default()
            }
        });
        let mut parameters = RtpParameters {
            mid: Some(mid.to_owned()),
            codecs: [Some(codec), self.rtx_of(codec)]
                .into_iter()
                .flatten()
                .map(in_use)
                .collect(),
            header_extensions: extensions
                .iter()
                .filter(|extension| extension.kind == kind && known(&extension.uri).is_some())
                .map(|extension| RtpHeaderExtensionParameters {
                    uri: extension.uri.clone(),
                    id: extension.preferred_id,
                    encrypt: false,
                    parameters: BTreeMap::default(),
                })
                .collect(),
            encodings: encodings.collect(),
            ..RtpParameters::default()
        };
        parameters.rtcp.cname = Some(format!("cname-{mid}-{}", ssrcs[0].0));
        parameters
    }

    fn rtx_of(&self, codec: &RtpCodecCapability) -> Option<&RtpCodecCapability> {
        let mut codecs = self.capabilities.codecs.iter();
        codecs.find(|rtx| rtx.is_rtx() && rtx.apt() == Some(codec.preferred_payload_type))
    }

    fn extension_map(&self) -> ExtensionMap {
        let mut map = ExtensionMap::empty();
        for extension in &self.capabilities.header_extensions {
            if let Some(known) = known(&extension.uri) {
                map.set(extension.preferred_id, known);
            }
        }
        map
    }
}

/// A codec as it is sent: under the number that the room prefers.
fn in_use(codec: &RtpCodecCapability) -> RtpCodecParameters {
    RtpCodecParameters {
        mime_type: codec.mime_type.clone(),
        payload_type: codec.preferred_payload_type,
        clock_rate: codec.clock_rate,
        channels: codec.channels,
        parameters: codec.parameters.clone(),
        rtcp_feedback: codec.rtcp_feedback.clone(),
    }
}

/// The header extensions that matter to us and that str0m has.
fn known(uri: &str) -> Option<Extension> {
    [
        Extension::AbsoluteSendTime,
        Extension::AudioLevel,
        Extension::VideoOrientation,
        Extension::TransportSequenceNumber,
        Extension::RtpStreamId,
        Extension::RepairedRtpStreamId,
        Extension::RtpMid,
    ]
    .into_iter()
    .find(|extension| extension.as_uri() == uri)
}
