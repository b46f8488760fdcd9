//! Any bytes are an RTP packet or refused, and any value of an extension is read or is none.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rtp::{AbsCaptureTime, AbsSendTime, AudioLevel, Mid, PacketKind, PlayoutDelay, Rid, VideoOrientation};

fuzz_target!(|data: &[u8]| {
    let _ = (PacketKind::classify(data), PacketKind::classify_media(data));
    let Ok(packet) = rtp::RtpPacket::parse(data) else {
        return;
    };
    assert_eq!(packet.header_len() + packet.payload().len() + packet.padding_len(), data.len());
    assert!(packet.extensions().count() <= data.len());
    for (_, value) in packet.extensions() {
        let _ = (AbsSendTime::read(value), AudioLevel::read(value), VideoOrientation::read(value));
        let _ = (AbsCaptureTime::read(value), PlayoutDelay::read(value));
        let _ = (Mid::new(value), Rid::new(value));
    }
    if let Some((_, original)) = rtp::original_seq(packet.payload()) {
        assert_eq!(original.len() + rtp::RTX_PREFIX, packet.payload().len());
    }
});
