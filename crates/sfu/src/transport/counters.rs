//! What a transport counts.

use std::time::Duration;

use control::{BaseTransportStats, TransportId};
use units::{DataRate, Instant};

use crate::rate::RateMeter;

/// The span over which rates are measured.
const WINDOW: Duration = Duration::from_secs(1);

/// Limits that the application set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of what producers send.
    pub incoming_max: Option<DataRate>,
    /// Of what consumers get.
    pub outgoing_max: Option<DataRate>,
    /// Below which the estimate does not fall.
    pub outgoing_min: Option<DataRate>,
}

/// Bytes both ways.
#[derive(Debug)]
pub struct Counters {
    received: RateMeter,
    sent: RateMeter,
    rtp_received: RateMeter,
    rtp_sent: RateMeter,
    rtx_received: RateMeter,
    rtx_sent: RateMeter,
}

impl Default for Counters {
    fn default() -> Self {
        let meter = || RateMeter::new(WINDOW);
        Self {
            received: meter(),
            sent: meter(),
            rtp_received: meter(),
            rtp_sent: meter(),
            rtx_received: meter(),
            rtx_sent: meter(),
        }
    }
}

impl Counters {
    /// A datagram came in, STUN excepted.
    pub fn note_received(&mut self, now: Instant, bytes: usize) {
        self.received.add(now, bytes);
    }

    /// A datagram went out, STUN excepted.
    pub fn note_sent(&mut self, now: Instant, bytes: usize) {
        self.sent.add(now, bytes);
    }

    /// A producer took a packet.
    pub fn note_rtp_received(&mut self, now: Instant, bytes: usize, rtx: bool) {
        if rtx {
            &mut self.rtx_received
        } else {
            &mut self.rtp_received
        }
        .add(now, bytes);
    }

    /// A consumer's packet went out.
    pub fn note_rtp_sent(&mut self, now: Instant, bytes: usize, rtx: bool) {
        self.sent.add(now, bytes);
        if rtx {
            &mut self.rtx_sent
        } else {
            &mut self.rtp_sent
        }
        .add(now, bytes);
    }

    /// As statistics show it.
    pub fn stats(
        &mut self,
        now: Instant,
        transport_id: &TransportId,
        limits: &Limits,
        (available_incoming_bitrate, rtp_packet_loss_received): (Option<u64>, Option<f64>),
    ) -> BaseTransportStats {
        let mut rate = |meter: fn(&mut Self) -> &mut RateMeter| {
            let meter = meter(self);
            (meter.bytes(), meter.rate(now).as_bps())
        };
        let (bytes_received, recv_bitrate) = rate(|counters| &mut counters.received);
        let (bytes_sent, send_bitrate) = rate(|counters| &mut counters.sent);
        let (rtp_bytes_received, rtp_recv_bitrate) = rate(|counters| &mut counters.rtp_received);
        let (rtp_bytes_sent, rtp_send_bitrate) = rate(|counters| &mut counters.rtp_sent);
        let (rtx_bytes_received, rtx_recv_bitrate) = rate(|counters| &mut counters.rtx_received);
        let (rtx_bytes_sent, rtx_send_bitrate) = rate(|counters| &mut counters.rtx_sent);
        BaseTransportStats {
            sctp_state: None,
            transport_id: transport_id.clone(),
            timestamp: now.as_millis(),
            bytes_received,
            recv_bitrate,
            bytes_sent,
            send_bitrate,
            rtp_bytes_received,
            rtp_recv_bitrate,
            rtp_bytes_sent,
            rtp_send_bitrate,
            rtx_bytes_received,
            rtx_recv_bitrate,
            rtx_bytes_sent,
            rtx_send_bitrate,
            probation_bytes_sent: 0,
            probation_send_bitrate: 0,
            available_outgoing_bitrate: None,
            available_incoming_bitrate,
            max_incoming_bitrate: limits.incoming_max.map(DataRate::as_bps),
            max_outgoing_bitrate: limits.outgoing_max.map(DataRate::as_bps),
            min_outgoing_bitrate: limits.outgoing_min.map(DataRate::as_bps),
            rtp_packet_loss_received,
            rtp_packet_loss_sent: None,
        }
    }
}
