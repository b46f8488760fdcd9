//! Between SDP (RFC 8866), which browsers speak, and the parameters that brodo speaks.
//!
//! ```text
//! browser sends:     its offer  ─▶ Description ─▶ RtpParameters ─▶ Producer;  answer()  ─▶ browser
//! browser receives:  Consumer ─▶ RtpParameters ─▶ offer() ─▶ browser;  its answer ─▶ Description ─▶ connect
//! ```
//!
//! Only as much as a page with a camera and a microphone needs: one bundle, one stream a section, no
//! simulcast, no data channel. A section that we can do nothing with is refused (port 0), not an error.
//! An application that uses `mediasoup-client` needs none of this: that library does it in the browser.

use std::fmt::Write as _;

use brodo::{
    CodecParameters, DtlsFingerprint, DtlsParameters, DtlsRole, FingerprintAlgorithm,
    HeaderExtensionDirection, IceCandidate, MediaKind, ParameterValue, RtcpFeedback,
    RtcpParameters, RtpCapabilities, RtpCodecCapability, RtpCodecParameters, RtpEncodingParameters,
    RtpHeaderExtensionParameters, RtpParameters, RtxParameters, WebRtcTransport,
};
use thiserror::Error;

/// The stream that all tracks of one peer belong to, so that the browser plays them in step.
const STREAM: &str = "peer";

/// What is wrong with a description.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SdpError {
    /// Without it nobody can know whom the keys were agreed with (RFC 8122).
    #[error("the description has no usable a=fingerprint")]
    NoFingerprint,
    /// There is no `m=` line.
    #[error("the description has no media section")]
    NoMedia,
}

/// A browser's offer or answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Its media sections, in its order.
    pub sections: Vec<Section>,
    /// Its certificate's hash, and whether it opens the handshake.
    pub dtls_parameters: DtlsParameters,
}

/// A media section of a browser's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, by which the answer and the RTP packets refer to it.
    pub mid: String,
    /// From `m=` on, one line each, without ends of line.
    lines: Vec<String>,
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// [`SdpError`] if it has no media, or no fingerprint that we know the hash of.
    pub fn parse(sdp: &str) -> Result<Self, SdpError> {
        let mut sections: Vec<Section> = Vec::new();
        for line in sdp.lines().map(str::trim_end) {
            if line.starts_with("m=") {
                sections.push(Section {
                    mid: String::new(),
                    lines: Vec::new(),
                });
            }
            if let Some(section) = sections.last_mut() {
                section.lines.push(line.to_owned());
            }
        }
        for section in &mut sections {
            section.mid = section.value("mid").unwrap_or_default().to_owned();
        }
        // In a bundle these are the same everywhere, be it above the sections or in them (RFC 9143 §7.1).
        let value = |name: &str| {
            sdp.lines()
                .find_map(|line| attribute(line.trim_end(), name))
        };
        if sections.is_empty() {
            return Err(SdpError::NoMedia);
        }
        let fingerprint = value("fingerprint").and_then(fingerprint);
        Ok(Self {
            sections,
            dtls_parameters: DtlsParameters {
                // RFC 5763 §5: who is `active` opens. Of one that would do either we say the same.
                role: match value("setup") {
                    Some("passive") => DtlsRole::Server,
                    _ => DtlsRole::Client,
                },
                fingerprints: vec![fingerprint.ok_or(SdpError::NoFingerprint)?],
            },
        })
    }
}

impl Section {
    /// Audio or video; `None` for a data channel.
    #[must_use]
    pub fn kind(&self) -> Option<MediaKind> {
        match self.lines.first()?.split(' ').next()? {
            "m=audio" => Some(MediaKind::Audio),
            "m=video" => Some(MediaKind::Video),
            _ => None,
        }
    }

