//! Both ways of SRTP, or neither.

use rtp::Ssrc;
use srtp::{SrtpReceiver, SrtpSender, Suite};

/// Keys for both ways.
#[derive(Debug)]
pub struct SrtpPair {
    sender: SrtpSender,
    receiver: SrtpReceiver,
}

impl SrtpPair {
    /// From key and salt of each way; `None` if their lengths do not fit their suites.
    pub fn new(local: (Suite, &[u8]), remote: (Suite, &[u8])) -> Option<Self> {
        let sender = SrtpSender::new(local.0, local.1).ok()?;
        let receiver = SrtpReceiver::new(remote.0, remote.1).ok()?;
        Some(Self { sender, receiver })
    }

    /// Decrypts in place; the length in the clear, or `None` if it is not authentic.
    pub fn unprotect_rtp(&mut self, data: &mut [u8]) -> Option<usize> {
        self.receiver.unprotect_rtp(data).ok()
    }

    /// As for RTP.
    pub fn unprotect_rtcp(&mut self, data: &mut [u8]) -> Option<usize> {
        self.receiver.unprotect_rtcp(data).ok()
    }

    /// Encrypts behind the header, out of place.
    pub fn protect_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        match payload {
            [[], payload] => self.sender.protect_rtp(out, header_len, payload),
            parts => self.sender.protect_rtp_parts(out, header_len, parts),
        }
    }

    /// Encrypts in place.
    pub fn protect_rtcp(&mut self, packet: &mut [u8], len: usize) -> Option<usize> {
        self.sender.protect_rtcp(packet, len)
    }

    /// The most that RTCP grows by.
    pub fn rtcp_overhead(&self) -> usize {
        self.sender.suite().rtcp_overhead()
    }

    /// The peer's stream has ended.
    pub fn forget_incoming(&mut self, ssrc: Ssrc) {
        self.receiver.forget(ssrc);
    }

    /// Our stream has ended.
    pub fn forget_outgoing(&mut self, ssrc: Ssrc) {
        self.sender.forget(ssrc);
    }
}

/// Writes a packet's payload behind its header, in the clear.
pub fn copy_payload(out: &mut [u8], header_len: usize, payload: [&[u8]; 2]) -> Option<usize> {
    let mut at = header_len;
    for part in payload {
        out.get_mut(at..at + part.len())?.copy_from_slice(part);
        at += part.len();
    }
    Some(at)
}
