//! What is asked is answered, in order, whatever else comes through the pipe.

mod common;

use std::io::{ErrorKind, Write};
use std::time::Duration;

use common::{Worker, encode, framed};
use control::{
    Command, FromWorker, ListenInfo, LogLevel, LogSettings, Notification, ProducerId, Protocol,
    Refusal, Reply, Request, RouterCall, RouterId, ToWorker, TransportCall, TransportEvent,
    TransportId, WebRtcListen, WebRtcServerCall, WebRtcServerId, WebRtcTransportOptions,
};

const BODY_MAX: usize = 8 << 20;

#[test]
fn a_router_is_created_and_shown() {
    let mut worker = Worker::start(&[]);

    worker.request(1, create_router("r"));
    worker.request(2, Request::Router(RouterId::from("r"), RouterCall::Dump));
    worker.request(3, Request::DumpWorker);

    assert_eq!(accepted(worker.answer()), (1, Reply::Done));
    let (_, Reply::RouterDump(router)) = accepted(worker.answer()) else {
        panic!("a router's dump");
    };
    assert_eq!(router.id, RouterId::from("r"));
    let (_, Reply::WorkerDump(dump)) = accepted(worker.answer()) else {
        panic!("a worker's dump");
    };
    assert_eq!(dump.router_ids, [RouterId::from("r")]);
}

#[test]
fn a_thousand_requests_at_once_are_answered_in_order() {
    let mut worker = Worker::start(&[]);
    let mut all = Vec::new();
    for id in 0..1_000 {
        let request = match id % 4 {
            0 => create_router(&format!("r{id}")),
            1 => Request::Router(RouterId::from(format!("r{}", id - 1)), RouterCall::Dump),
            2 => Request::DumpWorker,
            _ => Request::Router(RouterId::from("none"), RouterCall::Dump),
        };
        all.extend(framed(&encode(&ToWorker::Request(id, Box::new(request)))));
    }

    let mut requests = worker.requests.try_clone().expect("a clone");
    let writing = std::thread::spawn(move || requests.write_all(&all));

    for id in 0..1_000 {
        let answer = worker.answer();
        assert_eq!(number(&answer), Some(id));
        assert_eq!(matches!(answer, FromWorker::Refused(..)), id % 4 == 3);
    }
    assert!(writing.join().expect("no panic").is_ok());
}

#[test]
fn questions_to_the_process_and_refusals_keep_their_place_among_requests() {
    let mut worker = Worker::start(&[]);
    let mut unknown = encode(&ToWorker::GetMetrics(5));
    let at = unknown.len() - 2;
    unknown[at] = b'z';

    worker.request(1, Request::DumpWorker);
    worker.send(&ToWorker::GetMetrics(2));
    worker.send(&ToWorker::GetResourceUsage(3));
    worker.send(&ToWorker::UpdateSettings(4, LogSettings::default()));
    worker.send_body(&unknown);
    worker.request(6, Request::DumpWorker);

    let answers: Vec<FromWorker> = (0..6).map(|_| worker.answer()).collect();
    let numbers: Vec<Option<u32>> = answers.iter().map(number).collect();
    assert_eq!(numbers, (1..=6).map(Some).collect::<Vec<_>>());
    assert!(
        matches!(&answers[1], FromWorker::Metrics(_, table) if table.contains_key("brodo_datagrams_total"))
    );
    assert!(matches!(&answers[2], FromWorker::ResourceUsage(_, used) if used.ru_maxrss > 0));
    assert!(matches!(
        &answers[4],
        FromWorker::Refused(_, Refusal::TypeError(_))
    ));
}

#[test]
fn what_a_request_caused_is_told_after_its_answer() {
    let mut worker = Worker::start(&[]);
    let server = WebRtcServerId::from("s");
    worker.request(1, create_router("r"));
    worker.request(
        2,
        Request::CreateWebRtcServer {
            id: server.clone(),
            listen_infos: vec![ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into())],
        },
    );
    worker.request(3, create_transport("r", "t", server_of(&server)));
    (1..=3).for_each(|id| assert_eq!(accepted(worker.answer()).0, id));

    worker.request(4, Request::WebRtcServer(server, WebRtcServerCall::Close));
    worker.request(5, transport_call("t", TransportCall::Dump));

    assert_eq!(accepted(worker.answer()), (4, Reply::Done));
    assert_eq!(
        worker.answer(),
        FromWorker::Notification(Notification::Transport(
            TransportId::from("t"),
            TransportEvent::ListenServerClose
        ))
    );
    assert!(matches!(
        worker.answer(),
        FromWorker::Refused(5, Refusal::NotFound(_))
    ));
}