    /// What the browser sends in this section, as far as the router can do it: its first codec in common
    /// with RTX, the header extensions and feedback in common, its stream. `None` if that is nothing.
    #[must_use]
    pub fn rtp_parameters(&self, router: &RtpCapabilities) -> Option<RtpParameters> {
        let kind = self.kind()?;
        let sends = !self.has("recvonly") && !self.has("inactive");
        let capabilities: Vec<_> = router
            .codecs
            .iter()
            .filter(|codec| codec.kind == kind)
            .collect();
        let offered = self.payload_types();
        let codec = offered.iter().find_map(|&payload_type| {
            let codec = self.codec(kind, payload_type)?;
            let known = capabilities.iter().find(|known| is_same(known, &codec))?;
            Some(shared(codec, known))
        });
        let codec = codec.filter(|_| sends)?;
        let rtx = offered.iter().find_map(|&payload_type| {
            let rtx = self.codec(kind, payload_type)?;
            (rtx.is_rtx() && rtx.apt() == Some(codec.payload_type)).then_some(rtx)
        });
        Some(RtpParameters {
            mid: Some(self.mid.clone()),
            encodings: vec![self.encoding(rtx.is_some())],
            codecs: [Some(codec), rtx].into_iter().flatten().collect(),
            header_extensions: self.header_extensions(kind, router),
            rtcp: RtcpParameters {
                cname: self
                    .value("ssrc")
                    .and_then(|ssrc| Some(ssrc.split_once("cname:")?.1.to_owned())),
                ..RtcpParameters::default()
            },
            msid: None,
        })
    }

    /// The payload types in the `m=` line, the preferred first.
    fn payload_types(&self) -> Vec<u8> {
        let formats = self.lines[0].split(' ').skip(3);
        formats.filter_map(|format| format.parse().ok()).collect()
    }

    /// `a=rtpmap`, `a=fmtp` and `a=rtcp-fb` of one payload type.
    fn codec(&self, kind: MediaKind, payload_type: u8) -> Option<RtpCodecParameters> {
        let of_this = |value: &'_ str| -> Option<String> {
            let (format, rest) = value.split_once(' ')?;
            (format == "*" || format.parse() == Ok(payload_type)).then(|| rest.to_owned())
        };
        let map = self.values("rtpmap").find_map(of_this)?;
        let mut parts = map.split('/');
        let kind_name = if kind == MediaKind::Audio {
            "audio"
        } else {
            "video"
        };
        Some(RtpCodecParameters {
            mime_type: format!("{kind_name}/{}", parts.next()?),
            payload_type,
            clock_rate: parts.next()?.parse().ok()?,
            channels: match kind {
                MediaKind::Audio => Some(parts.next().unwrap_or("1").parse().ok()?),
                MediaKind::Video => None,
            },
            parameters: self
                .values("fmtp")
                .find_map(of_this)
                .map(|text| codec_parameters(&text))
                .unwrap_or_default(),
            rtcp_feedback: self
                .values("rtcp-fb")
                .filter_map(of_this)
                .map(|text| feedback(&text))
                .collect(),
        })
    }

    /// The stream, and its repair stream (RFC 5576 §4.2). A browser that tells no SSRC is known by its MID.
    fn encoding(&self, has_rtx: bool) -> RtpEncodingParameters {
        let number = |text: &str| {
            text.split(' ')
                .next()
                .and_then(|ssrc| ssrc.parse::<u32>().ok())
        };
        let repair = self
            .values("ssrc-group")
            .find_map(|group| number(group.strip_prefix("FID ")?.split_once(' ')?.1));
        RtpEncodingParameters {
            ssrc: self.value("ssrc").and_then(number),
            rtx: repair
                .filter(|_| has_rtx)
                .map(|ssrc| RtxParameters { ssrc }),
            ..RtpEncodingParameters::default()
        }
    }

    /// `a=extmap` (RFC 8285 §5), those that the router can receive.
    fn header_extensions(
        &self,
        kind: MediaKind,
        router: &RtpCapabilities,
    ) -> Vec<RtpHeaderExtensionParameters> {
        use HeaderExtensionDirection::{Recvonly, Sendrecv};
        let offered = self.values("extmap").filter_map(|value| {
            let (id, rest) = value.split_once(' ')?;
            let id = id.split('/').next()?.parse().ok()?;
            Some((id, rest.split(' ').next()?))
        });
        let known = offered.filter(|(_, uri)| {
            router.header_extensions.iter().any(|known| {
                known.kind == kind
                    && known.uri == *uri
                    && matches!(known.direction, Sendrecv | Recvonly)
            })
        });
        known
            .map(|(id, uri)| RtpHeaderExtensionParameters {
                uri: uri.to_owned(),
                id,
                encrypt: false,
                parameters: CodecParameters::new(),
            })
            .collect()
    }

    fn has(&self, flag: &str) -> bool {
        self.lines
            .iter()
            .any(|line| line.strip_prefix("a=") == Some(flag))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| attribute(line, name))
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines
            .iter()
            .filter_map(move |line| attribute(line, name))
    }
}

