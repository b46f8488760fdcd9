//! Fragments put in by hand, and what comes out.

use super::*;

const BEGIN: u8 = data_flags::BEGIN;
const END: u8 = data_flags::END;
const WHOLE: u8 = BEGIN | END;
const UNORDERED: u8 = data_flags::UNORDERED;

#[test]
fn fragments_join_in_whatever_order_they_come() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut reassembly = Reassembly::new(100);
        for n in order {
            let (flags, text) = [(BEGIN, "ab"), (0, "cd"), (END, "ef")][n];
            put(&mut reassembly, n as u64, flags, 0, text.as_bytes());
        }

        assert_eq!(texts(&mut reassembly), ["abcdef"]);
        assert_eq!(reassembly.used(), 0);
    }
}

#[test]
fn ordered_messages_wait_for_their_turn_and_unordered_ones_do_not() {
    let mut reassembly = Reassembly::new(100);

    put(&mut reassembly, 1, WHOLE, 1, b"second");
    put(&mut reassembly, 2, WHOLE | UNORDERED, 0, b"at once");
    assert_eq!(texts(&mut reassembly), ["at once"]);

    put(&mut reassembly, 0, WHOLE, 0, b"first");
    assert_eq!(texts(&mut reassembly), ["first", "second"]);
    assert_eq!(reassembly.used(), 0);
}

#[test]
fn a_message_too_large_is_dropped_and_holds_nothing_up() {
    let mut reassembly = Reassembly::new(4);

    put(&mut reassembly, 3, WHOLE, 1, b"next");
    put(&mut reassembly, 2, END, 0, b"ef");
    put(&mut reassembly, 0, BEGIN, 0, b"abc");
    put(&mut reassembly, 1, 0, 0, b"d");

    assert_eq!(texts(&mut reassembly), ["next"]);
    assert_eq!(reassembly.oversized(), 1);
    assert_eq!(reassembly.used(), 0);
}

#[test]
fn what_was_given_up_is_forgotten_and_its_place_passed_over() {
    let mut reassembly = Reassembly::new(100);
    put(&mut reassembly, 0, BEGIN, 0, b"half");
    put(&mut reassembly, 3, WHOLE, 1, b"one");
    put(&mut reassembly, 5, WHOLE, 3, b"three");

    reassembly.forward(2, [(7, 0)].into_iter());
    assert_eq!(texts(&mut reassembly), ["one"]);

    reassembly.forward(4, [(7, 2)].into_iter());
    assert_eq!(texts(&mut reassembly), ["three"]);
    assert_eq!(reassembly.used(), 0);
}

#[test]
fn a_fragment_that_contradicts_its_neighbour_is_torn() {
    let mut reassembly = Reassembly::new(100);
    put(&mut reassembly, 0, BEGIN, 0, b"a");

    assert_eq!(reassembly.insert(1, &data(BEGIN, 1, b"b")), Err(Torn));

    let mut reassembly = Reassembly::new(100);
    put(&mut reassembly, 0, BEGIN, 0, b"a");
    assert_eq!(reassembly.insert(1, &data(END, 9, b"b")), Err(Torn));
}

#[test]
fn numbers_wrap_and_a_reset_starts_anew() {
    let mut reassembly = Reassembly::new(100);
    for n in 0..=u64::from(u16::MAX) {
        put(&mut reassembly, n, WHOLE, n as u16, b"x");
    }
    assert_eq!(texts(&mut reassembly).len(), 65_536);
    put(&mut reassembly, 70_000, WHOLE, 1, b"early");
    assert!(texts(&mut reassembly).is_empty());

    reassembly.reset(&[7]);
    assert_eq!(reassembly.used(), 0);
    put(&mut reassembly, 70_001, WHOLE, 0, b"anew");
    assert_eq!(texts(&mut reassembly), ["anew"]);
}

fn data(flags: u8, ssn: u16, payload: &[u8]) -> Data<'_> {
    Data {
        flags,
        tsn: 0,
        stream: 7,
        ssn,
        ppid: 51,
        payload,
    }
}

fn put(reassembly: &mut Reassembly, tsn: u64, flags: u8, ssn: u16, payload: &[u8]) {
    let data = data(flags, ssn, payload);
    reassembly.insert(tsn, &data).expect("goes with the rest");
}

fn texts(reassembly: &mut Reassembly) -> Vec<String> {
    std::iter::from_fn(|| reassembly.poll())
        .map(|message| String::from_utf8_lossy(&message.data).into_owned())
        .collect()
}
