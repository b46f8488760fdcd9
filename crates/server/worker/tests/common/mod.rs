//! A worker process, and what its parent has of it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use control::{FromWorker, Request, ToWorker};
use serde::{Deserialize, Serialize};

/// A worker that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A worker and the parent's ends of its pipes, which are socket pairs as Node makes them.
pub struct Worker {
    pub child: Child,
    pub requests: UnixStream,
    pub answers: UnixStream,
}

impl Worker {
    /// Starts one, and waits until it runs.
    pub fn start(arguments: &[&str]) -> Self {
        let mut worker = Self::spawn(arguments);
        assert_eq!(worker.receive(), Some(FromWorker::Running));
        worker
    }

    /// Starts one.
    pub fn spawn(arguments: &[&str]) -> Self {
        let (requests, ours) = UnixStream::pair().expect("a pair");
        let (answers, theirs) = UnixStream::pair().expect("a pair");
        answers.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let child = command(arguments)
            .fd_mappings(vec![mapping(ours, 3), mapping(theirs, 4)])
            .expect("numbers that differ")
            .spawn()
            .expect("it starts");
        Self {
            child,
            requests,
            answers,
        }
    }

    pub fn send(&mut self, message: &ToWorker) {
        self.send_body(&encode(message));
    }

    pub fn request(&mut self, id: u32, request: Request) {
        self.send(&ToWorker::Request(id, Box::new(request)));
    }

    pub fn send_body(&mut self, body: &[u8]) {
        let frame = framed(body);
        self.requests.write_all(&frame).expect("it reads");
    }

    /// The next message; `None` at the end.
    pub fn receive(&mut self) -> Option<FromWorker> {
        receive(&mut self.answers).expect("it answers in time")
    }

    /// The next message that is no log line.
    pub fn answer(&mut self) -> FromWorker {
        loop {
            match self.receive().expect("it lives") {
                FromWorker::Log(_) => {}
                other => return other,
            }
        }
    }

    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Waits for the end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it can be waited for")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended; a test that failed must not leave it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary, as the package starts it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brodo-worker"));
    command
        .args(arguments)
        .env("MEDIASOUP_VERSION", "3.14.16")
        .stdin(Stdio::null());
    command
}

/// Runs it with closed pipes until it ends by itself.
pub fn output(mut command: Command) -> Output {
    let (_requests, ours) = UnixStream::pair().expect("a pair");
    let (_answers, theirs) = UnixStream::pair().expect("a pair");
    command
        .fd_mappings(vec![mapping(ours, 3), mapping(theirs, 4)])
        .expect("numbers that differ")
        .output()
        .expect("it starts")
}

pub fn mapping(end: UnixStream, number: i32) -> FdMapping {
    FdMapping {
        parent_fd: OwnedFd::from(end),
        child_fd: number,
    }
}

pub fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status()
        .expect("there is kill");
    assert!(status.success());
}

pub fn receive(answers: &mut impl Read) -> io::Result<Option<FromWorker>> {
    let mut length = [0; 4];
    match answers.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let mut body = vec![0; u32::from_le_bytes(length) as usize];
    answers.read_exact(&mut body)?;
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(&body[..]).with_human_readable();
    let message = FromWorker::deserialize(&mut deserializer);
    message.map(Some).map_err(io::Error::other)
}

pub fn encode(message: &ToWorker) -> Vec<u8> {
    let mut body = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut body)
        .with_struct_map()
        .with_human_readable();
    message
        .serialize(&mut serializer)
        .expect("it can be written");
    body
}

pub fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("short");
    [&length.to_le_bytes(), body].concat()
}
