//! Packets made up, for tests.

use payload::{PayloadInfo, Vp8Descriptor};
use rtp::PayloadType;
use units::{Instant, RtpTimestamp};

use crate::history::{PacketFacts, StoredPacket};

/// A packet that is only what its payload says of itself.
pub(super) fn packet(seq: u64, timestamp: u32, info: PayloadInfo) -> StoredPacket<'static> {
    StoredPacket {
        seq,
        facts: PacketFacts {
            timestamp: RtpTimestamp(timestamp),
            marker: info.end_of_frame,
            payload_type: PayloadType::new(96).expect("below 128"),
            received_at: Instant::ZERO,
            info,
        },
        extensions: &[],
        payload: &[1],
    }
}

/// A packet of VP8.
pub(super) fn vp8(seq: u64, timestamp: u32, payload: &[u8]) -> StoredPacket<'_> {
    let info = Vp8Descriptor::read(payload).map(|descriptor| descriptor.info());
    StoredPacket {
        payload,
        ..packet(seq, timestamp, info.unwrap_or_default())
    }
}

/// What a single packet of a whole frame says.
pub(super) fn frame(spatial: u8, temporal: u8) -> PayloadInfo {
    PayloadInfo {
        start_of_frame: true,
        end_of_frame: true,
        inter_predicted: true,
        spatial,
        temporal,
        ..PayloadInfo::default()
    }
}

/// What a single packet of a whole key frame says.
pub(super) fn key_frame() -> PayloadInfo {
    PayloadInfo {
        start_of_frame: true,
        end_of_frame: true,
        ..PayloadInfo::of_keyframe(true)
    }
}
