//! The application as an endpoint: what it sends comes as commands.

use control::{DirectTransportOptions, ProducerId, Refusal, Reply, TransportId};
use rtp::{RtpPacket, rtcp};
use units::Instant;

use crate::engine::core::Engine;
use crate::outbox::Outbox;
use crate::transport::DirectTransport;

/// The largest RTP packet that the application may send, in bytes.
const RTP_MAX: usize = 65_536;

/// The largest compound RTCP packet that the application may send, in bytes.
const RTCP_MAX: usize = 1_600;

impl Engine {
    pub(super) fn create_direct_transport(
        &mut self,
        (router, id): (usize, TransportId),
        options: DirectTransportOptions,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let transport = DirectTransport::new(id.clone(), options);
        self.add_transport((router, None), id, transport.into(), Vec::new());
        Ok(Reply::Done)
    }

    /// The application sends a packet as the endpoint of a producer. False if it cannot.
    pub(super) fn producer_send(
        &mut self,
        now: Instant,
        id: &ProducerId,
        packet: &[u8],
        out: &mut Outbox,
    ) -> bool {
        let Ok(owner) = self.objects.producer(id.as_str()) else {
            return false;
        };
        let key = self.objects.producers[owner].transport;
        let Some(direct) = self.objects.transports[key].transport.direct_mut() else {
            return false;
        };
        if packet.len() > RTP_MAX {
            return false;
        }
        direct.note_received(now, packet.len());
        let Ok(packet) = RtpPacket::parse(packet) else {
            self.counters.malformed_rtp += 1;
            return false;
        };
        self.at_work = Some(key);
        self.produce_rtp(now, (key, owner), &packet, out);
        true
    }

    /// The application sends RTCP as the endpoint of a direct transport: all of it or, if it is too long
    /// or not RTCP throughout, nothing. False if it cannot.
    pub(super) fn transport_send_rtcp(
        &mut self,
        now: Instant,
        id: &TransportId,
        packet: &[u8],
        out: &mut Outbox,
    ) -> bool {
        let Ok(key) = self.objects.transport(id.as_str()) else {
            return false;
        };
        let Some(direct) = self.objects.transports[key].transport.direct_mut() else {
            return false;
        };
        if packet.len() > RTCP_MAX {
            return false;
        }
        direct.note_received(now, packet.len());
        if packet.is_empty() || rtcp::parse(packet).any(|item| item.is_err()) {
            self.counters.malformed_rtcp += 1;
            return false;
        }
        self.at_work = Some(key);
        self.receive_rtcp(now, key, packet, out);
        true
    }
}
