//! Reads bits from the front, the highest of each byte first.

/// Bits not yet read.
#[derive(Clone, Debug)]
pub struct BitReader<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// All of `data`.
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// The next `count` bits, at most 32; `None` if there are not as many.
    pub fn bits(&mut self, count: usize) -> Option<u32> {
        let end = self.at.checked_add(count)?;
        if count > 32 || end > self.data.len() * 8 {
            return None;
        }
        let mut value = 0;
        for at in self.at..end {
            value = value << 1 | u32::from(self.data[at / 8] >> (7 - at % 8) & 1);
        }
        self.at = end;
        Some(value)
    }

    /// The next bit.
    pub fn flag(&mut self) -> Option<bool> {
        self.bits(1).map(|bit| bit == 1)
    }

    /// A number below `values`, the smaller ones in fewer bits (AV1 specification §4.10.7).
    pub fn non_symmetric(&mut self, values: u32) -> Option<u32> {
        let width = (u32::BITS - values.leading_zeros()) as usize;
        let short = (1_u32 << width) - values;
        let value = self.bits(width.saturating_sub(1))?;
        if value < short {
            return Some(value);
        }
        Some((value << 1 | self.bits(1)?) - short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_highest_first_and_end() {
        let mut reader = BitReader::new(&[0b1010_0000, 0xff]);

        assert_eq!(reader.bits(3), Some(0b101));
        assert_eq!(reader.bits(9), Some(0b0_0000_1111));
        assert_eq!(reader.bits(5), None);
        assert_eq!(reader.bits(4), Some(0b1111));
    }

    #[test]
    fn of_five_values_three_take_two_bits() {
        let read = |byte: u8| BitReader::new(&[byte]).non_symmetric(5);

        assert_eq!(read(0b0000_0000), Some(0));
        assert_eq!(read(0b1000_0000), Some(2));
        assert_eq!(read(0b1100_0000), Some(3));
        assert_eq!(read(0b1110_0000), Some(4));
    }
}
