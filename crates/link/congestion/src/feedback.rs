//! One transport's feedback to its sender.

use std::time::Duration;

use rtp::rtcp::RtcpWriter;
use rtp::{AbsSendTime, RtpPacket, SeqNumber, Ssrc};
use units::{DataRate, Instant};

use crate::arrivals::Arrivals;
use crate::delay::DelayEstimator;

/// How often arrivals are reported: a sender's estimator wants several a round trip.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// How often an estimate or a limit is repeated.
const REMB_EVERY: Duration = Duration::from_millis(1_000);

/// Streams named in a REMB. More of them exist in no endpoint that needs one.
const SOURCES_MAX: usize = 16;

/// What was negotiated with the sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Negotiated {
    /// The id of the transport-wide number, if the sender wants arrivals reported.
    pub transport_seq: Option<u8>,
    /// The id of the send time, if the sender wants an estimate.
    pub abs_send_time: Option<u8>,
}

/// Feedback to one sender.
#[derive(Debug, Default)]
pub struct ArrivalFeedback {
    negotiated: Negotiated,
    arrivals: Arrivals,
    estimator: Option<Box<DelayEstimator>>,
    /// The limit that the application set.
    bitrate_max: Option<DataRate>,
    /// The limit was lifted, and the sender has not been told.
    lifted: bool,
    report_at: Option<Instant>,
    remb_at: Option<Instant>,
    /// At most [`SOURCES_MAX`].
    sources: Vec<Ssrc>,
    media: Option<Ssrc>,
    deltas: Vec<Option<i32>>,
}

impl ArrivalFeedback {
    /// A producer was negotiated. Reports of arrivals win over estimates, whoever asked first.
    pub fn negotiate(&mut self, offered: Negotiated) {
        if let Some(id) = offered.transport_seq {
            self.negotiated.transport_seq = Some(id);
            self.estimator = None;
        } else if self.negotiated.transport_seq.is_none()
            && let Some(id) = offered.abs_send_time
        {
            self.negotiated.abs_send_time = Some(id);
            self.estimator.get_or_insert_default();
        }
    }

    /// An authenticated packet arrived.
    pub fn handle_packet(&mut self, now: Instant, packet: &RtpPacket<'_>) {
        if let Some(id) = self.negotiated.transport_seq {
            let seq = packet
                .extension(id)
                .and_then(|value| <[u8; 2]>::try_from(value).ok());
            if let Some(seq) = seq {
                self.arrivals.add(now, SeqNumber(u16::from_be_bytes(seq)));
                self.media = Some(packet.ssrc());
                self.report_at.get_or_insert(now + REPORT_EVERY);
            }
        } else if let (Some(id), Some(estimator)) =
            (self.negotiated.abs_send_time, &mut self.estimator)
            && let Some(sent) = packet.extension(id).and_then(AbsSendTime::read)
        {
            estimator.add(now, sent, packet.as_bytes().len());
            self.remb_at.get_or_insert(now + REMB_EVERY);
            self.remember(packet.ssrc());
        }
        if self.bitrate_max.is_some() {
            self.remember(packet.ssrc());
        }
    }

    fn remember(&mut self, ssrc: Ssrc) {
        if self.sources.len() < SOURCES_MAX && !self.sources.contains(&ssrc) {
            self.sources.push(ssrc);
        }
    }

    /// Limits the sender, or lifts the limit. The sender is told at once and then every second.
    pub fn set_max_bitrate(&mut self, now: Instant, limit: Option<DataRate>) {
        self.lifted = self.bitrate_max.is_some() && limit.is_none();
        self.bitrate_max = limit;
        self.remb_at = Some(now);
    }

    /// Writes what is due.
    pub fn write_feedback(&mut self, now: Instant, out: &mut RtcpWriter<'_>) {
        if self.report_at.is_some_and(|at| at <= now) {
            let media = self.media.unwrap_or(Ssrc(0));
            let written = self.arrivals.write(media, &mut self.deltas, out);
            if self.arrivals.is_empty() || !written {
                self.report_at = None;
            }
        }
        if self.remb_at.is_some_and(|at| at <= now) {
            self.write_remb(now, out);
        }
    }

