//! Passes on to a peer what happens by itself to its producers and consumers.
//!
//! One task an object; it holds no handle of the object, and ends with it.

use std::sync::Arc;

use brodo::{Consumer, ConsumerEvent, Producer, ProducerEvent};
use futures_util::StreamExt;
use serde_json::json;

use crate::peer::Peer;

/// Passes on how well a producer's media arrives.
pub fn producer(peer: &Arc<Peer>, producer: &Producer) {
    let (peer, id, mut events) = (
        Arc::downgrade(peer),
        producer.id().clone(),
        producer.events(),
    );
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            let Some(peer) = peer.upgrade() else { return };
            if let ProducerEvent::Score(score) = event {
                peer.tell(
                    "producerScore",
                    &json!({ "producerId": id, "score": score }),
                );
            }
        }
    });
}

/// Passes on everything about a consumer.
pub fn consumer(peer: &Arc<Peer>, consumer: &Consumer) {
    let (peer, id, mut events) = (
        Arc::downgrade(peer),
        consumer.id().clone(),
        consumer.events(),
    );
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            let Some(peer) = peer.upgrade() else { return };
            let data = json!({ "consumerId": id });
            match event {
                ConsumerEvent::Score(score) => {
                    peer.tell(
                        "consumerScore",
                        &json!({ "consumerId": id, "score": score }),
                    );
                }
                ConsumerEvent::ProducerPause => peer.tell("consumerPaused", &data),
                ConsumerEvent::ProducerResume => peer.tell("consumerResumed", &data),
                ConsumerEvent::Close => {
                    peer.remove_consumer(id.as_str());
                    peer.tell("consumerClosed", &data);
                }
                _ => {}
            }
        }
    });
}
