//! One message of the application, and what kind it is.

use serde::{Deserialize, Serialize};

/// Why a message was refused that a full buffer has no room for; an API may tell it from other refusals.
pub const SCTP_SEND_BUFFER_FULL: &str = "sctpsendbufferfull";

/// Payload protocol identifiers (RFC 8831 §8).
const TEXT: u32 = 51;
const BINARY: u32 = 53;
const TEXT_EMPTY: u32 = 56;
const BINARY_EMPTY: u32 = 57;

/// A message with its payload protocol identifier (RFC 8831 §8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UserMessage {
    /// 51 text, 53 binary, 56 empty text, 57 empty binary.
    pub ppid: u32,
    /// Its bytes; one byte if empty by its `ppid`.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub data: Vec<u8>,
}

impl UserMessage {
    /// A message of this kind. SCTP has no empty messages, so 56 and 57 are one byte, whatever `data` is
    /// (RFC 8831 §6.6).
    pub fn new(ppid: u32, data: impl Into<Vec<u8>>) -> Self {
        let data = match ppid {
            TEXT_EMPTY => b" ".to_vec(),
            BINARY_EMPTY => vec![0],
            _ => data.into(),
        };
        Self { ppid, data }
    }

    /// What was meant: nothing, if its kind says that it is empty.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        match self.ppid {
            TEXT_EMPTY | BINARY_EMPTY => &[],
            _ => &self.data,
        }
    }

    /// The text, if its kind is text and it is UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.ppid {
            TEXT | TEXT_EMPTY => std::str::from_utf8(self.content()).ok(),
            _ => None,
        }
    }
}

impl From<&str> for UserMessage {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for UserMessage {
    fn from(text: String) -> Self {
        let ppid = if text.is_empty() { TEXT_EMPTY } else { TEXT };
        Self::new(ppid, text)
    }
}

impl From<&[u8]> for UserMessage {
    fn from(data: &[u8]) -> Self {
        Self::from(data.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for UserMessage {
    fn from(data: &[u8; N]) -> Self {
        Self::from(data.to_vec())
    }
}

impl From<Vec<u8>> for UserMessage {
    fn from(data: Vec<u8>) -> Self {
        let ppid = if data.is_empty() {
            BINARY_EMPTY
        } else {
            BINARY
        };
        Self::new(ppid, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_message_follows_from_what_it_is_made_of() {
        for (message, ppid, data) in [
            (UserMessage::from("hello"), 51, &b"hello"[..]),
            (UserMessage::from(""), 56, b" "),
            (UserMessage::from(vec![1, 2]), 53, &[1, 2]),
            (UserMessage::from(Vec::new()), 57, &[0]),
            (UserMessage::new(1_234, "own"), 1_234, b"own"),
            (UserMessage::new(56, "not empty at all"), 56, b" "),
        ] {
            assert_eq!((message.ppid, &message.data[..]), (ppid, data));
        }
    }

    #[test]
    fn empty_messages_are_read_as_empty() {
        assert_eq!(UserMessage::from("").text(), Some(""));
        assert_eq!(UserMessage::from("hello").text(), Some("hello"));
        assert_eq!(UserMessage::from(Vec::new()).content(), b"");
        assert_eq!(UserMessage::from(vec![7]).text(), None);
        assert_eq!(UserMessage::new(51, vec![0xff]).text(), None, "not UTF-8");
    }
}
