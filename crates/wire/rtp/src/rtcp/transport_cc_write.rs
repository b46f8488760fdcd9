//! Writes arrival times: chooses chunks that are as short as can be.

use crate::rtcp::transport_cc::Symbol;

/// Packets that a run-length chunk may cover.
const RUN_MAX: usize = 0x1fff;

fn symbol(delta: Option<i32>) -> Symbol {
    match delta {
        None => Symbol::Missing,
        Some(0..=255) => Symbol::Small,
        Some(_) => Symbol::Large,
    }
}

fn bits(symbol: Symbol) -> u16 {
    match symbol {
        Symbol::Missing => 0,
        Symbol::Small => 1,
        Symbol::Large => 2,
    }
}

/// Appends chunks and differences of `packets`. Differences beyond 16 bits saturate.
pub(crate) fn write(out: &mut Vec<u8>, packets: &[Option<i32>]) {
    let mut rest = packets;
    while let Some(&first) = rest.first() {
        let kind = symbol(first);
        let run = rest
            .iter()
            .take(RUN_MAX)
            .take_while(|&&delta| symbol(delta) == kind)
            .count();
        let one_bit = rest
            .iter()
            .take(14)
            .all(|&delta| symbol(delta) != Symbol::Large);
        let (chunk, covered) = match (run, one_bit) {
            (14.., _) | (7.., false) => (bits(kind) << 13 | run as u16, run),
            _ if run == rest.len() => (bits(kind) << 13 | run as u16, run),
            (_, true) => (vector(rest, 14, 1), rest.len().min(14)),
            (_, false) => (1 << 14 | vector(rest, 7, 2), rest.len().min(7)),
        };
        out.extend(chunk.to_be_bytes());
        rest = &rest[covered..];
    }
    for delta in packets.iter().flatten() {
        match u8::try_from(*delta) {
            Ok(small) => out.push(small),
            Err(_) => out.extend(
                (*delta)
                    .clamp(i16::MIN.into(), i16::MAX.into())
                    .to_be_bytes()[2..]
                    .iter(),
            ),
        }
    }
}

fn vector(packets: &[Option<i32>], count: usize, width: usize) -> u16 {
    let symbols = packets.iter().take(count).zip(1..);
    symbols.fold(1 << 15, |chunk, (&delta, at)| {
        chunk | bits(symbol(delta)) << (14 - width * at)
    })
}
