//! How the process begins and ends.

mod common;

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use command_fds::CommandFdExt;
use common::{Worker, command, encode, framed, mapping, output, receive, signal};
use control::{
    FromWorker, ListenInfo, Protocol, Reply, Request, RouterCall, RouterId, ToWorker, TransportId,
    WebRtcListen, WebRtcTransportOptions,
};

const SIGKILL: i32 = 9;

#[test]
fn told_to_close_it_answers_what_was_asked_before_and_ends_with_0() {
    let mut worker = Worker::start(&[]);

    for id in 0..200 {
        worker.request(id, Request::DumpWorker);
    }
    worker.send(&ToWorker::Close);

    for id in 0..200 {
        assert!(matches!(worker.receive(), Some(FromWorker::Accepted(number, _)) if number == id));
    }
    assert_eq!(worker.receive(), None);
    assert_eq!(worker.wait().code(), Some(0));
}

#[test]
fn sigterm_and_sigint_end_it_with_0() {
    for name in ["TERM", "INT"] {
        let mut worker = Worker::start(&[]);

        worker.signal(name);

        assert_eq!(worker.wait().code(), Some(0), "{name}");
    }
}

#[test]
fn other_signals_change_nothing() {
    let mut worker = Worker::start(&[]);

    for name in ["PIPE", "HUP", "ALRM", "USR1", "USR2"] {
        worker.signal(name);
    }
    worker.request(1, Request::DumpWorker);

    assert!(matches!(worker.answer(), FromWorker::Accepted(1, _)));
}

#[test]
fn it_ends_when_its_parent_has_closed_the_pipes() {
    let mut worker = Worker::start(&[]);
    worker.requests = UnixStream::pair().expect("a pair").0;

    assert_eq!(worker.wait().code(), Some(0));
}

/// The parent's ends belong to another process, which is killed: the kernel closes them, nobody says a word.
#[test]
fn it_ends_when_its_parent_is_killed() {
    let (requests, ours) = UnixStream::pair().expect("a pair");
    let (answers, theirs) = UnixStream::pair().expect("a pair");
    let mut watched = answers.try_clone().expect("a clone");
    let mut child = command(&[])
        .fd_mappings(vec![mapping(ours, 3), mapping(theirs, 4)])
        .expect("numbers that differ")
        .spawn()
        .expect("it starts");
    let mut parent = Command::new("sleep")
        .arg("600")
        .fd_mappings(vec![mapping(requests, 3), mapping(answers, 4)])
        .expect("numbers that differ")
        .spawn()
        .expect("it starts");
    assert_eq!(
        receive(&mut watched).expect("readable"),
        Some(FromWorker::Running)
    );
    drop(watched);
    assert!(child.try_wait().expect("waitable").is_none());

    signal(&parent, "KILL");

    assert_eq!(parent.wait().expect("waitable").signal(), Some(SIGKILL));
    assert_eq!(child.wait().expect("waitable").code(), Some(0));
}

#[test]
fn it_ends_under_load_as_well_as_at_rest() {
    for (name, code) in [("TERM", Some(0)), ("KILL", None)] {
        let mut worker = Worker::start(&[]);
        let mut requests = worker.requests.try_clone().expect("a clone");
        let loading = std::thread::spawn(move || {
            let mut id = 0;
            loop {
                let create = Request::CreateRouter {
                    id: RouterId::from(format!("r{id}")),
                };
                let close = Request::Router(RouterId::from(format!("r{id}")), RouterCall::Close);
                for request in [create, Request::DumpWorker, close] {
                    let message = ToWorker::Request(id, Box::new(request));
                    if requests.write_all(&framed(&encode(&message))).is_err() {
                        return;
                    }
                }
                id += 1;
            }
        });
        for _ in 0..1_000 {
            assert!(matches!(worker.receive(), Some(FromWorker::Accepted(..))));
        }

        worker.signal(name);

        // Whatever was under way comes whole or not at all.
        while let Ok(Some(message)) = receive(&mut worker.answers) {
            assert!(matches!(
                message,
                FromWorker::Accepted(..) | FromWorker::Log(_)
            ));
        }
        assert_eq!(worker.wait().code(), code, "{name}");
        loading.join().expect("the pipe broke");
    }
}

