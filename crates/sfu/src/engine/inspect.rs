//! What dumps and statistics say of transports, routers and the rest.

use control::{
    BaseTransportDump, ConsumerStats, DataConsumerId, DataProducerId, IpPort, KeyValue, KeyValues,
    RouterDump, SctpDump, TransportDump, TransportStats, UfragOfTransport, WebRtcServerDump,
    WorkerDump,
};
use units::{DataRate, Instant};

use crate::engine::core::Engine;

impl Engine {
    pub(super) fn dump_worker(&self) -> WorkerDump {
        WorkerDump {
            web_rtc_server_ids: self
                .objects
                .servers
                .iter()
                .map(|(_, server)| server.id.clone())
                .collect(),
            router_ids: self
                .objects
                .routers
                .iter()
                .map(|(_, router)| router.id().clone())
                .collect(),
            channel_message_handlers: self.objects.handlers(),
        }
    }

    pub(super) fn dump_server(&self, key: usize) -> WebRtcServerDump {
        let server = &self.objects.servers[key];
        let of = |protocol: control::Protocol| {
            let matching = server
                .sockets
                .iter()
                .filter(move |socket| socket.protocol == protocol);
            matching
                .map(|socket| IpPort {
                    ip: socket.local.ip(),
                    port: socket.local.port(),
                })
                .collect()
        };
        let transports = server
            .transports
            .iter()
            .map(|&key| &self.objects.transports[key].transport);
        WebRtcServerDump {
            id: server.id.clone(),
            udp_sockets: of(control::Protocol::Udp),
            tcp_servers: of(control::Protocol::Tcp),
            web_rtc_transport_ids: transports
                .clone()
                .map(|transport| transport.id().clone())
                .collect(),
            local_ice_username_fragments: transports
                .flat_map(|transport| {
                    transport
                        .ufrags()
                        .into_iter()
                        .map(|ufrag| UfragOfTransport {
                            local_ice_username_fragment: ufrag,
                            web_rtc_transport_id: transport.id().clone(),
                        })
                })
                .collect(),
        }
    }

    pub(super) fn dump_router(&self, key: usize) -> RouterDump {
        let router = &self.objects.routers[key];
        let producer_id = |key: usize| self.objects.producers[key].producer.id().clone();
        let consumer_id = |key: usize| self.objects.consumers[key].consumer.id().clone();
        let observer_id = |key: usize| self.objects.observers[key].observer.id().clone();
        let rows = || router.subscriptions().iter();
        RouterDump {
            id: router.id().clone(),
            transport_ids: router
                .transports()
                .iter()
                .map(|&key| self.objects.transports[key].transport.id().clone())
                .collect(),
            rtp_observer_ids: self
                .observers_of(key)
                .into_iter()
                .map(observer_id)
                .collect(),
            map_producer_id_consumer_ids: rows()
                .map(|(producer, consumers)| KeyValues {
                    key: producer_id(producer),
                    values: consumers.iter().map(|&key| consumer_id(key)).collect(),
                })
                .collect(),
            map_consumer_id_producer_id: rows()
                .flat_map(|(producer, consumers)| {
                    consumers.iter().map(move |&consumer| KeyValue {
                        key: consumer_id(consumer),
                        value: producer_id(producer),
                    })
                })
                .collect(),
            map_producer_id_observer_ids: rows()
                .map(|(producer, _)| {
                    let hearing = self.objects.producers[producer].observers.iter();
                    KeyValues {
                        key: producer_id(producer),
                        values: hearing.map(|&key| observer_id(key)).collect(),
                    }
                })
                .collect(),
            map_data_producer_id_data_consumer_ids: self.data_consumers_by_producer(key),
            map_data_consumer_id_data_producer_id: self.data_producer_by_consumer(key),
        }
    }

