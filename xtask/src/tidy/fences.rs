//! What may not appear where: the outside world below the runtime, unsafe code outside its fences,
//! nouns of the SFU in each other's files.

use super::exceptions::OUTSIDE_WORLD;
use super::source::Source;

/// Layers that are told the time, and everything else.
const SANS_IO: &[&str] = &["crates/wire/", "crates/link/", "crates/sfu/"];

/// Words that reach outside, and what they reach for.
const OUTSIDE: &[(&str, &str)] = &[
    ("Instant::now", "a clock"),
    ("SystemTime", "a clock"),
    (".elapsed()", "a clock"),
    ("UdpSocket", "a socket"),
    ("TcpStream", "a socket"),
    ("TcpListener", "a socket"),
    ("std::fs", "a file"),
    ("std::env", "the environment"),
    ("env::var", "the environment"),
    ("SystemRandom", "randomness"),
    ("rand::", "randomness"),
    ("getrandom", "randomness"),
    ("thread_rng", "randomness"),
    ("std::thread", "a thread"),
    ("thread_local!", "a thread"),
    ("Mutex", "a lock"),
    ("RwLock", "a lock"),
    ("OnceLock", "a lock"),
    ("LazyLock", "a lock"),
    ("std::sync::atomic", "an atomic"),
    ("async fn", "async"),
    (".await", "async"),
];

/// Where unsafe code may stand.
const UNSAFE_FENCES: &[&str] = &["crates/runtime/net/", "crates/client/capi/"];

/// Modules of the SFU that must not know each other.
const NOUNS: &[&str] = &["transport", "producer", "consumer", "data", "observer"];

/// Complaints about one file.
pub fn check(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    if source.is_test() {
        return complaints;
    }
    complaints.extend(outside_world(source));
    complaints.extend(unsafe_code(source));
    complaints.extend(nouns(source));
    complaints
}

fn outside_world(source: &Source) -> Vec<String> {
    if !SANS_IO.iter().any(|layer| source.path.starts_with(layer)) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (number, line) in source.code.lines().enumerate() {
        for (word, what) in OUTSIDE.iter().filter(|(word, _)| contains_word(line, word)) {
            let excused = OUTSIDE_WORLD
                .iter()
                .any(|(path, excuse, _)| *path == source.path && excuse == word);
            if !excused {
                complaints.push(format!(
                    "{}:{}: {word} reaches for {what}",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    complaints
}

fn unsafe_code(source: &Source) -> Vec<String> {
    if UNSAFE_FENCES
        .iter()
        .any(|fence| source.path.starts_with(fence))
    {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (number, line) in source.code.lines().enumerate() {
        if contains_word(line, "unsafe") {
            complaints.push(format!(
                "{}:{}: unsafe outside its fences",
                source.path,
                number + 1
            ));
        }
    }
    let is_root = source.path.ends_with("/src/lib.rs") || source.path.ends_with("/src/main.rs");
    if is_root && !source.text.contains("#![forbid(unsafe_code)]") {
        complaints.push(format!(
            "{}: #![forbid(unsafe_code)] is missing",
            source.path
        ));
    }
    complaints
}

fn nouns(source: &Source) -> Vec<String> {
    let Some(inside) = source.path.strip_prefix("crates/sfu/src/") else {
        return Vec::new();
    };
    let Some(own) = NOUNS
        .iter()
        .find(|noun| inside.split(['/', '.']).next() == Some(noun))
    else {
        return Vec::new();
    };
    let mut complaints = Vec::new();
    for (number, line) in source.code.lines().enumerate() {
        for other in NOUNS.iter().filter(|noun| *noun != own) {
            if line.contains(&format!("crate::{other}")) {
                complaints.push(format!(
                    "{}:{}: {own} must not know {other}",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    complaints
}

/// Whether `line` has `word` with no letter, digit or underscore around it.
fn contains_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let joins_before = word.starts_with(is_part) && before.is_some_and(is_part);
        let joins_after = word.ends_with(is_part) && after.is_some_and(is_part);
        !joins_before && !joins_after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_link_and_sfu_ask_nobody_for_the_time() {
        let source = Source::new(
            "crates/link/ice/src/agent.rs",
            "//! A.\nfn f() { let now = Instant::now(); }\n",
        );

        assert_eq!(
            check(&source),
            ["crates/link/ice/src/agent.rs:2: Instant::now reaches for a clock"]
        );
    }

    #[test]
    fn the_shard_may_ask() {
        let source = Source::new(
            "crates/runtime/shard/src/clock.rs",
            "fn f() { Instant::now(); }\n",
        );

        assert!(check(&source).is_empty());
    }

    #[test]
    fn unsafe_code_stays_behind_its_fence() {
        let bad = Source::new("crates/sfu/src/a.rs", "fn f() { unsafe { g() } }\n");
        let good = Source::new(
            "crates/runtime/net/src/sys/linux.rs",
            "fn f() { unsafe { g() } }\n",
        );

        assert_eq!(check(&bad).len(), 1);
        assert!(check(&good).is_empty());
    }

    #[test]
    fn a_crate_root_forbids_unsafe_code() {
        let source = Source::new("crates/wire/rtp/src/lib.rs", "//! R.\nmod a;\n");

        assert_eq!(
            check(&source),
            ["crates/wire/rtp/src/lib.rs: #![forbid(unsafe_code)] is missing"]
        );
    }

    #[test]
    fn nouns_do_not_name_each_other() {
        let source = Source::new(
            "crates/sfu/src/consumer/rewrite.rs",
            "use crate::producer::Producer;\n",
        );

        assert_eq!(
            check(&source),
            ["crates/sfu/src/consumer/rewrite.rs:1: consumer must not know producer"]
        );
    }

    #[test]
    fn a_word_inside_another_is_not_that_word() {
        assert!(!contains_word("operand::new", "rand::"));
        assert!(!contains_word("unsafe_code", "unsafe"));
        assert!(contains_word("a unsafe {", "unsafe"));
    }
}
