//! Packets on a TCP connection: two bytes of length before each (RFC 4571 §2).

/// Bytes before a packet.
pub const FRAME_HEADER: usize = 2;

/// Longest frame that is believed. Media and STUN fit a network packet, a DTLS flight comes in such
/// too; whoever announces more is not speaking our language, and its connection is to be closed.
pub const FRAME_MAX: usize = 8_192;

/// Longest first frame that is believed: a check (RFC 6544 §7.1), of 160 bytes or so. Speakers of TLS
/// and HTTP who came to the wrong port announce 5 635 and 18 245 bytes by their first two letters.
pub const FIRST_FRAME_MAX: usize = 1_500;

/// What goes before a packet; `None` if it is too long for a frame.
#[must_use]
pub fn frame_header(packet: &[u8]) -> Option<[u8; FRAME_HEADER]> {
    u16::try_from(packet.len()).ok().map(u16::to_be_bytes)
}

/// Cuts a stream of bytes into packets. Holds at most one frame, of a bounded size.
#[derive(Debug)]
pub struct FrameReader {
    /// A frame that has not arrived whole.
    pending: Vec<u8>,
    /// What the next frame may be long; `None` once garbage was read.
    len_max: Option<usize>,
}

/// The connection carries something else than frames of a sane size. It is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbage;

impl Default for FrameReader {
    fn default() -> Self {
        Self {
            pending: Vec::new(),
            len_max: Some(FIRST_FRAME_MAX),
        }
    }
}

impl FrameReader {
    /// Takes bytes in, and hands every packet that is now whole to `packet`, which may change it. A
    /// frame that lies in `bytes` as a whole is not copied. Empty frames are skipped: some stacks keep
    /// a connection alive with them.
    ///
    /// # Errors
    ///
    /// [`Garbage`] if a frame is longer than anything a peer has to say; nothing can be read any more.
    pub fn feed(
        &mut self,
        bytes: &mut [u8],
        mut packet: impl FnMut(&mut [u8]),
    ) -> Result<(), Garbage> {
        let outcome = self.read(bytes, &mut packet);
        if outcome.is_err() {
            // Where the next frame begins is not known any more.
            *self = Self {
                pending: Vec::new(),
                len_max: None,
            };
        }
        outcome
    }

    fn read(
        &mut self,
        mut bytes: &mut [u8],
        packet: &mut impl FnMut(&mut [u8]),
    ) -> Result<(), Garbage> {
        while !bytes.is_empty() {
            bytes = match self.pending.is_empty() {
                true => self.cut(bytes, packet)?,
                false => self.complete(bytes, packet)?,
            };
        }
        Ok(())
    }

    /// Takes the frame at the front of `bytes`, or keeps what there is of it. Gives the rest.
    fn cut<'a>(
        &mut self,
        bytes: &'a mut [u8],
        packet: &mut impl FnMut(&mut [u8]),
    ) -> Result<&'a mut [u8], Garbage> {
        match announced(bytes, self.len_max)? {
            Some(len) if bytes.len() >= FRAME_HEADER + len => {
                let (frame, rest) = bytes.split_at_mut(FRAME_HEADER + len);
                deliver(frame, &mut self.len_max, packet);
                Ok(rest)
            }
            _ => {
                self.pending.extend_from_slice(bytes);
                Ok(&mut [])
            }
        }
    }

    /// Adds to the frame that is pending what it lacks. Gives the rest.
    fn complete<'a>(
        &mut self,
        bytes: &'a mut [u8],
        packet: &mut impl FnMut(&mut [u8]),
    ) -> Result<&'a mut [u8], Garbage> {
        let wanted = match announced(&self.pending, self.len_max)? {
            Some(len) => FRAME_HEADER + len,
            None => FRAME_HEADER,
        };
        let lacking = (wanted - self.pending.len()).min(bytes.len());
        let (more, rest) = bytes.split_at_mut(lacking);
        self.pending.extend_from_slice(more);
        if let Some(len) = announced(&self.pending, self.len_max)?
            && self.pending.len() == FRAME_HEADER + len
        {
            deliver(&mut self.pending, &mut self.len_max, packet);
            self.pending.clear();
        }
        Ok(rest)
    }
}

/// Hands a whole frame on, unless it is empty. After the first, longer ones are believed.
fn deliver(frame: &mut [u8], len_max: &mut Option<usize>, packet: &mut impl FnMut(&mut [u8])) {
    if frame.len() > FRAME_HEADER {
        *len_max = Some(FRAME_MAX);
        packet(&mut frame[FRAME_HEADER..]);
    }
}

/// The length that a frame's first two bytes announce, once they are there.
fn announced(bytes: &[u8], len_max: Option<usize>) -> Result<Option<usize>, Garbage> {
    let len_max = len_max.ok_or(Garbage)?;
    let Some(head) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Ok(None);
    };
    match usize::from(u16::from_be_bytes(*head)) {
        len if len > len_max => Err(Garbage),
        len => Ok(Some(len)),
    }
}

#[cfg(test)]
mod tests;
