//! An example as a process of its own, as a user starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Longer than anything here takes; a test that waits longer has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running program; ends with the test.
pub struct Program {
    process: Child,
    lines: Receiver<String>,
}

impl Program {
    pub fn start(path: &str, arguments: &[String]) -> Self {
        let mut process = Command::new(path)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (said, lines) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| said.send(line))
        });
        Self { process, lines }
    }

    /// The first line from here on that has `part`.
    pub fn line_with(&self, part: &str) -> String {
        self.line_for_which(&format!("a line with {part}"), |line| line.contains(part))
    }

    /// The first line from here on that is as it should be.
    pub fn line_for_which(&self, what: &str, is_it: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect(what);
            if is_it(&line) {
                return line;
            }
        }
    }

    /// `host:port` of the page that it serves.
    pub fn host(&self) -> String {
        let line = self.line_with("http://localhost:");
        format!(
            "127.0.0.1:{}",
            line.trim_end_matches('/')
                .rsplit(':')
                .next()
                .expect("a port")
        )
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One HTTP request; status and body come back.
pub fn http(host: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(host).expect("the program listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("an answer in time");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).expect("a status");
    (status.parse().expect("a number"), body.to_owned())
}
