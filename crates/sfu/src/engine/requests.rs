//! The life of a request: found its object, carried out, answered.

use control::{
    ConsumerCall, ProducerCall, Refusal, Reply, Request, RouterCall, TransportCall, TransportEvent,
    WebRtcServerCall,
};
use units::{DataRate, Instant};

use crate::engine::core::Engine;
use crate::engine::packets::place_of;
use crate::observer::RtpObserver;
use crate::outbox::Outbox;
use crate::transport::{Event, Listener};

/// The lowest ceiling that leaves room for audio and a little video, in bits a second.
const OUTGOING_BITRATE_FLOOR: u64 = 30_000;

impl Engine {
    /// Routes a request to its object.
    pub(super) fn carry_out(
        &mut self,
        now: Instant,
        request: Request,
        bound: Vec<Listener>,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        match request {
            Request::DumpWorker => Ok(Reply::WorkerDump(self.dump_worker())),
            Request::CreateWebRtcServer { id, .. } => self.create_server(id, bound),
            Request::CreateRouter { id } => self.create_router(id),
            Request::WebRtcServer(id, call) => {
                let key = self.objects.server(id.as_str())?;
                match call {
                    WebRtcServerCall::Dump => Ok(Reply::WebRtcServerDump(self.dump_server(key))),
                    WebRtcServerCall::Close => self.close_server(now, key, out),
                }
            }
            Request::Router(id, call) => {
                let key = self.objects.router(id.as_str())?;
                match call {
                    RouterCall::CreateWebRtcTransport(id, options) => {
                        self.create_webrtc_transport((key, id), options, bound)
                    }
                    RouterCall::CreatePlainTransport(id, options) => {
                        self.create_plain_transport((key, id), options, bound)
                    }
                    RouterCall::CreatePipeTransport(id, options) => {
                        self.create_pipe_transport((key, id), options, bound)
                    }
                    RouterCall::CreateDirectTransport(id, options) => {
                        self.create_direct_transport((key, id), options)
                    }
                    RouterCall::CreateActiveSpeakerObserver(id, options) => self
                        .create_observer((key, id), |id| {
                            Ok(RtpObserver::active_speaker(id, options))
                        }),
                    RouterCall::CreateAudioLevelObserver(id, options) => {
                        self.create_observer((key, id), |id| RtpObserver::audio_level(id, &options))
                    }
                    RouterCall::Dump => Ok(Reply::RouterDump(self.dump_router(key))),
                    RouterCall::Close => self.close_router(now, key, out),
                }
            }
            Request::Transport(id, call) => {
                let key = self.objects.transport(id.as_str())?;
                self.call_transport(now, key, call, out)
            }
            Request::Producer(id, call) => {
                let key = self.objects.producer(id.as_str())?;
                self.call_producer(now, key, call, out)
            }
            Request::Consumer(id, call) => {
                let key = self.objects.consumer(id.as_str())?;
                self.call_consumer(now, key, call)
            }
            Request::DataProducer(id, call) => {
                let key = self.objects.data_producer(id.as_str())?;
                self.call_data_producer(now, key, call, out)
            }
            Request::DataConsumer(id, call) => {
                let key = self.objects.data_consumer(id.as_str())?;
                self.call_data_consumer(now, key, call, out)
            }
            Request::RtpObserver(id, call) => {
                let key = self.objects.observer(id.as_str())?;
                self.call_observer(now, key, call, out)
            }
        }
    }

    fn call_transport(
        &mut self,
        now: Instant,
        key: usize,
        call: TransportCall,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        self.unsettled.push(key);
        let entropy = &mut *self.config.entropy;
        let entry = &mut self.objects.transports[key];
        match call {
            TransportCall::ConnectWebRtc(parameters) => entry
                .transport
                .connect_webrtc(now, &parameters)
                .map(|dtls_local_role| Reply::WebRtcConnected { dtls_local_role }),
            TransportCall::ConnectPlain(peer) => entry.transport.connect_plain(&peer, entropy),
            TransportCall::ConnectPipe(peer) => entry.transport.connect_pipe(&peer, entropy),
            TransportCall::RestartIce => entry
                .transport
                .restart_ice(now, entropy)
                .map(Reply::IceRestarted),
            TransportCall::SetMaxIncomingBitrate(_)
            | TransportCall::SetMaxOutgoingBitrate(_)
            | TransportCall::SetMinOutgoingBitrate(_)
                if entry.transport.direct_mut().is_some() =>
            {
                Err(unsupported("bitrate limits of a DirectTransport"))
            }
            TransportCall::SetMaxIncomingBitrate(limit) => {
                let limit = checked_bitrate(limit)?;
                entry.transport.limits_mut().incoming_max = limit.map(DataRate::from_bps);
                entry
                    .feedback
                    .set_max_bitrate(now, limit.map(DataRate::from_bps));
                Ok(Reply::Done)
            }
            TransportCall::SetMaxOutgoingBitrate(limit) => self.limit_outgoing_max(key, limit),
            TransportCall::SetMinOutgoingBitrate(limit) => self.limit_outgoing_min(key, limit),
            TransportCall::Produce(options) => self.produce(key, options),
            TransportCall::Consume(options) => self.consume(now, key, options),
            TransportCall::ProduceData(options) => self.produce_data(key, options),
            TransportCall::ConsumeData(options) => self.consume_data(key, options),
            TransportCall::EnableTraceEvent(kinds) => Ok(self.trace_transport(key, &kinds)),
            TransportCall::Dump => Ok(Reply::TransportDump(Box::new(self.dump_transport(key)))),
            TransportCall::GetStats => Ok(Reply::TransportStats(Box::new(
                self.transport_stats(now, key),
            ))),
            TransportCall::Close => {
                self.close_transport(now, key, out);
                Ok(Reply::Done)
            }
        }
    }

