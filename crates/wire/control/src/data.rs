//! Messages: SCTP associations, data producers and data consumers.

use serde::{Deserialize, Serialize};

use crate::ids::{DataConsumerId, DataProducerId};
use crate::message::UserMessage;

/// Sizes of an SCTP association, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SctpOptions {
    /// The largest message that data consumers may send.
    pub max_send_message_size: u32,
    /// The largest message that data producers may receive.
    pub max_receive_message_size: u32,
    /// What may wait to be sent, in sum.
    pub send_buffer_size: u32,
    /// What may wait to be sent on one stream.
    pub per_stream_send_queue_limit: u32,
    /// The largest receive window that is announced.
    pub max_receiver_window_buffer_size: u32,
    /// The threshold of each data consumer to begin with.
    pub default_stream_buffered_amount_low_threshold: u32,
}

impl Default for SctpOptions {
    fn default() -> Self {
        Self {
            max_send_message_size: 262_144,
            max_receive_message_size: 262_144,
            send_buffer_size: 2_000_000,
            per_stream_send_queue_limit: 2_000_000,
            max_receiver_window_buffer_size: 5_242_880,
            default_stream_buffered_amount_low_threshold: 1_024,
        }
    }
}

/// An association for the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SctpParameters {
    /// Always 5000 (RFC 8841 §5).
    pub port: u16,
    /// Streams that we ask for: always 65535.
    #[serde(rename = "OS")]
    pub os: u16,
    /// Streams that we take: always 65535.
    #[serde(rename = "MIS")]
    pub mis: u16,
    /// The largest message that we receive.
    pub max_message_size: u32,
    /// The largest message that we send.
    pub max_send_message_size: u32,
    /// The largest message that we receive.
    pub max_receive_message_size: u32,
    /// What may wait to be sent, in sum.
    pub send_buffer_size: u32,
    /// What may wait to be sent on one stream.
    pub per_stream_send_queue_limit: u32,
    /// The largest receive window that is announced.
    pub max_receiver_window_buffer_size: u32,
    /// Whether it runs over DTLS, for WebRTC data channels (RFC 8831).
    pub is_data_channel: bool,
}

/// How far an association has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SctpState {
    /// Not started.
    New,
    /// In the handshake.
    Connecting,
    /// Messages go.
    Connected,
    /// The handshake failed, or the peer is gone.
    Failed,
    /// Closed by either side.
    Closed,
}

/// The streams that both sides agreed on; 0 until connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SctpNegotiatedCapabilities {
    /// To the peer.
    pub negotiated_max_outbound_streams: u16,
    /// From the peer.
    pub negotiated_max_inbound_streams: u16,
}

/// How a stream delivers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SctpStreamParameters {
    /// 0 to 65534.
    pub stream_id: u16,
    /// In the order of sending.
    pub ordered: bool,
    /// Give up after so many milliseconds; only unordered, and not with `max_retransmits`.
    pub max_packet_life_time: Option<u16>,
    /// Give up after so many repetitions; only unordered, and not with `max_packet_life_time`.
    pub max_retransmits: Option<u16>,
}

impl SctpStreamParameters {
    /// Everything arrives, in the order of sending.
    #[must_use]
    pub fn ordered(stream_id: u16) -> Self {
        Self {
            stream_id,
            ordered: true,
            ..Self::default()
        }
    }

    /// Everything arrives, in any order.
    #[must_use]
    pub fn unordered(stream_id: u16) -> Self {
        Self {
            stream_id,
            ..Self::default()
        }
    }
}

/// What carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum DataProducerType {
    /// An SCTP association.
    Sctp,
    /// The application.
    Direct,
}

/// What a data producer is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProduceDataOptions {
    /// Its name, unused so far in the worker.
    pub id: DataProducerId,
    /// The peer's stream; `None` on a direct transport.
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    /// For the application.
    #[serde(default)]
    pub label: String,
    /// For the application.
    #[serde(default)]
    pub protocol: String,
    /// Begin paused.
    #[serde(default)]
    pub paused: bool,
}

