//! Numbers of frames in dependency descriptors: they go on where another stream goes on.
//!
//! Within a stream they stay as far apart as they were, as frames name those they need by distance; those
//! left out leave gaps that do no harm. But a receiver drops a key frame whose number lies below that of the
//! last one.

use payload::dd::frame_number;
use rtp::Extension;

use crate::history::StoredPacket;

/// Renumbers the frames of one consumer.
#[derive(Debug, Default)]
pub struct Frames {
    /// Output less input.
    step: u16,
    /// The highest that went out.
    newest: Option<u16>,
}

impl Frames {
    /// The receiver begins (again) with this packet: its frame is the next.
    pub fn begin(&mut self, packet: &StoredPacket<'_>) {
        if let Some((newest, number)) = self.newest.zip(number_of(packet)) {
            self.step = newest.wrapping_add(1).wrapping_sub(number);
        }
    }

    /// By how much the number of this packet's frame moves.
    pub fn map(&mut self, packet: &StoredPacket<'_>) -> u16 {
        if let Some(number) = number_of(packet) {
            let output = number.wrapping_add(self.step);
            let is_newer = |newest: u16| output.wrapping_sub(newest).cast_signed() > 0;
            if self.newest.is_none_or(is_newer) {
                self.newest = Some(output);
            }
        }
        self.step
    }
}

fn number_of(packet: &StoredPacket<'_>) -> Option<u16> {
    let mut elements = packet.extension_elements();
    let (_, descriptor) = elements.find(|(kind, _)| *kind == Extension::DependencyDescriptor)?;
    frame_number(descriptor)
}

#[cfg(test)]
mod tests {
    use payload::PayloadInfo;

    use super::*;
    use crate::consumer::testing;

    #[test]
    fn another_stream_goes_on_with_the_next_number_and_keeps_its_distances() {
        let mut frames = Frames::default();
        let mut send = |begins: bool, number: u16| {
            let [high, low] = number.to_be_bytes();
            let element = [
                Extension::DependencyDescriptor.canonical_id(),
                3,
                0xc0,
                high,
                low,
            ];
            let packet = StoredPacket {
                extensions: &element,
                ..testing::packet(1, 0, PayloadInfo::default())
            };
            if begins {
                frames.begin(&packet);
            }
            number.wrapping_add(frames.map(&packet))
        };

        assert_eq!(
            [send(true, 60_000), send(false, 60_003), send(false, 60_001)],
            [60_000, 60_003, 60_001]
        );
        assert_eq!([send(true, 50), send(false, 52)], [60_004, 60_006]);
        assert_eq!([send(true, 65_535), send(false, 1)], [60_007, 60_009]);
    }
}