/// Our answer to an offer to send: `accepted` has, for each section, what we take, or `None`.
#[must_use]
pub fn answer(
    offer: &Description,
    accepted: &[Option<RtpParameters>],
    transport: &WebRtcTransport,
) -> String {
    let taken = offer.sections.iter().zip(accepted);
    let mids = taken.clone().filter(|(_, media)| media.is_some());
    let mut sdp = session(mids.map(|(section, _)| section.mid.as_str()));
    let setup = match offer.dtls_parameters.role {
        DtlsRole::Server => "active",
        _ => "passive",
    };
    for (section, media) in taken {
        let Some(media) = media else {
            refuse(&mut sdp, section);
            continue;
        };
        section_head(&mut sdp, &section.lines[0], media);
        transport_lines(&mut sdp, &section.mid, transport, setup);
        line(&mut sdp, "a=recvonly");
        media_lines(&mut sdp, media);
    }
    sdp
}

/// Our offer of what a browser is to receive.
#[must_use]
pub fn offer<'a>(
    consumed: impl Iterator<Item = (MediaKind, &'a RtpParameters)> + Clone,
    transport: &WebRtcTransport,
) -> String {
    let mid = |media: &'a RtpParameters| media.mid.as_deref().unwrap_or_default();
    let mut sdp = session(consumed.clone().map(|(_, media)| mid(media)));
    for (kind, media) in consumed {
        let kind = if kind == MediaKind::Audio {
            "m=audio"
        } else {
            "m=video"
        };
        section_head(&mut sdp, kind, media);
        // RFC 8842 §5.2: who offers leaves it to the other who opens the handshake.
        transport_lines(&mut sdp, mid(media), transport, "actpass");
        line(&mut sdp, "a=sendonly");
        line(&mut sdp, &format!("a=msid:{STREAM} {}", mid(media)));
        media_lines(&mut sdp, media);
        stream_lines(&mut sdp, media);
    }
    sdp
}

/// What stands above the sections. We are an ICE-lite agent (RFC 8445 §2.5).
fn session<'a>(mids: impl Iterator<Item = &'a str>) -> String {
    let mids: String = mids.map(|mid| format!(" {mid}")).collect();
    let mut sdp = String::new();
    for text in [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
    ] {
        line(&mut sdp, text);
    }
    line(&mut sdp, &format!("a=group:BUNDLE{mids}"));
    sdp
}

fn refuse(sdp: &mut String, section: &Section) {
    let mut parts = section.lines[0].split(' ');
    let kind = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.skip(1).collect();
    // RFC 3264 §6: the same media and formats with port zero.
    line(sdp, &format!("{kind} 0 {}", rest.join(" ")));
    line(sdp, "c=IN IP4 0.0.0.0");
    line(sdp, &format!("a=mid:{}", section.mid));
    line(sdp, "a=inactive");
}

fn section_head(sdp: &mut String, kind: &str, media: &RtpParameters) {
    let kind = kind.split(' ').next().unwrap_or_default();
    let types: String = media
        .codecs
        .iter()
        .map(|codec| format!(" {}", codec.payload_type))
        .collect();
    // The port and address are placeholders: the candidates count (RFC 8840 §4.1.1).
    line(sdp, &format!("{kind} 9 UDP/TLS/RTP/SAVPF{types}"));
    line(sdp, "c=IN IP4 0.0.0.0");
}

fn transport_lines(sdp: &mut String, mid: &str, transport: &WebRtcTransport, setup: &str) {
    let ice = transport.ice_parameters();
    line(sdp, &format!("a=mid:{mid}"));
    line(sdp, &format!("a=ice-ufrag:{}", ice.username_fragment));
    line(sdp, &format!("a=ice-pwd:{}", ice.password));
    for candidate in transport.ice_candidates() {
        line(sdp, &candidate_line(&candidate));
    }
    line(sdp, "a=end-of-candidates");
    let fingerprints = transport.dtls_parameters().fingerprints;
    let sha256 = fingerprints
        .iter()
        .find(|hash| hash.algorithm == FingerprintAlgorithm::Sha256);
    if let Some(hash) = sha256 {
        line(sdp, &format!("a=fingerprint:sha-256 {}", hash.value));
    }
    line(sdp, &format!("a=setup:{setup}"));
    line(sdp, "a=rtcp-mux");
    line(sdp, "a=rtcp-rsize");
}

