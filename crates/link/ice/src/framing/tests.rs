//! Frames in pieces, frames that are none.

use proptest::prelude::*;

use super::*;

#[test]
fn visitors_who_speak_another_protocol_are_shown_out_at_once() {
    for greeting in [
        b"GET / HTTP/1.1\r\n".as_slice(),
        b"\x16\x03\x01\x02\x00\x01",
        b"SSH-2.0-x",
        b"\xff\xff",
    ] {
        let outcome = FrameReader::default().feed(&mut greeting.to_vec(), |_| ());

        assert_eq!(outcome, Err(Garbage), "{greeting:?}");
    }
}

#[test]
fn garbage_is_noticed_when_the_length_comes_in_two_pieces() {
    let mut reader = FrameReader::default();

    assert_eq!(reader.feed(&mut [0xff], |_| ()), Ok(()));
    assert_eq!(reader.feed(&mut [0xff], |_| ()), Err(Garbage));
}

#[test]
fn after_garbage_nothing_is_read_any_more() {
    let mut reader = FrameReader::default();
    let _ = reader.feed(&mut [0xff, 0xff], |_| ());

    let outcome = reader.feed(&mut [0, 1, 9], |_| panic!("not a packet"));

    assert_eq!(outcome, Err(Garbage));
}

#[test]
fn longer_frames_are_believed_after_the_first() {
    let long = [0x20, 0x00];
    let mut reader = FrameReader::default();

    assert_eq!(reader.feed(&mut [0, 1, 9], |_| ()), Ok(()));
    assert_eq!(reader.feed(&mut long.clone(), |_| ()), Ok(()));

    assert_eq!(
        FrameReader::default().feed(&mut long.clone(), |_| ()),
        Err(Garbage)
    );
    let mut reader = FrameReader::default();
    assert_eq!(
        reader.feed(&mut [0, 1, 9, 0x20, 0x01], |_| ()),
        Err(Garbage)
    );
}

#[test]
fn empty_frames_keep_a_connection_alive_and_mean_nothing() {
    let mut packets = Vec::new();

    let outcome = FrameReader::default().feed(&mut [0, 0, 0, 1, 9, 0, 0], |packet| {
        packets.push(packet.to_vec())
    });

    assert_eq!((outcome, packets), (Ok(()), vec![vec![9]]));
}

#[test]
fn a_packet_too_long_for_a_frame_has_no_header() {
    assert_eq!(frame_header(&[0; 300]), Some([1, 44]));
    assert_eq!(frame_header(&[0; 65_536]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn packets_arrive_whole_however_the_stream_is_cut(
        packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..300), 1..8),
        cut in 1_usize..50,
    ) {
        let mut stream: Vec<u8> = Vec::new();
        for packet in &packets {
            stream.extend(frame_header(packet).expect("short"));
            stream.extend(packet);
        }
        let (mut reader, mut read) = (FrameReader::default(), Vec::new());
        for piece in stream.chunks_mut(cut) {
            reader.feed(piece, |packet| read.push(packet.to_vec())).expect("frames");
        }

        prop_assert_eq!(read, packets);
    }

    #[test]
    fn whatever_comes_the_reader_holds_one_frame_at_most(
        pieces in proptest::collection::vec(proptest::collection::vec(0_u8..6, 0..600), 0..20),
    ) {
        let mut reader = FrameReader::default();
        for mut piece in pieces {
            let _ = reader.feed(&mut piece, |packet| assert!(!packet.is_empty()));

            prop_assert!(reader.pending.len() < FRAME_HEADER + FRAME_MAX);
        }
    }
}
