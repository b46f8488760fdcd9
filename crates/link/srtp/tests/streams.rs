//! What sender and receiver keep of streams: order, loss, replay, rollover, forgetting, floods.

use rtp::Ssrc;
use srtp::{INBOUND_STREAMS_MAX, KeyError, Refusal, SrtpReceiver, SrtpSender, Suite};

const SSRC: u32 = 0x1234_5678;
const HEADER_LEN: usize = 12;

#[test]
fn a_packet_is_accepted_once() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let packet = sealed(&mut sender, SSRC, 1_000);

        assert_eq!(opened(&mut receiver, &packet), Ok(1_000));
        assert_eq!(opened(&mut receiver, &packet), Err(Refusal::Replayed));

        assert_eq!(receiver.refusals().replayed, 1);
        assert_eq!(receiver.refusals().total(), 1);
    }
}

#[test]
fn an_rtcp_packet_is_accepted_once_and_in_any_order() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let packets: Vec<Vec<u8>> = (0..200).map(|_| sealed_rtcp(&mut sender, SSRC)).collect();

        assert_eq!(opened_rtcp(&mut receiver, &packets[150]), Ok(()));
        assert_eq!(opened_rtcp(&mut receiver, &packets[23]), Ok(()));
        assert_eq!(opened_rtcp(&mut receiver, &packets[199]), Ok(()));

        assert_eq!(
            opened_rtcp(&mut receiver, &packets[150]),
            Err(Refusal::Replayed)
        );
        assert_eq!(opened_rtcp(&mut receiver, &packets[72]), Ok(()));
        assert_eq!(
            opened_rtcp(&mut receiver, &packets[71]),
            Err(Refusal::TooOld)
        );
    }
}

#[test]
fn reordering_within_the_window_is_accepted_and_beyond_it_is_not() {
    let (mut sender, mut receiver) = pair(Suite::AeadAes128Gcm);
    let late: Vec<Vec<u8>> = [65_000, 65_001]
        .map(|seq| sealed(&mut sender, SSRC, seq))
        .into();

    // 65,001 + 1,023 is 488 in the next turn.
    let newest = sealed(&mut sender, SSRC, 488);
    let first = sealed(&mut sender, SSRC, 64_999);

    assert_eq!(opened(&mut receiver, &first), Ok(64_999));
    assert_eq!(opened(&mut receiver, &newest), Ok(488));
    assert_eq!(opened(&mut receiver, &late[0]), Err(Refusal::TooOld));
    assert_eq!(opened(&mut receiver, &late[1]), Ok(65_001));
}

#[test]
fn both_ends_agree_on_the_rollover_counter_through_many_turns() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);

        // 300 × 997 packets are four and a half turns; every tenth step goes back a little.
        for step in 0u32..300 {
            let seq = (30_000 + step * 997) as u16;
            let packet = sealed(&mut sender, SSRC, seq);
            assert_eq!(opened(&mut receiver, &packet), Ok(seq));
            if step % 10 == 0 {
                let packet = sealed(&mut sender, SSRC, seq.wrapping_sub(400));
                assert_eq!(opened(&mut receiver, &packet), Ok(seq.wrapping_sub(400)));
            }
        }
    }
}

#[test]
fn a_retransmission_of_the_packet_before_the_wrap_keeps_its_bytes() {
    for suite in Suite::ALL {
        let (mut sender, _) = pair(suite);
        let original = sealed(&mut sender, SSRC, 65_535);
        let _after_the_wrap = sealed(&mut sender, SSRC, 0);

        assert_eq!(sealed(&mut sender, SSRC, 65_535), original);
        assert_ne!(
            sealed(&mut sender, SSRC, 0)[HEADER_LEN..],
            original[HEADER_LEN..]
        );
    }
}

#[test]
fn the_sender_has_no_index_for_what_was_before_its_first_packet() {
    let (mut sender, mut receiver) = pair(Suite::AeadAes128Gcm);
    let first = sealed(&mut sender, SSRC, 5);

    assert_eq!(protect(&mut sender, SSRC, 65_534), None);

    let next = sealed(&mut sender, SSRC, 6);
    assert_eq!(opened(&mut receiver, &first), Ok(5));
    assert_eq!(opened(&mut receiver, &next), Ok(6));
}

