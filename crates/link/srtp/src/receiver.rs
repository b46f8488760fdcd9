//! The receiving half: which index a packet has, whether it was seen, whether it is authentic.

use std::fmt;

use rtp::Ssrc;

use crate::cipher::Cipher;
use crate::derive::{KeyError, MasterKey, Usage};
use crate::index::{Position, nearest};
use crate::packet::{PacketId, RTCP_CLEAR_LEN, RtpHeader, rtcp_index, rtcp_ssrc};
use crate::refusal::{Refusal, Refusals};
use crate::replay::{RtcpReplayWindow, RtpReplayWindow};
use crate::streams::InboundStreams;
use crate::suite::Suite;

/// Decrypts and authenticates what one transport receives.
///
/// A stream becomes known with its first authentic packet, with rollover counter 0 (RFC 3711 §3.3.1). It
/// stays known until [`Self::forget`], or until [`INBOUND_STREAMS_MAX`] others have spoken since.
pub struct SrtpReceiver {
    suite: Suite,
    rtp: Cipher,
    rtcp: Cipher,
    streams: InboundStreams,
    refusals: Refusals,
}

impl SrtpReceiver {
    /// Derives the session keys from the master key and the master salt behind it.
    ///
    /// # Errors
    /// When `key_and_salt` has not [`Suite::master_len`] bytes.
    pub fn new(suite: Suite, key_and_salt: &[u8]) -> Result<Self, KeyError> {
        let master = MasterKey::new(suite, key_and_salt)?;
        Ok(Self {
            suite,
            rtp: Cipher::new(&master, Usage::Rtp)?,
            rtcp: Cipher::new(&master, Usage::Rtcp)?,
            streams: InboundStreams::default(),
            refusals: Refusals::default(),
        })
    }

    /// The suite in use.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Decrypts an SRTP packet in place; the RTP packet is then `packet[..len]` with the `len` given back.
    ///
    /// # Errors
    /// The reason to drop the packet. It is counted, nothing else changes, and `packet` may be overwritten.
    pub fn unprotect_rtp(&mut self, packet: &mut [u8]) -> Result<usize, Refusal> {
        self.open_rtp(packet)
            .inspect_err(|&refusal| self.refusals.count(refusal))
    }

    /// Decrypts an SRTCP packet in place; the RTCP packet is then `packet[..len]` with the `len` given back.
    ///
    /// # Errors
    /// The reason to drop the packet. It is counted, nothing else changes, and `packet` may be overwritten.
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Refusal> {
        self.open_rtcp(packet)
            .inspect_err(|&refusal| self.refusals.count(refusal))
    }

    /// Frees what is remembered of an SSRC. Only when its stream was closed, never because of what was in a packet: a stream
    /// that goes on starts again with rollover counter 0, and its old packets are accepted once more.
    pub fn forget(&mut self, ssrc: Ssrc) {
        self.streams.forget(ssrc.0);
    }

    /// What was refused since the start.
    #[must_use]
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// SSRCs remembered.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    fn open_rtp(&mut self, packet: &mut [u8]) -> Result<usize, Refusal> {
        let header = RtpHeader::parse(packet).ok_or(Refusal::Malformed)?;
        let known = self.streams.get(header.ssrc);
        let window = known.and_then(|stream| stream.rtp.as_ref());
        let index = match window {
            Some(window) => {
                let index = received_index(window.highest(), header.seq)?;
                window.check(index)?;
                index
            }
            None => u64::from(header.seq),
        };
        let id = PacketId {
            ssrc: header.ssrc,
            index,
        };
        let len = self.rtp.open_rtp(id, packet, header.len)?;
        self.streams
            .authenticated(header.ssrc)
            .rtp
            .get_or_insert_with(|| RtpReplayWindow::starting_at(index))
            .accept(index);
        Ok(len)
    }

    fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Refusal> {
        let ssrc = rtcp_ssrc(packet).ok_or(Refusal::Malformed)?;
        if packet.len() < RTCP_CLEAR_LEN + self.suite.rtcp_overhead() {
            return Err(Refusal::Malformed);
        }
        let word = self.rtcp.rtcp_index_word(packet);
        let index = rtcp_index(word.ok_or(Refusal::Malformed)?).ok_or(Refusal::Unencrypted)?;
        let known = self.streams.get(ssrc);
        if let Some(window) = known.and_then(|stream| stream.rtcp.as_ref()) {
            window.check(index)?;
        }
        let len = self.rtcp.open_rtcp(PacketId { ssrc, index }, packet)?;
        self.streams
            .authenticated(ssrc)
            .rtcp
            .get_or_insert_with(|| RtcpReplayWindow::starting_at(index))
            .accept(index);
        Ok(len)
    }
}

fn received_index(highest: u64, seq: u16) -> Result<u64, Refusal> {
    match nearest(highest, seq) {
        Position::At(index) => Ok(index),
        // Nothing comes before rollover counter 0, so this can only be a leap of more than half a turn ahead.
        // The tag will tell.
        Position::BeforeStart => Ok(u64::from(seq)),
        Position::Spent => Err(Refusal::TooOld),
    }
}

impl fmt::Debug for SrtpReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrtpReceiver")
            .field("suite", &self.suite)
            .field("streams", &self.streams.len())
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}