#[test]
fn wrong_settings_end_it_with_42_and_a_line_that_names_them() {
    let text = temporary("text.pem", "no certificate");
    let certificate = format!("--dtlsCertificateFile={}", text.display());
    let key = format!("--dtlsPrivateKeyFile={}", text.display());
    for (arguments, name) in [
        (vec!["--logLevel=chicken"], "logLevel"),
        (vec!["--rtcMinPort=1000", "--rtcMaxPort=999"], "rtcMaxPort"),
        (vec!["--rtcMaxPort=65536"], "rtcMaxPort"),
        (vec![certificate.as_str()], "dtlsPrivateKeyFile"),
        (vec![key.as_str()], "dtlsCertificateFile"),
        (
            vec![certificate.as_str(), key.as_str()],
            "dtlsCertificateFile",
        ),
    ] {
        let ended = output(command(&arguments));

        assert_eq!(ended.status.code(), Some(42), "{arguments:?}");
        let line = String::from_utf8_lossy(&ended.stderr);
        assert!(line.contains(name), "{arguments:?}: {line}");
        assert_eq!(line.lines().count(), 1);
    }
}

#[test]
fn run_by_hand_it_ends_with_41_and_says_why() {
    let mut without_version = command(&[]);
    without_version
        .env_remove("MEDIASOUP_VERSION")
        .env_remove("BRODO_VERSION");

    let ended = output(without_version);
    assert_eq!(ended.status.code(), Some(41));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("package"));

    let ended = without_pipes();
    assert_eq!(ended.status.code(), Some(41));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("descriptors 3 and 4"));
}

#[test]
fn a_certificate_from_files_is_the_one_that_peers_see() {
    let made = rcgen::generate_simple_self_signed(["brodo".to_owned()]).expect("made");
    let (certificate_pem, key_pem) = (made.cert.pem(), made.signing_key.serialize_pem());
    let certificate = temporary("certificate.pem", &certificate_pem);
    let key = temporary("key.pem", &key_pem);
    let mut worker = Worker::start(&[
        &format!("--dtlsCertificateFile={}", certificate.display()),
        &format!("--dtlsPrivateKeyFile={}", key.display()),
    ]);

    worker.request(
        1,
        Request::CreateRouter {
            id: RouterId::from("r"),
        },
    );
    let info = ListenInfo::new(Protocol::Udp, [127, 0, 0, 1].into());
    let options = WebRtcTransportOptions {
        listen: WebRtcListen::Individual(vec![info]),
        ice_consent_timeout: 30,
        initial_available_outgoing_bitrate: 600_000,
        sctp: None,
    };
    let call = RouterCall::CreateWebRtcTransport(TransportId::from("t"), options);
    worker.request(2, Request::Router(RouterId::from("r"), call));

    assert!(matches!(worker.answer(), FromWorker::Accepted(1, _)));
    let FromWorker::Accepted(2, reply) = worker.answer() else {
        panic!("a transport");
    };
    let Reply::WebRtcTransportCreated {
        dtls_parameters, ..
    } = *reply
    else {
        panic!("a transport");
    };
    let expected = dtls::Certificate::from_pem(&certificate_pem, &key_pem).expect("usable");
    for fingerprint in expected.fingerprints() {
        let text = fingerprint.to_string();
        assert!(
            dtls_parameters
                .fingerprints
                .iter()
                .any(|one| text.contains(&one.value)),
            "{text}"
        );
    }
}

/// Runs it with nothing open at 3 and 4, whatever is open here.
fn without_pipes() -> Output {
    Command::new("sh")
        .args([
            "-c",
            "exec \"$0\" 3<&- 4<&-",
            env!("CARGO_BIN_EXE_brodo-worker"),
        ])
        .env("BRODO_VERSION", "0.1.0")
        .output()
        .expect("it starts")
}

/// A file that is there as long as the build is.
fn temporary(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("worker-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("it can be written");
    path
}