    fn write_remb(&mut self, now: Instant, out: &mut RtcpWriter<'_>) {
        let estimate = self
            .estimator
            .as_ref()
            .map(|estimator| estimator.estimate());
        let bitrate = match (self.bitrate_max, estimate) {
            (Some(limit), Some(estimate)) => Some(limit.min(estimate)),
            (Some(limit), None) => Some(limit),
            (None, Some(estimate)) => Some(estimate),
            // A sender takes 0 for "no limit any more" where its own estimator runs.
            (None, None) => self.lifted.then_some(DataRate::ZERO),
        };
        self.lifted = false;
        if let Some(bitrate) = bitrate {
            out.remb(Ssrc(0), bitrate, &self.sources);
        }
        let goes_on = self.bitrate_max.is_some() || self.estimator.is_some();
        self.remb_at = goes_on.then(|| now + REMB_EVERY);
    }

    /// When `write_feedback` next has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.report_at.into_iter().chain(self.remb_at).min()
    }

    /// What the sender was told it may send, where we estimate for it.
    #[must_use]
    pub fn available_bitrate(&self) -> Option<DataRate> {
        let estimate = self.estimator.as_ref()?.estimate();
        Some(
            self.bitrate_max
                .map_or(estimate, |limit| limit.min(estimate)),
        )
    }

    /// Share of the sender's packets that did not arrive, where they are numbered.
    #[must_use]
    pub fn fraction_lost(&self) -> Option<f64> {
        self.arrivals.fraction_lost()
    }
}

#[cfg(test)]
mod tests {
    use rtp::rtcp::{RtcpPacket, parse};

    use super::*;

    #[test]
    fn arrivals_are_reported_ten_times_a_second_and_not_when_nothing_comes() {
        let mut feedback = ArrivalFeedback::default();
        feedback.negotiate(Negotiated {
            transport_seq: Some(5),
            abs_send_time: Some(4),
        });
        assert_eq!(feedback.poll_timeout(), None);

        feedback.handle_packet(
            ms(10),
            &RtpPacket::parse(&packet(5, &[0, 7])).expect("well formed"),
        );

        assert_eq!(feedback.poll_timeout(), Some(ms(110)));
        assert_eq!(written(&mut feedback, 109), 0);
        assert_eq!(written(&mut feedback, 110), 1);
        assert_eq!(feedback.poll_timeout(), None);
    }

    #[test]
    fn a_limit_is_told_at_once_again_and_when_it_is_lifted() {
        let mut feedback = ArrivalFeedback::default();
        feedback.set_max_bitrate(ms(0), Some(DataRate::from_bps(1 << 20)));
        assert_eq!(remb(&mut feedback, 0), Some(1 << 20));
        assert_eq!(remb(&mut feedback, 999), None);
        assert_eq!(remb(&mut feedback, 1_000), Some(1 << 20));

        feedback.set_max_bitrate(ms(1_500), None);

        assert_eq!(remb(&mut feedback, 1_500), Some(0));
        assert_eq!(feedback.poll_timeout(), None);
    }

    #[test]
    fn a_sender_without_transport_wide_numbers_is_told_an_estimate() {
        let mut feedback = ArrivalFeedback::default();
        feedback.negotiate(Negotiated {
            transport_seq: None,
            abs_send_time: Some(4),
        });
        feedback.handle_packet(
            ms(10),
            &RtpPacket::parse(&packet(4, &[0, 7, 0])).expect("well formed"),
        );

        assert!(remb(&mut feedback, 1_010).is_some_and(|bps| bps > 0));
    }

    fn packet(id: u8, value: &[u8]) -> Vec<u8> {
        let mut data = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0xbe, 0xde, 0, 1];
        data.push(id << 4 | (value.len() as u8 - 1));
        data.extend(value);
        data.resize(20, 0);
        data
    }

    fn written(feedback: &mut ArrivalFeedback, at: u64) -> usize {
        let mut buffer = Vec::new();
        feedback.write_feedback(ms(at), &mut RtcpWriter::new(&mut buffer, 1_200));
        parse(&buffer).count()
    }

    fn remb(feedback: &mut ArrivalFeedback, at: u64) -> Option<u64> {
        let mut buffer = Vec::new();
        feedback.write_feedback(ms(at), &mut RtcpWriter::new(&mut buffer, 1_200));
        match parse(&buffer).next() {
            Some(Ok(RtcpPacket::Remb(remb))) => Some(remb.bitrate.as_bps()),
            _ => None,
        }
    }

    fn ms(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }
}
