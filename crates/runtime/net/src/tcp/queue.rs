//! Packets that wait for a slow TCP connection, framed and bounded.
//!
//! RFC 4571 §2: each packet is preceded by its length in two bytes, big-endian.
//!
//! ```text
//!  0 ───────────── soft bound ───────────── hard bound
//!   media and control   │   control only        │  the connection is broken
//! ```
//! Media that cannot be sent soon is worth less than the media that follows it, so above the soft
//! bound new media is dropped, whole packets at a time. What is already queued stays: it may be half
//! out. If control alone fills the rest, the other side has stopped reading.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};

/// 400 ms of 2.5 Mbit/s: more would arrive too late to be played. A judgement, not a measurement.
const SOFT_BOUND: usize = 128 * 1024;

/// Leaves control (DTLS, RTCP, STUN, data channels) as much again.
const HARD_BOUND: usize = 256 * 1024;

/// Memory kept by a queue that has run empty; what a jam made it grow beyond is given back.
const KEPT_BYTES: usize = 16 * 1024;

/// What a packet is to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketClass {
    /// Must arrive, or the connection is no use: STUN, DTLS, RTCP, SCTP.
    Control,
    /// May be dropped: RTP.
    Media,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It leaves with the next flush, or as soon as the other side reads.
    Queued,
    /// Too much waits already, or it is empty or longer than a frame can say.
    Dropped,
    /// The connection is of no more use; close it.
    Broken,
}

/// How far a flush came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// All is with the kernel.
    All,
    /// The kernel takes no more now; flush again when the connection is writable.
    Blocked,
}

/// A bounded queue of frames.
#[derive(Debug, Default)]
pub(super) struct FrameQueue {
    bytes: VecDeque<u8>,
}

impl FrameQueue {
    /// Adds a packet behind the others. `Broken` if control finds no room.
    pub(super) fn push(&mut self, packet: &[u8], class: PacketClass) -> Enqueued {
        let Ok(length @ 1..) = u16::try_from(packet.len()) else {
            return Enqueued::Dropped;
        };
        let frame = size_of::<u16>() + packet.len();
        match class {
            PacketClass::Media if self.bytes.len() + frame > SOFT_BOUND => Enqueued::Dropped,
            PacketClass::Control if self.bytes.len() + frame > HARD_BOUND => Enqueued::Broken,
            _ => {
                self.bytes.extend(length.to_be_bytes());
                self.bytes.extend(packet);
                Enqueued::Queued
            }
        }
    }

    /// Bytes that wait, frame lengths included.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes until all is out or `writer` takes no more.
    pub(super) fn flush(&mut self, writer: &mut impl Write) -> io::Result<Flushed> {
        loop {
            let (front, _) = self.bytes.as_slices();
            if front.is_empty() {
                self.give_memory_back();
                return Ok(Flushed::All);
            }
            match writer.write(front) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => drop(self.bytes.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Flushed::Blocked),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn give_memory_back(&mut self) {
        // An empty ring begins anew, so that the next frames lie in one piece.
        self.bytes.clear();
        if self.bytes.capacity() > 4 * KEPT_BYTES {
            self.bytes.shrink_to(KEPT_BYTES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_their_length_before_them() {
        let mut queue = FrameQueue::default();
        queue.push(&[7; 3], PacketClass::Control);
        queue.push(&[9; 300], PacketClass::Media);
        let mut wire = Vec::new();

        assert_eq!(queue.flush(&mut wire).unwrap(), Flushed::All);

        assert_eq!(wire[..5], [0, 3, 7, 7, 7]);
        assert_eq!(wire[5..7], [1, 44]);
        assert_eq!(wire[7..], [9; 300]);
    }

    #[test]
    fn a_jam_drops_media_first_and_then_breaks() {
        let mut queue = FrameQueue::default();

        let media = pushes_until_refused(&mut queue, PacketClass::Media);
        let control = pushes_until_refused(&mut queue, PacketClass::Control);

        assert_eq!(media, (131, Enqueued::Dropped));
        assert_eq!(control, (131, Enqueued::Broken));
        assert!(queue.len() <= HARD_BOUND);
    }

    #[test]
    fn media_flows_again_once_the_jam_is_gone() {
        let mut queue = FrameQueue::default();
        pushes_until_refused(&mut queue, PacketClass::Media);

        queue.flush(&mut Trickle { room: 1_100 }).unwrap();

        assert_eq!(queue.push(&[0; 998], PacketClass::Media), Enqueued::Queued);
        assert_eq!(queue.push(&[0; 998], PacketClass::Media), Enqueued::Dropped);
    }

    #[test]
    fn half_a_frame_out_is_followed_by_its_other_half() {
        let mut queue = FrameQueue::default();
        let mut wire = Vec::new();
        for number in 0..200_u8 {
            queue.push(&[number; 700], PacketClass::Control);
            let mut trickle = Trickle { room: 650 };
            assert_eq!(
                queue.flush(&mut Tee(&mut trickle, &mut wire)).unwrap(),
                Flushed::Blocked
            );
        }

        queue.flush(&mut wire).unwrap();

        let frames: Vec<_> = wire.chunks(702).collect();
        assert_eq!(frames.len(), 200);
        for (number, frame) in (0..200_u8).zip(frames) {
            assert_eq!(frame[..2], 700_u16.to_be_bytes());
            assert_eq!(frame[2..], [number; 700]);
        }
    }

    #[test]
    fn a_packet_that_a_frame_cannot_hold_is_dropped() {
        let mut queue = FrameQueue::default();

        assert_eq!(queue.push(&[], PacketClass::Control), Enqueued::Dropped);
        assert_eq!(
            queue.push(&[0; 65_536], PacketClass::Control),
            Enqueued::Dropped
        );
        assert_eq!(
            queue.push(&[0; 65_535], PacketClass::Control),
            Enqueued::Queued
        );
    }

    #[test]
    fn a_jam_that_is_over_keeps_no_memory() {
        let mut queue = FrameQueue::default();
        pushes_until_refused(&mut queue, PacketClass::Control);

        queue.flush(&mut Vec::new()).unwrap();

        assert!(queue.bytes.capacity() <= 2 * KEPT_BYTES);
    }

    fn pushes_until_refused(queue: &mut FrameQueue, class: PacketClass) -> (usize, Enqueued) {
        let mut queued = 0;
        loop {
            match queue.push(&[0; 998], class) {
                Enqueued::Queued => queued += 1,
                refusal => return (queued, refusal),
            }
        }
    }

    /// Takes `room` bytes, then blocks.
    struct Trickle {
        room: usize,
    }

    impl Write for Trickle {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            if taken == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Writes what the first takes to the second too.
    struct Tee<'a>(&'a mut Trickle, &'a mut Vec<u8>);

    impl Write for Tee<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = self.0.write(bytes)?;
            self.1.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
