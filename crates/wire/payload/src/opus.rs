//! Opus (RFC 6716 §3.1, RFC 7587): the table-of-contents byte `| config | s | c |`.

use crate::info::PayloadInfo;

/// Whether the packet carries no sound: frames without a byte.
#[must_use]
pub fn is_dtx(payload: &[u8]) -> bool {
    match payload.first().map(|toc| toc & 0x03) {
        Some(0 | 1) => payload.len() == 1,
        Some(2) => payload.len() == 2,
        _ => false,
    }
}

/// Audio has one layer and begins anywhere.
pub fn read(payload: &[u8]) -> Option<PayloadInfo> {
    let toc = payload.first()?;
    // Two frames of unequal size, or any number, need at least a second byte (§3.2.4, §3.2.5).
    let cut_off = toc & 0x02 != 0 && payload.len() == 1;
    (!cut_off).then(|| PayloadInfo {
        silent: is_dtx(payload),
        ..PayloadInfo::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_without_a_byte_are_silence() {
        assert!(is_dtx(&[0x78]));
        assert!(is_dtx(&[0x79]));
        assert!(is_dtx(&[0x7a, 0]));
        assert!(!is_dtx(&[0x78, 1]));
        assert!(!is_dtx(&[0x7b, 1]));
        assert_eq!(read(&[0x7a]), None);
    }
}
