//! What only a socket seen from inside can be made to do: real refusals of a real kernel.

use std::time::Duration;

use super::*;
use crate::poller::Poller;
#[cfg(target_os = "linux")]
use crate::sys::set_for_test;

/// A socket without checksums cannot send trains: Linux answers EINVAL.
#[cfg(target_os = "linux")]
#[test]
fn a_kernel_that_refuses_a_train_gets_datagrams_from_then_on() {
    let mut receiver = bind(&BindOptions::default());
    let mut sender = bind(&BindOptions::default());
    assert!(sender.sends_trains(), "this kernel has UDP_SEGMENT");
    set_for_test(&sender.io, libc::SOL_SOCKET, libc::SO_NO_CHECK, 1);
    let bytes = [7; 2_700];
    let transmits = [
        Transmit::new(receiver.local_addr(), 0..1_500, Some(400)).unwrap(),
        Transmit::new(receiver.local_addr(), 1_500..2_700, Some(600)).unwrap(),
    ];

    let outcome = sender.send(&bytes, &transmits);

    assert_eq!((outcome.sent, outcome.dropped), (6, 0));
    assert!(!sender.sends_trains());
    assert_eq!(
        sizes_received(&mut receiver, 6),
        [400, 400, 400, 300, 600, 600]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_destination_that_no_datagram_can_reach_leaves_trains_on() {
    let mut sender = bind(&BindOptions::default());
    let nowhere = SocketAddr::new(sender.local_addr().ip(), 0);
    let transmits = [Transmit::new(nowhere, 0..1_500, Some(400)).unwrap()];

    let outcome = sender.send(&[7; 1_500], &transmits);

    assert_eq!((outcome.sent, outcome.dropped), (0, 4));
    assert!(sender.sends_trains());
    assert_eq!(sender.counters().send_dropped, 4);
}

#[test]
fn an_icmp_error_is_passed_over_and_counted() {
    for force_portable in [false, true] {
        let options = BindOptions {
            force_portable,
            ..BindOptions::default()
        };
        let mut socket = bind(&options);
        let gone = bind(&options).local_addr();
        let mut poller = Poller::new(8).unwrap();
        poller
            .register(&mut socket, Token(0), Interest::READABLE)
            .unwrap();
        // Linux reports ICMP errors to connected sockets only.
        socket.io.connect(gone).unwrap();
        let transmit = Transmit::new(gone, 0..10, None).unwrap();
        assert_eq!(socket.send(&[7; 10], &[transmit]).sent, 1);

        let mut batch = RecvBatch::new(4);
        while socket.counters().icmp_errors == 0 {
            let ready = poller.wait(Some(Duration::from_secs(5))).unwrap().count();
            assert!(ready > 0, "no ICMP error came");
            assert_eq!(socket.recv(&mut batch).unwrap(), 0);
        }

        assert_eq!(batch.datagrams().count(), 0);
        assert_eq!(socket.counters().received, 0);
    }
}

fn bind(options: &BindOptions) -> UdpSocket {
    UdpSocket::bind(SocketAddr::from(([127, 0, 0, 1], 0)), options).unwrap()
}

#[cfg(target_os = "linux")]
fn sizes_received(socket: &mut UdpSocket, count: usize) -> Vec<usize> {
    let mut poller = Poller::new(8).unwrap();
    poller
        .register(socket, Token(0), Interest::READABLE)
        .unwrap();
    let mut batch = RecvBatch::new(4);
    let mut sizes = Vec::new();
    while sizes.len() < count {
        let ready = poller.wait(Some(Duration::from_secs(5))).unwrap().count();
        assert!(ready > 0, "only {sizes:?} came");
        while socket.recv(&mut batch).unwrap() > 0 {
            sizes.extend(batch.datagrams().map(|datagram| datagram.data.len()));
        }
    }
    sizes
}
