//! RTCP that comes in: reports and feedback find the stream they speak of.
//!
//! All feedback ends here (RFC 7667 §3.7): a NACK is answered from the stream's history, a PLI becomes
//! a wish for a key frame that the producer's requester merges with others, reports feed scores and
//! round-trip times. Nothing is passed on as it came.

use control::RtpTraceType;
use rtp::Ssrc;
use rtp::rtcp::{self, RtcpPacket};
use units::Instant;

use crate::engine::core::Engine;
use crate::engine::packets::place_of;
use crate::outbox::Outbox;

impl Engine {
    pub(super) fn receive_rtcp(&mut self, now: Instant, key: usize, data: &[u8], out: &mut Outbox) {
        for item in rtcp::parse(data) {
            let Ok(packet) = item else {
                self.counters.malformed_rtcp += 1;
                return;
            };
            self.take_rtcp(now, key, &packet, out);
        }
    }

    fn take_rtcp(&mut self, now: Instant, key: usize, packet: &RtcpPacket<'_>, out: &mut Outbox) {
        match packet {
            RtcpPacket::SenderReport(report) => {
                let clock = self.config.wallclock;
                if let Some(owner) = self.producer_of(key, report.ssrc) {
                    let producer = &mut self.objects.producers[owner].producer;
                    producer.handle_sender_report(now, &clock, report);
                    self.fanout.mark_feedback(owner);
                    self.trace_sender_report(now, owner, report, out);
                }
                for block in report.report_blocks() {
                    self.take_report_block(now, key, &block);
                }
            }
            RtcpPacket::ReceiverReport(report) => {
                for block in report.report_blocks() {
                    self.take_report_block(now, key, &block);
                }
            }
            RtcpPacket::Nack(nack) => {
                if let Some(consumer) = self.consumer_of(key, nack.media_ssrc) {
                    let resend = &mut self.fanout.resend;
                    let sender = &mut self.objects.consumers[consumer].consumer;
                    if let Some((_, lane)) = sender.lane_of(nack.media_ssrc) {
                        lane.handle_nack(now, nack.lost(), resend);
                        self.trace_feedback(now, consumer, (RtpTraceType::Nack, None), out);
                        self.resend(now, (consumer, nack.media_ssrc), out);
                    }
                }
            }
            RtcpPacket::Pli(pli) => {
                if let Some(consumer) = self.consumer_of(key, pli.media_ssrc) {
                    let told = (RtpTraceType::Pli, Some(pli.media_ssrc));
                    let sender = &mut self.objects.consumers[consumer].consumer;
                    if let Some((_, lane)) = sender.lane_of(pli.media_ssrc) {
                        lane.handle_pli(now);
                    }
                    self.trace_feedback(now, consumer, told, out);
                    self.pass_keyframe_request(now, consumer);
                }
            }
            RtcpPacket::Fir(fir) => {
                for entry in fir.entries() {
                    if let Some(consumer) = self.consumer_of(key, entry.ssrc) {
                        let told = (RtpTraceType::Fir, Some(entry.ssrc));
                        let sender = &mut self.objects.consumers[consumer].consumer;
                        if let Some((_, lane)) = sender.lane_of(entry.ssrc) {
                            lane.handle_fir(now, entry.seq);
                        }
                        self.trace_feedback(now, consumer, told, out);
                        self.pass_keyframe_request(now, consumer);
                    }
                }
            }
            RtcpPacket::Xr(xr) => self.take_extended_report(now, key, xr),
            RtcpPacket::Bye(bye) => {
                for ssrc in bye.ssrcs() {
                    if let Some(owner) = self.producer_of(key, ssrc) {
                        self.objects.producers[owner].producer.handle_bye(now, ssrc);
                    }
                }
            }
            // Congestion feedback of receivers waits for the estimator; SDES tells nothing that the
            // API did not.
            _ => {}
        }
    }

    fn take_report_block(&mut self, now: Instant, key: usize, block: &rtcp::ReportBlock) {
        let Some(consumer) = self.consumer_of(key, Ssrc(block.ssrc)) else {
            return;
        };
        let entry = &mut self.objects.consumers[consumer];
        let producer = entry.producer;
        let Some((source, lane)) = entry.consumer.lane_of(Ssrc(block.ssrc)) else {
            return;
        };
        lane.handle_receiver_report(now, &self.config.wallclock, block);
        let router = self.objects.transports[key].router;
        let worst = self.objects.routers[router]
            .subscriptions()
            .active(producer)
            .iter()
            .map(|&other| {
                self.objects.consumers[other]
                    .consumer
                    .remote_fraction_lost()
            })
            .max();
        let media = &mut self.objects.producers[producer].producer;
        if let Some(place) = place_of(media.streams(), source) {
            media.set_remote_loss(place, worst.unwrap_or(0));
        }
        self.fanout.mark_reported(consumer);
    }

    fn take_extended_report(&mut self, now: Instant, key: usize, xr: &rtcp::Xr<'_>) {
        for block in xr.blocks() {
            match block {
                rtcp::XrBlock::ReferenceTime(ntp) => {
                    for &consumer in &self.objects.transports[key].consumers {
                        let sender = &mut self.objects.consumers[consumer].consumer;
                        for (_, lane) in sender.lanes_mut() {
                            lane.handle_reference_time(now, xr.ssrc, ntp);
                        }
                    }
                }
                rtcp::XrBlock::Dlrr(items) => {
                    for item in items {
                        let ssrc = if item.ssrc == Ssrc(0) {
                            xr.ssrc
                        } else {
                            item.ssrc
                        };
                        if let Some(owner) = self.producer_of(key, ssrc) {
                            let clock = self.config.wallclock;
                            self.objects.producers[owner].producer.handle_dlrr(
                                now,
                                &clock,
                                (ssrc, &item),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn consumer_of(&self, key: usize, ssrc: Ssrc) -> Option<usize> {
        self.objects.transports[key]
            .consumer_of_ssrc
            .get(&ssrc.0)
            .copied()
    }

    fn producer_of(&self, key: usize, ssrc: Ssrc) -> Option<usize> {
        let producers = &self.objects.transports[key].producers;
        producers
            .iter()
            .copied()
            .find(|&owner| self.objects.producers[owner].producer.owns_ssrc(ssrc))
    }
}
