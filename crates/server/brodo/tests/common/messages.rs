//! How tests listen to data consumers.

use std::time::Duration;

use brodo::{
    DataConsumer, DataConsumerEvent, DataConsumerOptions, DataProducer, DataProducerOptions,
    DirectTransport, DirectTransportOptions, EventStream, Router, SctpOptions,
    SctpStreamParameters, Transport, UserMessage,
};
use futures_util::StreamExt;

/// A transport to the test.
pub async fn direct(router: &Router) -> DirectTransport {
    router
        .create_direct_transport(DirectTransportOptions::default())
        .await
        .expect("a transport")
}

/// The test as a source of messages.
pub async fn source(router: &Router) -> DataProducer {
    let transport = direct(router).await;
    let options = DataProducerOptions::direct();
    transport.produce_data(options).await.expect("a source")
}

/// A peer's stream, ordered and reliable.
pub async fn stream(transport: &Transport, id: u16) -> DataProducer {
    let options = DataProducerOptions::new(SctpStreamParameters::ordered(id));
    transport.produce_data(options).await.expect("a stream")
}

/// Consumes as the data producer delivers.
pub async fn consumer(transport: &Transport, producer: &DataProducer) -> DataConsumer {
    let options = DataConsumerOptions::new(producer.id().clone());
    transport.consume_data(options).await.expect("a consumer")
}

/// The test as a receiver with these subchannels.
pub async fn listener(
    router: &Router,
    producer: &DataProducer,
    subchannels: &[u16],
) -> (DataConsumer, EventStream<DataConsumerEvent>) {
    let mut options = DataConsumerOptions::new(producer.id().clone());
    options.subchannels = subchannels.to_vec();
    let transport = direct(router).await;
    let consumer = transport.consume_data(options).await.expect("a consumer");
    let events = consumer.events();
    (consumer, events)
}

/// The usual sizes.
pub fn sizes() -> SctpOptions {
    SctpOptions::default()
}

/// The next event, which must come.
pub async fn next<T>(events: &mut EventStream<T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), events.next())
        .await
        .expect("an event in time")
        .expect("the object is open")
}

/// The next message for the application.
pub async fn message(events: &mut EventStream<DataConsumerEvent>) -> UserMessage {
    loop {
        if let DataConsumerEvent::Message(message) = next(events).await {
            return (*message).clone();
        }
    }
}

/// The next messages for the application, as text.
pub async fn texts(events: &mut EventStream<DataConsumerEvent>, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        texts.push(message(events).await.text().expect("text").to_owned());
    }
    texts
}