    pub(super) fn dump_transport(&self, key: usize) -> TransportDump {
        let entry = &self.objects.transports[key];
        let producer_id = |key: usize| self.objects.producers[key].producer.id().clone();
        let ssrcs = |rtx: bool| {
            let rows = entry.consumers.iter().flat_map(move |&key| {
                let consumer = &self.objects.consumers[key].consumer;
                let (media, repairs) = consumer.ssrcs();
                let ssrcs = if rtx { repairs } else { media };
                ssrcs.into_iter().map(|ssrc| KeyValue {
                    key: ssrc.0,
                    value: consumer.id().clone(),
                })
            });
            rows.collect::<Vec<_>>()
        };
        entry.transport.dump(BaseTransportDump {
            id: entry.transport.id().clone(),
            producer_ids: entry
                .producers
                .iter()
                .map(|&key| producer_id(key))
                .collect(),
            consumer_ids: entry
                .consumers
                .iter()
                .map(|&key| self.objects.consumers[key].consumer.id().clone())
                .collect(),
            map_ssrc_consumer_id: ssrcs(false),
            map_rtx_ssrc_consumer_id: ssrcs(true),
            recv_rtp_header_extensions: entry.demux.extension_ids(),
            rtp_listener: entry.demux.dump(producer_id),
            data_producer_ids: entry
                .data
                .producers()
                .iter()
                .map(|&key| self.data_producer_id(key))
                .collect(),
            data_consumer_ids: entry
                .data
                .consumers()
                .iter()
                .map(|&key| self.data_consumer_id(key))
                .collect(),
            sctp: self.dump_data_streams(key),
            trace_event_types: entry.traces.kinds(),
        })
    }

    pub(super) fn transport_stats(&mut self, now: Instant, key: usize) -> TransportStats {
        let entry = &mut self.objects.transports[key];
        let incoming = entry.feedback.available_bitrate().map(DataRate::as_bps);
        let loss = entry.feedback.fraction_lost();
        entry.transport.stats(now, (incoming, loss))
    }

    pub(super) fn consumer_stats(&mut self, now: Instant, key: usize) -> ConsumerStats {
        let entry = &mut self.objects.consumers[key];
        let inbound = self
            .objects
            .producers
            .get_mut(entry.producer)
            .and_then(|media| {
                let mut all = media.producer.stats(now);
                // The stream that is being forwarded; a pipe forwards all.
                let stream = entry.consumer.stream()?;
                (stream < all.len()).then(|| all.swap_remove(stream))
            });
        ConsumerStats {
            outbound: entry.consumer.stats(now),
            inbound,
        }
    }

    fn data_consumers_by_producer(
        &self,
        router: usize,
    ) -> Vec<KeyValues<DataProducerId, DataConsumerId>> {
        let rows = self.objects.routers[router].data_subscriptions().iter();
        rows.map(|(producer, consumers)| KeyValues {
            key: self.data_producer_id(producer),
            values: consumers
                .iter()
                .map(|&key| self.data_consumer_id(key))
                .collect(),
        })
        .collect()
    }

    fn data_producer_by_consumer(
        &self,
        router: usize,
    ) -> Vec<KeyValue<DataConsumerId, DataProducerId>> {
        let rows = self.objects.routers[router].data_subscriptions().iter();
        rows.flat_map(|(producer, consumers)| {
            consumers.iter().map(move |&consumer| KeyValue {
                key: self.data_consumer_id(consumer),
                value: self.data_producer_id(producer),
            })
        })
        .collect()
    }

    fn data_producer_id(&self, key: usize) -> DataProducerId {
        self.objects.data_producers[key].producer.id().clone()
    }

    fn data_consumer_id(&self, key: usize) -> DataConsumerId {
        self.objects.data_consumers[key].consumer.id().clone()
    }

    /// How messages find their data producer; the rest is for the transport to fill in.
    fn dump_data_streams(&self, key: usize) -> SctpDump {
        let entry = &self.objects.transports[key];
        SctpDump {
            sctp_listener: entry
                .transport
                .sctp()
                .map(|_| entry.data.dump(|key| self.data_producer_id(key))),
            ..SctpDump::default()
        }
    }
}
