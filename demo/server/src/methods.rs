//! What a browser may ask for over its WebSocket.

use std::sync::Arc;

use brodo::{
    ConsumerOptions, DtlsParameters, MediaKind, ProducerId, ProducerOptions, RtpCapabilities,
    RtpParameters, WebRtcTransportOptions,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Refused;
use crate::peer::{Peer, Source};
use crate::room::Room;
use crate::signal::Request;
use crate::{shapes, watch};

/// Characters of the name that people see.
const DISPLAY_NAME_MAX: usize = 64;

type Answer = Result<Value, Refused>;

/// Somebody who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    pub app: Arc<App>,
    pub room: Arc<Room>,
    pub peer: Arc<Peer>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Join {
    display_name: String,
    rtp_capabilities: RtpCapabilities,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct CreateTransport {
    force_tcp: bool,
    ipv6: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConnectTransport {
    transport_id: String,
    dtls_parameters: DtlsParameters,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Produce {
    transport_id: String,
    kind: MediaKind,
    rtp_parameters: RtpParameters,
    source: Option<Source>,
    #[serde(default)]
    paused: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consume {
    transport_id: String,
    producer_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfTransport {
    transport_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfProducer {
    producer_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfConsumer {
    consumer_id: String,
}

impl Caller {
    /// Carries out a request.
    pub async fn answer(&self, request: &Request) -> Answer {
        let data = &request.data;
        match request.method.as_str() {
            "ping" => Ok(json!({})),
            "getRouterRtpCapabilities" => Ok(json!(self.room.router().rtp_capabilities())),
            "join" => self.join(parse(data)?),
            "createWebRtcTransport" => self.create_transport(parse(data)?).await,
            "connectWebRtcTransport" => self.connect_transport(parse(data)?).await,
            "restartIce" => self.restart_ice(parse(data)?).await,
            "getTransportStats" => self.transport_stats(parse(data)?).await,
            "produce" => self.produce(parse(data)?).await,
            "closeProducer" => self.close_producer(parse(data)?),
            "pauseProducer" => self.pause_producer(parse(data)?, true).await,
            "resumeProducer" => self.pause_producer(parse(data)?, false).await,
            "getProducerStats" => self.producer_stats(parse(data)?).await,
            "consume" => self.consume(parse(data)?).await,
            "closeConsumer" => self.close_consumer(parse(data)?),
            "pauseConsumer" => self.pause_consumer(parse(data)?, true).await,
            "resumeConsumer" => self.pause_consumer(parse(data)?, false).await,
            "requestConsumerKeyFrame" => self.request_key_frame(parse(data)?).await,
            "getConsumerStats" => self.consumer_stats(parse(data)?).await,
            unknown => Err(Refused::not_found("method", unknown)),
        }
    }

    /// Answers with the others. Again, after a lost socket: the same, for the client to catch up.
    fn join(&self, join: Join) -> Answer {
        let length = join.display_name.chars().count();
        if !(1..=DISPLAY_NAME_MAX).contains(&length) {
            return Err(Refused::Wrong(format!(
                "displayName has 1 to {DISPLAY_NAME_MAX} characters"
            )));
        }
        let id = self.peer.id();
        let news = json!({ "peerId": id, "displayName": join.display_name });
        if self.peer.join(join.display_name, join.rtp_capabilities) {
            self.room.tell_others(id, "newPeer", &news);
        }
        Ok(json!({ "peers": self.room.others(Some(id)) }))
    }

    async fn create_transport(&self, wanted: CreateTransport) -> Answer {
        let mut options = WebRtcTransportOptions::with_server(self.app.webrtc_server().clone());
        options.enable_udp = !wanted.force_tcp;
        options.prefer_udp = true;
        let transport = self.room.router().create_webrtc_transport(options).await?;
        let answer = shapes::webrtc_transport(&transport, wanted.ipv6);
        self.peer.add_transport(transport)?;
        Ok(answer)
    }

    async fn connect_transport(&self, connect: ConnectTransport) -> Answer {
        let transport = self.peer.transport(&connect.transport_id)?;
        transport.connect(connect.dtls_parameters).await?;
        Ok(json!({}))
    }

    async fn restart_ice(&self, of: OfTransport) -> Answer {
        let ice_parameters = self.peer.transport(&of.transport_id)?.restart_ice().await?;
        Ok(json!({ "iceParameters": ice_parameters }))
    }

    /// An array, as `getStats()` of mediasoup gives it.
    async fn transport_stats(&self, of: OfTransport) -> Answer {
        Ok(json!([self
            .peer
            .transport(&of.transport_id)?
            .get_stats()
            .await?]))
    }

    async fn produce(&self, produce: Produce) -> Answer {
        self.peer.rtp_capabilities()?;
        let transport = self.peer.transport(&produce.transport_id)?;
        let source = produce.source.unwrap_or(Source::of_kind(produce.kind));
        let mut options = ProducerOptions::new(produce.kind, produce.rtp_parameters);
        options.paused = produce.paused;
        let producer = transport.produce(options).await?;
        watch::producer(&self.peer, &producer);
        let news = shapes::new_producer(self.peer.id(), &producer, source);
        let answer = json!({ "id": producer.id() });
        self.peer.add_producer(producer, source)?;
        self.room.tell_others(self.peer.id(), "newProducer", &news);
        Ok(answer)
    }

    fn close_producer(&self, of: OfProducer) -> Answer {
        let found = self.peer.remove_producer(&of.producer_id);
        let producer = found.ok_or_else(|| Refused::not_found("producer", &of.producer_id))?;
        producer.close();
        let news = json!({ "peerId": self.peer.id(), "producerId": of.producer_id });
        self.room
            .tell_others(self.peer.id(), "producerClosed", &news);
        Ok(json!({}))
    }

    async fn pause_producer(&self, of: OfProducer, pause: bool) -> Answer {
        let producer = self.peer.producer(&of.producer_id)?;
        match pause {
            true => producer.pause().await?,
            false => producer.resume().await?,
        }
        Ok(json!({}))
    }

    async fn producer_stats(&self, of: OfProducer) -> Answer {
        Ok(json!(
            self.peer.producer(&of.producer_id)?.get_stats().await?
        ))
    }

    /// A consumer begins paused: its client resumes it once it is ready for the first packet.
    async fn consume(&self, consume: Consume) -> Answer {
        let transport = self.peer.transport(&consume.transport_id)?;
        let producer_id = ProducerId::from(consume.producer_id);
        let mut options = ConsumerOptions::new(producer_id, self.peer.rtp_capabilities()?);
        options.paused = true;
        let consumer = transport.consume(options).await?;
        let answer = shapes::consumer(&consumer);
        // Known first, watched second: what closes it in between finds it, or ends the watch at once.
        self.peer.add_consumer(consumer.clone())?;
        watch::consumer(&self.peer, &consumer);
        if consumer.is_closed() {
            self.peer.remove_consumer(consumer.id().as_str());
            return Err(Refused::not_found("producer", consumer.producer_id()));
        }
        Ok(answer)
    }

    fn close_consumer(&self, of: OfConsumer) -> Answer {
        let found = self.peer.remove_consumer(&of.consumer_id);
        found
            .ok_or_else(|| Refused::not_found("consumer", &of.consumer_id))?
            .close();
        Ok(json!({}))
    }

    async fn pause_consumer(&self, of: OfConsumer, pause: bool) -> Answer {
        let consumer = self.peer.consumer(&of.consumer_id)?;
        match pause {
            true => consumer.pause().await?,
            false => consumer.resume().await?,
        }
        Ok(json!({}))
    }

    async fn request_key_frame(&self, of: OfConsumer) -> Answer {
        self.peer
            .consumer(&of.consumer_id)?
            .request_key_frame()
            .await?;
        Ok(json!({}))
    }

    /// What we send, then the stream it comes from.
    async fn consumer_stats(&self, of: OfConsumer) -> Answer {
        let stats = self.peer.consumer(&of.consumer_id)?.get_stats().await?;
        let mut all: Vec<Value> = stats.outbound.iter().map(|sent| json!(sent)).collect();
        all.extend(stats.inbound.iter().map(|received| json!(received)));
        Ok(json!(all))
    }
}

fn parse<T: DeserializeOwned>(data: &Value) -> Result<T, Refused> {
    T::deserialize(data).map_err(|error| Refused::Wrong(format!("data: {error}")))
}
