//! Packets by hand.

/// A packet with the checksum it should have.
pub fn packet(tag: u32, chunks: &[(u8, u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0x13, 0x88, 0x13, 0x88];
    bytes.extend_from_slice(&tag.to_be_bytes());
    bytes.extend_from_slice(&[0; 4]);
    for (kind, flags, value) in chunks {
        let len = value.len() as u16 + 4;
        bytes.extend_from_slice(&[*kind, *flags]);
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    seal(&mut bytes);
    bytes
}

/// Puts the right checksum into a packet that was tampered with.
pub fn seal(bytes: &mut [u8]) {
    if bytes.len() >= 12 {
        bytes[8..12].fill(0);
        let sum = crc32c::crc32c(bytes);
        bytes[8..12].copy_from_slice(&sum.to_le_bytes());
    }
}

/// The contents of a DATA chunk.
pub fn data(tsn: u32, stream: u16, ssn: u16, payload: &[u8]) -> Vec<u8> {
    let mut value = tsn.to_be_bytes().to_vec();
    value.extend_from_slice(&stream.to_be_bytes());
    value.extend_from_slice(&ssn.to_be_bytes());
    value.extend_from_slice(&53u32.to_be_bytes());
    value.extend_from_slice(payload);
    value
}
