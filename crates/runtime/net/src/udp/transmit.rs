//! What is to be sent: a datagram, or a train of them for one destination.

use std::net::SocketAddr;
use std::ops::Range;

/// Datagrams of one train: UDP_MAX_SEGMENTS of Linux before 6.9, which then doubled it.
const SEGMENTS_MAX: usize = 64;

/// Bytes of one train or datagram: what an IPv4 packet carries over its own and UDP's header.
const BYTES_MAX: usize = 65_507;

/// One datagram, or a train of equal ones (the last may be shorter), as a range of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit {
    destination: SocketAddr,
    start: usize,
    len: u16,
    segment_size: Option<u16>,
}

/// Why a range cannot be sent at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransmitRefusal {
    /// There is nothing to send, or it would be cut into pieces of nothing.
    Empty,
    /// More than 65,507 bytes.
    TooLong,
    /// More than 64 datagrams.
    TooManySegments,
}

impl Transmit {
    /// Datagrams of one train, at most.
    pub const SEGMENTS_MAX: usize = SEGMENTS_MAX;

    /// Bytes of one train or datagram, at most.
    pub const BYTES_MAX: usize = BYTES_MAX;

    /// The bytes `range` for `destination`: one datagram, or with `segment_size` as many as that
    /// makes.
    pub fn new(
        destination: SocketAddr,
        range: Range<usize>,
        segment_size: Option<u16>,
    ) -> Result<Self, TransmitRefusal> {
        let size = range.end.saturating_sub(range.start);
        let len = match u16::try_from(size) {
            Ok(0) => return Err(TransmitRefusal::Empty),
            Ok(len) if size <= BYTES_MAX => len,
            _ => return Err(TransmitRefusal::TooLong),
        };
        let segment_size = match segment_size {
            Some(0) => return Err(TransmitRefusal::Empty),
            Some(segment) if len.div_ceil(segment) as usize > SEGMENTS_MAX => {
                return Err(TransmitRefusal::TooManySegments);
            }
            cut => cut.filter(|segment| *segment < len),
        };
        Ok(Self {
            destination,
            start: range.start,
            len,
            segment_size,
        })
    }

    /// Where it goes.
    #[must_use]
    pub fn destination(&self) -> SocketAddr {
        self.destination
    }

    /// Which bytes of the buffer.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(usize::from(self.len))
    }

    /// Bytes of each datagram but the last; `None` for a single datagram.
    #[must_use]
    pub fn segment_size(&self) -> Option<u16> {
        self.segment_size
    }

    /// Datagrams it makes.
    #[must_use]
    pub fn datagrams(&self) -> usize {
        self.segment_size
            .map_or(1, |segment| usize::from(self.len.div_ceil(segment)))
    }

    /// Couples a datagram of `len` bytes to the end, if the rules of a train allow: none before the
    /// last may be shorter than the first, and none longer.
    pub(super) fn couple(&mut self, len: usize) -> bool {
        let segment = self.segment_size.unwrap_or(self.len);
        if len == 0 || len > usize::from(segment) || !self.len.is_multiple_of(segment) {
            return false;
        }
        let range = self.start..self.range().end.saturating_add(len);
        let longer = Self::new(self.destination, range, Some(segment));
        if let Ok(longer) = longer {
            *self = longer;
        }
        longer.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_train_knows_its_datagrams() {
        let train = |len: usize, segment| Transmit::new(HERE, 10..10 + len, Some(segment)).unwrap();

        assert_eq!(train(3_600, 1_200).datagrams(), 3);
        assert_eq!(train(3_601, 1_200).datagrams(), 4);
        assert_eq!(train(64, 1).datagrams(), 64);
    }

    #[test]
    fn a_train_of_one_is_a_single_datagram() {
        let single = Transmit::new(HERE, 0..1_200, Some(1_200)).unwrap();

        assert_eq!(single.segment_size(), None);
        assert_eq!(single.datagrams(), 1);
    }

    #[test]
    fn what_the_kernel_would_refuse_is_refused_here() {
        let refusal = |range, segment| Transmit::new(HERE, range, segment).unwrap_err();

        assert_eq!(refusal(5..5, None), TransmitRefusal::Empty);
        #[allow(clippy::reversed_empty_ranges)]
        let backwards = 5..4;
        assert_eq!(refusal(backwards, None), TransmitRefusal::Empty);
        assert_eq!(refusal(0..10, Some(0)), TransmitRefusal::Empty);
        assert_eq!(refusal(0..65_508, None), TransmitRefusal::TooLong);
        assert_eq!(refusal(0..usize::MAX, Some(1)), TransmitRefusal::TooLong);
        assert_eq!(refusal(0..65, Some(1)), TransmitRefusal::TooManySegments);
        assert!(Transmit::new(HERE, 0..65_507, None).is_ok());
    }

    const HERE: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 5_004);
}
