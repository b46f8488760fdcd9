//! The command line, parsed and checked.

use std::fmt;
use std::net::IpAddr;

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: brodo-demo [options]

  --listen-ip IP      Address to listen on. Default: 127.0.0.1 for the page; for media that and
                      the host's own addresses, so that browsers on this host connect.
  --announced-ip IP   Address that browsers are told instead, behind a NAT.
  --port PORT         Port of the page. Default: 3000; 0 takes a free one.
  --rtc-port PORT     Port of all media, UDP and TCP. Default: 0, a free one.
  --tls               Serve https with a certificate made at the start; other hosts need it,
                      because browsers open a camera for http only on localhost.
  --help              Print this.";

/// The port of the page unless one is given.
const PORT_DEFAULT: u16 = 3000;

/// How the demo is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where to listen; `None` was not given.
    pub listen_ip: Option<IpAddr>,
    /// What browsers are told instead.
    pub announced_ip: Option<IpAddr>,
    /// The page's port; 0 takes a free one.
    pub port: u16,
    /// The port of all media; 0 takes a free one.
    pub rtc_port: u16,
    /// Serve https.
    pub tls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen_ip: None,
            announced_ip: None,
            port: PORT_DEFAULT,
            rtc_port: 0,
            tls: false,
        }
    }
}

/// What is wrong with a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// There is no such option.
    Unknown(String),
    /// The option needs a value.
    Missing(String),
    /// The value is not what the option takes.
    Invalid {
        /// The option.
        option: String,
        /// What was given.
        value: String,
        /// What it takes.
        takes: &'static str,
    },
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(option) => write!(f, "unknown option '{option}'"),
            Self::Missing(option) => write!(f, "{option} needs a value"),
            Self::Invalid {
                option,
                value,
                takes,
            } => write!(f, "{option} takes {takes}, not '{value}'"),
        }
    }
}

impl std::error::Error for OptionsError {}

impl Options {
    /// Parses the arguments after the program's name; `--port 1` and `--port=1` are the same.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] names the first argument that is wrong.
    pub fn parse(arguments: &[String]) -> Result<Self, OptionsError> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (option, attached) = match argument.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if option == "--tls" && attached.is_none() {
                options.tls = true;
                continue;
            }
            if !["--listen-ip", "--announced-ip", "--port", "--rtc-port"].contains(&option) {
                return Err(OptionsError::Unknown(argument.clone()));
            }
            let value = attached
                .or_else(|| rest.next().cloned())
                .ok_or_else(|| OptionsError::Missing(option.to_owned()))?;
            options.set(option, &value)?;
        }
        Ok(options)
    }

    fn set(&mut self, option: &str, value: &str) -> Result<(), OptionsError> {
        match option {
            "--listen-ip" => self.listen_ip = Some(parse(option, value, "an IP address")?),
            "--announced-ip" => self.announced_ip = Some(parse(option, value, "an IP address")?),
            "--port" => self.port = parse(option, value, "a port (0 to 65535)")?,
            _ => self.rtc_port = parse(option, value, "a port (0 to 65535)")?,
        }
        Ok(())
    }
}

fn parse<T: std::str::FromStr>(
    option: &str,
    value: &str,
    takes: &'static str,
) -> Result<T, OptionsError> {
    value.parse().map_err(|_| OptionsError::Invalid {
        option: option.to_owned(),
        value: value.to_owned(),
        takes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_are_the_defaults() {
        assert_eq!(parse_all(&[]), Ok(Options::default()));
    }

    #[test]
    fn values_follow_a_space_or_an_equals_sign() {
        let options = parse_all(&["--port", "0", "--listen-ip=::1", "--tls", "--rtc-port=4000"]);

        assert_eq!(
            options,
            Ok(Options {
                listen_ip: Some("::1".parse().unwrap()),
                announced_ip: None,
                port: 0,
                rtc_port: 4000,
                tls: true,
            })
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(message(&["--prot", "1"]), "unknown option '--prot'");
        assert_eq!(message(&["--port"]), "--port needs a value");
        assert_eq!(
            message(&["--port", "70000"]),
            "--port takes a port (0 to 65535), not '70000'"
        );
        assert_eq!(
            message(&["--listen-ip", "lo"]),
            "--listen-ip takes an IP address, not 'lo'"
        );
    }

    fn parse_all(arguments: &[&str]) -> Result<Options, OptionsError> {
        Options::parse(
            &arguments
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        )
    }

    fn message(arguments: &[&str]) -> String {
        parse_all(arguments).unwrap_err().to_string()
    }
}
