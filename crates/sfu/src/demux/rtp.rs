//! Which producer of a transport a packet belongs to.
//!
//! By its SSRC; else, if it carries a MID, by that; else by its RID (RFC 8843 §9.2). What was learnt
//! so is remembered by SSRC, within a bound.

use std::collections::VecDeque;

use control::{KeyValue, ProducerId, RecvRtpHeaderExtensions, Refusal, RtpListenerDump};
use ortc::RtpParameters;
use rtp::{Extension, ExtensionMap, RtpPacket, Ssrc};
use rustc_hash::FxHashMap;

/// SSRCs learnt from packets. A sender has a few; one that sends from more forgets its oldest.
const LEARNT_MAX: usize = 64;

/// The producers of one transport, by what their packets carry.
#[derive(Debug, Default)]
pub struct RtpDemux {
    ssrcs: FxHashMap<u32, usize>,
    mids: Vec<(String, usize)>,
    rids: Vec<(String, usize)>,
    /// Of `ssrcs`, those that no parameters announced; oldest first.
    learnt: VecDeque<u32>,
    extensions: ExtensionMap,
}

impl RtpDemux {
    /// Adds a producer, or refuses it and changes nothing.
    pub fn add(&mut self, producer: usize, parameters: &RtpParameters) -> Result<(), Refusal> {
        let announced = parameters.encodings.iter().flat_map(|encoding| {
            [encoding.ssrc, encoding.rtx.map(|rtx| rtx.ssrc)]
                .into_iter()
                .flatten()
        });
        let announced: Vec<u32> = announced.collect();
        if let Some(twice) =
            (1..announced.len()).find(|&at| announced[..at].contains(&announced[at]))
        {
            return Err(Refusal::Error(format!(
                "rtpParameters.encodings: ssrc {} is there twice",
                announced[twice]
            )));
        }
        if let Some(taken) = announced
            .iter()
            .find(|ssrc| self.ssrcs.contains_key(ssrc) && !self.learnt.contains(ssrc))
        {
            return Err(Refusal::Error(format!(
                "rtpParameters.encodings: ssrc {taken} is used already in this transport"
            )));
        }
        let taken =
            |table: &[(String, usize)], name: &str| table.iter().any(|(other, _)| other == name);
        if let Some(mid) = parameters
            .mid
            .as_deref()
            .filter(|mid| taken(&self.mids, mid))
        {
            return Err(Refusal::Error(format!(
                "rtpParameters.mid: {mid} is used already in this transport"
            )));
        }
        let mut rids = parameters
            .encodings
            .iter()
            .filter_map(|encoding| encoding.rid.as_deref());
        if parameters.mid.is_none()
            && let Some(rid) = rids.clone().find(|rid| taken(&self.rids, rid))
        {
            return Err(Refusal::Error(format!(
                "rtpParameters.encodings: rid {rid} is used already and there is no mid"
            )));
        }
        for ssrc in announced {
            self.learnt.retain(|&other| other != ssrc);
            self.ssrcs.insert(ssrc, producer);
        }
        self.mids
            .extend(parameters.mid.clone().map(|mid| (mid, producer)));
        self.rids
            .extend(rids.by_ref().map(|rid| (rid.to_owned(), producer)));
        for extension in &parameters.header_extensions {
            if let Some(kind) = Extension::from_uri(&extension.uri) {
                self.extensions.set(kind, extension.id);
            }
        }
        Ok(())
    }

    /// A producer has gone.
    pub fn remove(&mut self, producer: usize) {
        self.ssrcs.retain(|_, &mut other| other != producer);
        let ssrcs = &self.ssrcs;
        self.learnt.retain(|ssrc| ssrcs.contains_key(ssrc));
        self.mids.retain(|&(_, other)| other != producer);
        self.rids.retain(|&(_, other)| other != producer);
    }

    /// Whose packet it is.
    pub fn find(&mut self, packet: &RtpPacket<'_>) -> Option<usize> {
        if let Some(&producer) = self.ssrcs.get(&packet.ssrc().0) {
            return Some(producer);
        }
        let lookup = |table: &[(String, usize)], name: &[u8]| {
            table
                .iter()
                .find(|(other, _)| other.as_bytes() == name)
                .map(|&(_, producer)| producer)
        };
        let value = |kind| packet.extension_of(kind, &self.extensions);
        let found = match value(Extension::Mid) {
            Some(mid) => lookup(&self.mids, mid),
            None => {
                let rid = value(Extension::Rid).or_else(|| value(Extension::RepairedRid));
                rid.and_then(|rid| lookup(&self.rids, rid))
            }
        }?;
        self.learn(packet.ssrc(), found);
        Some(found)
    }

    fn learn(&mut self, ssrc: Ssrc, producer: usize) {
        if self.learnt.len() == LEARNT_MAX
            && let Some(oldest) = self.learnt.pop_front()
        {
            self.ssrcs.remove(&oldest);
        }
        self.learnt.push_back(ssrc.0);
        self.ssrcs.insert(ssrc.0, producer);
    }