    fn limit_outgoing_max(&mut self, key: usize, limit: Option<u64>) -> Result<Reply, Refusal> {
        let limit = checked_bitrate(limit)?;
        let limits = self.objects.transports[key].transport.limits_mut();
        let floor = limits.outgoing_min.map_or(0, DataRate::as_bps);
        if limit.is_some_and(|bps| bps < OUTGOING_BITRATE_FLOOR || bps < floor) {
            return Err(Refusal::TypeError(format!(
                "bitrate must be 0 or at least {OUTGOING_BITRATE_FLOOR} and not below minOutgoingBitrate ({floor})"
            )));
        }
        limits.outgoing_max = limit.map(DataRate::from_bps);
        Ok(Reply::Done)
    }

    fn limit_outgoing_min(&mut self, key: usize, limit: Option<u64>) -> Result<Reply, Refusal> {
        let limit = checked_bitrate(limit)?;
        let limits = self.objects.transports[key].transport.limits_mut();
        let ceiling = limits.outgoing_max.map_or(u64::MAX, DataRate::as_bps);
        if limit.is_some_and(|bps| bps < OUTGOING_BITRATE_FLOOR || bps > ceiling) {
            return Err(Refusal::TypeError(format!(
                "bitrate must be 0 or at least {OUTGOING_BITRATE_FLOOR} and not above maxOutgoingBitrate ({ceiling})"
            )));
        }
        limits.outgoing_min = limit.map(DataRate::from_bps);
        Ok(Reply::Done)
    }

    fn call_producer(
        &mut self,
        now: Instant,
        key: usize,
        call: ProducerCall,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let producer = &mut self.objects.producers[key].producer;
        match call {
            ProducerCall::Pause => {
                if !producer.is_paused() {
                    producer.pause();
                    self.tell_consumers_paused(now, key, true);
                }
                Ok(Reply::Done)
            }
            ProducerCall::Resume => {
                if producer.is_paused() {
                    producer.resume(now);
                    self.tell_consumers_paused(now, key, false);
                    self.fanout.mark_feedback(key);
                }
                Ok(Reply::Done)
            }
            ProducerCall::EnableTraceEvent(kinds) => {
                producer.set_traces(&kinds);
                Ok(Reply::Done)
            }
            ProducerCall::Dump => Ok(Reply::ProducerDump(Box::new(producer.dump()))),
            ProducerCall::GetStats => Ok(Reply::ProducerStats(producer.stats(now))),
            ProducerCall::Close => {
                self.close_producer(now, key, out);
                Ok(Reply::Done)
            }
        }
    }

    fn tell_consumers_paused(&mut self, now: Instant, producer: usize, paused: bool) {
        self.observe_pause(producer, paused);
        for consumer in self.consumers_of(producer) {
            self.objects.consumers[consumer]
                .consumer
                .set_producer_paused(paused);
            self.fanout.mark_reported(consumer);
            self.refresh_consumer(now, consumer);
        }
    }

    fn call_consumer(
        &mut self,
        now: Instant,
        key: usize,
        call: ConsumerCall,
    ) -> Result<Reply, Refusal> {
        let consumer = &mut self.objects.consumers[key].consumer;
        match call {
            ConsumerCall::Pause => {
                consumer.pause();
                self.refresh_consumer(now, key);
            }
            ConsumerCall::Resume => {
                consumer.resume();
                self.refresh_consumer(now, key);
            }
            ConsumerCall::RequestKeyFrame => {
                consumer.request_keyframe();
                self.pass_keyframe_request(now, key);
            }
            ConsumerCall::SetPreferredLayers(_) => return Ok(Reply::PreferredLayers(None)),
            ConsumerCall::SetPriority(priority) => consumer.set_priority(priority)?,
            ConsumerCall::EnableTraceEvent(kinds) => consumer.set_traces(&kinds),
            ConsumerCall::Dump => return Ok(Reply::ConsumerDump(Box::new(consumer.dump()))),
            ConsumerCall::GetStats => {
                return Ok(Reply::ConsumerStats(Box::new(
                    self.consumer_stats(now, key),
                )));
            }
            ConsumerCall::Close => self.close_consumer(key),
        }
        Ok(Reply::Done)
    }