#[test]
fn a_transport_comes_with_what_the_peer_needs() {
    let mut worker = Worker::start(&["--rtcMinPort=42000", "--rtcMaxPort=42999"]);
    worker.request(1, create_router("r"));
    let info = ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into());
    worker.request(
        2,
        create_transport("r", "t", WebRtcListen::Individual(vec![info])),
    );
    worker.request(3, transport_call("t", TransportCall::Dump));
    worker.request(4, transport_call("t", TransportCall::GetStats));

    assert_eq!(accepted(worker.answer()).0, 1);
    let (_, Reply::WebRtcTransportCreated { ice_candidates, .. }) = accepted(worker.answer())
    else {
        panic!("a transport");
    };
    assert!((42_000..43_000).contains(&ice_candidates[0].port));
    assert!(matches!(
        accepted(worker.answer()).1,
        Reply::TransportDump(_)
    ));
    assert!(matches!(
        accepted(worker.answer()).1,
        Reply::TransportStats(_)
    ));
}

#[test]
fn an_address_that_is_none_is_a_type_error_that_names_the_field() {
    let mut worker = Worker::start(&[]);
    let info = ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into());
    let request = Request::CreateWebRtcServer {
        id: WebRtcServerId::from("s"),
        listen_infos: vec![info],
    };
    let mut body = encode(&ToWorker::Request(9, Box::new(request)));
    let at = body.windows(9).position(|window| window == b"127.0.0.1");
    body[at.expect("the address")] = b'x';

    worker.send_body(&body);

    let FromWorker::Refused(9, Refusal::TypeError(text)) = worker.answer() else {
        panic!("a TypeError");
    };
    assert!(text.starts_with("listenInfos[0].ip: "), "{text}");
}

#[test]
fn a_frame_that_is_too_long_is_refused_and_the_channel_lives_on() {
    let mut worker = Worker::start(&[]);
    let mut body = encode(&ToWorker::Request(7, Box::new(Request::DumpWorker)));
    body.resize(BODY_MAX + 1, 0);

    worker.send_body(&body);
    worker.request(8, Request::DumpWorker);

    let FromWorker::Refused(7, Refusal::Error(text)) = worker.answer() else {
        panic!("an Error");
    };
    assert!(text.contains("8388609"), "{text}");
    assert_eq!(accepted(worker.answer()).0, 8);
}

#[test]
fn a_flood_of_commands_is_waited_for_and_counted() {
    let mut worker = Worker::start(&[]);
    let large = Command::ProducerSend(ProducerId::from("none"), vec![0; 7 << 20]);

    for _ in 0..5 {
        worker.send(&ToWorker::Command(large.clone()));
    }
    worker.send(&ToWorker::GetMetrics(1));

    let FromWorker::Metrics(1, table) = worker.answer() else {
        panic!("the metrics");
    };
    assert_eq!(table["brodo_dropped_commands_total"], 5);
}

#[test]
fn garbage_is_dropped_with_a_line_and_the_channel_lives_on() {
    let mut worker = Worker::start(&["--logLevel=warn"]);

    worker.send_body(&[]);
    worker.send_body(&[0xc1; 1_000]);
    worker.send_body(b"\x81\xa7command\x92\x01\x02");
    worker.request(1, Request::DumpWorker);

    for _ in 0..3 {
        let Some(FromWorker::Log(line)) = worker.receive() else {
            panic!("a log line");
        };
        assert_eq!(line.level, LogLevel::Warn);
        assert!(
            line.text.starts_with("a message was dropped: "),
            "{}",
            line.text
        );
    }
    assert_eq!(accepted(worker.answer()).0, 1);
}

#[test]
fn settings_change_which_lines_leave() {
    let mut worker = Worker::start(&[]);
    let settings = |level: &str, tags: &[&str]| LogSettings {
        log_level: Some(level.into()),
        log_tags: Some(tags.iter().map(ToString::to_string).collect()),
    };

    worker.request(1, create_router("silent"));
    worker.send(&ToWorker::UpdateSettings(
        2,
        settings("Debug", &["info", "chicken"]),
    ));
    worker.request(3, create_router("told"));
    worker.send(&ToWorker::UpdateSettings(4, settings("loud", &[])));
    worker.request(5, create_router("told"));
    worker.send(&ToWorker::UpdateSettings(6, settings("none", &[])));
    worker.request(7, create_router("told"));
    worker.send(&ToWorker::Close);

    let mut lines = Vec::new();
    let mut refused = Vec::new();
    while let Some(message) = worker.receive() {
        match message {
            FromWorker::Log(line) => lines.push(line.text),
            FromWorker::Refused(id, refusal) => refused.push((id, refusal)),
            _ => {}
        }
    }
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines[0], "router told: createRouter: done");
    assert!(
        lines[1..]
            .iter()
            .any(|line| line.starts_with("request 4: refused: logLevel"))
    );
    assert!(
        lines[1..]
            .iter()
            .any(|line| line.starts_with("router told: createRouter: refused"))
    );
    assert!(matches!(&refused[0], (4, Refusal::TypeError(text)) if text.starts_with("logLevel")));
}

