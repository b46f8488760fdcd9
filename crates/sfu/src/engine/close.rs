//! How objects go, and who goes with them.
//!
//! Closing a parent closes its children. Nobody is told of what they themselves closed, nor of what
//! follows from it in the same tree; only consumers elsewhere hear that their producer has gone.

use control::{ConsumerEvent, Notification, Refusal, Reply, TransportEvent};
use units::Instant;

use crate::engine::core::Engine;
use crate::outbox::Outbox;

impl Engine {
    pub(super) fn close_server(
        &mut self,
        now: Instant,
        key: usize,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let server = self.objects.servers.remove(key);
        self.objects.unname(server.id.as_str());
        for transport in server.transports {
            let id = self.objects.transports[transport].transport.id().clone();
            self.close_transport(now, transport, out);
            out.notify(Notification::Transport(
                id,
                TransportEvent::ListenServerClose,
            ));
        }
        for socket in server.sockets {
            self.endpoints.remove_socket(socket.socket);
            out.close_socket(socket.socket);
        }
        Ok(Reply::Done)
    }

    pub(super) fn close_router(
        &mut self,
        now: Instant,
        key: usize,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        self.close_observers_of(key);
        for transport in self.objects.routers[key].transports().to_vec() {
            self.close_transport(now, transport, out);
        }
        let router = self.objects.routers.remove(key);
        self.objects.unname(router.id().as_str());
        Ok(Reply::Done)
    }

    pub(super) fn close_transport(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        for producer in self.objects.transports[key].producers.clone() {
            self.close_producer(now, producer, out);
        }
        for consumer in self.objects.transports[key].consumers.clone() {
            self.close_consumer(consumer);
        }
        for producer in self.objects.transports[key].data.producers().to_vec() {
            self.close_data_producer(producer, out);
        }
        for consumer in self.objects.transports[key].data.consumers().to_vec() {
            self.close_data_consumer(consumer);
        }
        self.objects.transports[key].transport.close(now, out);
        let mut entry = self.objects.transports.remove(key);
        while let Some(event) = entry.transport.poll_event() {
            // The object is closed for the API: of its last events only sockets matter.
            if let crate::transport::Event::TupleRemoved(tuple) = event
                && tuple.protocol == ice::Protocol::Tcp
            {
                out.close_socket(tuple.socket);
            }
        }
        self.endpoints.forget(key);
        self.timers.forget(key);
        self.fanout.messages.retain(|&other| other != key);
        for socket in entry.sockets {
            self.endpoints.remove_socket(socket);
            out.close_socket(socket);
        }
        if let Some(server) = entry
            .server
            .and_then(|server| self.objects.servers.get_mut(server))
        {
            server.transports.retain(|&other| other != key);
        }
        self.objects.routers[entry.router].remove_transport(key);
        self.objects.unname(entry.transport.id().as_str());
    }

    pub(super) fn close_producer(&mut self, now: Instant, key: usize, out: &mut Outbox) {
        self.observe_gone(now, key, out);
        let router = self.objects.transports[self.objects.producers[key].transport].router;
        for consumer in self.objects.routers[router]
            .subscriptions_mut()
            .remove_producer(key)
        {
            let id = self.objects.consumers[consumer].consumer.id().clone();
            self.close_consumer(consumer);
            out.notify(Notification::Consumer(id, ConsumerEvent::ProducerClose));
        }
        let media = self.objects.producers.remove(key);
        self.fanout.forget(key);
        let entry = &mut self.objects.transports[media.transport];
        entry.demux.remove(key);
        entry.producers.retain(|&other| other != key);
        for stream in media.producer.streams() {
            for ssrc in stream.ssrcs() {
                entry.transport.forget_incoming(ssrc);
            }
        }
        self.objects.unname(media.producer.id().as_str());
    }

    pub(super) fn close_consumer(&mut self, key: usize) {
        let gone = self.objects.consumers.remove(key);
        let entry = &mut self.objects.transports[gone.transport];
        entry.consumers.retain(|&other| other != key);
        let (media, rtx) = gone.consumer.ssrcs();
        for ssrc in media.into_iter().chain(rtx) {
            entry.consumer_of_ssrc.remove(&ssrc.0);
            entry.transport.forget_outgoing(ssrc);
        }
        let router = entry.router;
        self.objects.routers[router]
            .subscriptions_mut()
            .remove_consumer(gone.producer, key);
        self.objects.unname(gone.consumer.id().as_str());
    }
}
