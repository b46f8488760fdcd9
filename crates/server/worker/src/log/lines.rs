//! The lines: what is worth telling of what passes by. The media path writes none.

use std::fmt::Arguments;

use control::{
    ConsumerEvent, DataConsumerEvent, DtlsState, FromWorker, LogLevel, LogLine, LogTag,
    Notification, ProducerEvent, SctpState, TransportEvent,
};
use shard::ShardCounters;

use super::filter::Filter;
use crate::about::About;

use LogLevel::{Debug, Error, Warn};

/// A line of the worker itself.
pub fn plain(level: LogLevel, text: impl Into<String>) -> LogLine {
    LogLine {
        level,
        tag: None,
        text: text.into(),
    }
}

/// Objects that came or went, and requests that were refused.
pub fn of_answer(filter: &Filter, about: &About, answer: &FromWorker) -> Option<LogLine> {
    match answer {
        FromWorker::Accepted(..) if about.changes_what_there_is() => line(
            filter,
            (Debug, Some(LogTag::Info)),
            format_args!("{about}: done"),
        ),
        FromWorker::Refused(_, refusal) => line(
            filter,
            (Warn, None),
            format_args!("{about}: refused: {refusal}"),
        ),
        _ => None,
    }
}

/// States of transports, scores, layers, what was closed from below.
pub fn of_notification(filter: &Filter, notification: &Notification) -> Option<LogLine> {
    match notification {
        Notification::Transport(id, event) => of_transport(filter, id.as_str(), event),
        Notification::Producer(id, ProducerEvent::Score(scores)) => line(
            filter,
            (Debug, Some(LogTag::Score)),
            format_args!("producer {id}: scores {scores:?}"),
        ),
        Notification::Consumer(id, event) => of_consumer(filter, id.as_str(), event),
        Notification::DataConsumer(id, event) => of_data_consumer(filter, id.as_str(), event),
        Notification::Producer(..) | Notification::RtpObserver(..) => None,
    }
}

fn of_transport(filter: &Filter, id: &str, event: &TransportEvent) -> Option<LogLine> {
    match event {
        TransportEvent::IceStateChange(state) => line(
            filter,
            (Debug, Some(LogTag::Ice)),
            format_args!("transport {id}: ICE {state:?}"),
        ),
        TransportEvent::IceSelectedTupleChange(tuple) => line(
            filter,
            (Debug, Some(LogTag::Ice)),
            format_args!("transport {id}: ICE selected {tuple:?}"),
        ),
        TransportEvent::DtlsStateChange { state, .. } => line(
            filter,
            (warn_if(*state == DtlsState::Failed), Some(LogTag::Dtls)),
            format_args!("transport {id}: DTLS {state:?}"),
        ),
        TransportEvent::SctpStateChange { state, .. } => line(
            filter,
            (warn_if(*state == SctpState::Failed), Some(LogTag::Sctp)),
            format_args!("transport {id}: SCTP {state:?}"),
        ),
        TransportEvent::Tuple(tuple) | TransportEvent::RtcpTuple(tuple) => line(
            filter,
            (Debug, Some(LogTag::Info)),
            format_args!("transport {id}: the peer is at {tuple:?}"),
        ),
        TransportEvent::ListenServerClose => line(
            filter,
            (Debug, Some(LogTag::Info)),
            format_args!("transport {id}: closed with its webRtcServer"),
        ),
        TransportEvent::Failed(why) => line(
            filter,
            (Error, None),
            format_args!("transport {id}: closed by a fault of the engine: {why}"),
        ),
        TransportEvent::Rtcp(_) | TransportEvent::Trace(_) => None,
    }
}

fn of_consumer(filter: &Filter, id: &str, event: &ConsumerEvent) -> Option<LogLine> {
    match event {
        ConsumerEvent::ProducerClose => line(
            filter,
            (Debug, Some(LogTag::Info)),
            format_args!("consumer {id}: closed with its producer"),
        ),
        ConsumerEvent::Score(score) => line(
            filter,
            (Debug, Some(LogTag::Score)),
            format_args!("consumer {id}: {score:?}"),
        ),
        ConsumerEvent::LayersChange(layers) => line(
            filter,
            (Debug, Some(LogTag::Simulcast)),
            format_args!("consumer {id}: layers {layers:?}"),
        ),
        _ => None,
    }
}

