//! What a session has to give to its owner: datagrams for the peer, and events.

use std::collections::VecDeque;

use crate::srtp_keys::SrtpKeys;

/// Datagrams wait here for the length of one call of the owner. A full one means an owner who does
/// not poll: further datagrams are dropped, as the network might.
const BYTES_MAX: usize = 1 << 20;

/// As above, for events. Application data is dropped; the few events of the handshake always fit.
const EVENTS_MAX: usize = 4_096;

/// A version of DTLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// RFC 6347.
    Dtls12,
    /// RFC 9147.
    Dtls13,
}

/// What happened in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The handshake is done: compare the certificate with the fingerprint, then use the keys.
    Handshaken(Handshaken),
    /// A message from the peer. It is authentic only if its certificate is.
    AppData(Vec<u8>),
    /// The peer said goodbye (`close_notify`). Nothing follows.
    Closed,
    /// The session is dead. Nothing follows.
    Failed(Failure),
}

/// The outcome of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshaken {
    /// The certificate that the peer proved to own, in DER.
    pub peer_certificate: Vec<u8>,
    /// Keys for SRTP, unless the peer did not ask for any (it wants data channels only) or we share
    /// no profile.
    pub srtp: Option<SrtpKeys>,
    /// The version that was negotiated.
    pub version: Version,
}

/// Why a session died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The handshake did not end in time. `alert` is the last one that the peer sent in the clear: a
    /// hint only, since anybody can forge it, and so it did not end the handshake by itself.
    #[error("no DTLS handshake in time (unauthenticated alert: {alert:?})")]
    Timeout {
        /// The description of the alert (RFC 5246 §7.2).
        alert: Option<u8>,
    },
    /// The peer has no certificate, or of a kind that cannot be verified here.
    #[error("the peer's certificate is missing or of an unsupported kind")]
    PeerCertificate,
    /// The two sides share no version, cipher suite, group or signature algorithm.
    #[error("no DTLS parameters in common with the peer")]
    NothingInCommon,
    /// The peer sent a fatal alert under the session's keys.
    #[error("the peer sent a fatal DTLS alert")]
    PeerAlert,
    /// The peer broke the protocol, or its signature or Finished did not verify.
    #[error("the peer broke the DTLS protocol")]
    Protocol,
    /// We could not do our part.
    #[error("the DTLS engine failed")]
    Internal,
}

/// The datagrams and events that wait for the owner.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    /// Where the waiting datagrams end in `bytes`.
    ends: VecDeque<usize>,
    /// Where the first waiting datagram begins.
    begin: usize,
    events: VecDeque<Event>,
    dropped: u64,
}

impl Outbox {
    pub(crate) fn push_datagram(&mut self, datagram: &[u8]) {
        if self.ends.is_empty() {
            self.bytes.clear();
            self.begin = 0;
        }
        if self.bytes.len() + datagram.len() > BYTES_MAX {
            self.dropped += 1;
            return;
        }
        self.bytes.extend_from_slice(datagram);
        self.ends.push_back(self.bytes.len());
    }

    pub(crate) fn poll_datagram(&mut self) -> Option<&[u8]> {
        let end = self.ends.pop_front()?;
        let begin = std::mem::replace(&mut self.begin, end);
        self.bytes.get(begin..end)
    }

    pub(crate) fn push_event(&mut self, event: Event) {
        if matches!(event, Event::AppData(_)) && self.events.len() >= EVENTS_MAX {
            self.dropped += 1;
            return;
        }
        self.events.push_back(event);
    }

    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Datagrams and messages that the owner did not fetch in time.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_come_out_as_they_went_in() {
        let mut outbox = Outbox::default();
        outbox.push_datagram(b"one");
        outbox.push_datagram(b"three");

        assert_eq!(outbox.poll_datagram(), Some(&b"one"[..]));
        outbox.push_datagram(b"five");
        assert_eq!(outbox.poll_datagram(), Some(&b"three"[..]));
        assert_eq!(outbox.poll_datagram(), Some(&b"five"[..]));
        assert_eq!(outbox.poll_datagram(), None);
    }

    #[test]
    fn an_owner_who_does_not_poll_loses_data_but_not_the_end() {
        let mut outbox = Outbox::default();
        for _ in 0..EVENTS_MAX + 3 {
            outbox.push_event(Event::AppData(vec![1]));
        }
        for _ in 0..BYTES_MAX / 1_024 + 2 {
            outbox.push_datagram(&[0; 1_024]);
        }
        outbox.push_event(Event::Closed);

        assert_eq!(outbox.dropped(), 3 + 2);
        assert_eq!(outbox.events.len(), EVENTS_MAX + 1);
        assert_eq!(outbox.events.back(), Some(&Event::Closed));
    }
}
