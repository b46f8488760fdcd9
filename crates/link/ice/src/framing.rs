//! Packets on a TCP connection: two bytes of length before each (RFC 4571 §2).

/// Bytes before a packet.
pub const FRAME_HEADER: usize = 2;

/// What goes before a packet; `None` if it is too long for a frame.
#[must_use]
pub fn frame_header(packet: &[u8]) -> Option<[u8; FRAME_HEADER]> {
    u16::try_from(packet.len()).ok().map(u16::to_be_bytes)
}

/// Longest frame that is believed. Media and STUN fit a network packet, a DTLS flight comes in such
/// too; whoever announces more is not speaking our language, and its connection is to be closed.
const FRAME_MAX: usize = 8_192;

/// Cuts a stream of bytes into packets. Holds at most one frame, of a bounded size.
#[derive(Debug, Default)]
pub struct FrameReader {
    /// A frame that has not arrived whole.
    pending: Vec<u8>,
}

/// The connection carries something else than frames of a sane size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbage;

impl FrameReader {
    /// Takes bytes in, and hands every packet that is now whole to `packet`, which may change it.
    ///
    /// # Errors
    ///
    /// [`Garbage`] if a frame is longer than anything a peer has to say; nothing more can be read.
    pub fn feed(
        &mut self,
        mut bytes: &mut [u8],
        mut packet: impl FnMut(&mut [u8]),
    ) -> Result<(), Garbage> {
        while !bytes.is_empty() {
            if self.pending.is_empty()
                && let Some(len) = whole_frame(bytes)?
            {
                let (frame, rest) = std::mem::take(&mut bytes).split_at_mut(FRAME_HEADER + len);
                if len > 0 {
                    packet(&mut frame[FRAME_HEADER..]);
                }
                bytes = rest;
                continue;
            }
            let wanted = match announced(&self.pending)? {
                Some(len) => FRAME_HEADER + len,
                None => FRAME_HEADER,
            };
            let taken = (wanted - self.pending.len()).min(bytes.len());
            let (more, rest) = std::mem::take(&mut bytes).split_at_mut(taken);
            self.pending.extend_from_slice(more);
            bytes = rest;
            if announced(&self.pending)?.is_some_and(|len| self.pending.len() == FRAME_HEADER + len)
            {
                if self.pending.len() > FRAME_HEADER {
                    packet(&mut self.pending[FRAME_HEADER..]);
                }
                self.pending.clear();
            }
        }
        Ok(())
    }
}

/// The length that a frame's first two bytes announce, once they are there.
fn announced(bytes: &[u8]) -> Result<Option<usize>, Garbage> {
    let Some(head) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Ok(None);
    };
    match usize::from(u16::from_be_bytes(*head)) {
        len if len > FRAME_MAX => Err(Garbage),
        len => Ok(Some(len)),
    }
}

/// The length of the frame at the front, if it is there whole.
fn whole_frame(bytes: &[u8]) -> Result<Option<usize>, Garbage> {
    Ok(announced(bytes)?.filter(|len| bytes.len() >= FRAME_HEADER + len))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_too_long_to_be_true_is_garbage() {
        assert_eq!(
            FrameReader::default().feed(&mut [0xff, 0xff, 1], |_| ()),
            Err(Garbage)
        );
        assert_eq!(
            FrameReader::default().feed(&mut b"GET / HTTP/1.1\r\n".to_vec(), |_| ()),
            Err(Garbage)
        );
    }

    #[test]
    fn empty_frames_keep_a_connection_alive_and_mean_nothing() {
        let mut packets = 0;

        let outcome = FrameReader::default().feed(&mut [0, 0, 0, 1, 9, 0, 0], |_| packets += 1);

        assert_eq!((outcome, packets), (Ok(()), 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn packets_arrive_whole_however_the_stream_is_cut(
            packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..300), 1..8),
            cut in 1_usize..50,
        ) {
            let mut stream: Vec<u8> = Vec::new();
            for packet in &packets {
                stream.extend(frame_header(packet).expect("short"));
                stream.extend(packet);
            }
            let (mut reader, mut read) = (FrameReader::default(), Vec::new());
            for piece in stream.chunks_mut(cut) {
                reader.feed(piece, |packet| read.push(packet.to_vec())).expect("frames");
            }

            prop_assert_eq!(read, packets);
        }
    }
}
