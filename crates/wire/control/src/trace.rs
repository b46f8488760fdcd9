//! Traces: what the application wants to watch packet by packet.

use serde::{Deserialize, Serialize};

/// What a producer or a consumer can trace, in the order of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum RtpTraceType {
    /// Each RTP packet.
    Rtp,
    /// Each RTP packet that begins a key frame; it is not told again as `Rtp`.
    KeyFrame,
    /// Each NACK.
    Nack,
    /// Each PLI.
    Pli,
    /// Each FIR.
    Fir,
    /// Each sender report (producers only).
    Sr,
}

/// What a transport can trace, in the order of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum TransportTraceType {
    /// Each probe.
    Probation,
    /// Each change of the estimate.
    Bwe,
}

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum TraceDirection {
    /// To us.
    In,
    /// From us.
    Out,
}

/// One observation of a producer or a consumer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtpTrace {
    /// Of what.
    #[serde(rename = "type")]
    pub kind: RtpTraceType,
    /// When, in milliseconds of the worker's monotonic clock.
    pub timestamp: u64,
    /// Which way.
    pub direction: TraceDirection,
    /// What; nothing for a NACK.
    pub info: Option<RtpTraceInfo>,
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum RtpTraceInfo {
    /// An RTP packet.
    #[serde(rename_all = "camelCase")]
    Packet {
        /// The packet.
        rtp_packet: RtpPacketTrace,
        /// Whether it came, or went, as a repetition.
        is_rtx: bool,
    },
    /// A sender report.
    #[serde(rename_all = "camelCase")]
    SenderReport {
        /// Of this stream.
        ssrc: u32,
        /// Whole seconds since 1900.
        ntp_sec: u32,
        /// 2⁻³² seconds.
        ntp_frac: u32,
        /// The same moment in the media clock.
        rtp_ts: u32,
        /// Packets sent.
        packet_count: u32,
        /// Payload bytes sent.
        octet_count: u32,
    },
    /// A key-frame request.
    KeyFrameRequest {
        /// For this stream.
        ssrc: u32,
    },
}

/// An RTP packet as it was observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpPacketTrace {
    /// Of its header.
    pub payload_type: u8,
    /// Of its header.
    pub sequence_number: u16,
    /// Of its header.
    pub timestamp: u32,
    /// Of its header.
    pub marker: bool,
    /// Of its header.
    pub ssrc: u32,
    /// It begins a key frame.
    pub is_key_frame: bool,
    /// Bytes of the packet.
    pub size: u32,
    /// Bytes of its payload.
    pub payload_size: u32,
    /// Of its payload; 0 without layers.
    pub spatial_layer: u8,
    /// Of its payload; 0 without layers.
    pub temporal_layer: u8,
    /// Of its header extension.
    pub mid: Option<String>,
    /// Of its header extension.
    pub rid: Option<String>,
    /// Of its header extension.
    pub rrid: Option<String>,
    /// Of its header extension.
    pub wide_sequence_number: Option<u16>,
}

/// One observation of a transport.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TransportTrace {
    /// Of what.
    #[serde(rename = "type")]
    pub kind: TransportTraceType,
    /// When, in milliseconds of the worker's monotonic clock.
    pub timestamp: u64,
    /// Which way.
    pub direction: TraceDirection,
    /// What.
    pub info: TransportTraceInfo,
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum TransportTraceInfo {
    /// The estimate of what the peer can receive; all in bits a second.
    #[serde(rename_all = "camelCase")]
    Bwe {
        /// What the consumers could use.
        desired_bitrate: u64,
        /// The same, smoothed.
        effective_desired_bitrate: u64,
        /// The limit below.
        min_bitrate: u64,
        /// The limit above.
        max_bitrate: u64,
        /// Where it began.
        start_bitrate: u64,
        /// What probes may use.
        max_padding_bitrate: u64,
        /// The estimate.
        available_bitrate: u64,
        /// `transport-cc` or `remb`.
        bwe_type: String,
    },
    /// A probe.
    Probation {},
}
