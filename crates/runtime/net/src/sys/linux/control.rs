//! Control messages (cmsg(3)), written and read as bytes in the kernel's layout.
//!
//! ```text
//!  │ length: usize, header included │ level: i32 │ type: i32 │ data … │ padding to usize │ next …
//! ```
//! As bytes rather than through the `CMSG_*` macros, so that it is safe code that a test can feed.

use std::mem::size_of;
use std::time::Duration;

/// Length, level, type: aligned as it stands on 32 and on 64 bits.
const HEADER: usize = size_of::<usize>() + 2 * size_of::<i32>();

/// Space for one UDP_SEGMENT: header, u16, padding.
const SEGMENT_SPACE: usize = align(HEADER + size_of::<u16>());

/// Space for a UDP_GRO (i32) and a SCM_TIMESTAMPNS (two of 64 bits), with some to spare.
const ARRIVAL_SPACE: usize = 64;

/// What goes with a train that is sent.
#[repr(C, align(8))]
pub(super) struct SegmentControl([u8; SEGMENT_SPACE]);

/// What comes with a datagram or train that is received.
#[repr(C, align(8))]
pub(super) struct ArrivalControl(pub(super) [u8; ARRIVAL_SPACE]);

/// What the kernel says about an arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ArrivalFacts {
    /// Bytes of each datagram of the train but the last (UDP_GRO).
    pub(super) segment_size: Option<usize>,
    /// Since the Unix epoch (SCM_TIMESTAMPNS).
    pub(super) received_at: Option<Duration>,
}

impl SegmentControl {
    /// Asks for a train of datagrams of `segment_size` bytes.
    pub(super) fn new(segment_size: u16) -> Self {
        let mut bytes = [0; SEGMENT_SPACE];
        let length = HEADER + size_of::<u16>();
        bytes[..size_of::<usize>()].copy_from_slice(&length.to_ne_bytes());
        bytes[size_of::<usize>()..][..4].copy_from_slice(&libc::SOL_UDP.to_ne_bytes());
        bytes[size_of::<usize>() + 4..][..4].copy_from_slice(&libc::UDP_SEGMENT.to_ne_bytes());
        bytes[HEADER..length].copy_from_slice(&segment_size.to_ne_bytes());
        Self(bytes)
    }
}

impl ArrivalControl {
    /// Nothing written yet.
    pub(super) const EMPTY: Self = Self([0; ARRIVAL_SPACE]);

    /// Reads the first `length` bytes.
    pub(super) fn facts(&self, length: usize) -> ArrivalFacts {
        read(&self.0[..length.min(ARRIVAL_SPACE)])
    }
}

fn read(mut bytes: &[u8]) -> ArrivalFacts {
    let mut facts = ArrivalFacts::default();
    while let Some((level, kind, data, rest)) = split(bytes) {
        match (level, kind) {
            (libc::SOL_UDP, libc::UDP_GRO) => {
                facts.segment_size = number(data)
                    .and_then(|size| usize::try_from(i32::from_ne_bytes(size)).ok())
                    .filter(|size| *size > 0);
            }
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => facts.received_at = time(data),
            _ => {}
        }
        bytes = rest;
    }
    facts
}

/// The first control message: level, type, data, and what follows.
fn split(bytes: &[u8]) -> Option<(i32, i32, &[u8], &[u8])> {
    let (length, after) = bytes.split_first_chunk()?;
    let (level, after) = after.split_first_chunk()?;
    let (kind, _) = after.split_first_chunk()?;
    let length = usize::from_ne_bytes(*length);
    let data = bytes.get(HEADER..length)?;
    let rest = bytes.get(align(length)..).unwrap_or_default();
    Some((
        i32::from_ne_bytes(*level),
        i32::from_ne_bytes(*kind),
        data,
        rest,
    ))
}

/// A timespec: two `long`s, or two of 64 bits where a 32-bit machine asked for the newer form.
fn time(data: &[u8]) -> Option<Duration> {
    let half = data.len() / 2;
    let part = |bytes: &[u8]| -> Option<i64> {
        match bytes.len() {
            4 => number(bytes).map(|bytes| i64::from(i32::from_ne_bytes(bytes))),
            _ => number(bytes).map(i64::from_ne_bytes),
        }
    };
    let seconds = u64::try_from(part(data.get(..half)?)?).ok()?;
    let nanos = u32::try_from(part(data.get(half..)?)?).ok()?;
    (nanos < 1_000_000_000).then(|| Duration::new(seconds, nanos))
}

fn number<const N: usize>(data: &[u8]) -> Option<[u8; N]> {
    data.first_chunk().copied()
}

const fn align(length: usize) -> usize {
    length.saturating_add(size_of::<usize>() - 1) & !(size_of::<usize>() - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_train_and_its_time_are_read() {
        let mut bytes = message(libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS, &timespec(7, 9));
        bytes.extend(message(libc::SOL_IP, libc::IP_TOS, &[0]));
        bytes.extend(message(
            libc::SOL_UDP,
            libc::UDP_GRO,
            &1_200_i32.to_ne_bytes(),
        ));

        assert_eq!(
            read(&bytes),
            ArrivalFacts {
                segment_size: Some(1_200),
                received_at: Some(Duration::new(7, 9)),
            }
        );
    }

    #[test]
    fn what_we_write_has_the_layout_of_the_c_macros() {
        let control = SegmentControl::new(1_200);

        assert_eq!(
            control.0[..],
            message(libc::SOL_UDP, libc::UDP_SEGMENT, &1_200_u16.to_ne_bytes())
        );
        // SAFETY: these two only compute with their argument.
        let (space, header) = unsafe { (libc::CMSG_SPACE(2), libc::CMSG_LEN(0)) };
        assert_eq!((SEGMENT_SPACE, HEADER), (space as usize, header as usize));
    }

    #[test]
    fn a_length_that_lies_ends_the_reading() {
        let mut bytes = message(libc::SOL_UDP, libc::UDP_GRO, &1_200_i32.to_ne_bytes());
        bytes[..size_of::<usize>()].copy_from_slice(&usize::MAX.to_ne_bytes());

        assert_eq!(read(&bytes), ArrivalFacts::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..96)) {
            if let Some(size) = read(&bytes).segment_size {
                prop_assert!(size > 0);
            }
        }

        #[test]
        fn any_length_in_a_sound_frame_is_read_without_panic(length in 0_usize..80, data in any::<[u8; 64]>()) {
            let mut bytes = message(libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS, &data);
            bytes[..size_of::<usize>()].copy_from_slice(&length.to_ne_bytes());
            if let Some(time) = read(&bytes).received_at {
                prop_assert!(time.subsec_nanos() < 1_000_000_000);
            }
        }
    }

    fn message(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
        let mut bytes = (HEADER + data.len()).to_ne_bytes().to_vec();
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(align(bytes.len()), 0);
        bytes
    }

    fn timespec(seconds: i64, nanos: i64) -> Vec<u8> {
        [seconds.to_ne_bytes(), nanos.to_ne_bytes()].concat()
    }
}