#[test]
fn streams_do_not_disturb_each_other() {
    let (mut sender, mut receiver) = pair(Suite::AesCm128HmacSha1_80);
    for seq in [65_534, 65_535, 0, 1] {
        for ssrc in [1, 2, 3] {
            let packet = sealed(&mut sender, ssrc, seq);
            assert_eq!(opened(&mut receiver, &packet), Ok(seq));
        }
    }
    assert_eq!((sender.streams(), receiver.streams()), (3, 3));
}

#[test]
fn forgetting_a_stream_frees_it_and_leaves_the_others() {
    let (mut sender, mut receiver) = pair(Suite::AeadAes256Gcm);
    for ssrc in [1, 2] {
        let packet = sealed(&mut sender, ssrc, 10);
        opened(&mut receiver, &packet).unwrap();
        opened_rtcp(&mut receiver, &sealed_rtcp(&mut sender, ssrc)).unwrap();
    }

    sender.forget(Ssrc(1));
    receiver.forget(Ssrc(1));

    assert_eq!((sender.streams(), receiver.streams()), (1, 1));
    let replayed = sealed(&mut sender, 2, 10);
    assert_eq!(opened(&mut receiver, &replayed), Err(Refusal::Replayed));
}

#[test]
fn forged_packets_leave_nothing_behind() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let (mut stranger, _) = pair_of(suite, 99);
        let genuine = sealed(&mut sender, SSRC, 7);

        for ssrc in 0..1_000 {
            let forged = sealed(&mut stranger, ssrc, 7);
            assert_eq!(opened(&mut receiver, &forged), Err(Refusal::Forged));
            let forged = sealed_rtcp(&mut stranger, ssrc);
            assert_eq!(opened_rtcp(&mut receiver, &forged), Err(Refusal::Forged));
        }

        assert_eq!(receiver.streams(), 0);
        assert_eq!(receiver.refusals().forged, 2_000);
        assert_eq!(opened(&mut receiver, &genuine), Ok(7));
    }
}

#[test]
fn a_forged_sequence_number_does_not_move_the_rollover_counter() {
    let (mut sender, mut receiver) = pair(Suite::AeadAes128Gcm);
    let first = sealed(&mut sender, SSRC, 40_000);
    let second = sealed(&mut sender, SSRC, 40_001);
    opened(&mut receiver, &first).unwrap();

    let mut moved = second.clone();
    moved[2..4].copy_from_slice(&100u16.to_be_bytes());

    assert_eq!(opened(&mut receiver, &moved), Err(Refusal::Forged));
    assert_eq!(opened(&mut receiver, &second), Ok(40_001));
}

#[test]
fn the_stream_not_heard_of_for_longest_makes_room() {
    let (mut sender, mut receiver) = pair(Suite::AeadAes128Gcm);
    let streams = 0..INBOUND_STREAMS_MAX as u32;
    for ssrc in streams.clone() {
        let packet = sealed(&mut sender, ssrc, 1);
        opened(&mut receiver, &packet).unwrap();
    }
    let spoke_again = sealed(&mut sender, 0, 2);
    opened(&mut receiver, &spoke_again).unwrap();

    let newcomer = sealed(&mut sender, streams.end, 1);
    opened(&mut receiver, &newcomer).unwrap();

    assert_eq!(receiver.streams(), INBOUND_STREAMS_MAX);
    assert_eq!(opened(&mut receiver, &spoke_again), Err(Refusal::Replayed));
    let of_the_evicted = sealed(&mut sender, 1, 1);
    assert_eq!(opened(&mut receiver, &of_the_evicted), Ok(1));
}

#[test]
fn rtcp_that_says_it_is_not_encrypted_is_refused() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = sealed_rtcp(&mut sender, SSRC);
        let index_at = match suite {
            Suite::AeadAes128Gcm | Suite::AeadAes256Gcm => packet.len() - 4,
            Suite::AesCm128HmacSha1_80 | Suite::AesCm128HmacSha1_32 => packet.len() - 14,
        };

        packet[index_at] &= 0x7f;

        assert_eq!(
            opened_rtcp(&mut receiver, &packet),
            Err(Refusal::Unencrypted)
        );
    }
}

#[test]
fn a_packet_without_payload_passes() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = rtp_header(SSRC, 1).to_vec();
        packet.resize(HEADER_LEN + suite.rtp_overhead(), 0);

        let len = sender.protect_rtp(&mut packet, HEADER_LEN, &[]);

        assert_eq!(len, Some(packet.len()));
        assert_eq!(receiver.unprotect_rtp(&mut packet), Ok(HEADER_LEN));
    }
}

