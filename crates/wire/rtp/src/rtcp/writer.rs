//! Builds compound packets of bounded size.

use units::{DataRate, NtpTime, RtpTimestamp};

use crate::ids::Ssrc;
use crate::rtcp::blocks::ReportBlock;
use crate::rtcp::extended::DlrrItem;
use crate::rtcp::feedback::FirEntry;
use crate::rtcp::transport_cc_write;
use crate::seq::SeqNumber;

/// Appends packets to a buffer. What does not fit is refused whole and leaves no trace.
#[derive(Debug)]
pub struct RtcpWriter<'a> {
    out: &'a mut Vec<u8>,
    limit: usize,
}

/// What a sender report says of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInfo {
    /// The stream.
    pub ssrc: Ssrc,
    /// Now, on our wall clock.
    pub ntp: NtpTime,
    /// Now, on the stream's media clock.
    pub timestamp: RtpTimestamp,
    /// Packets sent.
    pub packet_count: u32,
    /// Payload bytes sent.
    pub octet_count: u32,
}

/// What a report of arrival times says besides them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedbackInfo {
    /// Who reports.
    pub sender: Ssrc,
    /// Some stream of the transport.
    pub media: Ssrc,
    /// The number of the first packet.
    pub base_seq: u16,
    /// What the first difference counts from, in 64 ms.
    pub reference_time: i32,
    /// The number of this report.
    pub feedback_count: u8,
}

