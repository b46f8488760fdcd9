//! Objects as they are now, as `dump()` shows them.

use ortc::{MediaKind, RtpEncodingParameters, RtpMapping, RtpParameters};
use serde::{Deserialize, Serialize};

use crate::data::{SctpNegotiatedCapabilities, SctpParameters, SctpState};
use crate::ids::{
    ConsumerId, DataConsumerId, DataProducerId, ProducerId, RouterId, RtpObserverId, TransportId,
    WebRtcServerId,
};
use crate::trace::{RtpTraceType, TransportTraceType};
use crate::transport::{
    DtlsParameters, DtlsState, IceCandidate, IceParameters, IceRole, IceState, IpPort,
    SrtpParameters, TransportTuple,
};

/// One row of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KeyValue<K, V> {
    /// From.
    pub key: K,
    /// To.
    pub value: V,
}

/// One row of a map to many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KeyValues<K, V> {
    /// From.
    pub key: K,
    /// To.
    pub values: Vec<V>,
}

/// A worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WorkerDump {
    /// Its servers.
    pub web_rtc_server_ids: Vec<WebRtcServerId>,
    /// Its routers.
    pub router_ids: Vec<RouterId>,
    /// Everything that takes calls, and everything that takes commands.
    pub channel_message_handlers: ChannelMessageHandlers,
}

/// The names of everything in a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChannelMessageHandlers {
    /// Whatever takes requests.
    pub channel_request_handlers: Vec<String>,
    /// Transports, producers and data producers.
    pub channel_notification_handlers: Vec<String>,
}

/// Which transport an ICE username fragment leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UfragOfTransport {
    /// The fragment.
    pub local_ice_username_fragment: String,
    /// The transport.
    pub web_rtc_transport_id: TransportId,
}

/// A WebRTC server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WebRtcServerDump {
    /// Its name.
    pub id: WebRtcServerId,
    /// Its UDP sockets.
    pub udp_sockets: Vec<IpPort>,
    /// Its TCP listeners.
    pub tcp_servers: Vec<IpPort>,
    /// The transports on it.
    pub web_rtc_transport_ids: Vec<TransportId>,
    /// One row a transport, two while its ICE restart is under way.
    pub local_ice_username_fragments: Vec<UfragOfTransport>,
}

/// A router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RouterDump {
    /// Its name.
    pub id: RouterId,
    /// Its transports.
    pub transport_ids: Vec<TransportId>,
    /// Its observers.
    pub rtp_observer_ids: Vec<RtpObserverId>,
    /// Who consumes what.
    pub map_producer_id_consumer_ids: Vec<KeyValues<ProducerId, ConsumerId>>,
    /// And back.
    pub map_consumer_id_producer_id: Vec<KeyValue<ConsumerId, ProducerId>>,
    /// Who observes what.
    pub map_producer_id_observer_ids: Vec<KeyValues<ProducerId, RtpObserverId>>,
    /// Who consumes which messages.
    pub map_data_producer_id_data_consumer_ids: Vec<KeyValues<DataProducerId, DataConsumerId>>,
    /// And back.
    pub map_data_consumer_id_data_producer_id: Vec<KeyValue<DataConsumerId, DataProducerId>>,
}

/// The header-extension ids that a transport last negotiated for receiving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecvRtpHeaderExtensions {
    /// MID.
    pub mid: Option<u8>,
    /// RID.
    pub rid: Option<u8>,
    /// Repaired RID.
    pub rrid: Option<u8>,
    /// Absolute send time.
    pub abs_send_time: Option<u8>,
    /// Transport-wide sequence number.
    pub transport_wide_cc01: Option<u8>,
}

/// How packets find their producer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpListenerDump {
    /// By SSRC.
    pub ssrc_table: Vec<KeyValue<u32, ProducerId>>,
    /// By MID.
    pub mid_table: Vec<KeyValue<String, ProducerId>>,
    /// By RID.
    pub rid_table: Vec<KeyValue<String, ProducerId>>,
}

