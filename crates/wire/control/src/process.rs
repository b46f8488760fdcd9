//! What the worker process and its parent say to each other besides requests.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::notification::Notification;
use crate::request::{Refusal, Reply, Request};

/// What the parent writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ToWorker {
    /// To be answered under this number.
    Request(u32, Box<Request>),
    /// Not to be answered.
    Command(Command),
    /// Which log lines the worker writes; answered as a request under this number.
    UpdateSettings(u32, LogSettings),
    /// What the process has used; answered under this number with [`FromWorker::ResourceUsage`].
    GetResourceUsage(u32),
    /// Counters of the worker; answered under this number with [`FromWorker::Metrics`].
    GetMetrics(u32),
    /// Frees everything and ends with code 0.
    Close,
}

/// What the worker writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FromWorker {
    /// It is ready.
    Running,
    /// A request was carried out.
    Accepted(u32, Box<Reply>),
    /// A request was not carried out.
    Refused(u32, Refusal),
    /// Something happened.
    Notification(Notification),
    /// A log line.
    Log(LogLine),
    /// What the process has used.
    ResourceUsage(u32, ResourceUsage),
    /// Counters by name, for Prometheus.
    Metrics(u32, std::collections::BTreeMap<String, u64>),
}

/// How bad a log line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// No lines at all.
    None,
    /// Something broke.
    #[default]
    Error,
    /// Something is odd.
    Warn,
    /// What happens.
    Debug,
}

/// What a log line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LogTag {
    /// The worker itself.
    Info,
    /// ICE.
    Ice,
    /// DTLS.
    Dtls,
    /// RTP.
    Rtp,
    /// SRTP.
    Srtp,
    /// RTCP.
    Rtcp,
    /// Retransmissions.
    Rtx,
    /// Bandwidth estimation.
    Bwe,
    /// Scores.
    Score,
    /// Simulcast.
    Simulcast,
    /// Scalable video.
    Svc,
    /// SCTP.
    Sctp,
    /// Messages.
    Message,
}

/// Which log lines the worker writes; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct LogSettings {
    /// Lines as bad as this or worse. As text: an unknown one is refused as a `TypeError`.
    pub log_level: Option<String>,
    /// Of tagged lines, those with one of these; unknown ones are ignored.
    pub log_tags: Option<Vec<String>>,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// How bad it is.
    pub level: LogLevel,
    /// What it is about.
    pub tag: Option<LogTag>,
    /// What it says.
    pub text: String,
}

/// What the process has used (getrusage(2)): times in milliseconds, the rest as the system counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct ResourceUsage {
    /// CPU time in user mode.
    pub ru_utime: u64,
    /// CPU time in system mode.
    pub ru_stime: u64,
    /// The largest resident set, in KiB on Linux.
    pub ru_maxrss: u64,
    /// Page faults without a read.
    pub ru_minflt: u64,
    /// Page faults with a read.
    pub ru_majflt: u64,
    /// Block inputs.
    pub ru_inblock: u64,
    /// Block outputs.
    pub ru_oublock: u64,
    /// Context switches that the process asked for.
    pub ru_nvcsw: u64,
    /// Context switches that it did not ask for.
    pub ru_nivcsw: u64,
}
