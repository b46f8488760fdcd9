//! Sending to the end of a list, through a kernel that takes as much as it likes.
//!
//! ```text
//!             took n                  busy, patience spent
//!  Offering ─────────▶ Offering       ─────────────────▶ Blocked: the rest is handed back
//!     │  └─▶─┘ busy: offer again       hopeless
//!     │                               ─────────────────▶ Offering, after this train
//!     │ a train is refused
//!     ▼
//!  Trial: the same train, datagram by datagram
//!     the first goes out: trains were the trouble, no more of them on this socket
//!     the first is refused too: it was the datagrams, trains stay
//! ```
//! The trial keeps one too large packet, which anybody can make us forward, from turning GSO off for
//! everybody else.

use std::io;
use std::net::{IpAddr, SocketAddr};

use super::transmit::Transmit;
use crate::sys::{Message, is_busy, is_gso_refusal, is_pending_icmp};

/// How often a busy kernel is asked again before the rest is handed back. A device that is sending
/// may free a place within a call or two; waiting longer would hold up every other transport.
const RETRIES_MAX: u8 = 2;

/// What became of the transmits of one call. Datagrams of `blocked_from` and after are in neither
/// count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendOutcome {
    /// Datagrams that the kernel took.
    pub sent: usize,
    /// Datagrams that cannot be sent: too large, no route, forbidden, the wrong family.
    pub dropped: usize,
    /// The socket's buffer is full: the transmits from this index on were not sent. Media in them is
    /// best forgotten; what must arrive may be offered again once the socket is writable.
    pub blocked_from: Option<usize>,
}

/// An outcome and what else the socket wants to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) outcome: SendOutcome,
    pub(super) bytes: usize,
    pub(super) calls: usize,
    pub(super) icmp_errors: usize,
    pub(super) gso_refused: bool,
}

/// How far a list of transmits has been sent. It gives out the messages for the kernel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    transmits: &'a [Transmit],
    /// The transmit that is next, and how many of its bytes are already out.
    index: usize,
    offset: usize,
    /// Trains go out as such.
    gso: bool,
    /// This one is tried datagram by datagram.
    trial: Option<usize>,
    /// An IPv6 socket knows IPv4 addresses in their mapped form.
    map_to_v6: bool,
}

/// Offers everything at `cursor` to the kernel until all is sent, dropped or blocked.
pub(super) fn send_all<'a>(
    mut cursor: Cursor<'a>,
    mut offer: impl FnMut(Cursor<'a>) -> io::Result<usize>,
) -> Report {
    let mut report = Report::default();
    let mut patience = RETRIES_MAX;
    loop {
        report.outcome.dropped += cursor.skip_what_the_buffer_lacks();
        let mut ahead = cursor;
        let Some(first) = ahead.next() else {
            return report;
        };
        report.calls += 1;
        match offer(cursor) {
            Ok(taken) if taken > 0 => {
                let gso_was_the_trouble = cursor.is_at_trial();
                for message in cursor.by_ref().take(taken) {
                    report.outcome.sent += message.datagrams();
                    report.bytes += message.bytes.len();
                }
                cursor.gso &= !gso_was_the_trouble;
                report.gso_refused |= gso_was_the_trouble;
                patience = RETRIES_MAX;
            }
            Err(error) if is_pending_icmp(&error) && patience > 0 => {
                report.icmp_errors += 1;
                patience -= 1;
            }
            Err(error) if first.segment_size.is_some() && is_gso_refusal(&error) => {
                cursor.trial = Some(cursor.index);
            }
            Err(error) if !is_busy(&error) && error.kind() != io::ErrorKind::Interrupted => {
                // The rest of a train has the same destination and size, so it goes the same way.
                report.outcome.dropped += cursor.skip_train();
                patience = RETRIES_MAX;
            }
            Ok(_) | Err(_) if patience > 0 => patience -= 1,
            Ok(_) | Err(_) => {
                report.outcome.dropped += cursor.skip_begun_train();
                report.outcome.blocked_from =
                    (cursor.index < cursor.transmits.len()).then_some(cursor.index);
                return report;
            }
        }
    }
}

impl<'a> Cursor<'a> {
    /// At the beginning of `transmits`.
    pub(super) fn new(bytes: &'a [u8], transmits: &'a [Transmit], gso: bool) -> Self {
        Self {
            bytes,
            transmits,
            index: 0,
            offset: 0,
            gso,
            trial: None,
            map_to_v6: false,
        }
    }

    /// The same, for a socket of the family of `local`.
    pub(super) fn for_family_of(self, local: SocketAddr) -> Self {
        Self {
            map_to_v6: local.is_ipv6(),
            ..self
        }
    }

    fn is_at_trial(&self) -> bool {
        self.trial == Some(self.index) && self.offset == 0
    }

    /// A range beyond the buffer is a fault of the caller; it costs the datagrams of that transmit.
    fn skip_what_the_buffer_lacks(&mut self) -> usize {
        let mut dropped = 0;
        while let Some(transmit) = self.transmits.get(self.index)
            && self.bytes.get(transmit.range()).is_none()
        {
            dropped += self.skip_train();
        }
        dropped
    }

    /// Gives up a train of which a part is out, so that nothing is sent twice.
    fn skip_begun_train(&mut self) -> usize {
        if self.offset == 0 {
            return 0;
        }
        self.skip_train()
    }

    /// Gives up the rest of this transmit, and says how many datagrams that was.
    fn skip_train(&mut self) -> usize {
        let Some(transmit) = self.transmits.get(self.index) else {
            return 0;
        };
        let out = transmit
            .segment_size()
            .map_or(0, |segment| self.offset / usize::from(segment));
        self.index += 1;
        self.offset = 0;
        transmit.datagrams() - out
    }

    fn destination(&self, transmit: &Transmit) -> SocketAddr {
        match transmit.destination() {
            SocketAddr::V4(v4) if self.map_to_v6 => {
                SocketAddr::new(IpAddr::V6(v4.ip().to_ipv6_mapped()), v4.port())
            }
            as_it_is => as_it_is,
        }
    }
}

impl<'a> Iterator for Cursor<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let transmit = self.transmits.get(self.index)?;
        let bytes = self.bytes.get(transmit.range())?;
        let one_by_one = !self.gso || self.offset > 0 || self.trial == Some(self.index);
        let (bytes, segment_size) = match transmit.segment_size() {
            Some(segment) if one_by_one => {
                let end = (self.offset + usize::from(segment)).min(bytes.len());
                let datagram = &bytes[self.offset..end];
                self.offset = end;
                if end < bytes.len() {
                    return Some(Message {
                        destination: self.destination(transmit),
                        bytes: datagram,
                        segment_size: None,
                    });
                }
                (datagram, None)
            }
            whole => (bytes, whole),
        };
        self.index += 1;
        self.offset = 0;
        Some(Message {
            destination: self.destination(transmit),
            bytes,
            segment_size,
        })
    }
}

#[cfg(test)]
mod tests;