#[test]
fn a_storm_of_lines_is_summed_up() {
    let mut worker = Worker::start(&["--logLevel=warn"]);
    let nobody = Request::Router(RouterId::from("none"), RouterCall::Dump);

    let body = framed(&encode(&ToWorker::Request(1, Box::new(nobody))));
    let mut requests = worker.requests.try_clone().expect("a clone");
    let writing = std::thread::spawn(move || requests.write_all(&body.repeat(5_000)));

    let (mut passed, mut suppressed, mut refusals) = (0_u64, 0_u64, 0_u64);
    // The sum comes when its second is over, with nothing else to wake the worker.
    while passed + suppressed < 5_000 || refusals < 5_000 {
        match worker.receive().expect("it lives") {
            FromWorker::Log(line) => match line.text.strip_prefix("… suppressed ") {
                Some(rest) => {
                    let count = rest.split(' ').next().expect("a word");
                    suppressed += count.parse::<u64>().expect("a number");
                }
                None => passed += 1,
            },
            FromWorker::Refused(..) => refusals += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(passed + suppressed, 5_000);
    assert!(suppressed > 0);
    assert!(writing.join().expect("no panic").is_ok());
}

#[test]
fn a_parent_that_does_not_read_is_not_read_from_and_loses_no_answer() {
    let mut worker = Worker::start(&[]);
    let mut requests = worker.requests.try_clone().expect("a clone");
    requests
        .set_write_timeout(Some(Duration::from_secs(1)))
        .expect("a timeout");
    let question = |id| {
        framed(&encode(&ToWorker::Request(
            id,
            Box::new(Request::DumpWorker),
        )))
    };

    let mut asked = 0;
    let left = loop {
        let frame = question(asked);
        asked += 1;
        assert!(asked < 1_000_000, "it reads without end");
        match written(&mut requests, &frame) {
            Ok(()) => {}
            Err(part) => break frame[part..].to_vec(),
        }
    };
    let rest = std::thread::spawn(move || {
        requests
            .set_write_timeout(None)
            .and_then(|()| requests.write_all(&left))
    });

    for id in 0..asked {
        assert_eq!(accepted(worker.answer()).0, id);
    }
    assert!(rest.join().expect("no panic").is_ok());
}

/// Writes a frame; says how much of it went if the other side does not read.
fn written(pipe: &mut impl Write, frame: &[u8]) -> Result<(), usize> {
    let mut part = 0;
    while part < frame.len() {
        match pipe.write(&frame[part..]) {
            Ok(bytes) => part += bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(part),
            Err(error) => panic!("{error}"),
        }
    }
    Ok(())
}

fn create_router(name: &str) -> Request {
    Request::CreateRouter {
        id: RouterId::from(name),
    }
}

fn create_transport(router: &str, name: &str, listen: WebRtcListen) -> Request {
    let options = WebRtcTransportOptions {
        listen,
        ice_consent_timeout: 30,
        initial_available_outgoing_bitrate: 600_000,
        sctp: None,
    };
    let call = RouterCall::CreateWebRtcTransport(TransportId::from(name), options);
    Request::Router(RouterId::from(router), call)
}

fn server_of(id: &WebRtcServerId) -> WebRtcListen {
    WebRtcListen::Server {
        id: id.clone(),
        enable_udp: true,
        enable_tcp: false,
        prefer_udp: true,
        prefer_tcp: false,
    }
}

fn transport_call(name: &str, call: TransportCall) -> Request {
    Request::Transport(TransportId::from(name), call)
}

fn accepted(answer: FromWorker) -> (u32, Reply) {
    match answer {
        FromWorker::Accepted(id, reply) => (id, *reply),
        other => panic!("not accepted: {other:?}"),
    }
}

fn number(answer: &FromWorker) -> Option<u32> {
    match answer {
        FromWorker::Accepted(id, _)
        | FromWorker::Refused(id, _)
        | FromWorker::ResourceUsage(id, _)
        | FromWorker::Metrics(id, _) => Some(*id),
        _ => None,
    }
}
