//! In steady state neither reading nor sending allocates.
#![allow(unsafe_code)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use common::{Receiver, settings};
use net::{Enqueued, PacketClass, SendBatch};

#[test]
fn datagrams_come_and_go_without_allocation() {
    for setting in settings() {
        let mut receiver = Receiver::new(setting.bind(), 32);
        let mut sender = setting.bind();
        let to = receiver.socket.local_addr();
        let mut batch = SendBatch::new(64_000, 64);
        let mut turn = |received: &mut usize| {
            batch.clear();
            for number in 0..40_u8 {
                let size = 1_000 + usize::from(number / 10);
                batch.push(to, &[number; 1_200][..size]).unwrap();
            }
            let outcome = sender.send(batch.bytes(), batch.transmits());
            while receiver.socket.recv(&mut receiver.batch).unwrap() > 0 {
                *received += receiver.batch.datagrams().count();
            }
            outcome.sent
        };
        let mut received = 0;
        turn(&mut received);

        let before = allocations();
        let sent: usize = (0..100).map(|_| turn(&mut received)).sum();

        assert_eq!(allocations() - before, 0, "{setting:?}");
        assert_eq!(sent, 4_000);
        assert!(received > 0);
    }
}

#[test]
fn a_connection_that_keeps_up_does_not_allocate() {
    let mut listener = net::TcpListener::bind(
        "127.0.0.1:0".parse().unwrap(),
        &net::BindOptions::default(),
        net::AdmissionLimits::default(),
    )
    .unwrap();
    let client = std::net::TcpStream::connect(listener.local_addr()).unwrap();
    let mut connection = loop {
        if let net::Accept::Connection(connection) = listener.accept() {
            break connection;
        }
    };
    let mut buffer = vec![0; 100_000];
    let mut turn = || {
        for _ in 0..10 {
            let enqueued = connection.enqueue(&[0; 1_000], PacketClass::Media);
            assert_eq!(enqueued, Enqueued::Queued);
        }
        connection.flush().unwrap();
        std::io::Read::read(&mut &client, &mut buffer).unwrap()
    };
    turn();

    let before = allocations();
    let read: usize = (0..100).map(|_| turn()).sum();

    assert_eq!(allocations() - before, 0);
    assert!(read > 0);
}

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// How often this thread has allocated.
fn allocations() -> usize {
    ALLOCATIONS.get()
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed on to the system's allocator as it came; the count beside it is a
// constant-initialised thread local, which neither allocates nor has a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.realloc(place, layout, size) }
    }
}
