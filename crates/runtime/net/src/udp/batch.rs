//! A buffer of datagrams that couples them into trains as they come.

use std::net::SocketAddr;

use super::transmit::Transmit;

/// Datagrams on their way to [`UdpSocket::send`](super::UdpSocket::send), in one buffer that is
/// allocated once. When it is full, send what is in it, clear it and push again.
#[derive(Debug)]
pub struct SendBatch {
    bytes: Vec<u8>,
    bytes_max: usize,
    transmits: Vec<Transmit>,
    transmits_max: usize,
}

/// The datagram does not fit: send the batch, clear it, and push again. One that does not fit an
/// empty batch either (longer than the batch, longer than 65,507 bytes, or empty) never will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchFull;

impl SendBatch {
    /// Room for `bytes_max` bytes in `transmits_max` trains.
    #[must_use]
    pub fn new(bytes_max: usize, transmits_max: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes_max),
            bytes_max,
            transmits: Vec::with_capacity(transmits_max),
            transmits_max,
        }
    }

    /// Adds a datagram: to the last train if it has the same destination and can take it, else as
    /// the beginning of a new one.
    pub fn push(&mut self, destination: SocketAddr, packet: &[u8]) -> Result<(), BatchFull> {
        let start = self.bytes.len();
        if packet.len() > self.bytes_max - start {
            return Err(BatchFull);
        }
        let room = self.transmits.len() < self.transmits_max;
        let coupled = match self.transmits.last_mut() {
            Some(last) if last.destination() == destination => last.couple(packet.len()),
            _ => false,
        };
        if !coupled {
            let range = start..start + packet.len();
            let single = Transmit::new(destination, range, None).map_err(|_| BatchFull)?;
            if !room {
                return Err(BatchFull);
            }
            self.transmits.push(single);
        }
        self.bytes.extend_from_slice(packet);
        Ok(())
    }

    /// The buffer that the ranges of [`SendBatch::transmits`] speak of.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The trains, in the order in which they began.
    #[must_use]
    pub fn transmits(&self) -> &[Transmit] {
        &self.transmits
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.transmits.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_datagrams_for_one_destination_become_a_train() {
        let mut batch = SendBatch::new(10_000, 10);

        for (port, len) in [(1, 500), (1, 500), (1, 300), (1, 300), (2, 300), (1, 400)] {
            batch.push(to(port), &vec![0; len]).unwrap();
        }

        let trains: Vec<_> = batch
            .transmits()
            .iter()
            .map(|train| {
                (
                    train.destination().port(),
                    train.range(),
                    train.segment_size(),
                )
            })
            .collect();
        assert_eq!(
            trains,
            [
                (1, 0..1_300, Some(500)),
                (1, 1_300..1_600, None),
                (2, 1_600..1_900, None),
                (1, 1_900..2_300, None),
            ]
        );
        assert_eq!(batch.bytes().len(), 2_300);
    }

    #[test]
    fn a_train_ends_at_the_limits_of_the_kernel() {
        let mut batch = SendBatch::new(200_000, 10);

        for _ in 0..65 {
            batch.push(to(1), &[0; 10]).unwrap();
        }
        for _ in 0..60 {
            batch.push(to(2), &[0; 1_200]).unwrap();
        }

        let datagrams: Vec<_> = batch.transmits().iter().map(Transmit::datagrams).collect();
        assert_eq!(datagrams, [64, 1, 54, 6]);
    }

    #[test]
    fn a_full_batch_says_so_and_keeps_what_it_has() {
        let mut batch = SendBatch::new(1_000, 2);
        batch.push(to(1), &[0; 600]).unwrap();

        assert_eq!(batch.push(to(1), &[0; 600]), Err(BatchFull));
        assert_eq!(batch.push(to(2), &[]), Err(BatchFull));
        batch.push(to(2), &[0; 10]).unwrap();
        assert_eq!(batch.push(to(3), &[0; 10]), Err(BatchFull));
        batch.push(to(2), &[0; 10]).unwrap();

        assert_eq!(batch.transmits().len(), 2);
        assert_eq!(batch.bytes().len(), 620);
        batch.clear();
        batch.push(to(3), &[0; 1_000]).unwrap();
    }

    fn to(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }
}