    /// The extension ids last negotiated.
    #[must_use]
    pub fn extension_ids(&self) -> RecvRtpHeaderExtensions {
        RecvRtpHeaderExtensions {
            mid: self.extensions.id(Extension::Mid),
            rid: self.extensions.id(Extension::Rid),
            rrid: self.extensions.id(Extension::RepairedRid),
            abs_send_time: self.extensions.id(Extension::AbsSendTime),
            transport_wide_cc01: self.extensions.id(Extension::TransportSeq),
        }
    }

    /// The tables, with producers by name.
    #[must_use]
    pub fn dump(&self, name: impl Fn(usize) -> ProducerId) -> RtpListenerDump {
        let rows = |table: &[(String, usize)]| {
            let rows = table.iter().map(|(key, producer)| KeyValue {
                key: key.clone(),
                value: name(*producer),
            });
            rows.collect()
        };
        let ssrcs = self.ssrcs.iter().map(|(&key, &producer)| KeyValue {
            key,
            value: name(producer),
        });
        RtpListenerDump {
            ssrc_table: ssrcs.collect(),
            mid_table: rows(&self.mids),
            rid_table: rows(&self.rids),
        }
    }
}

#[cfg(test)]
mod tests {
    use ortc::{RtpEncodingParameters, RtpHeaderExtensionParameters, RtxParameters};

    use super::*;

    #[test]
    fn a_packet_is_found_by_ssrc_then_mid_then_rid() {
        let mut demux = RtpDemux::default();
        demux
            .add(1, &parameters(Some("a"), Some(11), None))
            .expect("free");
        demux
            .add(2, &parameters(Some("b"), None, Some("r")))
            .expect("free");

        assert_eq!(find(&mut demux, 11, None), Some(1));
        assert_eq!(find(&mut demux, 12, Some((1, b"b"))), Some(2));
        assert_eq!(find(&mut demux, 12, None), Some(2), "learnt");
        assert_eq!(find(&mut demux, 13, Some((2, b"r"))), Some(2));
        assert_eq!(find(&mut demux, 14, Some((1, b"x"))), None);
        assert_eq!(find(&mut demux, 15, None), None);
    }

    #[test]
    fn what_is_taken_is_refused_by_name_and_changes_nothing() {
        let mut demux = RtpDemux::default();
        demux
            .add(1, &parameters(Some("a"), Some(11), None))
            .expect("free");

        let refusal = demux
            .add(2, &parameters(Some("b"), Some(11), None))
            .expect_err("taken");
        assert!(refusal.to_string().contains("ssrc 11"));
        assert!(
            demux
                .add(2, &parameters(Some("a"), Some(12), None))
                .is_err()
        );
        assert_eq!(find(&mut demux, 12, None), None);
    }

    #[test]
    fn an_ssrc_is_announced_once() {
        let mut demux = RtpDemux::default();
        let mut repaired = parameters(None, Some(11), None);
        repaired.encodings[0].rtx = Some(RtxParameters { ssrc: 11 });

        let refusal = demux.add(1, &repaired).expect_err("its own repair");

        assert!(refusal.to_string().contains("ssrc 11"));
        assert!(demux.ssrcs.is_empty());
    }

    #[test]
    fn a_sender_of_many_ssrcs_does_not_grow_the_table() {
        let mut demux = RtpDemux::default();
        demux
            .add(1, &parameters(Some("a"), Some(11), None))
            .expect("free");

        for ssrc in 100..10_000 {
            find(&mut demux, ssrc, Some((1, b"a")));
        }

        assert_eq!(demux.ssrcs.len(), LEARNT_MAX + 1);
        assert_eq!(find(&mut demux, 11, None), Some(1));
    }

    #[test]
    fn a_producer_that_goes_takes_everything_along() {
        let mut demux = RtpDemux::default();
        demux
            .add(1, &parameters(Some("a"), Some(11), Some("r")))
            .expect("free");
        find(&mut demux, 12, Some((1, b"a")));

        demux.remove(1);

        assert_eq!(find(&mut demux, 12, Some((1, b"a"))), None);
        assert!(
            demux
                .add(2, &parameters(Some("a"), Some(11), Some("r")))
                .is_ok()
        );
    }

    fn parameters(mid: Option<&str>, ssrc: Option<u32>, rid: Option<&str>) -> RtpParameters {
        let extension = |kind: Extension| RtpHeaderExtensionParameters {
            uri: kind.uri().to_owned(),
            id: kind.canonical_id(),
            encrypt: false,
            parameters: Default::default(),
        };
        RtpParameters {
            mid: mid.map(str::to_owned),
            encodings: vec![RtpEncodingParameters {
                ssrc,
                rid: rid.map(str::to_owned),
                ..Default::default()
            }],
            header_extensions: vec![extension(Extension::Mid), extension(Extension::Rid)],
            ..Default::default()
        }
    }

    fn find(demux: &mut RtpDemux, ssrc: u32, extension: Option<(u8, &[u8])>) -> Option<usize> {
        let mut data = vec![0x80, 96, 0, 1, 0, 0, 0, 0];
        data.extend(ssrc.to_be_bytes());
        if let Some((id, value)) = extension {
            data[0] |= 0x10;
            data.extend([0xbe, 0xde, 0, 1, id << 4 | (value.len() as u8 - 1)]);
            data.extend(value);
            data.resize(20, 0);
        }
        demux.find(&RtpPacket::parse(&data).expect("well formed"))
    }
}
