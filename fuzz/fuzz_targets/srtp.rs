//! Whatever comes, a receiver opens what was sealed for it, once, and nothing else.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use srtp::{SrtpReceiver, SrtpSender, Suite};

#[derive(Arbitrary, Debug)]
struct Packet {
    rtcp: bool,
    header: Vec<u8>,
    payload: Vec<u8>,
    /// Which byte is changed on the way, and by what; by 0 it arrives as it was.
    at: u16,
    by: u8,
}

fuzz_target!(|input: (u8, Vec<Packet>, Vec<Vec<u8>>)| {
    let (suite, packets, strangers) = input;
    let suite = Suite::ALL[usize::from(suite) % Suite::ALL.len()];
    let key = vec![7; suite.master_len()];
    let mut sender = SrtpSender::new(suite, &key).expect("a key");
    let mut receiver = SrtpReceiver::new(suite, &key).expect("a key");
    for stranger in strangers {
        let _ = receiver.unprotect_rtp(&mut stranger.clone());
        let _ = receiver.unprotect_rtcp(&mut stranger.clone());
    }
    for packet in packets {
        let clear = [packet.header.as_slice(), packet.payload.as_slice()].concat();
        let mut sealed = clear.clone();
        sealed.resize(clear.len() + suite.rtp_overhead().max(suite.rtcp_overhead()), 0);
        let len = match packet.rtcp {
            true => sender.protect_rtcp(&mut sealed, clear.len()),
            false => sender.protect_rtp(&mut { sealed.clone() }, packet.header.len(), &packet.payload).and_then(|_| {
                // The same index again with the same bytes, as a retransmission would be.
                sender.protect_rtp(&mut sealed, packet.header.len(), &packet.payload)
            }),
        };
        let Some(len) = len else { continue };
        sealed.truncate(len);
        let at = usize::from(packet.at) % len;
        sealed[at] ^= packet.by;
        let opened = match packet.rtcp {
            true => receiver.unprotect_rtcp(&mut sealed),
            false => receiver.unprotect_rtp(&mut sealed),
        };
        match opened {
            Ok(opened) => {
                assert_eq!(packet.by, 0, "a forgery was taken");
                assert_eq!(sealed[..opened], clear[..]);
            }
            // Right, but seen before, too old, or a stream too many.
            Err(_) => {}
        }
    }
});
