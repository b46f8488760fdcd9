//! A network namespace with an `ifb` device: it drops what it is to send, so that a packet's cost is
//! the way to a network card and no more. Loopback charges the receiver's work to the sender as well.
//!
//! Needs root and iproute2. What is set up here goes away with [`Sink`].

use std::env;
use std::net::Ipv4Addr;
use std::process::{self, Command};

use crate::place::SINK_LOCAL;

/// A namespace of our own.
pub struct Sink {
    name: String,
}

impl Sink {
    /// Sets it up, or says what is missing.
    pub fn set_up() -> Result<Self, String> {
        let sink = Self {
            name: format!("brodo-bench-{}", process::id()),
        };
        ip(&["netns", "add", &sink.name])?;
        let address = format!("{}/16", Ipv4Addr::from(SINK_LOCAL));
        for step in [
            "link set lo up",
            "link add sink type ifb",
            &format!("addr add {address} dev sink"),
            // Without ARP the neighbour that nobody has needs no answer.
            "link set sink arp off txqueuelen 1000 up",
        ] {
            let mut arguments = vec!["-n", &sink.name];
            arguments.extend(step.split(' '));
            ip(&arguments)?;
        }
        Ok(sink)
    }

    /// Runs this program inside, with another command; what it prints goes where ours goes.
    pub fn run(&self, command: &str, argument: Option<&str>) -> Result<(), String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let status = Command::new("ip")
            .args(["netns", "exec", &self.name])
            .arg(program)
            .arg(command)
            .args(argument)
            .status()
            .map_err(|error| format!("ip: {error}"))?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("{command}: {status}")),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = ip(&["netns", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip")
        .args(arguments)
        .output()
        .map_err(|error| format!("ip: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "ip {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        )),
    }
}
