//! JSON as mediasoup-client wants to have it.

use brodo::{Consumer, IceCandidate, Producer, WebRtcTransport};
use serde_json::{Value, json};

use crate::peer::Source;

/// Somebody, with what they send.
pub fn peer(id: &str, display_name: &str, producers: &[(Producer, Source)]) -> Value {
    let producers: Vec<Value> = producers
        .iter()
        .map(|(made, source)| producer(made, *source))
        .collect();
    json!({ "peerId": id, "displayName": display_name, "producers": producers })
}

/// A producer, for those who might consume it.
pub fn producer(producer: &Producer, source: Source) -> Value {
    json!({
        "producerId": producer.id(),
        "kind": producer.kind(),
        "source": source,
        "paused": producer.is_paused(),
        "codec": producer.rtp_parameters().codecs.first().map(|codec| codec.mime_type.clone()),
    })
}

/// A producer that appeared.
pub fn new_producer(peer_id: &str, made: &Producer, source: Source) -> Value {
    let mut data = producer(made, source);
    data["peerId"] = json!(peer_id);
    data
}

/// For `device.createSendTransport` and `device.createRecvTransport`.
pub fn webrtc_transport(transport: &WebRtcTransport, only_ipv6: bool) -> Value {
    let candidates = transport.ice_candidates();
    let offered = candidates
        .iter()
        .filter(|candidate| !only_ipv6 || candidate.address.contains(':'));
    json!({
        "id": transport.id(),
        "iceParameters": transport.ice_parameters(),
        "iceCandidates": offered.map(ice_candidate).collect::<Vec<_>>(),
        "dtlsParameters": transport.dtls_parameters(),
    })
}

/// Older clients read `ip`; a UDP candidate has no `tcpType` at all.
fn ice_candidate(candidate: &IceCandidate) -> Value {
    let mut value = json!(candidate);
    value["ip"] = json!(candidate.address);
    if let (None, Some(fields)) = (candidate.tcp_type, value.as_object_mut()) {
        fields.remove("tcpType");
    }
    value
}

/// For `transport.consume`.
pub fn consumer(consumer: &Consumer) -> Value {
    json!({
        "id": consumer.id(),
        "producerId": consumer.producer_id(),
        "kind": consumer.kind(),
        "rtpParameters": consumer.rtp_parameters(),
        "type": consumer.consumer_type(),
        "producerPaused": consumer.is_producer_paused(),
    })
}
