//! When the process has no file descriptors left. Alone in its program, since the limit is the
//! process's.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)]

use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use net::{
    Accept, AdmissionLimits, BindOptions, PortRange, PortSearchError, TcpListener,
    bind_udp_in_range,
};

#[test]
fn a_listener_survives_a_time_without_descriptors() {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let limits = AdmissionLimits::default();
    let mut listener = TcpListener::bind(here, &BindOptions::default(), limits).unwrap();
    let _client = TcpStream::connect(listener.local_addr()).unwrap();
    let usual = descriptors_max();

    set_descriptors_max(3);
    let starved = listener.accept();
    let range = PortRange::new(20_000, 60_000).unwrap();
    let search = bind_udp_in_range(here.ip(), range, 0, &BindOptions::default());
    set_descriptors_max(usual);
    let fed = listener.accept();

    let Accept::BackOff(error) = starved else {
        panic!("{starved:?}");
    };
    assert_eq!(error.raw_os_error(), Some(libc::EMFILE));
    assert!(matches!(search, Err(PortSearchError::Hopeless(_))));
    assert!(matches!(fed, Accept::Connection(_)), "{fed:?}");
    assert_eq!(listener.refused(), 0);
}

fn descriptors_max() -> libc::rlim_t {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the kernel writes one `rlimit`, which lives through the call.
    let result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    assert_eq!(result, 0);
    limit.rlim_cur
}

fn set_descriptors_max(max: libc::rlim_t) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the kernel writes one `rlimit`, then reads it; it lives through both calls. A lower
    // soft limit closes nothing that is open.
    let result = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        limit.rlim_cur = max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit)
    };
    assert_eq!(result, 0);
}
