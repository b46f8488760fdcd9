//! TCP over the loopback: accepting, framing, jams and goodbyes.

mod common;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use common::{PATIENCE, loopbacks};
use net::{
    Accept, AdmissionLimits, BindOptions, Enqueued, Flushed, Interest, PacketClass, Poller,
    TcpConnection, TcpListener, Token,
};

#[test]
fn packets_arrive_in_their_frames() {
    for ip in loopbacks() {
        let (mut connection, mut client) = pair(SocketAddr::new(ip, 0));
        assert_eq!(connection.peer_addr(), client.local_addr().unwrap());
        assert_eq!(connection.local_addr(), client.peer_addr().unwrap());

        for number in 0..100_u8 {
            let packet = vec![number; 1 + usize::from(number)];
            let class = match number % 2 {
                0 => PacketClass::Media,
                _ => PacketClass::Control,
            };
            assert_eq!(connection.enqueue(&packet, class), Enqueued::Queued);
        }
        assert_eq!(connection.flush().unwrap(), Flushed::All);

        for number in 0..100_u8 {
            assert_eq!(
                read_frame(&mut client),
                vec![number; 1 + usize::from(number)]
            );
        }
        assert_eq!(connection.pending_bytes(), 0);
        assert_eq!(connection.counters().sent, 100);
        assert_eq!(connection.counters().sent_bytes, (1..=100).sum::<u64>());
    }
}

#[test]
fn a_reader_that_stops_loses_media_first_and_gets_what_was_queued() {
    let (mut connection, mut client) = pair("127.0.0.1:0".parse().unwrap());
    let mut poller = Poller::new(4).unwrap();
    poller
        .register(&mut connection, Token(0), Interest::WRITABLE)
        .unwrap();
    let mut queued = 0_u32;
    // Numbered media until the kernel and then the queue are full.
    while let Enqueued::Queued = connection.enqueue(&numbered(queued), PacketClass::Media) {
        queued += 1;
        connection.flush().unwrap();
    }

    let control = connection.enqueue(&numbered(queued), PacketClass::Control);

    assert_eq!(control, Enqueued::Queued, "control still has room");
    assert_eq!(connection.counters().dropped, 1);
    assert!(!connection.is_broken());
    let reader = std::thread::spawn(move || {
        (0..=queued).all(|number| read_frame(&mut client) == numbered(number))
    });
    while connection.flush().unwrap() == Flushed::Blocked {
        assert!(
            poller.wait(Some(PATIENCE)).unwrap().count() > 0,
            "the connection does not become writable again"
        );
    }
    assert!(reader.join().unwrap(), "every queued packet, in order");
}

#[test]
fn a_reader_that_ignores_control_too_is_given_up() {
    let (mut connection, client) = pair("127.0.0.1:0".parse().unwrap());

    loop {
        match connection.enqueue(&[0; 1_200], PacketClass::Control) {
            Enqueued::Queued => drop(connection.flush().unwrap()),
            broken => {
                assert_eq!(broken, Enqueued::Broken);
                break;
            }
        }
    }

    assert!(connection.is_broken());
    assert!(connection.flush().is_err());
    assert_eq!(
        connection.enqueue(&[0], PacketClass::Control),
        Enqueued::Broken
    );
    drop(client);
}

#[test]
fn bytes_are_read_raw_until_the_end() {
    let (mut connection, mut client) = pair("127.0.0.1:0".parse().unwrap());
    let mut poller = readable(&mut connection);
    let mut buffer = [0; 64];
    let nothing = connection.read(&mut buffer).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    assert!(!connection.is_broken());

    client.write_all(&[0, 3, 7, 8, 9, 0]).unwrap();
    drop(client);

    let mut all = Vec::<u8>::new();
    loop {
        match connection.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => all.extend(&buffer[..length]),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                assert!(poller.wait(Some(PATIENCE)).unwrap().count() > 0);
            }
        }
    }
    assert_eq!(all, [0, 3, 7, 8, 9, 0]);
    assert_eq!(connection.counters().received_bytes, 6);
}

