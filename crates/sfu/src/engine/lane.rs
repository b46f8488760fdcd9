//! One packet's way into the outbox: header by the consumer, encryption by the transport; or, over a
//! direct transport, to the application.

use control::{ConsumerEvent, Notification, RtpTrace};
use payload::{Vp8Descriptor, Vp8Written};
use units::{Instant, NtpTime};

use crate::consumer::{Consumer, Decision, Outgoing};
use crate::engine::counters::EngineCounters;
use crate::feed::Feed;
use crate::history::StoredPacket;
use crate::outbox::Outbox;
use crate::transport::Transport;

/// What a packet may grow by on its way out: header, extensions, RTX prefix, a wider
/// VP8 descriptor and SRTP tag.
pub const OVERHEAD_MAX: usize = 12 + 4 + 400 + 2 + 2 + 16;

/// A packet that was written.
struct Written {
    len: usize,
    /// What whoever traces the consumer is told of it.
    trace: Option<Box<RtpTrace>>,
}

/// A consumer and the transport it sends on.
pub struct Lane<'a> {
    /// Now, on the wall clock.
    pub ntp: NtpTime,
    /// Whether packets go again: those in the media stream then say what they said.
    pub again: bool,
    /// Where packets go.
    pub transport: &'a mut Transport,
    /// Whose packets they are.
    pub consumer: &'a mut Consumer,
}

impl Lane<'_> {
    /// Lets the consumer decide on a packet of its producer, and sends it if it is to be
    /// sent. True if the receiver begins with it.
    pub fn forward(
        &mut self,
        now: Instant,
        (feed, packet): (Feed, &StoredPacket<'_>),
        counters: &mut EngineCounters,
        out: &mut Outbox,
    ) -> bool {
        let (outgoing, begins) = match self.consumer.handle_packet(now, feed, packet) {
            Decision::Drop => return false,
            Decision::Send(outgoing) => (outgoing, false),
            Decision::Begin(outgoing) => (outgoing, true),
        };
        let sent = self.send(now, &outgoing, (feed.encoding, packet), out);
        counters.forwarded_rtp += u64::from(sent);
        counters.unsent_rtp += u64::from(!sent);
        begins
    }

    /// Writes a packet. False if it found no way, no room or no key; then it is as if it was lost.
    pub fn send(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        (encoding, packet): (usize, &StoredPacket<'_>),
        out: &mut Outbox,
    ) -> bool {
        if self.transport.direct_mut().is_some() {
            return self.hand_over(now, outgoing, (encoding, packet), out);
        }
        let Some(route) = self.transport.route() else {
            return false;
        };
        let Some(room) = out.begin(route, packet.payload.len() + OVERHEAD_MAX) else {
            return false;
        };
        let written = self.write(now, outgoing, (encoding, packet), room);
        out.commit(written.as_ref().map_or(0, |written| written.len));
        let Some(written) = written else {
            return false;
        };
        self.tell(written.trace, out);
        true
    }

    /// Tells a trace, if there is one.
    fn tell(&self, trace: Option<Box<RtpTrace>>, out: &mut Outbox) {
        if let Some(trace) = trace {
            let event = ConsumerEvent::Trace(trace);
            out.notify(Notification::Consumer(self.consumer.id().clone(), event));
        }
    }

    /// Gives a packet to the application.
    fn hand_over(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        (encoding, packet): (usize, &StoredPacket<'_>),
        out: &mut Outbox,
    ) -> bool {
        let mut bytes = vec![0; packet.payload.len() + OVERHEAD_MAX];
        let Some(written) = self.write(now, outgoing, (encoding, packet), &mut bytes) else {
            return false;
        };
        bytes.truncate(written.len);
        self.tell(written.trace, out);
        let event = ConsumerEvent::Rtp(bytes);
        out.notify(Notification::Consumer(self.consumer.id().clone(), event));
        true
    }

    /// Writes a packet and counts it. `None` if there is no room or no key.
    fn write(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        (encoding, packet): (usize, &StoredPacket<'_>),
        room: &mut [u8],
    ) -> Option<Written> {
        let transport = &mut *self.transport;
        let repeat = self.again && !outgoing.is_rtx();
        let stamp = match repeat {
            true => self.consumer.stamp_of(outgoing)?,
            false => self
                .consumer
                .stamp(self.ntp, || transport.next_transport_seq()),
        };
        let header_len = self.consumer.write_header(outgoing, packet, &stamp, room)?;
        let trace = match self.consumer.settings().traces().is_empty() {
            true => None,
            false => {
                let header = &room[..header_len];
                self.consumer
                    .trace_sent(now, header, (outgoing, packet))
                    .map(Box::new)
            }
        };
        let (prefix, payload) = body(outgoing, packet);
        let len = transport.seal_rtp(room, header_len, [prefix.as_bytes(), payload])?;
        match repeat {
            true => self.consumer.note_bytes(now, packet, len),
            false if outgoing.is_rtx() => {}
            false => {
                let sent = (outgoing, stamp);
                self.consumer.note_sent(now, sent, (encoding, packet), len);
            }
        }
        self.transport.note_rtp_sent(now, len, outgoing.is_rtx());
        Some(Written { len, trace })
    }
}

/// What stands before a payload that is otherwise sent as it came.
#[derive(Debug, Default)]
struct Prefix {
    bytes: [u8; 2 + Vp8Written::LEN_MAX],
    len: usize,
}

impl Prefix {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes[self.len..self.len + part.len()].copy_from_slice(part);
        self.len += part.len();
    }
}

/// What follows the header: the original's number if it is a repair, a VP8 descriptor that says other
/// numbers, and the payload or what is left of it.
fn body<'a>(outgoing: &Outgoing, packet: &StoredPacket<'a>) -> (Prefix, &'a [u8]) {
    let mut prefix = Prefix::default();
    if let Some(osn) = outgoing.rtx_osn() {
        prefix.push(&osn);
    }
    let rewritten = outgoing.rewrite.and_then(|numbers| {
        let descriptor = Vp8Descriptor::read(packet.payload)?;
        let written = descriptor.rewrite(packet.payload, numbers)?;
        Some((written, packet.payload.get(descriptor.len..)?))
    });
    match rewritten {
        None => (prefix, packet.payload),
        Some((written, payload)) => {
            prefix.push(written.as_bytes());
            (prefix, payload)
        }
    }
}