/// What every transport shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BaseTransportDump {
    /// Its name.
    pub id: TransportId,
    /// Its producers.
    pub producer_ids: Vec<ProducerId>,
    /// Its consumers.
    pub consumer_ids: Vec<ConsumerId>,
    /// Which consumer an SSRC of ours belongs to.
    pub map_ssrc_consumer_id: Vec<KeyValue<u32, ConsumerId>>,
    /// The same for RTX.
    pub map_rtx_ssrc_consumer_id: Vec<KeyValue<u32, ConsumerId>>,
    /// Extension ids for receiving.
    pub recv_rtp_header_extensions: RecvRtpHeaderExtensions,
    /// How packets find their producer.
    pub rtp_listener: RtpListenerDump,
    /// Its data producers.
    pub data_producer_ids: Vec<DataProducerId>,
    /// Its data consumers.
    pub data_consumer_ids: Vec<DataConsumerId>,
    /// Its association and the sizes of messages.
    #[serde(flatten)]
    pub sctp: SctpDump,
    /// Which traces are on.
    pub trace_event_types: Vec<TransportTraceType>,
}

/// What a transport shows of messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SctpDump {
    /// The largest message that data consumers may send.
    pub max_send_message_size: u32,
    /// The largest message that data producers may receive.
    pub max_receive_message_size: u32,
    /// For the peer, with SCTP.
    pub sctp_parameters: Option<SctpParameters>,
    /// With SCTP.
    pub sctp_state: Option<SctpState>,
    /// With SCTP.
    pub sctp_negotiated_capabilities: Option<SctpNegotiatedCapabilities>,
    /// How messages find their data producer, with SCTP.
    pub sctp_listener: Option<SctpListenerDump>,
}

/// How messages find their data producer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SctpListenerDump {
    /// By stream.
    pub stream_id_table: Vec<KeyValue<u16, DataProducerId>>,
}

/// A transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum TransportDump {
    /// A WebRTC transport.
    WebRtc(WebRtcTransportDump),
    /// A plain transport.
    Plain(PlainTransportDump),
    /// A pipe transport.
    Pipe(PipeTransportDump),
    /// A direct transport.
    Direct(DirectTransportDump),
}

/// A pipe transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipeTransportDump {
    /// What every transport shows.
    #[serde(flatten)]
    pub base: BaseTransportDump,
    /// The way packets go.
    pub tuple: TransportTuple,
    /// Lost packets are sent again.
    pub rtx: bool,
    /// Our key, with SRTP.
    pub srtp_parameters: Option<SrtpParameters>,
}

/// A direct transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DirectTransportDump {
    /// What every transport shows.
    #[serde(flatten)]
    pub base: BaseTransportDump,
}

/// A WebRTC transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportDump {
    /// What every transport shows.
    #[serde(flatten)]
    pub base: BaseTransportDump,
    /// Always controlled.
    pub ice_role: IceRole,
    /// For the peer.
    pub ice_parameters: IceParameters,
    /// For the peer.
    pub ice_candidates: Vec<IceCandidate>,
    /// How far ICE has come.
    pub ice_state: IceState,
    /// The way packets go, once there is one.
    pub ice_selected_tuple: Option<TransportTuple>,
    /// For the peer.
    pub dtls_parameters: DtlsParameters,
    /// How far DTLS has come.
    pub dtls_state: DtlsState,
}

/// A plain transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportDump {
    /// What every transport shows.
    #[serde(flatten)]
    pub base: BaseTransportDump,
    /// RTP and RTCP share a port.
    pub rtcp_mux: bool,
    /// The peer's address is learnt.
    pub comedia: bool,
    /// The way RTP goes.
    pub tuple: TransportTuple,
    /// The way RTCP goes, when not multiplexed.
    pub rtcp_tuple: Option<TransportTuple>,
    /// Our key, with SRTP.
    pub srtp_parameters: Option<SrtpParameters>,
}