fn candidate_line(candidate: &IceCandidate) -> String {
    let IceCandidate {
        foundation,
        priority,
        address,
        port,
        ..
    } = candidate;
    match candidate.tcp_type {
        None => format!("a=candidate:{foundation} 1 udp {priority} {address} {port} typ host"),
        Some(_) => format!(
            "a=candidate:{foundation} 1 tcp {priority} {address} {port} typ host tcptype passive"
        ),
    }
}

/// Codecs, feedback and header extensions.
fn media_lines(sdp: &mut String, media: &RtpParameters) {
    for codec in &media.codecs {
        let payload_type = codec.payload_type;
        let name = codec.mime_type.split('/').next_back().unwrap_or_default();
        let channels = match codec.channels {
            Some(channels) if channels > 1 => format!("/{channels}"),
            _ => String::new(),
        };
        line(
            sdp,
            &format!(
                "a=rtpmap:{payload_type} {name}/{}{channels}",
                codec.clock_rate
            ),
        );
        let parameters: Vec<String> = codec
            .parameters
            .iter()
            .map(|(name, value)| match value {
                ParameterValue::Integer(value) => format!("{name}={value}"),
                ParameterValue::Number(value) => format!("{name}={value}"),
                ParameterValue::Text(value) => format!("{name}={value}"),
            })
            .collect();
        if !parameters.is_empty() {
            line(
                sdp,
                &format!("a=fmtp:{payload_type} {}", parameters.join(";")),
            );
        }
        for feedback in &codec.rtcp_feedback {
            let text = format!(
                "a=rtcp-fb:{payload_type} {} {}",
                feedback.kind, feedback.parameter
            );
            line(sdp, text.trim_end());
        }
    }
    for extension in &media.header_extensions {
        line(sdp, &format!("a=extmap:{} {}", extension.id, extension.uri));
    }
}

/// The streams of a section that we send.
fn stream_lines(sdp: &mut String, media: &RtpParameters) {
    let cname = media.rtcp.cname.as_deref().unwrap_or(STREAM);
    for encoding in &media.encodings {
        let Some(ssrc) = encoding.ssrc else { continue };
        let repair = encoding.rtx.map(|rtx| rtx.ssrc);
        if let Some(repair) = repair {
            line(sdp, &format!("a=ssrc-group:FID {ssrc} {repair}"));
        }
        for ssrc in [Some(ssrc), repair].into_iter().flatten() {
            line(sdp, &format!("a=ssrc:{ssrc} cname:{cname}"));
        }
    }
}

/// Lines end as RFC 8866 §5 wants it.
fn line(sdp: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = write!(sdp, "{text}\r\n");
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix("a=")?
        .strip_prefix(name)?
        .strip_prefix(':')
}

fn fingerprint(value: &str) -> Option<DtlsFingerprint> {
    let (algorithm, value) = value.split_once(' ')?;
    let algorithm = match algorithm.to_ascii_lowercase().as_str() {
        "sha-1" => FingerprintAlgorithm::Sha1,
        "sha-224" => FingerprintAlgorithm::Sha224,
        "sha-256" => FingerprintAlgorithm::Sha256,
        "sha-384" => FingerprintAlgorithm::Sha384,
        "sha-512" => FingerprintAlgorithm::Sha512,
        _ => return None,
    };
    Some(DtlsFingerprint {
        algorithm,
        value: value.trim().to_owned(),
    })
}

fn codec_parameters(text: &str) -> CodecParameters {
    let pairs = text
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .map(|(name, value)| {
            let value = match value.parse() {
                Ok(number) => ParameterValue::Integer(number),
                Err(_) => ParameterValue::Text(value.to_owned()),
            };
            (name.to_owned(), value)
        })
        .collect()
}

fn feedback(text: &str) -> RtcpFeedback {
    let (kind, parameter) = text.split_once(' ').unwrap_or((text, ""));
    RtcpFeedback {
        kind: kind.to_owned(),
        parameter: parameter.to_owned(),
    }
}

fn is_same(known: &RtpCodecCapability, codec: &RtpCodecParameters) -> bool {
    !known.is_rtx()
        && known.mime_type.eq_ignore_ascii_case(&codec.mime_type)
        && known.clock_rate == codec.clock_rate
        && known.channels.unwrap_or(1) == codec.channels.unwrap_or(1)
}

/// Feedback works only if both know it.
fn shared(mut codec: RtpCodecParameters, known: &RtpCodecCapability) -> RtpCodecParameters {
    codec
        .rtcp_feedback
        .retain(|feedback| known.rtcp_feedback.contains(feedback));
    codec
}

#[cfg(test)]
mod tests;
