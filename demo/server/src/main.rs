//! The demo's command line.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use brodo_demo::{Options, Server, USAGE};

/// What a shell expects of a program that was called wrongly.
const EXIT_USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(&arguments) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("brodo-demo: {error}\n\n{USAGE}");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    log();
    match Server::start(&options).await {
        Ok(server) => {
            println!("listening on {}", server.url());
            server.run_until(interrupted()).await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("brodo-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// To standard error, so that the URL stands alone on standard output. `RUST_LOG` chooses.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "no signal handler: only a kill ends this process");
        std::future::pending::<()>().await;
    }
}
