//! A message's way: from a peer's stream, or the application, to all who consume it.
//!
//! A message waits in the association of each receiver, its bytes shared by all. What an association
//! has to say is written when the output is polled, so that a batch of packets brings one SACK, and
//! no more than the outbox can take.

use std::sync::Arc;

use control::{
    Audience, DataConsumerEvent, DataProducerId, Notification, Refusal, Reply, UserMessage,
};
use sctp::SendRefusal;
use units::Instant;

use crate::data::{DataConsumer, Message, unwrap};
use crate::engine::core::Engine;
use crate::outbox::Outbox;
use crate::transport::Transport;

impl Engine {
    /// The transport's association may have something to send.
    pub(super) fn queue_messages(&mut self, key: usize) {
        let entry = &mut self.objects.transports[key];
        if entry.transport.sctp().is_some() && !entry.data.queued {
            entry.data.queued = true;
            self.fanout.messages.push(key);
        }
    }

    /// Sends what associations have to send. True if the outbox is full and there is more.
    pub(super) fn send_messages(&mut self, now: Instant, out: &mut Outbox) -> bool {
        while let Some(key) = self.fanout.messages.last().copied() {
            self.at_work = Some(key);
            if self.objects.transports[key]
                .transport
                .send_messages(now, out)
            {
                return true;
            }
            self.fanout.messages.pop();
            self.objects.transports[key].data.queued = false;
            self.drain_transport(now, key, out);
            self.reschedule_transport(key);
        }
        self.at_work = None;
        false
    }

    /// A message came on a stream of this transport's peer.
    pub(super) fn receive_message(
        &mut self,
        now: Instant,
        key: usize,
        message: sctp::Message,
        out: &mut Outbox,
    ) {
        let entry = &self.objects.transports[key];
        let Some(producer) = entry.data.producer_of(message.stream) else {
            self.counters.unclaimed_messages += 1;
            return;
        };
        let (audience, data) = match entry.transport.is_pipe() {
            true => match unwrap(&message.data) {
                (audience, 0) => (audience, message.data),
                (audience, starts) => (audience, Arc::from(&message.data[starts..])),
            },
            false => (Audience::default(), message.data),
        };
        let ppid = message.ppid;
        self.deliver(now, producer, (&Message { ppid, data }, &audience), out);
    }

    /// The application sends a message as a direct data producer. False if it cannot.
    pub(super) fn data_producer_send(
        &mut self,
        now: Instant,
        id: &DataProducerId,
        message: UserMessage,
        audience: &Audience,
        out: &mut Outbox,
    ) -> bool {
        let Ok(producer) = self.objects.data_producer(id.as_str()) else {
            return false;
        };
        let key = self.objects.data_producers[producer].transport;
        let Some(direct) = self.objects.transports[key].transport.direct_mut() else {
            return false;
        };
        let len = message.data.len();
        if len == 0 || len > direct.options().max_receive_message_size as usize {
            return false;
        }
        direct.note_received(now, len);
        self.deliver(now, producer, (&message.into(), audience), out);
        true
    }

    /// Gives a message to everybody it is for.
    fn deliver(
        &mut self,
        now: Instant,
        producer: usize,
        (message, audience): (&Message, &Audience),
        out: &mut Outbox,
    ) {
        let source = &mut self.objects.data_producers[producer];
        if !source.producer.handle_message(message.data.len()) {
            return;
        }
        let router = self.objects.transports[source.transport].router;
        let subscriptions = self.objects.routers[router].data_subscriptions();
        for &key in subscriptions.consumers(producer) {
            let entry = &mut self.objects.data_consumers[key];
            let target = &mut self.objects.transports[entry.transport];
            let consumer = &mut entry.consumer;
            if !target.connected || !consumer.is_active() || !consumer.wants(audience) {
                continue;
            }
            let own = Message {
                ppid: message.ppid,
                data: consumer.bytes_of(message, audience),
            };
            let len = own.data.len();
            let sent = give(now, (consumer, own), &mut target.transport, out);
            if sent {
                consumer.note_sent(len);
                if !std::mem::replace(&mut target.data.queued, true) {
                    self.fanout.messages.push(entry.transport);
                }
            }
            self.counters.forwarded_messages += u64::from(sent);
            self.counters.unsent_messages += u64::from(!sent);
        }
    }

    /// The application sends a message on a data consumer's own stream.
    pub(super) fn data_consumer_send(
        &mut self,
        now: Instant,
        key: usize,
        message: Message,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        let entry = &mut self.objects.data_consumers[key];
        let len = message.data.len();
        let active = entry.consumer.is_active();
        let target = &mut self.objects.transports[entry.transport];
        let (Some(outgoing), Some(sctp)) = (
            entry.consumer.outgoing(message),
            target.transport.sctp_mut(),
        ) else {
            return Err(Refusal::TypeError(
                "send: the DataConsumer is not of type 'sctp'".into(),
            ));
        };
        if !active {
            return Err(Refusal::Error(
                "send: the DataConsumer or its DataProducer is paused".into(),
            ));
        }
        match sctp.send(now, outgoing) {
            Ok(_) => {
                entry.consumer.note_sent(len);
                self.unsettled.push(entry.transport);
                // What can leave at once does not wait.
                target.transport.send_messages(now, out);
                Ok(Reply::BufferedAmount(self.waiting_for(key).unwrap_or(0)))
            }
            Err(SendRefusal::MessageTooLarge) => Err(Refusal::TypeError(
                "message is larger than maxSendMessageSize".into(),
            )),
            Err(SendRefusal::BufferFull) => {
                let event = DataConsumerEvent::SctpSendBufferFull;
                let id = entry.consumer.id().clone();
                out.notify(Notification::DataConsumer(id, event));
                Err(Refusal::Error("sctpsendbufferfull".into()))
            }
            Err(refusal) => Err(Refusal::Error(format!("send: {refusal}"))),
        }
    }

    /// No more than its threshold waits on a stream of ours.
    pub(super) fn tell_buffered_amount_low(
        &mut self,
        key: usize,
        (stream, amount): (u16, u32),
        out: &mut Outbox,
    ) {
        if let Some(consumer) = self.objects.transports[key].data.consumer_of(stream) {
            let id = self.objects.data_consumers[consumer].consumer.id().clone();
            let event = DataConsumerEvent::BufferedAmountLow(amount);
            out.notify(Notification::DataConsumer(id, event));
        }
    }
}

/// Gives a message to one who consumes it: into the association, or to the application. False if it is
/// too large, or too much waits already.
fn give(
    now: Instant,
    (consumer, message): (&DataConsumer, Message),
    transport: &mut Transport,
    out: &mut Outbox,
) -> bool {
    let tell = |event| Notification::DataConsumer(consumer.id().clone(), event);
    if let Some(direct) = transport.direct_mut() {
        let fits = message.data.len() <= direct.options().max_send_message_size as usize;
        if fits {
            out.notify(tell(told(&message)));
        }
        return fits;
    }
    let (Some(outgoing), Some(sctp)) = (consumer.outgoing(message), transport.sctp_mut()) else {
        return false;
    };
    let result = sctp.send(now, outgoing);
    if result == Err(SendRefusal::BufferFull) {
        out.notify(tell(DataConsumerEvent::SctpSendBufferFull));
    }
    result.is_ok()
}

/// A message as the application is told of it.
fn told(message: &Message) -> DataConsumerEvent {
    DataConsumerEvent::Message(UserMessage {
        ppid: message.ppid.0,
        data: message.data.to_vec(),
    })
}
