//! What a process gets from its parent and has used up: inherited descriptors, getrusage(2).

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;

/// Standard input, output and error belong to the standard library.
const ADOPTABLE_MIN: i32 = 3;

/// What a process has used since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time in user mode.
    pub user: Duration,
    /// CPU time in system mode.
    pub system: Duration,
    /// The largest resident set: KiB on Linux, bytes on macOS.
    pub resident_max: u64,
    /// Page faults without a read.
    pub minor_faults: u64,
    /// Page faults with a read.
    pub major_faults: u64,
    /// Block inputs.
    pub blocks_in: u64,
    /// Block outputs.
    pub blocks_out: u64,
    /// Context switches that the process asked for.
    pub switches_voluntary: u64,
    /// Context switches that it did not ask for.
    pub switches_involuntary: u64,
}

/// The pipe or socket that the parent has left open under `number`, as a file that blocks.
///
/// The file is a duplicate: the number itself stays open until the process ends, so nobody who gets
/// the same number later can have it closed under him. It does not pass to children.
///
/// # Errors
///
/// Nothing is open there, or it is one of the three standard streams.
pub fn adopt_fd(number: i32) -> io::Result<File> {
    if number < ADOPTABLE_MIN {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: fcntl takes any number, and with F_DUPFD_CLOEXEC an int and no pointer.
    let copy = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, ADOPTABLE_MIN) };
    if copy < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made `copy` for this call alone; `OwnedFd` is its only owner.
    let owned = unsafe { OwnedFd::from_raw_fd(copy) };

    // SAFETY: `copy` is open as long as `owned` lives; F_GETFL takes no third argument.
    let flags = unsafe { libc::fcntl(copy, libc::F_GETFL) };
    // SAFETY: as above; F_SETFL takes an int.
    if flags < 0 || unsafe { libc::fcntl(copy, libc::F_SETFL, flags & !libc::O_NONBLOCK) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(File::from(owned))
}

/// What this process, all its threads together, has used.
#[must_use]
pub fn usage() -> Usage {
    let mut raw = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `raw` has the size and alignment of the struct that the kernel fills in.
    let outcome = unsafe { libc::getrusage(libc::RUSAGE_SELF, raw.as_mut_ptr()) };
    // It fails only for another `who` or a bad address, so this is never reached.
    if outcome != 0 {
        return Usage::default();
    }
    // SAFETY: integers only, for which all zeros are a value too.
    let raw = unsafe { raw.assume_init() };
    let count = |number: libc::c_long| u64::try_from(number).unwrap_or(0);
    Usage {
        user: duration(raw.ru_utime),
        system: duration(raw.ru_stime),
        resident_max: count(raw.ru_maxrss),
        minor_faults: count(raw.ru_minflt),
        major_faults: count(raw.ru_majflt),
        blocks_in: count(raw.ru_inblock),
        blocks_out: count(raw.ru_oublock),
        switches_voluntary: count(raw.ru_nvcsw),
        switches_involuntary: count(raw.ru_nivcsw),
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn an_inherited_descriptor_reads_what_the_other_end_writes_and_blocks() {
        let (mut parent, child) = UnixStream::pair().expect("a pair");
        child.set_nonblocking(true).expect("a flag");

        let mut file = adopt_fd(child.as_raw_fd()).expect("adopted");
        let writer = std::thread::spawn(move || parent.write_all(b"hello"));
        let mut read = [0; 5];
        file.read_exact(&mut read).expect("it waits for the bytes");

        assert_eq!(&read, b"hello");
        assert!(writer.join().expect("no panic").is_ok());
    }

    #[test]
    fn closing_the_file_leaves_the_number_open() {
        let (mut parent, child) = UnixStream::pair().expect("a pair");

        drop(adopt_fd(child.as_raw_fd()).expect("adopted"));

        (&child).write_all(b"x").expect("still open");
        let mut read = [0; 1];
        parent.read_exact(&mut read).expect("it came");
    }

    #[test]
    fn nothing_open_and_the_standard_streams_are_refused() {
        assert!(adopt_fd(9_999).is_err());
        assert_eq!(
            adopt_fd(0).expect_err("standard input").kind(),
            io::ErrorKind::InvalidInput
        );
    }

    #[test]
    fn a_running_process_has_memory_and_has_used_time() {
        let used = usage();

        assert!(used.resident_max > 0);
        assert!(used.minor_faults > 0);
    }
}
