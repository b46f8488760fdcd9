//! Data producers and data consumers: how they come to be, what is asked of them, how they go.

use control::{
    ConsumeDataOptions, DataConsumerCall, DataConsumerEvent, DataProducerCall, Notification,
    ProduceDataOptions, Refusal, Reply, SctpStreamParameters,
};
use units::Instant;

use crate::data::{DataConsumer, DataConsumerConfig, DataProducer, check_stream};
use crate::engine::core::Engine;
use crate::engine::objects::{DataConsumerEntry, DataProducerEntry, Object};
use crate::outbox::Outbox;

impl Engine {
    pub(super) fn produce_data(
        &mut self,
        key: usize,
        mut options: ProduceDataOptions,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(options.id.as_str())?;
        options.sctp_stream_parameters = self.check_stream(key, options.sctp_stream_parameters)?;
        let stream = options
            .sctp_stream_parameters
            .map(|stream| stream.stream_id);
        let entry = &mut self.objects.transports[key];
        if let Some(stream) = stream.filter(|id| entry.data.producer_of(*id).is_some()) {
            return Err(Refusal::Error(format!(
                "sctpStreamParameters.streamId: another DataProducer has {stream}"
            )));
        }
        let id = options.id.clone();
        let producer = DataProducer::new(options);
        let reply = Reply::DataProduced {
            kind: producer.kind(),
            sctp_stream_parameters: producer.stream().copied(),
            paused: producer.is_paused(),
        };
        let place = self.objects.data_producers.insert(DataProducerEntry {
            producer,
            transport: key,
        });
        entry.data.add_producer(place, stream);
        if let Some(sctp) = entry.transport.sctp_mut() {
            sctp.want();
        }
        self.objects.routers[entry.router]
            .data_subscriptions_mut()
            .add_producer(place);
        self.objects.name(id.as_str(), Object::DataProducer(place));
        Ok(reply)
    }

    pub(super) fn consume_data(
        &mut self,
        key: usize,
        mut options: ConsumeDataOptions,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(options.id.as_str())?;
        let producer = self
            .objects
            .data_producer(options.data_producer_id.as_str())?;
        let source = &self.objects.data_producers[producer];
        let router = self.objects.transports[key].router;
        if self.objects.transports[source.transport].router != router {
            return Err(Refusal::NotFound(format!(
                "DataProducer with id {} not found in this router",
                options.data_producer_id
            )));
        }
        let producer_paused = source.producer.is_paused();
        options.sctp_stream_parameters = self.check_stream(key, options.sctp_stream_parameters)?;
        let stream = options
            .sctp_stream_parameters
            .map(|stream| stream.stream_id);
        let entry = &mut self.objects.transports[key];
        if let Some(stream) = stream.filter(|id| entry.data.consumer_of(*id).is_some()) {
            return Err(Refusal::Error(format!(
                "sctpStreamParameters.streamId: another DataConsumer has {stream}"
            )));
        }
        let low_threshold = entry.transport.sctp().map_or(0, |sctp| {
            sctp.options().default_stream_buffered_amount_low_threshold
        });
        let id = options.id.clone();
        let consumer = DataConsumer::new(DataConsumerConfig {
            options,
            producer_paused,
            over_pipe: entry.transport.is_pipe(),
            low_threshold,
        });
        if let (Some(sctp), Some(stream)) = (entry.transport.sctp_mut(), stream) {
            sctp.want();
            sctp.set_low_threshold(stream, low_threshold);
        }
        let reply = Reply::DataConsumed {
            kind: consumer.kind(),
            sctp_stream_parameters: consumer.stream().copied(),
            paused: consumer.is_paused(),
            data_producer_paused: producer_paused,
            subchannels: consumer.subchannels(),
        };
        let place = self.objects.data_consumers.insert(DataConsumerEntry {
            consumer,
            transport: key,
            producer,
        });
        entry.data.add_consumer(place, stream);
        self.objects.routers[router]
            .data_subscriptions_mut()
            .add_consumer(producer, place);
        self.objects.name(id.as_str(), Object::DataConsumer(place));
        Ok(reply)
    }