    /// A consumer may have become active, or stopped being so.
    pub(super) fn refresh_consumer(&mut self, now: Instant, key: usize) {
        let entry = &mut self.objects.consumers[key];
        let router = self.objects.transports[entry.transport].router;
        self.objects.routers[router].subscriptions_mut().set_active(
            entry.producer,
            key,
            entry.consumer.is_active(),
        );
        self.pass_keyframe_request(now, key);
    }

    /// If the consumer wants a key frame, its producer is asked.
    pub(super) fn pass_keyframe_request(&mut self, now: Instant, key: usize) {
        let entry = &mut self.objects.consumers[key];
        let producer = &mut self.objects.producers[entry.producer].producer;
        for (source, lane) in entry.consumer.lanes_mut() {
            if !lane.take_keyframe_wish() {
                continue;
            }
            // A stream that is not there yet begins with a key frame, or asks for one itself.
            if let Some(place) = place_of(producer.streams(), source) {
                producer.request_keyframe(now, Some(place));
                self.fanout.mark_feedback(entry.producer);
            }
        }
    }

    /// The consumers of a producer, active or not.
    pub(super) fn consumers_of(&self, producer: usize) -> Vec<usize> {
        let router = self.objects.transports[self.objects.producers[producer].transport].router;
        self.objects.routers[router]
            .subscriptions()
            .consumers(producer)
            .to_vec()
    }

    /// Passes on what a transport has to say, and acts on it.
    pub(super) fn drain_transport(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        while let Some(event) = self.objects.transports[key].transport.poll_event() {
            match event {
                Event::Notify(event) => self.notify_of_transport(key, event, out),
                Event::TupleAdded(tuple) => {
                    if let Some(before) = self.endpoints.add_tuple(tuple, key) {
                        self.objects.transports[before]
                            .transport
                            .handle_moved(now, tuple);
                        self.unsettled.push(before);
                    }
                }
                Event::TupleRemoved(tuple) => {
                    self.endpoints.remove_tuple(&tuple, key);
                    if tuple.protocol == ice::Protocol::Tcp {
                        out.close_socket(tuple.socket);
                    }
                }
                Event::Message(message) => self.receive_message(now, key, message, out),
                Event::StreamsReset(streams) => self.close_streams(key, streams, out),
                Event::BufferedAmountLow(stream, amount) => {
                    self.tell_buffered_amount_low(key, (stream, amount), out);
                }
                Event::UfragAdded(ufrag) => self.endpoints.add_ufrag(ufrag, key),
                Event::UfragRemoved(ufrag) => self.endpoints.remove_ufrag(&ufrag),
                Event::Connected => self.set_connected(now, key, true),
                Event::Disconnected => self.set_connected(now, key, false),
            }
        }
    }

    pub(super) fn notify_of_transport(
        &mut self,
        key: usize,
        event: TransportEvent,
        out: &mut Outbox,
    ) {
        let id = self.objects.transports[key].transport.id().clone();
        out.notify(control::Notification::Transport(id, event));
    }

    fn set_connected(&mut self, now: Instant, key: usize, connected: bool) {
        let entry = &mut self.objects.transports[key];
        entry.connected = connected;
        entry.report_at = connected.then(|| now + super::reports::FIRST_REPORT_AFTER);
        for consumer in entry.consumers.clone() {
            self.objects.consumers[consumer]
                .consumer
                .set_transport_connected(connected);
            self.refresh_consumer(now, consumer);
        }
        if connected {
            for &producer in &self.objects.transports[key].producers {
                self.fanout.mark_feedback(producer);
            }
        }
        self.queue_messages(key);
        self.reschedule_transport(key);
    }

    /// After a request: events that it caused, and timers that it moved.
    pub(super) fn settle(&mut self, now: Instant, out: &mut Outbox) {
        let keys: Vec<usize> = self.unsettled.drain(..).collect();
        for key in keys {
            if self.objects.transports.contains(key) {
                self.queue_messages(key);
                self.drain_transport(now, key, out);
                self.reschedule_transport(key);
            }
        }
    }
}

/// A limit of 0 is none; one that does not fit a signed number is a mistake.
fn checked_bitrate(limit: Option<u64>) -> Result<Option<u64>, Refusal> {
    match limit {
        Some(bps) if bps >= i64::MAX as u64 => Err(Refusal::TypeError(format!(
            "bitrate must be below {}, not {bps}",
            i64::MAX
        ))),
        limit => Ok(limit.filter(|&bps| bps > 0)),
    }
}

/// What this engine cannot do.
fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported(format!("{what}: not supported"))
}