#[test]
fn a_connection_that_was_reset_is_broken() {
    let (mut connection, client) = pair("127.0.0.1:0".parse().unwrap());
    let mut poller = readable(&mut connection);
    connection.enqueue(&[1; 100], PacketClass::Control);
    connection.flush().unwrap();

    // Closing with unread data resets: the client has not read the frame.
    let mut peeked = [0; 1];
    client.peek(&mut peeked).unwrap();
    drop(client);

    assert!(poller.wait(Some(PATIENCE)).unwrap().count() > 0);
    let error = connection.read(&mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(connection.is_broken());
}

#[test]
fn closing_says_goodbye() {
    let (connection, mut client) = pair("127.0.0.1:0".parse().unwrap());

    connection.close();

    assert_eq!(client.read(&mut [0; 10]).unwrap(), 0);
}

#[test]
fn a_listener_with_nobody_waiting_is_drained() {
    let mut listener = listen("127.0.0.1:0".parse().unwrap(), AdmissionLimits::default());

    assert!(matches!(listener.accept(), Accept::Drained));
}

#[test]
fn connections_beyond_the_limit_are_closed_at_the_door() {
    let limits = AdmissionLimits {
        connections_max: 10,
        per_source_max: 2,
    };
    let mut listener = listen("127.0.0.1:0".parse().unwrap(), limits);
    let mut clients: Vec<TcpStream> = (0..4)
        .map(|_| TcpStream::connect(listener.local_addr()).unwrap())
        .collect();

    let first = accept(&mut listener);
    let _second = accept(&mut listener);
    accept_none(&mut listener, 2);

    assert_eq!(clients.pop().unwrap().read(&mut [0; 1]).unwrap(), 0);
    drop(first);
    let _late = TcpStream::connect(listener.local_addr()).unwrap();
    accept(&mut listener);
}

#[test]
fn a_source_met_by_a_socket_of_both_families_is_ipv4() {
    if loopbacks().len() < 2 {
        return;
    }
    let mut listener = listen("[::]:0".parse().unwrap(), AdmissionLimits::default());
    let there = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().port()));
    let client = TcpStream::connect(there).unwrap();

    let connection = accept(&mut listener);

    assert_eq!(connection.peer_addr(), client.local_addr().unwrap());
}

fn listen(address: SocketAddr, limits: AdmissionLimits) -> TcpListener {
    TcpListener::bind(address, &BindOptions::default(), limits).unwrap()
}

fn pair(address: SocketAddr) -> (TcpConnection, TcpStream) {
    let mut listener = listen(address, AdmissionLimits::default());
    let client = TcpStream::connect(listener.local_addr()).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    (accept(&mut listener), client)
}

fn accept(listener: &mut TcpListener) -> TcpConnection {
    let mut poller = Poller::new(4).unwrap();
    poller
        .register(listener, Token(0), Interest::READABLE)
        .unwrap();
    let connection = loop {
        match listener.accept() {
            Accept::Connection(connection) => break connection,
            Accept::Drained => assert!(poller.wait(Some(PATIENCE)).unwrap().count() > 0),
            Accept::BackOff(error) => panic!("{error}"),
        }
    };
    poller.deregister(listener).unwrap();
    connection
}

/// Accepts until `refused` were turned away, and lets none in.
fn accept_none(listener: &mut TcpListener, refused: u64) {
    let mut poller = Poller::new(4).unwrap();
    poller
        .register(listener, Token(0), Interest::READABLE)
        .unwrap();
    while listener.refused() < refused {
        assert!(matches!(listener.accept(), Accept::Drained));
        if listener.refused() < refused {
            assert!(poller.wait(Some(PATIENCE)).unwrap().count() > 0);
        }
    }
    poller.deregister(listener).unwrap();
}

fn readable(connection: &mut TcpConnection) -> Poller {
    let poller = Poller::new(4).unwrap();
    poller
        .register(connection, Token(0), Interest::READABLE)
        .unwrap();
    poller
}

fn numbered(number: u32) -> Vec<u8> {
    let mut packet = vec![0; 1_200];
    packet[..4].copy_from_slice(&number.to_be_bytes());
    packet
}

fn read_frame(client: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 2];
    client.read_exact(&mut length).unwrap();
    let mut packet = vec![0; usize::from(u16::from_be_bytes(length))];
    client.read_exact(&mut packet).unwrap();
    packet
}
