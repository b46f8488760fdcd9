//! What every kind of transport does alike with SCTP: packets in, packets out, what the API is told.

use control::{Reply, SctpDump, SctpOptions};
use units::{Entropy, Instant};

use crate::outbox::Outbox;
use crate::transport::either::{Kind, Transport};
use crate::transport::event::Received;
use crate::transport::sctp_side::SctpSide;

/// An SCTP packet with a DTLS record around it; none is larger.
const PACKET_MAX: usize = 1_300;

impl Transport {
    /// Messages go over this transport.
    #[must_use]
    pub fn with_sctp(mut self, options: Option<SctpOptions>, entropy: &mut dyn Entropy) -> Self {
        let is_data_channel = matches!(self.kind, Kind::WebRtc(_));
        self.sctp =
            options.map(|options| Box::new(SctpSide::new(options, is_data_channel, entropy)));
        self
    }

    /// The answer to whoever asked for the transport, completed.
    #[must_use]
    pub fn complete(&self, mut reply: Reply) -> Reply {
        if let Reply::WebRtcTransportCreated {
            sctp_parameters,
            sctp_state,
            ..
        }
        | Reply::PlainTransportCreated {
            sctp_parameters,
            sctp_state,
            ..
        }
        | Reply::PipeTransportCreated {
            sctp_parameters,
            sctp_state,
            ..
        } = &mut reply
        {
            *sctp_parameters = self.sctp.as_ref().map(|sctp| sctp.parameters());
            *sctp_state = self.sctp.as_ref().map(|sctp| sctp.state());
        }
        reply
    }

    /// The association, if messages go over this transport.
    #[must_use]
    pub fn sctp(&self) -> Option<&SctpSide> {
        self.sctp.as_deref()
    }

    /// The association, to say something.
    pub fn sctp_mut(&mut self) -> Option<&mut SctpSide> {
        self.sctp.as_deref_mut()
    }

    /// Takes in what a datagram held for SCTP.
    pub(super) fn take_messages(&mut self, now: Instant, received: Received, data: &[u8]) {
        if let (Received::Sctp(len), Some(sctp)) = (received, &mut self.sctp) {
            sctp.handle_input(now, &data[..len]);
        }
        if let Kind::WebRtc(transport) = &mut self.kind {
            while let Some(packet) = transport.poll_app_data() {
                if let Some(sctp) = &mut self.sctp {
                    sctp.handle_input(now, &packet);
                }
            }
        }
    }

    /// Sends what SCTP has to send, if packets can go. True if the outbox is full and there is more.
    pub fn send_messages(&mut self, now: Instant, out: &mut Outbox) -> bool {
        let connected = self.is_connected();
        let route = self.route();
        let Some(sctp) = self.sctp.as_mut().filter(|_| connected) else {
            return false;
        };
        loop {
            if !out.has_room(PACKET_MAX) && !out.is_empty() {
                return true;
            }
            let Some(packet) = sctp.poll_transmit(now) else {
                return false;
            };
            let counters = match &mut self.kind {
                Kind::WebRtc(transport) => {
                    transport.send_app_data(now, packet, out);
                    continue;
                }
                Kind::Plain(transport) => &mut transport.counters,
                Kind::Pipe(transport) => &mut transport.counters,
                Kind::Direct(_) => continue,
            };
            if let Some(route) = route {
                out.push(route, packet);
                counters.note_sent(now, packet.len());
            }
        }
    }

    /// What a dump shows of messages; a direct transport knows its sizes itself.
    pub(super) fn dump_sctp(&self, dump: &mut SctpDump) {
        let Some(sctp) = &self.sctp else {
            return;
        };
        dump.max_send_message_size = sctp.options().max_send_message_size;
        dump.max_receive_message_size = sctp.options().max_receive_message_size;
        dump.sctp_parameters = Some(sctp.parameters());
        dump.sctp_state = Some(sctp.state());
        dump.sctp_negotiated_capabilities = Some(sctp.negotiated());
    }
}
