//! This machine: where things are, how programs are run, what can be installed.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest
        .parent()
        .map_or(manifest.clone(), Path::to_path_buf)
}

/// Where built things live, outside the clone so that the next clone is quick.
pub fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
            Some(PathBuf::from(home).join(".cache"))
        });
    base.unwrap_or_else(|| root().join("target")).join("brodo")
}

/// Cargo's target folder: the one in the environment, else the one in the cache.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache().join("target"), PathBuf::from)
}

/// `cargo` with our target folder, from the root.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    command
}

/// A program in a folder of the repository.
pub fn program(name: &str, folder: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root().join(folder));
    command
}

/// Whether a program can be found.
pub fn has(name: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// Runs to the end; what it prints goes where ours goes.
pub fn run(what: &str, command: &mut Command) -> Result<(), String> {
    println!("── {what}");
    let status = command
        .status()
        .map_err(|error| format!("{what}: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{what}: failed ({status})")),
    }
}

/// Runs to the end, passing on what it prints and giving it back too.
pub fn run_and_read(what: &str, command: &mut Command) -> (Result<(), String>, String) {
    println!("── {what}");
    let spawned = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return (Err(format!("{what}: {error}")), String::new()),
    };
    let errors = child
        .stderr
        .take()
        .map(|stream| thread::spawn(move || pass_on(stream)));
    let mut text = child.stdout.take().map(pass_on).unwrap_or_default();
    text.push_str(
        &errors
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default(),
    );
    let outcome = match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what}: failed ({status})")),
        Err(error) => Err(format!("{what}: {error}")),
    };
    (outcome, text)
}

/// Runs to the end, and gives back what it prints.
pub fn output(what: &str, command: &mut Command) -> Result<String, String> {
    println!("── {what}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{what}: {error}"))?;
    match output.status.success() {
        true => String::from_utf8(output.stdout).map_err(|error| format!("{what}: {error}")),
        false => Err(format!("{what}: failed ({})", output.status)),
    }
}

fn pass_on(stream: impl std::io::Read) -> String {
    let mut text = String::new();
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        println!("{line}");
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Installs Debian packages if a program of theirs is missing and we may. What cannot be had is said.
pub fn provide(wanted: &[(&str, &[&str])]) -> Result<(), String> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(file, _)| !has(file) && !Path::new(file).exists())
        .flat_map(|(_, packages)| packages.iter().copied())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !has("apt-get") {
        return Err(format!("please install: {}", missing.join(" ")));
    }
    run(
        "apt-get update",
        Command::new("apt-get").args(["update", "-qq"]),
    )?;
    run(
        &format!("apt-get install {}", missing.join(" ")),
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&missing)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// What the browsers of the tests come from.
pub const BROWSERS: &[(&str, &[&str])] = &[
    ("chromium", &["chromium"]),
    ("firefox-esr", &["firefox-esr"]),
];

/// What the media tools of the tests come from.
pub const TOOLS: &[(&str, &[&str])] = &[
    ("ffmpeg", &["ffmpeg"]),
    (
        "gst-launch-1.0",
        &[
            "gstreamer1.0-tools",
            "gstreamer1.0-plugins-base",
            "gstreamer1.0-plugins-good",
            "gstreamer1.0-plugins-bad",
            "gstreamer1.0-plugins-ugly",
            "gstreamer1.0-libav",
            "gstreamer1.0-nice",
        ],
    ),
    (
        "/usr/lib/x86_64-linux-gnu/girepository-1.0/GstWebRTC-1.0.typelib",
        &[
            "python3-gi",
            "gir1.2-gst-plugins-base-1.0",
            "gir1.2-gst-plugins-bad-1.0",
        ],
    ),
];

/// The C side of the build: DTLS for peers with RSA certificates needs OpenSSL's headers.
pub const LIBRARIES: &[(&str, &[&str])] = &[
    ("cc", &["build-essential"]),
    ("pkg-config", &["pkg-config"]),
    ("/usr/include/openssl/ssl.h", &["libssl-dev"]),
];

/// Installs the npm packages of the workspace, unless they are there and current.
pub fn npm_install() -> Result<(), String> {
    let root = root();
    let lock = root.join("package-lock.json");
    let stamp = root.join("node_modules/.package-lock.json");
    let age = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    if age(&stamp).is_some_and(|installed| age(&lock).is_some_and(|locked| installed >= locked)) {
        return Ok(());
    }
    run(
        "npm ci",
        program("npm", ".").args(["ci", "--no-audit", "--no-fund"]),
    )
}
