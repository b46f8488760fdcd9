//! Traces: what the application wants to watch packet by packet.
//!
//! While a trace is off, a packet costs one comparison. One that is on costs a notification a packet:
//! the outbox holds a bounded number of them, drops and counts what is beyond, and keeps room for the
//! rest of what there is to tell.

use control::{
    ConsumerEvent, Notification, ProducerEvent, Reply, RtpTraceType, TransportTraceType,
};
use rtp::rtcp::SenderReport;
use rtp::{RtpPacket, Ssrc};
use units::Instant;

use crate::engine::core::Engine;
use crate::outbox::Outbox;
use crate::producer::Arrival;
use crate::trace::TraceSet;

impl Engine {
    pub(super) fn trace_transport(&mut self, key: usize, kinds: &[TransportTraceType]) -> Reply {
        self.objects.transports[key].traces = TraceSet::of(kinds);
        Reply::Done
    }

    /// A producer took a packet.
    pub(super) fn trace_received(
        &self,
        now: Instant,
        owner: usize,
        (packet, arrival): (&RtpPacket<'_>, &Arrival),
        out: &mut Outbox,
    ) {
        let producer = &self.objects.producers[owner].producer;
        if let Some(trace) = producer.trace_received(now, packet, arrival) {
            let event = ProducerEvent::Trace(Box::new(trace));
            out.notify(Notification::Producer(producer.id().clone(), event));
        }
    }

    /// A sender reports on a stream of a producer.
    pub(super) fn trace_sender_report(
        &self,
        now: Instant,
        owner: usize,
        report: &SenderReport<'_>,
        out: &mut Outbox,
    ) {
        let producer = &self.objects.producers[owner].producer;
        if let Some(trace) = producer.trace_sender_report(now, report) {
            let event = ProducerEvent::Trace(Box::new(trace));
            out.notify(Notification::Producer(producer.id().clone(), event));
        }
    }

    /// A receiver sent feedback on a consumer; key-frame requests name the stream.
    pub(super) fn trace_feedback(
        &self,
        now: Instant,
        key: usize,
        (kind, ssrc): (RtpTraceType, Option<Ssrc>),
        out: &mut Outbox,
    ) {
        let consumer = &self.objects.consumers[key].consumer;
        if let Some(trace) = consumer.trace_feedback(now, kind, ssrc) {
            let event = ConsumerEvent::Trace(Box::new(trace));
            out.notify(Notification::Consumer(consumer.id().clone(), event));
        }
    }
}