fn of_data_consumer(filter: &Filter, id: &str, event: &DataConsumerEvent) -> Option<LogLine> {
    match event {
        DataConsumerEvent::DataProducerClose | DataConsumerEvent::StreamClosed => line(
            filter,
            (Debug, Some(LogTag::Info)),
            format_args!("dataConsumer {id}: closed: {event:?}"),
        ),
        DataConsumerEvent::SctpSendBufferFull => line(
            filter,
            (Warn, Some(LogTag::Message)),
            format_args!("dataConsumer {id}: a message was dropped, the send buffer is full"),
        ),
        _ => None,
    }
}

/// What was counted since `before` and should not be: one line each.
pub fn of_counters(filter: &Filter, before: &ShardCounters, now: &ShardCounters) -> Vec<LogLine> {
    let (was, is) = (&before.engine, &now.engine);
    let rows = [
        (
            Error,
            None,
            was.faults,
            is.faults,
            "faults of the engine were contained",
        ),
        (
            Warn,
            None,
            was.dropped_commands,
            is.dropped_commands,
            "commands were for objects that are not there, or cannot carry them out",
        ),
        (
            Debug,
            Some(LogTag::Rtp),
            was.malformed_rtp,
            is.malformed_rtp,
            "malformed RTP packets",
        ),
        (
            Debug,
            Some(LogTag::Rtp),
            was.unclaimed_rtp,
            is.unclaimed_rtp,
            "RTP packets of no producer",
        ),
        (
            Debug,
            Some(LogTag::Rtcp),
            was.malformed_rtcp,
            is.malformed_rtcp,
            "malformed RTCP packets",
        ),
        (
            Debug,
            Some(LogTag::Info),
            was.strays,
            is.strays,
            "datagrams of nobody",
        ),
        (
            Debug,
            Some(LogTag::Info),
            before.sockets.dropped,
            now.sockets.dropped,
            "datagrams that the system did not take",
        ),
    ];
    rows.into_iter()
        .filter(|(_, _, was, is, _)| is > was)
        .filter_map(|(level, tag, was, is, what)| {
            line(filter, (level, tag), format_args!("{} {what}", is - was))
        })
        .collect()
}

fn warn_if(bad: bool) -> LogLevel {
    match bad {
        true => Warn,
        false => Debug,
    }
}

/// The line, made only if somebody wants it.
fn line(
    filter: &Filter,
    (level, tag): (LogLevel, Option<LogTag>),
    text: Arguments<'_>,
) -> Option<LogLine> {
    filter.passes(level, tag).then(|| LogLine {
        level,
        tag,
        text: text.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use control::{LogSettings, Refusal, Reply, Request, RouterId, TransportId};

    use super::*;

    #[test]
    fn a_refused_request_is_worth_a_warning_that_says_why() {
        let about = About::request(&Request::CreateRouter {
            id: RouterId::from("r"),
        });
        let refused = FromWorker::Refused(1, Refusal::Error("there is one".into()));

        let line = of_answer(&filter("warn", &[]), &about, &refused).expect("a line");

        assert_eq!(line.level, Warn);
        assert_eq!(line.text, "router r: createRouter: refused: there is one");
    }

    #[test]
    fn an_answered_question_is_worth_nothing() {
        let about = About::request(&Request::DumpWorker);
        let accepted = FromWorker::Accepted(1, Box::new(Reply::Done));

        assert_eq!(
            of_answer(&filter("debug", &["info"]), &about, &accepted),
            None
        );
    }

    #[test]
    fn a_failed_handshake_is_a_warning_about_dtls() {
        let event = TransportEvent::DtlsStateChange {
            state: DtlsState::Failed,
            remote_cert: None,
        };
        let notification = Notification::Transport(TransportId::from("t"), event);

        let line = of_notification(&filter("warn", &["dtls"]), &notification).expect("a line");

        assert_eq!((line.level, line.tag), (Warn, Some(LogTag::Dtls)));
        assert_eq!(
            of_notification(&filter("warn", &["ice"]), &notification),
            None
        );
    }

    #[test]
    fn only_counters_that_moved_are_told_of() {
        let before = ShardCounters::default();
        let mut now = before;
        now.engine.dropped_commands = 3;

        let lines = of_counters(&filter("warn", &[]), &before, &now);

        assert_eq!(lines.len(), 1);
        assert!(lines[0].text.starts_with("3 commands"));
        assert_eq!(of_counters(&filter("warn", &[]), &now, &now), []);
    }

    fn filter(level: &str, tags: &[&str]) -> Filter {
        let mut filter = Filter::default();
        let settings = LogSettings {
            log_level: Some(level.into()),
            log_tags: Some(tags.iter().map(ToString::to_string).collect()),
        };
        assert_eq!(filter.apply(&settings), Ok(()));
        filter
    }
}