/// What a data consumer is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConsumeDataOptions {
    /// Its name, unused so far in the worker.
    pub id: DataConsumerId,
    /// The data producer, in the same router.
    pub data_producer_id: DataProducerId,
    /// Our stream; `None` on a direct transport.
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    /// For the application.
    #[serde(default)]
    pub label: String,
    /// For the application.
    #[serde(default)]
    pub protocol: String,
    /// Begin paused.
    #[serde(default)]
    pub paused: bool,
    /// Which messages with subchannels it takes.
    #[serde(default)]
    pub subchannels: Vec<u16>,
}

/// A call on a data producer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DataProducerCall {
    /// Stops forwarding.
    Pause,
    /// Forwards again.
    Resume,
    /// The data producer as it is now.
    Dump,
    /// Its counters.
    GetStats,
    /// Closes it and its data consumers.
    Close,
}

/// A call on a data consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DataConsumerCall {
    /// Stops sending.
    Pause,
    /// Sends again.
    Resume,
    /// Bytes that wait on its stream; answered with [`Reply::BufferedAmount`](crate::Reply).
    GetBufferedAmount,
    /// Tell when no more than this waits.
    SetBufferedAmountLowThreshold(u32),
    /// Sends a message of its own; answered with [`Reply::BufferedAmount`](crate::Reply).
    Send(UserMessage),
    /// Takes exactly these subchannels; answered with [`Reply::Subchannels`](crate::Reply).
    SetSubchannels(Vec<u16>),
    /// Takes one more; answered with [`Reply::Subchannels`](crate::Reply).
    AddSubchannel(u16),
    /// Takes one less; answered with [`Reply::Subchannels`](crate::Reply).
    RemoveSubchannel(u16),
    /// The data consumer as it is now.
    Dump,
    /// Its counters.
    GetStats,
    /// Closes it.
    Close,
}

/// To whom a message of a direct data producer goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Audience {
    /// Whoever has one of these; everybody if empty.
    pub subchannels: Vec<u16>,
    /// Only who has this.
    pub required_subchannel: Option<u16>,
    /// Nobody who has this.
    pub ignored_subchannel: Option<u16>,
}

/// Something happened to a data consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DataConsumerEvent {
    /// Its data producer was closed, and so is it.
    DataProducerClose,
    /// Its data producer was paused.
    DataProducerPause,
    /// Its data producer was resumed.
    DataProducerResume,
    /// The peer closed the stream, and so it is closed.
    StreamClosed,
    /// A message, on a direct transport.
    Message(UserMessage),
    /// A message was dropped because too much waits.
    SctpSendBufferFull,
    /// So many bytes wait: no more than the threshold.
    BufferedAmountLow(u32),
}

/// A data producer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DataProducerDump {
    /// Its name.
    pub id: DataProducerId,
    /// What carries its messages.
    #[serde(rename = "type")]
    pub kind: DataProducerType,
    /// The peer's stream.
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    /// For the application.
    pub label: String,
    /// For the application.
    pub protocol: String,
    /// Whether it is paused.
    pub paused: bool,
}

/// A data consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DataConsumerDump {
    /// Its name.
    pub id: DataConsumerId,
    /// Its data producer.
    pub data_producer_id: DataProducerId,
    /// What carries its messages.
    #[serde(rename = "type")]
    pub kind: DataProducerType,
    /// Our stream.
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    /// For the application.
    pub label: String,
    /// For the application.
    pub protocol: String,
    /// Bytes that wait on its stream.
    pub buffered_amount: u32,
    /// When to tell that little waits; 0 on a direct transport.
    pub buffered_amount_low_threshold: u32,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether its data producer is paused.
    pub data_producer_paused: bool,
    /// Which messages with subchannels it takes, ascending.
    pub subchannels: Vec<u16>,
}

/// Counters of a data producer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename = "data-producer", rename_all = "camelCase")]
pub struct DataProducerStats {
    /// When.
    pub timestamp: u64,
    /// For the application.
    pub label: String,
    /// For the application.
    pub protocol: String,
    /// Messages.
    pub messages_received: u64,
    /// Their bytes.
    pub bytes_received: u64,
}

/// Counters of a data consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename = "data-consumer", rename_all = "camelCase")]
pub struct DataConsumerStats {
    /// When.
    pub timestamp: u64,
    /// For the application.
    pub label: String,
    /// For the application.
    pub protocol: String,
    /// Messages.
    pub messages_sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// Bytes that wait on its stream.
    pub buffered_amount: u32,
}
