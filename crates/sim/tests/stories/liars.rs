//! Endpoints that are let in and lie.

use sim::{CameraConfig, Liar, SeededEntropy, World, tell};

use crate::support::{Call, Heap, millis, secs};

/// What a flood may leave behind.
const LEFT_BEHIND: usize = 4 << 20;

fn come_in(world: &mut World) -> Liar {
    world.join_plain(([192, 0, 2, 66], 6_666).into())
}

/// An RTP packet (RFC 3550 §5.1) of VP8 with a MID (RFC 9143 §15) if it says so.
fn rtp(payload_type: u8, ssrc: u32, seq: u16, mid: Option<&str>) -> Vec<u8> {
    let mut packet = vec![0x80, payload_type];
    packet.extend(seq.to_be_bytes());
    packet.extend(u32::from(seq).wrapping_mul(3_000).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    if let Some(mid) = mid {
        packet[0] |= 0x10;
        // RFC 8285 §4.2; the room's id for MID is 1.
        let mut extension = vec![0x10 | (mid.len() as u8 - 1)];
        extension.extend(mid.bytes());
        extension.resize(extension.len().next_multiple_of(4), 0);
        packet.extend([0xbe, 0xde]);
        packet.extend((extension.len() as u16 / 4).to_be_bytes());
        packet.extend(extension);
    }
    packet.extend([0x10, 0x50, 0, 0]);
    packet.extend([0xaa; 400]);
    packet
}

/// An RTCP packet (RFC 3550 §6.4): count or format, type, and what follows.
fn rtcp(count: u8, packet_type: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80 | count, packet_type];
    packet.extend((body.len() as u16 / 4).to_be_bytes());
    packet.extend(body);
    packet
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

#[test]
fn a_flood_of_ssrcs_makes_a_few_streams() {
    tell(1..3, |seed| {
        let heap = Heap::watch();
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let liar = come_in(&mut world);
        let (_, payload_type) = world.produce_plain(&liar, ("x", 5, Some(6)));
        world.run_for(secs(1));
        let before = heap.bytes();

        for ssrc in 0..60_000_u32 {
            if ssrc % 100 == 0 {
                world.run_for(millis(1));
            }
            let mid = (ssrc % 2 == 0).then_some("x");
            let packet = rtp(payload_type, 1_000_000 + ssrc, 1, mid);
            world.lie(&liar, &packet);
        }

        let grown = heap.bytes().saturating_sub(before);
        assert!(grown < LEFT_BEHIND, "{grown} bytes more");
        // Half of them claim to be of the section "x", which has its stream.
        let counters = world.host(0).counters();
        assert!(counters.unclaimed_rtp >= 30_000, "{counters:?}");
        assert!(counters.received_rtp < 1_000, "{counters:?}");
        call.assert_complete(&mut world, 0);
    });
}

#[test]
fn sequence_numbers_that_jump_about_cost_no_memory() {
    let heap = Heap::watch();
    let mut entropy = SeededEntropy::new(2);
    let mut world = World::new(2);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let liar = come_in(&mut world);
    let (producer, payload_type) = world.produce_plain(&liar, ("x", 5, Some(6)));
    let _watched = world.consume(call.viewer, &producer);
    world.run_for(secs(1));
    let before = heap.bytes();

    for nth in 0..50_000_u32 {
        if nth % 50 == 0 {
            world.run_for(millis(1));
        }
        let seq = u16::from_be_bytes([entropy.bytes(1)[0], entropy.bytes(1)[0]]);
        let ssrc = if nth % 3 == 0 { 6 } else { 5 };
        world.lie(&liar, &rtp(payload_type, ssrc, seq, None));
    }
    let _ = world.take_astray();

    let grown = heap.bytes().saturating_sub(before);
    assert!(grown < 2 * LEFT_BEHIND, "{grown} bytes more");
    call.assert_complete(&mut world, 0);
}

#[test]
fn requests_for_everything_again_and_again_are_answered_within_a_budget() {
    let mut world = World::new(3);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let liar = come_in(&mut world);
    let (_, ssrc) = world.consume_plain(&liar, &call.producer);
    // Its first packet tells where it is.
    world.lie(&liar, &rtcp(1, 201, &words(&[7, 0, 0, 0, 0, 0, 0])));
    world.run_for(secs(3));
    let came: Vec<_> = world.take_astray();
    let media: Vec<_> = came
        .iter()
        .filter(|it| it.data[0] & 0xc0 == 0x80 && !(192..=223).contains(&it.data[1]))
        .collect();
    let mine: usize = media.iter().map(|it| it.data.len()).sum();
    assert!(media.len() > 200, "{} packets", media.len());
    let last = media[media.len() - 1];
    let newest = u16::from_be_bytes([last.data[2], last.data[3]]);

    // 50 000 times: all of the last 17 packets, for two seconds (RFC 4585 §6.2.1).
    for nth in 0..50_000_u32 {
        if nth % 250 == 0 {
            world.run_for(millis(10));
        }
        let first = newest.wrapping_sub(16);
        let nack = rtcp(
            1,
            205,
            &words(&[7, ssrc, (u32::from(first) << 16) | 0xffff]),
        );
        world.lie(&liar, &nack);
    }

    let sent: usize = world.take_astray().iter().map(|it| it.data.len()).sum();
    // As much media as before, and repairs no more than that again.
    assert!(sent < 3 * mine, "{sent} bytes after {mine}");
    call.assert_complete(&mut world, 0);
}

#[test]
fn a_storm_of_key_frame_requests_reaches_the_camera_as_a_few() {
    let mut world = World::new(3);
    let call = Call::begin(&mut world, 0, CameraConfig::video());
    let liar = come_in(&mut world);
    let (_, ssrc) = world.consume_plain(&liar, &call.producer);
    world.lie(&liar, &rtcp(1, 201, &words(&[7, 0, 0, 0, 0, 0, 0])));
    world.run_for(secs(2));
    let before = world.peer_mut(call.sender).camera(0).key_frames();

    for nth in 0..20_000_u32 {
        if nth % 20 == 0 {
            world.run_for(millis(10));
        }
        // PLI (RFC 4585 §6.3.1) and FIR (RFC 5104 §4.3.1).
        let request = match nth % 2 {
            0 => rtcp(1, 206, &words(&[7, ssrc])),
            _ => rtcp(4, 206, &words(&[7, 0, ssrc, nth << 24])),
        };
        world.lie(&liar, &request);
    }
    let _ = world.take_astray();

    // Ten seconds.
    let asked = world.peer_mut(call.sender).camera(0).key_frames() - before;
    assert!(
        (1..=40).contains(&asked),
        "{asked} key frames in ten seconds"
    );
    call.assert_complete(&mut world, 0);
}

#[test]
fn reports_that_cannot_be_true_change_nothing_for_others() {
    tell(1..3, |seed| {
        let heap = Heap::watch();
        let mut entropy = SeededEntropy::new(seed);
        let mut world = World::new(seed);
        let call = Call::begin(&mut world, 0, CameraConfig::video());
        let liar = come_in(&mut world);
        let (_, mine) = world.consume_plain(&liar, &call.producer);
        let sender = world.peer_mut(call.sender).camera(0).ssrc();
        let viewer = world.ssrc_of(&call.consumer);
        world.run_for(secs(1));
        let before = heap.bytes();

        for nth in 0..40_000_u32 {
            if nth % 100 == 0 {
                world.run_for(millis(5));
            }
            let about = [sender, viewer, mine, nth, 0, u32::MAX][entropy.below(6)];
            let many = 4 * entropy.below(300);
            let rest = entropy.bytes(many);
            let mut body = words(&[7, about]);
            body.extend(rest);
            let count = entropy.below(32) as u8;
            // SR, RR, SDES, BYE, APP, RTPFB (NACK, transport-cc), PSFB (PLI, FIR, REMB), XR, unknown.
            let packet_type = [200, 201, 202, 203, 204, 205, 206, 207, 210][entropy.below(9)];
            let mut packet = rtcp(count, packet_type, &body);
            if entropy.happens(0.2) {
                let at = 2 + entropy.below(2);
                packet[at] ^= 0xff;
            }
            world.lie(&liar, &packet);
        }
        let _ = world.take_astray();

        let grown = heap.bytes().saturating_sub(before);
        assert!(grown < LEFT_BEHIND, "{grown} bytes more");
        call.assert_complete(&mut world, 0);
    });
}