impl<'a> RtcpWriter<'a> {
    /// Begins a compound packet of at most `limit` bytes in `out`, which is emptied.
    pub fn new(out: &'a mut Vec<u8>, limit: usize) -> Self {
        out.clear();
        Self { out, limit }
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Bytes written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// A sender report without report blocks.
    pub fn sender_report(&mut self, info: &SenderInfo) -> bool {
        self.packet(200, 0, |out| {
            out.extend(info.ssrc.0.to_be_bytes());
            out.extend(info.ntp.0.to_be_bytes());
            out.extend(info.timestamp.0.to_be_bytes());
            out.extend(info.packet_count.to_be_bytes());
            out.extend(info.octet_count.to_be_bytes());
        })
    }

    /// A receiver report; at most 31 blocks.
    pub fn receiver_report(&mut self, sender: Ssrc, blocks: &[ReportBlock]) -> bool {
        let count = blocks.len() as u8;
        blocks.len() <= 31
            && self.packet(201, count, |out| {
                out.extend(sender.0.to_be_bytes());
                out.extend(blocks.iter().flat_map(|block| block.to_bytes()));
            })
    }

    /// The name of a source; at most 255 bytes.
    pub fn cname(&mut self, ssrc: Ssrc, cname: &str) -> bool {
        let Ok(len) = u8::try_from(cname.len()) else {
            return false;
        };
        self.packet(202, 1, |out| {
            let start = out.len();
            out.extend(ssrc.0.to_be_bytes());
            out.extend([1, len]);
            out.extend(cname.as_bytes());
            // At least one zero ends the items.
            let used = out.len() - start;
            out.resize(start + (used + 1).next_multiple_of(4), 0);
        })
    }

    /// A source ends.
    pub fn bye(&mut self, ssrc: Ssrc) -> bool {
        self.packet(203, 1, |out| out.extend(ssrc.0.to_be_bytes()))
    }

    /// Missing packets, ascending. Gives how many of them fitted.
    pub fn nack(&mut self, sender: Ssrc, media: Ssrc, lost: &[SeqNumber]) -> usize {
        let room = self.limit.saturating_sub(self.out.len() + 12) / 4;
        let mut rest = lost;
        let mut items = 0;
        let written = !lost.is_empty()
            && room > 0
            && self.packet(205, 1, |out| {
                out.extend(sender.0.to_be_bytes());
                out.extend(media.0.to_be_bytes());
                while let (Some((first, behind)), true) = (rest.split_first(), items < room) {
                    let near = |seq: &&SeqNumber| (1..=16).contains(&seq.signed_since(*first));
                    let taken = behind.iter().take_while(near).count();
                    let bits = behind[..taken].iter().fold(0_u16, |bits, seq| {
                        bits | 1 << (seq.signed_since(*first) - 1)
                    });
                    out.extend(first.0.to_be_bytes());
                    out.extend(bits.to_be_bytes());
                    rest = &behind[taken..];
                    items += 1;
                }
            });
        if written { lost.len() - rest.len() } else { 0 }
    }

    /// A key frame is needed.
    pub fn pli(&mut self, sender: Ssrc, media: Ssrc) -> bool {
        self.packet(206, 1, |out| {
            out.extend(sender.0.to_be_bytes());
            out.extend(media.0.to_be_bytes());
        })
    }

    /// Key frames are demanded.
    pub fn fir(&mut self, sender: Ssrc, entries: &[FirEntry]) -> bool {
        self.packet(206, 4, |out| {
            out.extend(sender.0.to_be_bytes());
            out.extend([0; 4]);
            for entry in entries {
                out.extend(entry.ssrc.0.to_be_bytes());
                out.extend([entry.seq, 0, 0, 0]);
            }
        })
    }

    /// What we believe we can take, from these streams in sum.
    pub fn remb(&mut self, sender: Ssrc, bitrate: DataRate, sources: &[Ssrc]) -> bool {
        let Ok(count) = u8::try_from(sources.len()) else {
            return false;
        };
        // 18 bits of mantissa.
        let exponent = (64 - bitrate.as_bps().leading_zeros()).saturating_sub(18);
        let mantissa = (bitrate.as_bps() >> exponent) as u32;
        let [_, a, b, c] = mantissa.to_be_bytes();
        self.packet(206, 15, |out| {
            out.extend(sender.0.to_be_bytes());
            out.extend([0; 4]);
            out.extend(b"REMB");
            out.extend([count, (exponent as u8) << 2 | a, b, c]);
            out.extend(sources.iter().flat_map(|ssrc| ssrc.0.to_be_bytes()));
        })
    }

    /// Our wall clock, for an answer that tells the round trip.
    pub fn reference_time(&mut self, sender: Ssrc, now: NtpTime) -> bool {
        self.packet(207, 0, |out| {
            out.extend(sender.0.to_be_bytes());
            out.extend([4, 0, 0, 2]);
            out.extend(now.0.to_be_bytes());
        })
    }

    /// Answers to reference times.
    pub fn dlrr(&mut self, sender: Ssrc, items: &[DlrrItem]) -> bool {
        let words = (items.len() * 3) as u16;
        self.packet(207, 0, |out| {
            out.extend(sender.0.to_be_bytes());
            out.extend([5, 0]);
            out.extend(words.to_be_bytes());
            for item in items {
                out.extend(item.ssrc.0.to_be_bytes());
                out.extend(item.last_rr.to_be_bytes());
                out.extend(item.delay_since_last_rr.to_be_bytes());
            }
        })
    }

    /// Arrival times: of each packet from the base on, the difference to the one before in 250 µs.
    pub fn transport_feedback(&mut self, info: &FeedbackInfo, packets: &[Option<i32>]) -> bool {
        let Ok(count) = u16::try_from(packets.len()) else {
            return false;
        };
        self.packet(205, 15, |out| {
            out.extend(info.sender.0.to_be_bytes());
            out.extend(info.media.0.to_be_bytes());
            out.extend(info.base_seq.to_be_bytes());
            out.extend(count.to_be_bytes());
            out.extend(&info.reference_time.to_be_bytes()[1..]);
            out.push(info.feedback_count);
            transport_cc_write::write(out, packets);
            while out.len() % 4 != 0 {
                out.push(0);
            }
        })
    }

    /// A packet: header, body, then the length; or nothing if it does not fit.
    fn packet(&mut self, packet_type: u8, count: u8, body: impl FnOnce(&mut Vec<u8>)) -> bool {
        let start = self.out.len();
        self.out.extend([0x80 | count, packet_type, 0, 0]);
        body(self.out);
        let words = u16::try_from((self.out.len() - start) / 4 - 1);
        match words {
            Ok(words) if self.out.len() <= self.limit => {
                self.out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
                true
            }
            _ => {
                self.out.truncate(start);
                false
            }
        }
    }
}
