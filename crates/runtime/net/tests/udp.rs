//! Datagrams over the loopback, on every path and in both families.

mod common;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::{SystemTime, UNIX_EPOCH};

use common::{PATIENCE, Receiver, Setting, loopbacks, settings};
use net::{
    BindOptions, Interest, PathMtu, Poller, RecvBatch, SendBatch, SendOutcome, Token, Transmit,
    UdpSocket,
};

#[test]
fn batches_arrive_complete_and_in_order() {
    for setting in settings() {
        for slots in [1, 3, 32, 100] {
            let mut receiver = Receiver::new(setting.bind(), slots);
            let mut sender = setting.bind();
            let packets: Vec<Vec<u8>> = (0..150).map(|number| packet(number, 40)).collect();
            // Sizes that shrink and grow, so that no two neighbours can be one train.
            let packets = packets.iter().enumerate();
            let packets: Vec<&[u8]> = packets.map(|(i, p)| &p[..20 + i % 2]).collect();

            let outcome = send_singly(&mut sender, receiver.socket.local_addr(), &packets);

            let received = receiver.take(150);
            assert_eq!((outcome.sent, outcome.dropped), (150, 0), "{setting:?}");
            let source = sender.local_addr();
            for ((from, data), sent) in received.iter().zip(&packets) {
                assert_eq!((*from, &data[..]), (source, *sent), "{setting:?}");
            }
        }
    }
}

#[test]
fn trains_of_mixed_sizes_arrive_as_the_datagrams_they_were() {
    for setting in settings() {
        let mut receiver = Receiver::new(setting.bind(), 16);
        let mut sender = setting.bind();
        let mut batch = SendBatch::new(1 << 20, 64);
        let sizes = (0..40)
            .map(|number| match number {
                0..10 => 1_200,
                10 => 700,
                11..20 => 1_100 + number % 2,
                20..39 => 160,
                _ => 1_472,
            })
            .collect::<Vec<usize>>();
        let packets: Vec<Vec<u8>> = sizes
            .iter()
            .enumerate()
            .map(|(number, size)| packet(number, *size))
            .collect();
        for packet in &packets {
            batch.push(receiver.socket.local_addr(), packet).unwrap();
        }
        assert!(batch.transmits().len() < 20, "trains were formed");

        let outcome = sender.send(batch.bytes(), batch.transmits());

        let received: Vec<_> = receiver
            .take(40)
            .into_iter()
            .map(|(_, data)| data)
            .collect();
        assert_eq!(outcome.sent, 40);
        assert!(received == packets, "{setting:?}");
        let sent = sender.counters();
        let got = receiver.socket.counters();
        let bytes = packets.iter().map(|packet| packet.len() as u64).sum();
        assert_eq!((sent.sent, sent.sent_bytes), (40, bytes));
        assert_eq!((got.received, got.received_bytes), (40, bytes));
    }
}

