//! Packets as peers send them.

use rtp::rtcp::{FirEntry, RtcpWriter, SenderInfo};
use rtp::{FixedHeader, HeaderWriter, PayloadType, SeqNumber, Ssrc};
use units::{NtpTime, RtpTimestamp};

/// A VP8 packet that begins a key frame, and one that does not (RFC 7741 §4.2 and §4.3).
pub const KEY_FRAME: &[u8] = &[0x10, 0x00, 9, 9];
pub const DELTA_FRAME: &[u8] = &[0x10, 0x01, 9, 9];

/// An RTP packet with these header extensions.
pub fn rtp(
    (payload_type, ssrc, seq): (u8, u32, u16),
    extensions: &[(u8, &[u8])],
    payload: &[u8],
) -> Vec<u8> {
    let fixed = FixedHeader {
        marker: true,
        payload_type: PayloadType::new(payload_type).expect("seven bits"),
        seq: SeqNumber(seq),
        timestamp: RtpTimestamp(u32::from(seq) * 960),
        ssrc: Ssrc(ssrc),
    };
    let mut bytes = vec![0; 256];
    let mut writer = HeaderWriter::new(&mut bytes, &fixed, false).expect("room");
    for (id, value) in extensions {
        writer.extension(*id, value).expect("room");
    }
    let len = writer.finish().expect("room");
    bytes.truncate(len);
    bytes.extend(payload);
    bytes
}

/// Opus that is this loud, in −dBov.
pub fn spoken(ssrc: u32, seq: u16, level: u8) -> Vec<u8> {
    rtp((111, ssrc, seq), &[(3, &[0x80 | level])], b"sound")
}

/// A VP8 packet.
pub fn shown(ssrc: u32, seq: u16, payload: &[u8]) -> Vec<u8> {
    rtp((96, ssrc, seq), &[], payload)
}

/// A NACK for one packet.
pub fn nack(media: u32, seq: u16) -> Vec<u8> {
    rtcp(|writer| writer.nack(Ssrc(1), Ssrc(media), &[SeqNumber(seq)]) == 1)
}

/// A picture loss indication.
pub fn pli(media: u32) -> Vec<u8> {
    rtcp(|writer| writer.pli(Ssrc(1), Ssrc(media)))
}

/// A full intra request.
pub fn fir(media: u32) -> Vec<u8> {
    let entry = FirEntry {
        ssrc: Ssrc(media),
        seq: 1,
    };
    rtcp(|writer| writer.fir(Ssrc(1), &[entry]))
}

/// A sender report.
pub fn report(ssrc: u32) -> Vec<u8> {
    let info = SenderInfo {
        ssrc: Ssrc(ssrc),
        ntp: NtpTime(3_900_000_000 << 32 | 0x8000_0000),
        timestamp: RtpTimestamp(77),
        packet_count: 5,
        octet_count: 500,
    };
    rtcp(|writer| writer.sender_report(&info))
}

fn rtcp(write: impl FnOnce(&mut RtcpWriter<'_>) -> bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    assert!(write(&mut RtcpWriter::new(&mut bytes, 1_200)));
    bytes
}

/// Whether it is RTCP (RFC 5761 §4).
pub fn is_rtcp(packet: &[u8]) -> bool {
    (192..224).contains(&packet[1])
}
