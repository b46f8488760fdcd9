//! What holds for any packet: it comes back, a changed bit is noticed, and no bytes at all bring us down.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use srtp::{Refusal, SrtpReceiver, SrtpSender, Suite};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rtp_comes_back(suite in suite(), header in header(), payload in payload(), split in any::<Index>()) {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = header.clone();
        packet.resize(header.len() + payload.len() + suite.rtp_overhead(), 0xff);
        let (first, second) = payload.split_at(split.index(payload.len() + 1));

        let len = sender.protect_rtp_parts(&mut packet, header.len(), [first, second]);

        prop_assert_eq!(len, Some(packet.len()));
        prop_assert_eq!(&packet[..header.len()], &header);
        let len = receiver.unprotect_rtp(&mut packet);
        prop_assert_eq!(len, Ok(header.len() + payload.len()));
        prop_assert_eq!(&packet[..header.len() + payload.len()], &[header, payload].concat());
    }

    #[test]
    fn rtcp_comes_back(suite in suite(), rtcp in rtcp()) {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = rtcp.clone();
        packet.resize(rtcp.len() + suite.rtcp_overhead(), 0xff);

        let len = sender.protect_rtcp(&mut packet, rtcp.len());

        prop_assert_eq!(len, Some(packet.len()));
        prop_assert_eq!(receiver.unprotect_rtcp(&mut packet), Ok(rtcp.len()));
        prop_assert_eq!(&packet[..rtcp.len()], &rtcp);
    }

    #[test]
    fn a_changed_bit_of_rtp_is_noticed(
        suite in suite(), header in header(), payload in payload(), bit in any::<Index>(),
    ) {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = header.clone();
        packet.resize(header.len() + payload.len() + suite.rtp_overhead(), 0);
        sender.protect_rtp(&mut packet, header.len(), &payload).unwrap();

        flip(&mut packet, bit);

        prop_assert!(receiver.unprotect_rtp(&mut packet).is_err());
        prop_assert_eq!(receiver.streams(), 0);
        prop_assert_eq!(receiver.refusals().total(), 1);
    }

    #[test]
    fn a_changed_bit_of_rtcp_is_noticed(suite in suite(), rtcp in rtcp(), bit in any::<Index>()) {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = rtcp.clone();
        packet.resize(rtcp.len() + suite.rtcp_overhead(), 0);
        sender.protect_rtcp(&mut packet, rtcp.len()).unwrap();

        flip(&mut packet, bit);

        prop_assert!(receiver.unprotect_rtcp(&mut packet).is_err());
        prop_assert_eq!(receiver.streams(), 0);
    }

    /// A link that delays each packet by up to 500 places and repeats some, over the wrap.
    #[test]
    fn each_packet_arrives_once_whatever_the_order(
        suite in suite(), first_seq in any::<u16>(), delays in prop::collection::vec(0usize..500, 600..700),
    ) {
        let (mut sender, mut receiver) = pair(suite);
        let mut arrivals: Vec<(usize, u16, Vec<u8>)> = Vec::new();
        for (at, delay) in delays.iter().enumerate() {
            let seq = first_seq.wrapping_add(at as u16);
            let packet = protect(&mut sender, seq);
            // The very first is not overtaken: a receiver that misses it across a wrap cannot know the counter.
            let delay = if at == 0 { 0 } else { 1 + delay };
            arrivals.push((at + delay, seq, packet.clone()));
            if delay % 7 == 0 {
                arrivals.push((at + delay + 100, seq, packet));
            }
        }
        arrivals.sort_by_key(|(when, ..)| *when);

        let mut accepted = BTreeSet::new();
        for (_, seq, mut packet) in arrivals {
            let result = receiver.unprotect_rtp(&mut packet);
            let expected = if accepted.insert(seq) { Ok(14) } else { Err(Refusal::Replayed) };
            prop_assert_eq!(result, expected);
            prop_assert!(result.is_err() || packet[12..14] == seq.to_be_bytes());
        }
        prop_assert_eq!(accepted.len(), delays.len());
    }

    #[test]
    fn any_bytes_are_refused_without_harm(
        suite in suite(), mut bytes in prop::collection::vec(any::<u8>(), 0..200), first in any::<u8>(),
    ) {
        let (mut sender, mut receiver) = pair(suite);
        if let Some(byte) = bytes.first_mut() {
            *byte = 0x80 | first & 0x3f;
        }

        prop_assert!(receiver.unprotect_rtp(&mut bytes.clone()).is_err());
        prop_assert!(receiver.unprotect_rtcp(&mut bytes.clone()).is_err());
        prop_assert_eq!(receiver.refusals().total(), 2);
        for len in [0, 8, 12, bytes.len(), bytes.len() + 1] {
            let _ = sender.protect_rtp(&mut bytes.clone(), len, &[1, 2, 3]);
            let _ = sender.protect_rtcp(&mut bytes.clone(), len);
        }
    }
}

fn pair(suite: Suite) -> (SrtpSender, SrtpReceiver) {
    let master: Vec<u8> = (0..suite.master_len() as u8).collect();
    (
        SrtpSender::new(suite, &master).unwrap(),
        SrtpReceiver::new(suite, &master).unwrap(),
    )
}

fn protect(sender: &mut SrtpSender, seq: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    packet[2..4].copy_from_slice(&seq.to_be_bytes());
    packet.resize(12 + 2 + sender.suite().rtp_overhead(), 0);
    let len = sender.protect_rtp(&mut packet, 12, &seq.to_be_bytes());
    assert_eq!(len, Some(packet.len()));
    packet
}

fn flip(packet: &mut [u8], bit: Index) {
    let bit = bit.index(packet.len() * 8);
    packet[bit / 8] ^= 1 << (bit % 8);
}

fn suite() -> impl Strategy<Value = Suite> {
    prop::sample::select(Suite::ALL.to_vec())
}

/// With any CSRCs and, mostly, an extension.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let fixed = any::<[u8; 12]>();
    let csrcs = prop::collection::vec(any::<[u8; 4]>(), 0..16);
    let extension = prop::option::of(prop::collection::vec(any::<[u8; 4]>(), 0..20));
    (fixed, csrcs, extension).prop_map(|(fixed, csrcs, extension)| {
        let mut header = fixed.to_vec();
        header[0] = 0x80 | csrcs.len() as u8;
        header.extend(csrcs.concat());
        if let Some(words) = extension {
            header[0] |= 0x10;
            header.extend([0xbe, 0xde, 0, words.len() as u8]);
            header.extend(words.concat());
        }
        header
    })
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1_300)
}

fn rtcp() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 8..300).prop_map(|mut rtcp| {
        rtcp[0] = 0x80 | rtcp[0] & 0x3f;
        rtcp
    })
}
