//! Counters, as `getStats()` shows them.
//!
//! Times are milliseconds of the worker's monotonic clock, bitrates bits a second, byte counters
//! count since creation.

use ortc::MediaKind;
use serde::{Deserialize, Serialize};

use crate::data::SctpState;
use crate::ids::TransportId;
use crate::transport::{DtlsState, IceRole, IceState, TransportTuple};

/// Counters of a transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum TransportStats {
    /// Of a WebRTC transport.
    #[serde(rename = "webrtc-transport")]
    WebRtc(WebRtcTransportStats),
    /// Of a plain transport.
    #[serde(rename = "plain-rtp-transport")]
    Plain(PlainTransportStats),
    /// Of a pipe transport.
    #[serde(rename = "pipe-transport")]
    Pipe(PipeTransportStats),
    /// Of a direct transport.
    #[serde(rename = "direct-transport")]
    Direct(DirectTransportStats),
}

/// Counters of a pipe transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipeTransportStats {
    /// What every transport counts.
    #[serde(flatten)]
    pub base: BaseTransportStats,
    /// The way packets go.
    pub tuple: TransportTuple,
}

/// Counters of a direct transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DirectTransportStats {
    /// What every transport counts.
    #[serde(flatten)]
    pub base: BaseTransportStats,
}

/// What every transport counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BaseTransportStats {
    /// Which transport.
    pub transport_id: TransportId,
    /// When.
    pub timestamp: u64,
    /// How far SCTP has come, with SCTP.
    pub sctp_state: Option<SctpState>,
    /// Everything that came in but STUN.
    pub bytes_received: u64,
    /// Its rate.
    pub recv_bitrate: u64,
    /// Everything that went out but STUN.
    pub bytes_sent: u64,
    /// Its rate.
    pub send_bitrate: u64,
    /// RTP of producers, without retransmissions.
    pub rtp_bytes_received: u64,
    /// Its rate.
    pub rtp_recv_bitrate: u64,
    /// RTP of consumers, without retransmissions.
    pub rtp_bytes_sent: u64,
    /// Its rate.
    pub rtp_send_bitrate: u64,
    /// Retransmissions to us.
    pub rtx_bytes_received: u64,
    /// Their rate.
    pub rtx_recv_bitrate: u64,
    /// Retransmissions from us.
    pub rtx_bytes_sent: u64,
    /// Their rate.
    pub rtx_send_bitrate: u64,
    /// Probes.
    pub probation_bytes_sent: u64,
    /// Their rate.
    pub probation_send_bitrate: u64,
    /// What the peer can receive, once estimated.
    pub available_outgoing_bitrate: Option<u64>,
    /// What the peer can send, once estimated.
    pub available_incoming_bitrate: Option<u64>,
    /// The limit, if one is set.
    pub max_incoming_bitrate: Option<u64>,
    /// The limit, if one is set.
    pub max_outgoing_bitrate: Option<u64>,
    /// The limit, if one is set.
    pub min_outgoing_bitrate: Option<u64>,
    /// Share of the peer's packets that did not arrive, 0 to 1, once known.
    pub rtp_packet_loss_received: Option<f64>,
    /// Share of our packets that did not arrive, 0 to 1, once known.
    pub rtp_packet_loss_sent: Option<f64>,
}

/// Counters of a WebRTC transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportStats {
    /// What every transport counts.
    #[serde(flatten)]
    pub base: BaseTransportStats,
    /// Always controlled.
    pub ice_role: IceRole,
    /// How far ICE has come.
    pub ice_state: IceState,
    /// The way packets go, once there is one.
    pub ice_selected_tuple: Option<TransportTuple>,
    /// How far DTLS has come.
    pub dtls_state: DtlsState,
}

/// Counters of a plain transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportStats {
    /// What every transport counts.
    #[serde(flatten)]
    pub base: BaseTransportStats,
    /// RTP and RTCP share a port.
    pub rtcp_mux: bool,
    /// The peer's address is learnt.
    pub comedia: bool,
    /// The way RTP goes.
    pub tuple: TransportTuple,
    /// The way RTCP goes, once its remote end is known.
    pub rtcp_tuple: Option<TransportTuple>,
}

/// What both ways of a stream count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpStreamStats {
    /// When.
    pub timestamp: u64,
    /// The stream.
    pub ssrc: u32,
    /// Its RTX stream.
    pub rtx_ssrc: Option<u32>,
    /// Its RID.
    pub rid: Option<String>,
    /// Audio or video.
    pub kind: MediaKind,
    /// Its codec.
    pub mime_type: String,
    /// Packets that did not arrive; negative with duplicates.
    pub packets_lost: i64,
    /// Of the last interval, in 256ths.
    pub fraction_lost: u8,
    /// In ticks of the media clock.
    pub jitter: u32,
    /// Packets with an impossible sequence number.
    pub packets_discarded: u64,
    /// Packets sent again.
    pub packets_retransmitted: u64,
    /// Packets sent again that helped.
    pub packets_repaired: u64,
    /// NACK packets.
    pub nack_count: u64,
    /// Packets asked for in them.
    pub nack_packet_count: u64,
    /// PLIs.
    pub pli_count: u64,
    /// FIRs.
    pub fir_count: u64,
    /// Milliseconds; 0 if unknown.
    pub round_trip_time: f64,
    /// RTX packets with an impossible sequence number.
    pub rtx_packets_discarded: Option<u64>,
    /// Packets.
    pub packet_count: u64,
    /// Bytes of whole RTP packets.
    pub byte_count: u64,
    /// Their rate.
    pub bitrate: u64,
    /// 0 to 10.
    pub score: u8,
}

/// Counters of a stream that we receive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename = "inbound-rtp", rename_all = "camelCase")]
pub struct RtpStreamRecvStats {
    /// What both ways count.
    #[serde(flatten)]
    pub base: RtpStreamStats,
    /// Rates up to each layer, as `"spatial.temporal"`; empty without layers.
    pub bitrate_by_layer: std::collections::BTreeMap<String, u64>,
}

/// Counters of a stream that we send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename = "outbound-rtp")]
pub struct RtpStreamSendStats {
    /// What both ways count.
    #[serde(flatten)]
    pub base: RtpStreamStats,
}

/// Counters of a consumer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsumerStats {
    /// What we send: one stream, or as many as the producer has.
    pub outbound: Vec<RtpStreamSendStats>,
    /// The producer's stream being forwarded.
    pub inbound: Option<RtpStreamRecvStats>,
}
