//! Writes the header of a packet for one consumer.

use ortc::RtpParameters;
use payload::dd::move_frame_number;
use rtp::{
    AbsSendTime, Extension, ExtensionMap, FixedHeader, HeaderWriter, Mid, PayloadType, Ssrc,
};
use units::NtpTime;

use crate::consumer::sequencer::Outgoing;
use crate::history::StoredPacket;

/// No extension's value is longer (RFC 8285 §4.3).
const DESCRIPTOR_MAX: usize = 255;

/// What a header says of the moment of sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendStamp {
    /// The send time, 24 bits.
    pub abs_send_time: u32,
    /// The number among all packets of the transport.
    pub transport_seq: Option<u16>,
}

impl SendStamp {
    /// Now.
    #[must_use]
    pub fn at(now: NtpTime, transport_seq: Option<u16>) -> Self {
        Self {
            abs_send_time: AbsSendTime::at(now).0,
            transport_seq,
        }
    }
}

/// What stays the same in every header of a consumer.
#[derive(Clone, Debug)]
pub struct Template {
    ssrc: Ssrc,
    rtx: Option<(Ssrc, PayloadType)>,
    mid: Option<Mid>,
    ids: ExtensionMap,
    /// Some id or value needs the two-byte form.
    two_byte: bool,
}

impl Template {
    /// Reads the consumer's parameters. `None` without an SSRC, or with RTX that has no payload type.
    pub fn new(parameters: &RtpParameters) -> Option<Self> {
        let encoding = parameters.encodings.first()?;
        let rtx = match encoding.rtx {
            None => None,
            Some(rtx) => {
                let codec = parameters.codecs.iter().find(|codec| codec.is_rtx())?;
                Some((Ssrc(rtx.ssrc), PayloadType::new(codec.payload_type)?))
            }
        };
        let headers = &parameters.header_extensions;
        let ids = ExtensionMap::from_uris(
            headers
                .iter()
                .map(|extension| (extension.uri.as_str(), extension.id)),
        );
        let mid = parameters
            .mid
            .as_deref()
            .and_then(|mid| Mid::new(mid.as_bytes()));
        let two_byte =
            ids.iter().any(|(_, id)| id > 14) || mid.is_some_and(|mid| mid.as_bytes().len() > 16);
        Some(Self {
            ssrc: Ssrc(encoding.ssrc?),
            rtx,
            mid,
            ids,
            two_byte,
        })
    }

    /// The media stream.
    pub fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    /// The repair stream.
    pub fn rtx_ssrc(&self) -> Option<Ssrc> {
        self.rtx.map(|(ssrc, _)| ssrc)
    }

    /// Whether packets are numbered across the transport.
    pub fn wants_transport_seq(&self) -> bool {
        self.ids.id(Extension::TransportSeq).is_some()
    }

    /// Writes the header; gives its length, or `None` if there is no room.
    pub fn write(
        &self,
        outgoing: &Outgoing,
        packet: &StoredPacket<'_>,
        stamp: &SendStamp,
        out: &mut [u8],
    ) -> Option<usize> {
        let (ssrc, payload_type) = match (outgoing.original, self.rtx) {
            (Some(_), rtx) => rtx?,
            (None, _) => (self.ssrc, packet.facts.payload_type),
        };
        let fixed = FixedHeader {
            marker: outgoing.marker,
            payload_type,
            seq: outgoing.seq,
            timestamp: outgoing.timestamp,
            ssrc,
        };
        let travelling = packet
            .extension_elements()
            .filter(|(kind, _)| self.ids.id(*kind).is_some());
        let two_byte = self.two_byte
            || travelling
                .clone()
                .any(|(_, value)| !HeaderWriter::fits_one_byte(1, value.len()));
        let mut writer = HeaderWriter::new(out, &fixed, two_byte)?;
        if let (Some(id), Some(mid)) = (self.ids.id(Extension::Mid), &self.mid) {
            writer.extension(id, mid.as_bytes())?;
        }
        if let Some(id) = self.ids.id(Extension::AbsSendTime) {
            writer.extension(id, &AbsSendTime(stamp.abs_send_time).to_bytes())?;
        }
        if let (Some(id), Some(seq)) = (self.ids.id(Extension::TransportSeq), stamp.transport_seq) {
            writer.extension(id, &seq.to_be_bytes())?;
        }
        for (kind, value) in travelling {
            let id = self.ids.id(kind)?;
            if kind == Extension::DependencyDescriptor && outgoing.frame_step != 0 {
                let mut moved = [0; DESCRIPTOR_MAX];
                let moved = moved.get_mut(..value.len())?;
                moved.copy_from_slice(value);
                move_frame_number(moved, outgoing.frame_step);
                writer.extension(id, moved)?;
            } else {
                writer.extension(id, value)?;
            }
        }
        writer.finish()
    }
}