    /// The stream as it will be: none to the application, a consistent one to a peer.
    fn check_stream(
        &mut self,
        key: usize,
        stream: Option<SctpStreamParameters>,
    ) -> Result<Option<SctpStreamParameters>, Refusal> {
        let transport = &mut self.objects.transports[key].transport;
        if transport.direct_mut().is_some() {
            return Ok(None);
        }
        let stream =
            stream.ok_or_else(|| Refusal::TypeError("sctpStreamParameters are missing".into()))?;
        check_stream(&stream)?;
        match transport.sctp() {
            Some(_) => Ok(Some(stream)),
            None => Err(Refusal::Error(
                "SCTP is not enabled on the transport".into(),
            )),
        }
    }

    pub(super) fn call_data_producer(
        &mut self,
        now: Instant,
        key: usize,
        call: DataProducerCall,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let entry = &mut self.objects.data_producers[key];
        match call {
            DataProducerCall::Pause => self.pause_data_producer(key, true, out),
            DataProducerCall::Resume => self.pause_data_producer(key, false, out),
            DataProducerCall::Dump => {
                return Ok(Reply::DataProducerDump(Box::new(entry.producer.dump())));
            }
            DataProducerCall::GetStats => {
                return Ok(Reply::DataProducerStats(entry.producer.stats(now)));
            }
            DataProducerCall::Close => {
                self.unsettled.push(entry.transport);
                self.close_data_producer(key, out);
            }
        }
        Ok(Reply::Done)
    }

    fn pause_data_producer(&mut self, key: usize, paused: bool, out: &mut Outbox) {
        if !self.objects.data_producers[key].producer.set_paused(paused) {
            return;
        }
        let event = match paused {
            true => DataConsumerEvent::DataProducerPause,
            false => DataConsumerEvent::DataProducerResume,
        };
        for consumer in self.data_consumers_of(key) {
            let consumer = &mut self.objects.data_consumers[consumer].consumer;
            consumer.set_producer_paused(paused);
            let id = consumer.id().clone();
            out.notify(Notification::DataConsumer(id, event.clone()));
        }
    }

    pub(super) fn call_data_consumer(
        &mut self,
        now: Instant,
        key: usize,
        call: DataConsumerCall,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let waiting = self.waiting_for(key);
        let entry = &mut self.objects.data_consumers[key];
        let consumer = &mut entry.consumer;
        match call {
            DataConsumerCall::Pause => consumer.set_paused(true),
            DataConsumerCall::Resume => consumer.set_paused(false),
            DataConsumerCall::GetBufferedAmount => {
                let waiting = waiting.ok_or_else(|| not_over_sctp("getBufferedAmount"))?;
                return Ok(Reply::BufferedAmount(waiting));
            }
            DataConsumerCall::SetBufferedAmountLowThreshold(threshold) => {
                self.set_low_threshold(key, threshold)?;
            }
            DataConsumerCall::Send(message) => {
                return self.data_consumer_send(now, key, message.into(), out);
            }
            DataConsumerCall::SetSubchannels(ids) => {
                consumer.set_subchannels(&ids);
                return Ok(Reply::Subchannels(consumer.subchannels()));
            }
            DataConsumerCall::AddSubchannel(id) => {
                consumer.add_subchannel(id);
                return Ok(Reply::Subchannels(consumer.subchannels()));
            }
            DataConsumerCall::RemoveSubchannel(id) => {
                consumer.remove_subchannel(id);
                return Ok(Reply::Subchannels(consumer.subchannels()));
            }
            DataConsumerCall::Dump => {
                let dump = consumer.dump(waiting.unwrap_or(0));
                return Ok(Reply::DataConsumerDump(Box::new(dump)));
            }
            DataConsumerCall::GetStats => {
                let stats = consumer.stats(now, waiting.unwrap_or(0));
                return Ok(Reply::DataConsumerStats(stats));
            }
            DataConsumerCall::Close => {
                self.unsettled.push(entry.transport);
                self.close_data_consumer(key);
            }
        }
        Ok(Reply::Done)
    }

