//! The life of the process: starts the threads, waits for a reason to end, ends.

use std::fs::File;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use control::LogLevel;
use dtls::Certificate;
use shard::{Shard, ShardConfig, ShardHandle, SystemEntropy};

use crate::intake::{Ended, Intake};
use crate::log;
use crate::outbox::Outbox;
use crate::settings::Settings;
use crate::signals;
use crate::writer::Writer;

const FAULT: u8 = 40;
const NOT_BY_PACKAGE: u8 = 41;
const WRONG_SETTINGS: u8 = 42;

/// Whoever starts the worker says which release it is of in one of these.
const VERSIONS: [&str; 2] = ["BRODO_VERSION", "MEDIASOUP_VERSION"];

const REQUESTS_FD: i32 = 3;
const ANSWERS_FD: i32 = 4;

/// How often the counters are looked at for lines.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// How long the shard may take for what was asked before the end, and the writer for its answers.
const SHARD_ENDS_WITHIN: Duration = Duration::from_secs(3);
const WRITER_ENDS_WITHIN: Duration = Duration::from_secs(1);

/// What happened to the process.
enum End {
    /// The intake ended.
    Intake(Ended),
    /// A signal asked to end.
    Signal,
    /// The shard ended, asked or not.
    Shard(Result<(), String>),
    /// The writer ended: everything is written, or the parent does not read any more.
    Writer,
    /// A thread panicked.
    Fault(&'static str),
}

/// The program.
pub fn main() -> ExitCode {
    let by_package = VERSIONS
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|version| !version.is_empty()));
    if !by_package {
        eprintln!("brodo-worker: not to be run by hand: the brodo package starts it");
        return ExitCode::from(NOT_BY_PACKAGE);
    }
    // Before anything else is opened, which could get these numbers.
    let channel = net::adopt_fd(REQUESTS_FD).and_then(|requests| {
        let answers = net::adopt_fd(ANSWERS_FD)?;
        Ok((requests, answers))
    });
    let (requests, answers) = match channel {
        Ok(channel) => channel,
        Err(error) => {
            eprintln!("brodo-worker: file descriptors {REQUESTS_FD} and {ANSWERS_FD}: {error}");
            return ExitCode::from(NOT_BY_PACKAGE);
        }
    };
    let arguments = std::env::args_os().skip(1);
    let settings = Settings::read(arguments.map(|text| text.to_string_lossy().into_owned()));
    match settings {
        Ok(settings) => run(settings, requests, answers).unwrap_or_else(|error| {
            eprintln!("brodo-worker: cannot start: {error}");
            ExitCode::from(FAULT)
        }),
        Err(error) => {
            eprintln!("brodo-worker: wrong settings: {error}");
            ExitCode::from(WRONG_SETTINGS)
        }
    }
}

/// Starts everything, and stays until the end.
fn run(settings: Settings, requests: File, answers: File) -> io::Result<ExitCode> {
    let signals = signals::take_over()?;
    let outbox = Arc::new(Outbox::default());
    log_panics(outbox.clone());
    let (happened, ends) = channel();

    let (shard, shard_thread) = {
        let outbox = outbox.clone();
        Shard::start_with(
            ShardConfig {
                certificate: match settings.certificate {
                    Some(certificate) => certificate,
                    None => new_certificate()?,
                },
                port_range: Some(settings.port_range),
            },
            Some(Box::new(move |notification| outbox.notify(notification))),
        )?
    };
    start("brodo-shard-end", &happened, move || {
        End::Shard(match shard_thread.join() {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => Err("it panicked".into()),
        })
    })?;
    start("brodo-signals", &happened, move || {
        signals::wait_for_end(signals);
        End::Signal
    })?;
    let writer = Writer::new(answers, outbox.clone(), settings.filter.clone());
    start("brodo-writer", &happened, move || {
        // Why the parent does not read any more is its own affair.
        let _ = writer.run();
        End::Writer
    })?;
    if settings.threads > 1 {
        let text = "threads: one thread does all the work";
        outbox.log(log::plain(LogLevel::Warn, text));
    }
    let intake = Intake::new(requests, shard.patient(), outbox.clone(), settings.filter);
    start("brodo-intake", &happened, move || End::Intake(intake.run()))?;

    Ok(until_the_end(&shard, &outbox, &ends))
}

/// Waits for a reason to end, and looks at the counters meanwhile.
fn until_the_end(shard: &ShardHandle, outbox: &Arc<Outbox>, ends: &Receiver<End>) -> ExitCode {
    let end = loop {
        match ends.recv_timeout(WATCH_EVERY) {
            Ok(end) => break end,
            Err(RecvTimeoutError::Timeout) => {
                let outbox = outbox.clone();
                // One that has too much to do is looked at the next time.
                let _ = shard.read_counters(Box::new(move |now| outbox.counters(now)));
            }
            Err(RecvTimeoutError::Disconnected) => break End::Fault("all threads are gone"),
        }
    };
    let writer_runs = !matches!(end, End::Writer);
    let fault = match end {
        End::Intake(Ended::Closed | Ended::ParentGone) | End::Signal | End::Writer => None,
        End::Intake(Ended::ShardGone) => Some("the shard is gone".to_owned()),
        End::Shard(Ok(())) => Some("the shard has ended unasked".to_owned()),
        End::Shard(Err(error)) => Some(format!("the shard has ended: {error}")),
        End::Fault(thread) => Some(format!("{thread} panicked")),
    };
    if let Some(fault) = &fault {
        eprintln!("brodo-worker: {fault}");
        outbox.log(log::plain(LogLevel::Error, fault.as_str()));
    }
    let shard = shard.patient();
    // In a thread of its own, since a shard that hangs with a full queue takes no orders.
    let stopping = thread::Builder::new().spawn(move || shard.stop());
    if stopping.is_ok() && fault.is_none() {
        wait_for(ends, SHARD_ENDS_WITHIN, |end| matches!(end, End::Shard(_)));
    }
    outbox.close();
    if writer_runs {
        wait_for(ends, WRITER_ENDS_WITHIN, |end| matches!(end, End::Writer));
    }
    match fault {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(FAULT),
    }
}

/// Waits for one end among others, but not for ever: a worker that is to end ends.
fn wait_for(ends: &Receiver<End>, within: Duration, wanted: impl Fn(&End) -> bool) {
    let until = Instant::now() + within;
    while let Ok(end) = ends.recv_timeout(until.saturating_duration_since(Instant::now())) {
        if wanted(&end) {
            return;
        }
    }
}

/// Starts a thread that tells how it ended, even by a panic.
fn start(
    name: &'static str,
    happened: &Sender<End>,
    work: impl FnOnce() -> End + Send + 'static,
) -> io::Result<()> {
    let happened = happened.clone();
    thread::Builder::new().name(name.into()).spawn(move || {
        let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // The main thread may be past waiting.
        let _ = happened.send(end.unwrap_or(End::Fault(name)));
    })?;
    Ok(())
}

/// A panic is a fault of ours, contained or not: it makes a line at the parent, where people look.
fn log_panics(outbox: Arc<Outbox>) {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        outbox.log_from_panic(log::plain(LogLevel::Error, format!("a fault: {panic}")));
        print(panic);
    }));
}

fn new_certificate() -> io::Result<Certificate> {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Certificate::generate(since_1970, &mut SystemEntropy::default()).map_err(io::Error::other)
}
