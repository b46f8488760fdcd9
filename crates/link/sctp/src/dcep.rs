//! The data channel establishment protocol (RFC 8832), as far as an SFU needs it.
//!
//! Which stream carries what is agreed through signalling. A browser that opened a channel without
//! `negotiated: true` sends an OPEN all the same and holds back unordered messages until it is
//! answered, so it gets its ACK. Its label and protocol are not looked at.

/// DATA_CHANNEL_OPEN (RFC 8832 §8.2.1).
const OPEN: u8 = 0x03;

/// DATA_CHANNEL_ACK.
const ACK: [u8; 1] = [0x02];

/// The answer to a message with PPID 50, if it calls for one.
pub(crate) fn answer(message: &[u8]) -> Option<&'static [u8]> {
    (message.first() == Some(&OPEN)).then_some(&ACK)
}
