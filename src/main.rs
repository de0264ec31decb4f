//! Parses the command line, runs the command, prints the error chain, and exits with 0 or 1 (2 for usage errors).

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use opscenter::config::aliases;
use opscenter::{cli, telemetry};

/// Payloads are allocated and freed on different threads; with the system allocator that takes a tenth of ingest time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(why) = read_env_file(Path::new(".env")) {
        eprintln!("error: {why}");
        return ExitCode::FAILURE;
    }
    let mut cli = cli::Cli::parse();
    let lookup = |name: &str| std::env::var(name).ok();
    telemetry::init(lookup);
    match cli.config.take_over(aliases::read(lookup)) {
        Ok(warnings) => warnings.iter().for_each(|warning| eprintln!("warning: {warning}")),
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::FAILURE;
        }
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(cli::run(cli));
    // Does not wait for blocking threads, such as one that renders a slow template.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads `.env` from the working directory only; it is optional. Errors name the line but never quote it, as it may contain a
/// secret.
fn read_env_file(path: &Path) -> Result<(), String> {
    match dotenvy::from_path(path) {
        Err(error) if error.not_found() => Ok(()),
        Err(dotenvy::Error::LineParse(text, _)) => {
            let file = std::fs::read_to_string(path).unwrap_or_default();
            let line = line_of(&file, &text);
            Err(format!("cannot read .env: {line} is not NAME=value; quote values that contain spaces"))
        }
        Err(error) => Err(format!("cannot read .env: {error}")),
        Ok(()) => Ok(()),
    }
}

/// Number and name of the line that contains `text`, which may be only its value. Only the name of a setting is shown: other text
/// before a `=` may be part of a secret.
fn line_of(file: &str, text: &str) -> String {
    let holds = |line: &str| !text.trim().is_empty() && line.contains(text.trim());
    let Some((at, line)) = file.lines().enumerate().find(|(_, line)| holds(line)) else {
        return "a line".to_owned();
    };
    let name = line.trim_start_matches("export ").split_once('=').map(|(name, _)| name.trim());
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    name.filter(is_name).map_or(format!("line {}", at + 1), |name| format!("line {} ({name})", at + 1))
}
