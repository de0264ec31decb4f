//! `cargo xtask`: build, run, test and measure OpsCenter with nothing but Rust installed.

mod assets;
mod bench;
mod build;
mod deny;
mod process;
mod run;
mod servers;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Build, run, test and measure OpsCenter")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the dashboard and the server
    Build(build::Build),
    /// Build and start the server on an embedded database
    Run(run::Run),
    /// Run every test there is; servers and browser are found or installed
    Test(test::Test),
    /// Measure, each figure beside a reference of the same run
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    // `cargo xtask run -- --demo` and `cargo xtask run --demo` are equivalent.
    let words = std::env::args().filter(|word| word != "--");
    let done = match Cli::parse_from(words).command {
        Command::Build(build) => build.run(),
        Command::Run(run) => run.run(),
        Command::Test(test) => test.run(),
        Command::Bench(bench) => bench.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo's target folder.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