#[test]
fn what_does_not_fit_is_not_sealed_and_uses_no_index() {
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let mut packet = rtp_header(SSRC, 1).to_vec();
        packet.resize(HEADER_LEN + 4 + suite.rtp_overhead() - 1, 0);
        let mut rtcp = [0x80, 201, 0, 1, 0, 0, 0, 1].to_vec();
        rtcp.resize(8 + suite.rtcp_overhead() - 1, 0);

        assert_eq!(
            sender.protect_rtp(&mut packet, HEADER_LEN, &[1, 2, 3, 4]),
            None
        );
        assert_eq!(sender.protect_rtp(&mut packet, HEADER_LEN - 1, &[]), None);
        assert_eq!(sender.protect_rtp(&mut packet, HEADER_LEN + 1, &[]), None);
        assert_eq!(sender.protect_rtp(&mut packet, 9_999, &[]), None);
        assert_eq!(sender.protect_rtcp(&mut rtcp, 8), None);
        assert_eq!(sender.protect_rtcp(&mut rtcp, 7), None);
        assert_eq!(sender.protect_rtcp(&mut rtcp, 9_999), None);

        assert_eq!(sender.streams(), 0);
        let first = sealed_rtcp(&mut sender, SSRC);
        assert!(first.windows(4).any(|word| word == [0x80, 0, 0, 0]));
        assert_eq!(opened_rtcp(&mut receiver, &first), Ok(()));
    }
}

#[test]
fn suites_are_found_by_name_and_by_profile() {
    for suite in Suite::ALL {
        assert_eq!(Suite::from_name(suite.name()), Some(suite));
        assert_eq!(Suite::from_dtls_profile(suite.dtls_profile()), Some(suite));
        let too_long = SrtpReceiver::new(suite, &vec![0; suite.master_len() + 1]);
        assert_eq!(
            too_long.err(),
            Some(KeyError::Length {
                expected: suite.master_len(),
                given: suite.master_len() + 1
            })
        );
    }
    assert_eq!(Suite::from_name("aead_aes_128_gcm"), None);
    assert_eq!(Suite::from_dtls_profile(5), None);
}

fn pair(suite: Suite) -> (SrtpSender, SrtpReceiver) {
    pair_of(suite, 7)
}

fn pair_of(suite: Suite, key: u8) -> (SrtpSender, SrtpReceiver) {
    let master = vec![key; suite.master_len()];
    (
        SrtpSender::new(suite, &master).unwrap(),
        SrtpReceiver::new(suite, &master).unwrap(),
    )
}

fn rtp_header(ssrc: u32, seq: u16) -> [u8; HEADER_LEN] {
    let mut header = [0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    header[2..4].copy_from_slice(&seq.to_be_bytes());
    header[8..].copy_from_slice(&ssrc.to_be_bytes());
    header
}

fn protect(sender: &mut SrtpSender, ssrc: u32, seq: u16) -> Option<Vec<u8>> {
    let mut out = rtp_header(ssrc, seq).to_vec();
    out.resize(100, 0);
    let len = sender.protect_rtp(&mut out, HEADER_LEN, &seq.to_be_bytes())?;
    out.truncate(len);
    Some(out)
}

fn sealed(sender: &mut SrtpSender, ssrc: u32, seq: u16) -> Vec<u8> {
    protect(sender, ssrc, seq).unwrap()
}

/// The sequence number that was written as the payload.
fn opened(receiver: &mut SrtpReceiver, packet: &[u8]) -> Result<u16, Refusal> {
    let mut packet = packet.to_vec();
    let len = receiver.unprotect_rtp(&mut packet)?;
    Ok(u16::from_be_bytes(
        packet[HEADER_LEN..len].try_into().unwrap(),
    ))
}

fn sealed_rtcp(sender: &mut SrtpSender, ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 201, 0, 1, 0, 0, 0, 0];
    packet[4..].copy_from_slice(&ssrc.to_be_bytes());
    packet.resize(100, 0);
    let len = sender.protect_rtcp(&mut packet, 8).unwrap();
    packet.truncate(len);
    packet
}

fn opened_rtcp(receiver: &mut SrtpReceiver, packet: &[u8]) -> Result<(), Refusal> {
    let mut packet = packet.to_vec();
    let len = receiver.unprotect_rtcp(&mut packet)?;
    assert_eq!(packet[..4], [0x80, 201, 0, 1]);
    assert_eq!(len, 8);
    Ok(())
}
