//! The arguments. A wrong one ends the program with a code that the package turns into a `TypeError`.

use std::fs;
use std::path::PathBuf;

use control::{LogSettings, PortRange, Refusal};
use dtls::Certificate;

use crate::log::Filter;

const PORT_MIN: u16 = 10_000;
const PORT_MAX: u16 = 59_999;

/// More cores than one process can keep busy with sockets of its own.
const THREADS_MAX: u8 = 64;

/// A certificate with its chain has some kilobytes.
const PEM_BYTES_MAX: u64 = 1 << 20;

/// What the worker is started with.
#[derive(Debug)]
pub struct Settings {
    /// Which lines.
    pub filter: Filter,
    /// Ports for sockets that ask for none.
    pub port_range: PortRange,
    /// Who it is; `None`: someone new.
    pub certificate: Option<Certificate>,
    /// Threads for media. One does all the work so far.
    pub threads: u8,
}

/// Arguments as text.
#[derive(Default)]
struct Raw {
    log: LogSettings,
    port_min: Option<u16>,
    port_max: Option<u16>,
    certificate_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    threads: Option<u8>,
}

impl Settings {
    /// Reads arguments (without the program's name), and the files that they name. The error names the
    /// setting.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut raw = Raw::default();
        for argument in arguments {
            let (name, value) = argument
                .strip_prefix("--")
                .and_then(|rest| rest.split_once('='))
                .ok_or_else(|| format!("{argument}: must be --name=value"))?;
            raw.take(name, value)?;
        }

        let mut filter = Filter::default();
        filter
            .apply(&raw.log)
            .map_err(|refusal: Refusal| refusal.to_string())?;
        let port_range = PortRange {
            min: raw.port_min.unwrap_or(PORT_MIN),
            max: raw.port_max.unwrap_or(PORT_MAX),
        };
        if port_range.max < port_range.min {
            return Err("rtcMaxPort: must not be below rtcMinPort".into());
        }
        Ok(Self {
            filter,
            port_range,
            certificate: certificate(raw.certificate_file, raw.key_file)?,
            threads: raw.threads.unwrap_or(1),
        })
    }
}

impl Raw {
    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "logLevel" => self.log.log_level = Some(value.into()),
            "logTag" => self.log.log_tags.get_or_insert_default().push(value.into()),
            "rtcMinPort" => self.port_min = Some(port(name, value)?),
            "rtcMaxPort" => self.port_max = Some(port(name, value)?),
            "dtlsCertificateFile" => self.certificate_file = Some(value.into()),
            "dtlsPrivateKeyFile" => self.key_file = Some(value.into()),
            "threads" => self.threads = Some(threads(value)?),
            // There is no libwebrtc inside that could try anything.
            "libwebrtcFieldTrials" => {}
            _ => return Err(format!("{name}: there is no such setting")),
        }
        Ok(())
    }
}

fn port(name: &str, value: &str) -> Result<u16, String> {
    value
        .parse()
        .map_err(|_| format!("{name}: must be a number from 0 to 65535, not '{value}'"))
}

fn threads(value: &str) -> Result<u8, String> {
    value
        .parse()
        .ok()
        .filter(|threads| (1..=THREADS_MAX).contains(threads))
        .ok_or_else(|| format!("threads: must be a number from 1 to {THREADS_MAX}, not '{value}'"))
}

fn certificate(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<Certificate>, String> {
    let (certificate, key) = match (certificate, key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(_), None) => return Err("dtlsPrivateKeyFile: missing".into()),
        (None, Some(_)) => return Err("dtlsCertificateFile: missing".into()),
    };
    let certificate = pem("dtlsCertificateFile", certificate)?;
    let key = pem("dtlsPrivateKeyFile", key)?;
    Certificate::from_pem(&certificate, &key)
        .map(Some)
        .map_err(|error| format!("dtlsCertificateFile, dtlsPrivateKeyFile: {error}"))
}

/// The text of a regular file, which a device or a pipe that never ends is not.
fn pem(name: &str, path: PathBuf) -> Result<String, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("{name}: {}: {why}", path.display());
    let file = fs::metadata(&path).map_err(|error| wrong(&error))?;
    if !file.is_file() {
        return Err(wrong(&"not a regular file"));
    }
    if file.len() > PEM_BYTES_MAX {
        return Err(wrong(&"too large"));
    }
    fs::read_to_string(&path).map_err(|error| wrong(&error))
}

#[cfg(test)]
mod tests {
    use control::LogLevel;

    use super::*;

    #[test]
    fn without_arguments_there_are_defaults() {
        let settings = read(&[]).expect("none is needed");

        assert_eq!(settings.filter, Filter::default());
        assert_eq!(
            (settings.port_range.min, settings.port_range.max),
            (10_000, 59_999)
        );
        assert!(settings.certificate.is_none());
        assert_eq!(settings.threads, 1);
    }

    #[test]
    fn every_argument_is_understood() {
        let settings = read(&[
            "--logLevel=DEBUG",
            "--logTag=ice",
            "--logTag=nonsense",
            "--rtcMinPort=0",
            "--rtcMaxPort=40000",
            "--libwebrtcFieldTrials=WebRTC-Bwe-AlrLimitedBackoff/Enabled/",
            "--threads=2",
        ])
        .expect("all are right");

        assert!(settings.filter.passes(LogLevel::Debug, None));
        assert_eq!(
            (settings.port_range.min, settings.port_range.max),
            (0, 40_000)
        );
        assert_eq!(settings.threads, 2);
    }

    #[test]
    fn a_wrong_argument_is_named() {
        for (arguments, name) in [
            (&["--logLevel=chicken"][..], "logLevel"),
            (&["--rtcMinPort=65536"], "rtcMinPort"),
            (&["--rtcMaxPort=-1"], "rtcMaxPort"),
            (&["--rtcMinPort=60000"], "rtcMaxPort"),
            (&["--rtcMinPort=1000", "--rtcMaxPort=999"], "rtcMaxPort"),
            (&["--threads=0"], "threads"),
            (&["--dtlsCertificateFile=/a.pem"], "dtlsPrivateKeyFile"),
            (&["--dtlsPrivateKeyFile=/a.pem"], "dtlsCertificateFile"),
            (
                &[
                    "--dtlsCertificateFile=/nowhere.pem",
                    "--dtlsPrivateKeyFile=/nowhere.pem",
                ],
                "dtlsCertificateFile",
            ),
            (
                &["--dtlsCertificateFile=/", "--dtlsPrivateKeyFile=/"],
                "dtlsCertificateFile",
            ),
            (&["--colour=red"], "colour"),
            (&["logLevel"], "logLevel"),
        ] {
            let error = read(arguments).expect_err("it is wrong");

            assert!(error.starts_with(name), "{arguments:?}: {error}");
        }
    }

    fn read(arguments: &[&str]) -> Result<Settings, String> {
        Settings::read(arguments.iter().map(ToString::to_string))
    }
}
