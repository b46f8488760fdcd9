//! Frames: a length (u32, little endian) and as many bytes.

use std::io::{self, BufReader, ErrorKind, Read};

use serde::Serialize;

/// The longest body, both ways. As upstream's, so that nothing that worked there is too long here.
pub const BODY_MAX: usize = 8 << 20;

/// Of a body that is too long, so much is looked at: enough for the number of a request.
const START_MAX: u64 = 256;

/// A buffer that one long body has grown is cut back to this.
const BUFFER_KEPT: usize = 1 << 20;

const READ_BUFFER: usize = 64 << 10;

const LENGTH_BYTES: usize = 4;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A body.
    Body(&'a [u8]),
    /// One that is too long: its length, and how it begins. The rest was skipped.
    TooLong(u32, &'a [u8]),
}

/// Takes frames off a pipe.
pub struct FrameReader<R> {
    input: BufReader<R>,
    body: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    /// Reads from there.
    pub fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(READ_BUFFER, input),
            body: Vec::new(),
        }
    }

    /// Waits for the next frame. `None` at the end, between two frames or within one.
    pub fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        self.body.clear();
        self.body.shrink_to(BUFFER_KEPT);
        let mut length = [0; LENGTH_BYTES];
        match self.input.read_exact(&mut length) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            outcome => outcome?,
        }
        let length = u32::from_le_bytes(length);
        let too_long = usize::try_from(length).map_or(true, |length| length > BODY_MAX);
        let wanted = match too_long {
            true => START_MAX,
            false => u64::from(length),
        };
        // The buffer grows with what comes, not with what the length promises.
        let read = self
            .input
            .by_ref()
            .take(wanted)
            .read_to_end(&mut self.body)?;
        if read as u64 != wanted {
            return Ok(None);
        }
        if !too_long {
            return Ok(Some(Frame::Body(&self.body)));
        }
        let rest = u64::from(length) - wanted;
        let skipped = io::copy(&mut self.input.by_ref().take(rest), &mut io::sink())?;
        Ok((skipped == rest).then_some(Frame::TooLong(length, &self.body)))
    }
}

/// Why a message is not in the buffer, which is as it was.
#[derive(Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// Its body would be so long.
    TooLong(usize),
    /// It has no form in MessagePack.
    Unwritable(String),
}

/// Appends a frame.
pub fn append(buffer: &mut Vec<u8>, message: &impl Serialize) -> Result<(), Unwritten> {
    let start = buffer.len();
    buffer.extend([0; LENGTH_BYTES]);
    let mut serializer = rmp_serde::Serializer::new(&mut *buffer)
        .with_struct_map()
        .with_human_readable();
    let outcome = message.serialize(&mut serializer);

    let body = buffer.len() - start - LENGTH_BYTES;
    let refusal = match outcome {
        Ok(()) if body <= BODY_MAX => {
            let length = u32::try_from(body).unwrap_or(u32::MAX);
            buffer[start..start + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
            return Ok(());
        }
        Ok(()) => Unwritten::TooLong(body),
        Err(error) => Unwritten::Unwritable(error.to_string()),
    };
    buffer.truncate(start);
    Err(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_appended_is_read_again() {
        let mut pipe = Vec::new();
        assert_eq!(append(&mut pipe, &"one"), Ok(()));
        assert_eq!(append(&mut pipe, &2_u8), Ok(()));

        let mut frames = FrameReader::new(&pipe[..]);

        assert_eq!(body(&mut frames), Some(b"\xa3one".to_vec()));
        assert_eq!(body(&mut frames), Some(vec![2]));
        assert_eq!(body(&mut frames), None);
    }

    #[test]
    fn a_body_that_is_too_long_is_skipped_and_shows_its_beginning() {
        let length = u32::try_from(BODY_MAX).expect("small") + 1;
        let mut pipe = length.to_le_bytes().to_vec();
        pipe.extend(vec![7; BODY_MAX + 1]);
        assert_eq!(append(&mut pipe, &true), Ok(()));

        let mut frames = FrameReader::new(&pipe[..]);

        let start = [7; 256];
        assert_eq!(
            frames.next().expect("readable"),
            Some(Frame::TooLong(length, &start))
        );
        assert_eq!(body(&mut frames), Some(vec![0xc3]));
    }

    #[test]
    fn an_end_within_a_frame_is_an_end() {
        for pipe in [&[1_u8, 0][..], &[5, 0, 0, 0, 1], &[0xff; 600]] {
            assert_eq!(body(&mut FrameReader::new(pipe)), None);
        }
    }

    #[test]
    fn a_message_that_is_too_long_leaves_no_trace() {
        let mut buffer = vec![1];

        let outcome = append(&mut buffer, &"x".repeat(BODY_MAX));

        assert_eq!(outcome, Err(Unwritten::TooLong(BODY_MAX + 5)));
        assert_eq!(buffer, [1]);
    }

    fn body(frames: &mut FrameReader<&[u8]>) -> Option<Vec<u8>> {
        match frames.next().expect("readable") {
            Some(Frame::Body(body)) => Some(body.to_vec()),
            Some(Frame::TooLong(..)) => panic!("not too long"),
            None => None,
        }
    }
}
