//! Any bytes end the walk through a compound packet somewhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rtp::rtcp::{RtcpPacket, XrBlock};

fuzz_target!(|data: &[u8]| {
    for packet in rtp::rtcp::parse(data).flatten() {
        let items = match packet {
            RtcpPacket::SenderReport(report) => report.report_blocks().count(),
            RtcpPacket::ReceiverReport(report) => report.report_blocks().count(),
            RtcpPacket::Sdes(sdes) => sdes.cnames().count(),
            RtcpPacket::Bye(bye) => bye.ssrcs().count(),
            RtcpPacket::Nack(nack) => nack.lost().count(),
            RtcpPacket::Fir(fir) => fir.entries().count(),
            RtcpPacket::Remb(remb) => remb.ssrcs().count(),
            RtcpPacket::TransportFeedback(feedback) => feedback.packets().count(),
            RtcpPacket::Xr(xr) => xr
                .blocks()
                .map(|block| if let XrBlock::Dlrr(items) = block { items.count() } else { 1 })
                .sum(),
            RtcpPacket::Pli(_) | RtcpPacket::Unknown { .. } => 0,
        };
        assert!(items <= 65_536);
    }
});
