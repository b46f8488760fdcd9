//! How a stream delivers: checked once, then said in SCTP's words.

use std::time::Duration;

use control::{Refusal, SctpStreamParameters};
use sctp::Reliability;

/// Stream ids end here: 65535 is reserved (RFC 8832 §6).
const STREAM_ID_MAX: u16 = 65_534;

/// Refuses parameters that contradict each other.
pub fn check_stream(stream: &SctpStreamParameters) -> Result<(), Refusal> {
    let refuse = |what: &str| Err(Refusal::TypeError(format!("sctpStreamParameters.{what}")));
    if stream.stream_id > STREAM_ID_MAX {
        return refuse("streamId must be at most 65534");
    }
    match (stream.max_packet_life_time, stream.max_retransmits) {
        (Some(_), Some(_)) => refuse("maxPacketLifeTime: not with maxRetransmits"),
        (Some(_), None) if stream.ordered => refuse("maxPacketLifeTime: not with ordered"),
        (None, Some(_)) if stream.ordered => refuse("maxRetransmits: not with ordered"),
        _ => Ok(()),
    }
}

/// How hard a message of this stream is tried. Unordered alone is still reliable.
#[must_use]
pub fn reliability(stream: &SctpStreamParameters) -> Reliability {
    Reliability {
        ordered: stream.ordered,
        packet_life_time_max: stream
            .max_packet_life_time
            .map(|millis| Duration::from_millis(millis.into())),
        retransmits_max: stream.max_retransmits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_contradict_order_and_each_other() {
        let stream = |ordered, life: Option<u16>, retransmits: Option<u16>| SctpStreamParameters {
            stream_id: 1,
            ordered,
            max_packet_life_time: life,
            max_retransmits: retransmits,
        };

        assert!(check_stream(&stream(true, None, None)).is_ok());
        assert!(check_stream(&stream(false, None, None)).is_ok());
        assert!(check_stream(&stream(false, Some(1), None)).is_ok());
        assert!(check_stream(&stream(false, None, Some(0))).is_ok());
        assert!(check_stream(&stream(true, Some(1), None)).is_err());
        assert!(check_stream(&stream(true, None, Some(0))).is_err());
        assert!(check_stream(&stream(false, Some(1), Some(0))).is_err());
        let last = |stream_id| SctpStreamParameters {
            stream_id,
            ..stream(true, None, None)
        };
        assert!(check_stream(&last(65_534)).is_ok());
        assert!(check_stream(&last(65_535)).is_err());
    }

    #[test]
    fn unordered_alone_has_no_limit() {
        let stream = SctpStreamParameters {
            ordered: false,
            ..SctpStreamParameters::default()
        };

        assert_eq!(reliability(&stream), Reliability::UNORDERED);
    }
}