    fn set_low_threshold(&mut self, key: usize, threshold: u32) -> Result<(), Refusal> {
        let entry = &mut self.objects.data_consumers[key];
        let stream = entry.consumer.stream().map(|stream| stream.stream_id);
        let sctp = self.objects.transports[entry.transport]
            .transport
            .sctp_mut();
        let (Some(stream), Some(sctp)) = (stream, sctp) else {
            return Err(not_over_sctp("setBufferedAmountLowThreshold"));
        };
        entry.consumer.set_low_threshold(threshold);
        sctp.set_low_threshold(stream, threshold);
        Ok(())
    }

    /// What waits on the stream of a data consumer, if it has one.
    pub(super) fn waiting_for(&self, key: usize) -> Option<u32> {
        let entry = &self.objects.data_consumers[key];
        let stream = entry.consumer.stream()?.stream_id;
        let sctp = self.objects.transports[entry.transport].transport.sctp()?;
        Some(sctp.buffered_amount(stream))
    }

    pub(super) fn close_data_producer(&mut self, key: usize, out: &mut Outbox) {
        let router = self.objects.transports[self.objects.data_producers[key].transport].router;
        for consumer in self.objects.routers[router]
            .data_subscriptions_mut()
            .remove_producer(key)
        {
            let entry = &self.objects.data_consumers[consumer];
            let (id, transport) = (entry.consumer.id().clone(), entry.transport);
            self.close_data_consumer(consumer);
            self.queue_messages(transport);
            let event = DataConsumerEvent::DataProducerClose;
            out.notify(Notification::DataConsumer(id, event));
        }
        let gone = self.objects.data_producers.remove(key);
        let entry = &mut self.objects.transports[gone.transport];
        entry.data.remove_producer(key);
        // RFC 8831 §6.7: a channel closes by its other direction too, unless somebody still uses that.
        if let (Some(stream), Some(sctp)) = (gone.producer.stream(), entry.transport.sctp_mut())
            && sctp.is_data_channel()
            && entry.data.consumer_of(stream.stream_id).is_none()
        {
            sctp.reset_stream(stream.stream_id);
        }
        self.objects.unname(gone.producer.id().as_str());
    }

    pub(super) fn close_data_consumer(&mut self, key: usize) {
        let gone = self.objects.data_consumers.remove(key);
        let entry = &mut self.objects.transports[gone.transport];
        entry.data.remove_consumer(key);
        if let (Some(stream), Some(sctp)) = (gone.consumer.stream(), entry.transport.sctp_mut()) {
            sctp.reset_stream(stream.stream_id);
        }
        let router = entry.router;
        self.objects.routers[router]
            .data_subscriptions_mut()
            .remove_consumer(gone.producer, key);
        self.objects.unname(gone.consumer.id().as_str());
    }

    /// The peer closed streams of its, or all. Of a data channel that closes the other direction too.
    pub(super) fn close_streams(
        &mut self,
        key: usize,
        streams: Option<Vec<u16>>,
        out: &mut Outbox,
    ) {
        let entry = &mut self.objects.transports[key];
        let Some(sctp) = entry.transport.sctp_mut().filter(|s| s.is_data_channel()) else {
            return;
        };
        let streams = streams.unwrap_or_else(|| entry.data.streams());
        streams.iter().for_each(|stream| sctp.reset_stream(*stream));
        let closed = streams.iter().filter_map(|id| entry.data.consumer_of(*id));
        let closed: Vec<usize> = closed.collect();
        for consumer in closed {
            let id = self.objects.data_consumers[consumer].consumer.id().clone();
            self.close_data_consumer(consumer);
            let event = DataConsumerEvent::StreamClosed;
            out.notify(Notification::DataConsumer(id, event));
        }
        self.queue_messages(key);
    }

    fn data_consumers_of(&self, producer: usize) -> Vec<usize> {
        let router =
            self.objects.transports[self.objects.data_producers[producer].transport].router;
        self.objects.routers[router]
            .data_subscriptions()
            .consumers(producer)
            .to_vec()
    }
}

fn not_over_sctp(method: &str) -> Refusal {
    Refusal::TypeError(format!("{method}: the DataConsumer is not of type 'sctp'"))
}
