//! Signals: two ask the worker to end, the others must not end it.

use std::io;

use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::Signals;

/// Takes over the signals, and with them their default, which is death. SIGPIPE is ignored by the standard
/// library already.
pub fn take_over() -> io::Result<Signals> {
    Signals::new([SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGUSR2])
}

/// Waits for a signal that asks to end.
pub fn wait_for_end(mut signals: Signals) {
    signals
        .forever()
        .find(|signal| matches!(*signal, SIGINT | SIGTERM));
}