/// What a stream was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpStreamParametersDump {
    /// Which encoding.
    pub encoding_idx: u32,
    /// Its SSRC.
    pub ssrc: u32,
    /// Its payload type.
    pub payload_type: u8,
    /// Its codec.
    pub mime_type: String,
    /// Its media clock.
    pub clock_rate: u32,
    /// Its RID.
    pub rid: Option<String>,
    /// Its CNAME.
    pub cname: String,
    /// Its RTX stream.
    pub rtx_ssrc: Option<u32>,
    /// The payload type of that.
    pub rtx_payload_type: Option<u8>,
    /// NACK was negotiated.
    pub use_nack: bool,
    /// PLI was negotiated.
    pub use_pli: bool,
    /// FIR was negotiated.
    pub use_fir: bool,
    /// Opus in-band FEC was negotiated.
    pub use_in_band_fec: bool,
    /// Opus DTX was negotiated.
    pub use_dtx: bool,
    /// How many spatial layers.
    pub spatial_layers: u8,
    /// How many temporal layers.
    pub temporal_layers: u8,
}

/// What an RTX stream was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtxStreamParametersDump {
    /// Its SSRC.
    pub ssrc: u32,
    /// Its payload type.
    pub payload_type: u8,
    /// Its codec.
    pub mime_type: String,
    /// Its media clock.
    pub clock_rate: u32,
    /// The RID of the stream it repairs.
    pub rrid: Option<String>,
    /// Its CNAME.
    pub cname: String,
}

/// An RTX stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RtxStreamDump {
    /// What it was made from.
    pub params: RtxStreamParametersDump,
}

/// A stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RtpStreamDump {
    /// What it was made from.
    pub params: RtpStreamParametersDump,
    /// 0 to 10.
    pub score: u8,
    /// Its RTX stream.
    pub rtx_stream: Option<RtxStreamDump>,
}

/// A producer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProducerDump {
    /// Its name.
    pub id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// `simple`, `simulcast` or `svc`.
    #[serde(rename = "type")]
    pub producer_type: ortc::ProducerType,
    /// As understood.
    pub rtp_parameters: RtpParameters,
    /// Into the router's numbers.
    pub rtp_mapping: RtpMapping,
    /// The streams seen so far.
    pub rtp_streams: Vec<RtpStreamDump>,
    /// Which traces are on.
    pub trace_event_types: Vec<RtpTraceType>,
    /// Whether it is paused.
    pub paused: bool,
}

/// What a consumer shows according to its type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ConsumerTypeDump {
    /// One stream without layers.
    #[serde(rename_all = "camelCase")]
    Simple {
        /// What we send.
        rtp_stream: RtpStreamDump,
    },
    /// One of several streams.
    Simulcast(LayeredConsumerDump),
    /// One stream with layers.
    Svc(LayeredConsumerDump),
    /// All streams as they are.
    #[serde(rename_all = "camelCase")]
    Pipe {
        /// What we send.
        rtp_streams: Vec<RtpStreamDump>,
    },
}

/// What a consumer with layers shows; −1 is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LayeredConsumerDump {
    /// What we send.
    pub rtp_stream: RtpStreamDump,
    /// Wanted at most.
    pub preferred_spatial_layer: i16,
    /// To be sent from the next key frame on.
    pub target_spatial_layer: i16,
    /// Sent now.
    pub current_spatial_layer: i16,
    /// Wanted at most.
    pub preferred_temporal_layer: i16,
    /// To be sent from the next key frame on.
    pub target_temporal_layer: i16,
    /// Sent now.
    pub current_temporal_layer: i16,
}

/// A consumer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConsumerDump {
    /// Its name.
    pub id: ConsumerId,
    /// Its producer.
    pub producer_id: ProducerId,
    /// Audio or video.
    pub kind: MediaKind,
    /// What we send.
    pub rtp_parameters: RtpParameters,
    /// The producer's encodings in the router's numbers.
    pub consumable_rtp_encodings: Vec<RtpEncodingParameters>,
    /// Payload types of media codecs, ascending.
    pub supported_codec_payload_types: Vec<u8>,
    /// Which traces are on.
    pub trace_event_types: Vec<RtpTraceType>,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether its producer is paused.
    pub producer_paused: bool,
    /// 1 to 255.
    pub priority: u8,
    /// According to its type.
    #[serde(flatten)]
    pub details: ConsumerTypeDump,
}
