//! The sending machine against a kernel that follows a script.

use super::*;

#[test]
fn a_kernel_that_takes_a_few_at_a_time_gets_everything_in_order() {
    let bytes = numbered_bytes(4_000);
    let transmits = [
        train(0..1_000, 300),
        single(1_000..1_500),
        train(1_500..4_000, 500),
    ];
    for gso in [true, false] {
        for take in 1..5 {
            let mut kernel = Kernel::taking(take);

            let report = send_all(Cursor::new(&bytes, &transmits, gso), |cursor| {
                kernel.offer(cursor)
            });

            assert_eq!(report.outcome, sent(10), "gso {gso}, {take} at a time");
            assert_eq!(report.bytes, 4_000);
            assert_eq!(kernel.received, bytes);
            assert_eq!(kernel.sizes.len(), if gso { 3 } else { 10 });
        }
    }
}

#[test]
fn a_busy_kernel_is_asked_three_times_and_then_left_alone() {
    let bytes = numbered_bytes(300);
    let transmits = [single(0..100), single(100..200), single(200..300)];
    let mut kernel = Kernel::taking(1).failing_at(100, EAGAIN, usize::MAX);

    let report = send_all(Cursor::new(&bytes, &transmits, true), |cursor| {
        kernel.offer(cursor)
    });

    assert_eq!(
        report.outcome,
        SendOutcome {
            sent: 1,
            dropped: 0,
            blocked_from: Some(1),
        }
    );
    assert_eq!(report.calls, 1 + 3);
}

#[test]
fn a_kernel_that_was_busy_for_a_moment_loses_nothing() {
    let bytes = numbered_bytes(300);
    let transmits = [single(0..100), single(100..300)];
    for number in [EAGAIN, ENOBUFS, EINTR, ECONNREFUSED] {
        let mut kernel = Kernel::taking(9).failing_at(0, number, 2);

        let report = send_all(Cursor::new(&bytes, &transmits, true), |cursor| {
            kernel.offer(cursor)
        });

        assert_eq!(report.outcome, sent(2), "error {number}");
        assert_eq!(kernel.received, bytes);
    }
}

#[test]
fn a_train_that_blocks_half_way_is_not_handed_back_to_be_sent_twice() {
    let bytes = numbered_bytes(1_000);
    let transmits = [train(0..500, 100), single(500..1_000)];
    let mut kernel = Kernel::taking(2).failing_at(200, EAGAIN, usize::MAX);

    let report = send_all(Cursor::new(&bytes, &transmits, false), |cursor| {
        kernel.offer(cursor)
    });

    assert_eq!(
        report.outcome,
        SendOutcome {
            sent: 2,
            dropped: 3,
            blocked_from: Some(1),
        }
    );
}

#[test]
fn a_refused_train_goes_out_in_parts_and_ends_gso() {
    let bytes = numbered_bytes(2_000);
    let transmits = [
        single(0..100),
        train(100..1_000, 300),
        train(1_000..2_000, 400),
    ];
    for number in [EIO, EINVAL, EMSGSIZE] {
        let mut kernel = Kernel::taking(9).refusing_trains(number);

        let report = send_all(Cursor::new(&bytes, &transmits, true), |cursor| {
            kernel.offer(cursor)
        });

        assert_eq!(report.outcome, sent(7), "error {number}");
        assert!(report.gso_refused);
        assert_eq!(kernel.sizes, [100, 300, 300, 300, 400, 400, 200]);
    }
}

#[test]
fn datagrams_that_nobody_could_send_do_not_end_gso() {
    let bytes = numbered_bytes(5_000);
    let transmits = [train(0..4_000, 2_000), train(4_000..5_000, 500)];
    let mut kernel = Kernel::taking(9).failing_at(0, EMSGSIZE, usize::MAX);

    let report = send_all(Cursor::new(&bytes, &transmits, true), |cursor| {
        kernel.offer(cursor)
    });

    assert_eq!(
        report.outcome,
        SendOutcome {
            sent: 2,
            dropped: 2,
            blocked_from: None,
        }
    );
    assert!(!report.gso_refused);
    assert_eq!(kernel.sizes, [1_000], "the second train left as one");
}

