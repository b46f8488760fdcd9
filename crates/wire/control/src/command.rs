//! What an API tells the engine without waiting for an answer.

use serde::{Deserialize, Serialize};

use crate::data::Audience;
use crate::ids::{DataProducerId, ProducerId, TransportId};
use crate::message::UserMessage;

/// Something told to the engine. Commands and requests of one connection are handled in one order.
/// A command for an object that is not there is counted and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// An RTP packet for a producer on a direct transport.
    ProducerSend(
        ProducerId,
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        Vec<u8>,
    ),
    /// A compound RTCP packet for a direct transport.
    TransportSendRtcp(
        TransportId,
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        Vec<u8>,
    ),
    /// A message for a data producer on a direct transport, and to whom it goes.
    DataProducerSend(DataProducerId, UserMessage, Audience),
}