/// On the loopback a train stays whole, if the sender may send it and the receiver may take it.
#[cfg(target_os = "linux")]
#[test]
fn a_train_crosses_the_kernel_in_one_piece() {
    for ip in loopbacks() {
        let options = BindOptions::default();
        let setting = Setting { ip, options };
        let mut receiver = Receiver::new(setting.bind(), 8);
        let mut sender = setting.bind();
        assert!(sender.sends_trains() && receiver.socket.receives_trains());
        for (segment, count) in [(1_200, 54), (1, 64), (9_000, 7), (500, 2)] {
            let bytes: Vec<u8> = (0..count).flat_map(|n| packet(n, segment)).collect();
            let bytes = &bytes[..bytes.len() - segment / 3];
            let train = Transmit::new(
                receiver.socket.local_addr(),
                0..bytes.len(),
                u16::try_from(segment).ok(),
            )
            .unwrap();
            receiver.slots_filled = 0;

            assert_eq!(sender.send(bytes, &[train]).sent, count);

            let received = receiver.take(count);
            let parts: Vec<&[u8]> = received.iter().map(|(_, data)| &data[..]).collect();
            assert_eq!(parts, bytes.chunks(segment).collect::<Vec<_>>());
            assert_eq!(receiver.slots_filled, 1, "{count} of {segment} bytes");
        }
        assert_eq!(sender.counters().send_calls, 4);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_receiver_without_gro_gets_single_datagrams_of_a_train() {
    let native = BindOptions::default();
    let without = BindOptions {
        gro: false,
        ..native
    };
    let ip = Ipv4Addr::LOCALHOST.into();
    let mut receiver = Receiver::new(
        Setting {
            ip,
            options: without,
        }
        .bind(),
        32,
    );
    let mut sender = Setting {
        ip,
        options: native,
    }
    .bind();
    let bytes = packet(0, 12_000);
    let train = Transmit::new(receiver.socket.local_addr(), 0..12_000, Some(1_200)).unwrap();

    sender.send(&bytes, &[train]);

    assert_eq!(receiver.take(10).len(), 10);
    assert_eq!(receiver.slots_filled, 10);
}

#[test]
fn one_call_serves_many_destinations() {
    for setting in settings() {
        let mut receivers: Vec<Receiver> =
            (0..70).map(|_| Receiver::new(setting.bind(), 2)).collect();
        let mut sender = setting.bind();
        let mut batch = SendBatch::new(1 << 20, 100);
        for (number, receiver) in receivers.iter().enumerate() {
            for _ in 0..3 {
                let packet = packet(number, 1_000);
                batch.push(receiver.socket.local_addr(), &packet).unwrap();
            }
        }

        let outcome = sender.send(batch.bytes(), batch.transmits());

        assert_eq!(outcome.sent, 210);
        for (number, receiver) in receivers.iter_mut().enumerate() {
            for (_, data) in receiver.take(3) {
                assert_eq!(data, packet(number, 1_000));
            }
        }
    }
}

#[test]
fn what_cannot_be_sent_is_counted_and_the_rest_goes_on() {
    for setting in settings() {
        let mut receiver = Receiver::new(setting.bind(), 8);
        let mut sender = setting.bind();
        let good = receiver.socket.local_addr();
        let no_port = SocketAddr::new(setting.ip, 0);
        let transmits = [
            Transmit::new(good, 0..100, None).unwrap(),
            Transmit::new(no_port, 0..100, Some(30)).unwrap(),
            Transmit::new(good, 50..200, None).unwrap(),
            Transmit::new(good, 2_000..2_100, Some(50)).unwrap(),
        ];

        let outcome = sender.send(&packet(5, 200), &transmits);

        assert_eq!(
            outcome,
            SendOutcome {
                sent: 2,
                dropped: 4 + 2,
                blocked_from: None
            },
            "{setting:?}"
        );
        assert_eq!(receiver.take(2)[1].1, packet(5, 200)[50..200]);
        assert_eq!(sender.counters().send_dropped, 6);
    }
}

#[test]
fn a_destination_of_the_other_family_is_dropped() {
    for force_portable in [false, true] {
        let options = BindOptions {
            force_portable,
            ..BindOptions::default()
        };
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut sender = UdpSocket::bind(local, &options).unwrap();
        let transmit = Transmit::new("[::1]:5004".parse().unwrap(), 0..10, None).unwrap();

        let outcome = sender.send(&[0; 10], &[transmit]);

        assert_eq!((outcome.sent, outcome.dropped), (0, 1));
    }
}

#[test]
fn a_socket_of_both_families_speaks_ipv4_as_ipv4() {
    if loopbacks().len() < 2 {
        return;
    }
    for force_portable in [false, true] {
        let options = BindOptions {
            force_portable,
            ..BindOptions::default()
        };
        let both = UdpSocket::bind("[::]:0".parse().unwrap(), &options).unwrap();
        let port = both.local_addr().port();
        let mut both = Receiver::new(both, 4);
        let v4 = UdpSocket::bind("127.0.0.1:0".parse().unwrap(), &options).unwrap();
        let mut v4 = Receiver::new(v4, 4);
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let there = Transmit::new(there, 0..10, None).unwrap();
        assert_eq!(v4.socket.send(&[1; 10], &[there]).sent, 1);

        let source = both.take(1)[0].0;

        assert_eq!(source, v4.socket.local_addr());
        let back = Transmit::new(source, 0..10, None).unwrap();
        assert_eq!(both.socket.send(&[2; 10], &[back]).sent, 1);
        assert_eq!(v4.take(1)[0].1, [2; 10]);
    }
}

#[test]
fn a_socket_of_ipv6_alone_leaves_ipv4_to_another() {
    if loopbacks().len() < 2 {
        return;
    }
    let options = BindOptions {
        ipv6_only: true,
        ..BindOptions::default()
    };
    let v6 = UdpSocket::bind("[::]:0".parse().unwrap(), &options).unwrap();

    let same_port = SocketAddr::from((Ipv4Addr::UNSPECIFIED, v6.local_addr().port()));

    assert!(UdpSocket::bind(same_port, &BindOptions::default()).is_ok());
}

#[test]
fn an_empty_datagram_is_passed_over() {
    for setting in settings() {
        let mut receiver = Receiver::new(setting.bind(), 4);
        let std_sender = std::net::UdpSocket::bind(SocketAddr::new(setting.ip, 0)).unwrap();
        let there = receiver.socket.local_addr();

        std_sender.send_to(&[], there).unwrap();
        std_sender.send_to(&[3; 9], there).unwrap();

        assert_eq!(receiver.take(1)[0].1, [3; 9], "{setting:?}");
        assert_eq!(receiver.socket.counters().received, 1);
    }
}

#[test]
fn the_largest_datagram_arrives_whole() {
    for setting in settings() {
        // Over IPv6 it is larger than the loopback's MTU.
        let options = BindOptions {
            path_mtu: PathMtu::Fragment,
            ..setting.options
        };
        let setting = Setting { options, ..setting };
        let mut receiver = Receiver::new(setting.bind(), 2);
        let mut sender = setting.bind();
        let bytes = packet(1, Transmit::BYTES_MAX);
        let whole = Transmit::new(receiver.socket.local_addr(), 0..bytes.len(), None).unwrap();

        assert_eq!(sender.send(&bytes, &[whole]).sent, 1, "{setting:?}");

        assert!(receiver.take(1)[0].1 == bytes);
        assert_eq!(receiver.socket.counters().truncated, 0);
    }
}

/// The loopback carries 65,536 bytes of IPv6: this is a path that is too narrow, seen at home.
#[cfg(target_os = "linux")]
#[test]
fn a_datagram_too_large_for_the_path_is_dropped_rather_than_fragmented() {
    if loopbacks().len() < 2 {
        return;
    }
    let options = BindOptions::default();
    let mut socket = UdpSocket::bind("[::1]:0".parse().unwrap(), &options).unwrap();
    let bytes = packet(1, Transmit::BYTES_MAX);
    let too_large = Transmit::new(socket.local_addr(), 0..bytes.len(), None).unwrap();

    let outcome = socket.send(&bytes, &[too_large]);

    assert_eq!((outcome.sent, outcome.dropped), (0, 1));
}

#[test]
fn data_can_be_changed_where_it_lies() {
    let setting = settings()[0];
    let mut receiver = setting.bind();
    let mut sender = setting.bind();
    let train = Transmit::new(receiver.local_addr(), 0..300, Some(100)).unwrap();
    sender.send(&[1; 300], &[train]);
    let mut batch = RecvBatch::new(4);
    wait_readable(&mut receiver);
    receiver.recv(&mut batch).unwrap();

    for (number, datagram) in batch.datagrams().enumerate() {
        datagram.data.fill(number as u8);
    }

    let again: Vec<Vec<u8>> = batch.datagrams().map(|d| d.data.to_vec()).collect();
    assert_eq!(again, [[0; 100], [1; 100], [2; 100]]);
}

#[test]
fn nothing_to_read_is_zero_and_a_full_batch_says_so() {
    for setting in settings() {
        let mut receiver = setting.bind();
        let mut sender = setting.bind();
        let mut batch = RecvBatch::new(2);
        assert_eq!(receiver.recv(&mut batch).unwrap(), 0);
        assert!(!batch.is_full());
        let packets: [&[u8]; 3] = [&[1; 1], &[2; 2], &[3; 3]];
        send_singly(&mut sender, receiver.local_addr(), &packets);
        wait_readable(&mut receiver);

        let mut fill = || {
            let filled = receiver.recv(&mut batch).unwrap();
            (filled, batch.is_full(), batch.datagrams().count())
        };

        assert_eq!(fill(), (2, true, 2), "{setting:?}");
        assert_eq!(fill(), (1, false, 1));
        assert_eq!(fill(), (0, false, 0));
    }
}

/// A receiver that reads nothing: on the loopback the kernel charges the sender's buffer until the
/// datagram is queued, so a tiny buffer does not block here; a device would. The scripted kernel of
/// the unit tests stands for that one. This shows that a flood is neither an error nor a wait.
#[test]
fn a_flood_ends_without_waiting() {
    for setting in settings() {
        let options = BindOptions {
            recv_buffer: Some(4_096),
            send_buffer: Some(4_096),
            ..setting.options
        };
        let receiver = Setting { options, ..setting }.bind();
        let mut sender = Setting { options, ..setting }.bind();
        let bytes = packet(0, 1_200);
        let one = Transmit::new(receiver.local_addr(), 0..1_200, None).unwrap();

        let outcome = sender.send(&bytes, &vec![one; 2_000]);

        let blocked = outcome.blocked_from.map_or(0, |from| 2_000 - from);
        assert_eq!(outcome.sent + outcome.dropped + blocked, 2_000);
        assert_eq!(sender.counters().send_blocked, blocked as u64);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_says_when_a_datagram_arrived() {
    for timestamps in [false, true] {
        let options = BindOptions {
            timestamps,
            ..BindOptions::default()
        };
        let ip = Ipv4Addr::LOCALHOST.into();
        let mut receiver = Setting { ip, options }.bind();
        let mut sender = Setting { ip, options }.bind();
        let train = Transmit::new(receiver.local_addr(), 0..300, Some(100)).unwrap();
        let before = unix_time();
        sender.send(&[1; 300], &[train]);
        wait_readable(&mut receiver);
        let mut batch = RecvBatch::new(4);
        receiver.recv(&mut batch).unwrap();
        let after = unix_time();

        let times: Vec<Option<Duration>> = batch.datagrams().map(|d| d.received_at).collect();

        assert_eq!(times.len(), 3);
        for time in times {
            assert_eq!(time.is_some(), timestamps);
            // Loosely: the machine's clock may be set while we look.
            let slack = Duration::from_secs(60);
            assert!(time.is_none_or(|time| before - slack < time && time < after + slack));
        }
    }
}

#[test]
fn sockets_share_a_port_only_if_both_want_to() {
    let options = BindOptions {
        reuse_port: true,
        ..BindOptions::default()
    };
    let first = UdpSocket::bind("127.0.0.1:0".parse().unwrap(), &options).unwrap();

    assert!(UdpSocket::bind(first.local_addr(), &options).is_ok());
    assert!(UdpSocket::bind(first.local_addr(), &BindOptions::default()).is_err());
}

#[test]
fn buffers_and_fragmentation_are_as_asked() {
    for ip in loopbacks() {
        let options = BindOptions {
            send_buffer: Some(100_000),
            recv_buffer: Some(50_000),
            path_mtu: PathMtu::Fragment,
            ..BindOptions::default()
        };
        let mut socket = UdpSocket::bind(SocketAddr::new(ip, 0), &options).unwrap();

        assert!(socket.send_buffer_size().unwrap() >= 100_000);
        assert!(socket.recv_buffer_size().unwrap() >= 50_000);
        let own = Transmit::new(socket.local_addr(), 0..60_000, None).unwrap();
        assert_eq!(socket.send(&[0; 60_000], &[own]).sent, 1);
    }
}

#[test]
fn another_thread_can_end_the_wait() {
    let mut poller = Poller::new(4).unwrap();
    let waker = poller.waker(Token(7)).unwrap();

    let tokens: Vec<Token> = std::thread::scope(|scope| {
        scope.spawn(|| waker.wake().unwrap());
        let ready = poller.wait(Some(PATIENCE)).unwrap();
        ready.map(|ready| ready.token).collect()
    });

    assert_eq!(tokens, [Token(7)]);
    let idle = poller.wait(Some(Duration::ZERO)).unwrap().count();
    assert_eq!(idle, 0);
}

/// `len` bytes that tell packets apart.
fn packet(number: usize, len: usize) -> Vec<u8> {
    (0..len)
        .map(|index| (number * 31 + index * 7) as u8)
        .collect()
}

fn send_singly(sender: &mut UdpSocket, to: SocketAddr, packets: &[&[u8]]) -> SendOutcome {
    let mut start = 0;
    let transmits: Vec<Transmit> = packets
        .iter()
        .map(|packet| {
            start += packet.len();
            Transmit::new(to, start - packet.len()..start, None).unwrap()
        })
        .collect();
    sender.send(&packets.concat(), &transmits)
}

fn wait_readable(socket: &mut UdpSocket) {
    let mut poller = Poller::new(4).unwrap();
    poller
        .register(socket, Token(0), Interest::READABLE)
        .unwrap();
    assert_eq!(poller.wait(Some(PATIENCE)).unwrap().count(), 1);
    poller.deregister(socket).unwrap();
}

#[cfg(target_os = "linux")]
fn unix_time() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