#[test]
fn an_unreachable_destination_costs_one_call_and_its_train() {
    let bytes = numbered_bytes(900);
    let transmits = [train(0..600, 100), train(600..900, 100)];
    for gso in [true, false] {
        let mut kernel = Kernel::taking(64).failing_at(0, ENETUNREACH, usize::MAX);

        let report = send_all(Cursor::new(&bytes, &transmits, gso), |cursor| {
            kernel.offer(cursor)
        });

        assert_eq!(report.outcome.dropped, 6);
        assert_eq!(report.outcome.sent, 3);
        assert_eq!(report.calls, 2);
    }
}

#[test]
fn a_range_beyond_the_buffer_costs_only_itself() {
    let bytes = numbered_bytes(300);
    let transmits = [
        train(200..400, 50),
        single(0..100),
        single(usize::MAX - 5..usize::MAX),
        single(100..300),
        single(300..301),
    ];
    let mut kernel = Kernel::taking(9);

    let report = send_all(Cursor::new(&bytes, &transmits, true), |cursor| {
        kernel.offer(cursor)
    });

    assert_eq!(
        report.outcome,
        SendOutcome {
            sent: 2,
            dropped: 4 + 1 + 1,
            blocked_from: None,
        }
    );
    assert_eq!(kernel.received, bytes);
}

#[test]
fn a_kernel_that_takes_nothing_and_says_nothing_does_not_hang_us() {
    let bytes = numbered_bytes(10);
    let transmits = [single(0..10)];

    let report = send_all(Cursor::new(&bytes, &transmits, true), |_| Ok(0));

    assert_eq!(report.outcome.blocked_from, Some(0));
}

#[test]
fn a_socket_of_ipv6_names_ipv4_destinations_in_their_mapped_form() {
    let bytes = numbered_bytes(10);
    let transmits = [single(0..10)];
    let local = "[::]:0".parse().unwrap();

    let message = Cursor::new(&bytes, &transmits, true)
        .for_family_of(local)
        .next()
        .unwrap();

    assert_eq!(
        message.destination,
        "[::ffff:192.0.2.1]:5004".parse().unwrap()
    );
}

const EINTR: i32 = 4;
const EIO: i32 = 5;
const EAGAIN: i32 = 11;
const EINVAL: i32 = 22;
const EMSGSIZE: i32 = 90;
const ENETUNREACH: i32 = 101;
const ENOBUFS: i32 = 105;
const ECONNREFUSED: i32 = 111;

/// Takes messages, and remembers them.
struct Kernel {
    take: usize,
    /// At the message that begins at this byte of the buffer, this error, so often.
    failure: Option<(usize, i32, usize)>,
    train_refusal: Option<i32>,
    received: Vec<u8>,
    sizes: Vec<usize>,
}

impl Kernel {
    fn taking(take: usize) -> Self {
        Self {
            take,
            failure: None,
            train_refusal: None,
            received: Vec::new(),
            sizes: Vec::new(),
        }
    }

    fn failing_at(mut self, offset: usize, number: i32, times: usize) -> Self {
        self.failure = Some((offset, number, times));
        self
    }

    fn refusing_trains(mut self, number: i32) -> Self {
        self.train_refusal = Some(number);
        self
    }

    fn offer(&mut self, cursor: Cursor<'_>) -> io::Result<usize> {
        let base = cursor.bytes.as_ptr() as usize;
        let mut taken = 0;
        for message in cursor.take(self.take) {
            if let Err(number) = self.judge(&message, base) {
                return match taken {
                    0 => Err(io::Error::from_raw_os_error(number)),
                    _ => Ok(taken),
                };
            }
            self.received.extend(message.bytes);
            self.sizes.push(message.bytes.len());
            taken += 1;
        }
        Ok(taken)
    }

    fn judge(&mut self, message: &Message<'_>, base: usize) -> Result<(), i32> {
        if let (Some(number), Some(_)) = (self.train_refusal, message.segment_size) {
            return Err(number);
        }
        match &mut self.failure {
            Some((offset, number, times))
                if *times > 0 && message.bytes.as_ptr() as usize - base == *offset =>
            {
                *times -= 1;
                Err(*number)
            }
            _ => Ok(()),
        }
    }
}

fn sent(sent: usize) -> SendOutcome {
    SendOutcome {
        sent,
        dropped: 0,
        blocked_from: None,
    }
}

fn numbered_bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

fn single(range: std::ops::Range<usize>) -> Transmit {
    Transmit::new("192.0.2.1:5004".parse().unwrap(), range, None).unwrap()
}

fn train(range: std::ops::Range<usize>, segment: u16) -> Transmit {
    Transmit::new("192.0.2.1:5004".parse().unwrap(), range, Some(segment)).unwrap()
}
