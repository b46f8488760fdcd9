//! What is in the extensions that we look into.

use units::NtpTime;

/// When a packet left, on the sender's clock: seconds in 6.18 fixed point, so it wraps every 64 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsSendTime(pub u32);

impl AbsSendTime {
    /// Bytes on the wire.
    pub const LEN: usize = 3;

    /// The time at `now`.
    #[must_use]
    pub const fn at(now: NtpTime) -> Self {
        Self((now.0 >> 14) as u32 & 0x00ff_ffff)
    }

    /// As it goes over the wire.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 3] {
        let [_, a, b, c] = self.0.to_be_bytes();
        [a, b, c]
    }

    /// `None` unless three bytes.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let [a, b, c] = *<&[u8; 3]>::try_from(value).ok()?;
        Some(Self(u32::from_be_bytes([0, a, b, c])))
    }

    /// Microseconds from `other` to this time, the shorter way round the 64 s.
    #[must_use]
    pub const fn signed_micros_since(self, other: Self) -> i64 {
        // 24 bits moved to the top, so that the sign is that of the shorter way.
        let ticks = (self.0.wrapping_sub(other.0) << 8).cast_signed() >> 8;
        ticks as i64 * 1_000_000 / (1 << 18)
    }
}

/// How loud the audio in a packet is (RFC 6464 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioLevel {
    /// Whether the sender hears a voice.
    pub voice: bool,
    /// −dBov: 0 is as loud as can be, 127 is silence.
    pub level: u8,
}

impl AudioLevel {
    /// `None` unless one byte.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let [byte] = *<&[u8; 1]>::try_from(value).ok()?;
        Some(Self {
            voice: byte & 0x80 != 0,
            level: byte & 0x7f,
        })
    }

    /// As it goes over the wire.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        (self.voice as u8) << 7 | self.level & 0x7f
    }
}

/// How a picture is to be turned (3GPP TS 26.114 §7.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoOrientation {
    /// From a camera that faces the scene.
    pub camera: bool,
    /// Mirrored.
    pub flip: bool,
    /// 0, 90, 180 or 270 degrees.
    pub rotation: u16,
}

impl VideoOrientation {
    /// `None` unless one byte.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let [byte] = *<&[u8; 1]>::try_from(value).ok()?;
        Some(Self {
            camera: byte & 0b1000 != 0,
            flip: byte & 0b0100 != 0,
            rotation: u16::from(byte & 0b0011) * 90,
        })
    }
}

/// When a frame was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsCaptureTime {
    /// On the capturing system's clock.
    pub timestamp: NtpTime,
    /// What is to be added to the sender's clock to reach the capturing system's, in 2⁻³² s; unknown in
    /// the short form.
    pub clock_offset: Option<i64>,
}

impl AbsCaptureTime {
    /// Bytes of the long form.
    pub const LEN: usize = 16;

    /// `None` unless 8 or 16 bytes.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let (timestamp, rest) = value.split_first_chunk::<8>()?;
        let clock_offset = match rest {
            [] => None,
            rest => Some(i64::from_be_bytes(rest.try_into().ok()?)),
        };
        Some(Self {
            timestamp: NtpTime(u64::from_be_bytes(*timestamp)),
            clock_offset,
        })
    }

    /// The long form; an unknown offset is written as none.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.timestamp.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.clock_offset.unwrap_or(0).to_be_bytes());
        bytes
    }
}

/// How long a player should wait before it shows a frame, in units of 10 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutDelay {
    /// At least; 12 bits.
    pub min: u16,
    /// At most; 12 bits.
    pub max: u16,
}

impl PlayoutDelay {
    /// `None` unless three bytes.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let [a, b, c] = *<&[u8; 3]>::try_from(value).ok()?;
        let word = u32::from_be_bytes([0, a, b, c]);
        Some(Self {
            min: (word >> 12) as u16,
            max: (word & 0x0fff) as u16,
        })
    }

    /// As it goes over the wire.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 3] {
        let word = ((self.min as u32 & 0x0fff) << 12) | (self.max as u32 & 0x0fff);
        let [_, a, b, c] = word.to_be_bytes();
        [a, b, c]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn send_time_is_six_bits_of_seconds_and_eighteen_of_fraction() {
        let time = AbsSendTime::at(NtpTime((64 * 7 + 5) << 32 | 1 << 31));

        assert_eq!(time, AbsSendTime(5 << 18 | 1 << 17));
        assert_eq!(AbsSendTime::read(&time.to_bytes()), Some(time));
    }

    #[test]
    fn send_time_differs_the_shorter_way_round() {
        let (before, after) = (AbsSendTime(0x00ff_ffff), AbsSendTime(0x0003_ffff));

        assert_eq!(after.signed_micros_since(before), 1_000_000);
        assert_eq!(before.signed_micros_since(after), -1_000_000);
    }

    #[test]
    fn levels_and_turns_are_bits_of_a_byte() {
        let level = AudioLevel {
            voice: true,
            level: 30,
        };

        assert_eq!(AudioLevel::read(&[0x9e]), Some(level));
        assert_eq!(level.to_byte(), 0x9e);
        assert_eq!(
            VideoOrientation::read(&[0b1101]),
            Some(VideoOrientation {
                camera: true,
                flip: true,
                rotation: 90
            })
        );
    }

    #[test]
    fn capture_time_comes_short_and_long() {
        let long = AbsCaptureTime {
            timestamp: NtpTime(3 << 32),
            clock_offset: Some(-5),
        };

        assert_eq!(AbsCaptureTime::read(&long.to_bytes()), Some(long));
        assert_eq!(
            AbsCaptureTime::read(&long.to_bytes()[..8]).and_then(|time| time.clock_offset),
            None
        );
        assert_eq!(AbsCaptureTime::read(&[0; 9]), None);
    }

    #[test]
    fn playout_delay_is_twice_twelve_bits() {
        let delay = PlayoutDelay {
            min: 0x123,
            max: 0x456,
        };

        assert_eq!(delay.to_bytes(), [0x12, 0x34, 0x56]);
        assert_eq!(PlayoutDelay::read(&[0x12, 0x34, 0x56]), Some(delay));
    }
}
