//! Any bytes are an RTP packet or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(packet) = rtp::RtpPacket::parse(data) {
        assert_eq!(packet.header_len() + packet.payload().len() + packet.padding_len(), data.len());
        assert!(packet.extensions().count() <= data.len());
    }
});
