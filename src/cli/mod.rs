//! The command line: one file per command. Results go to stdout, remarks to stderr.

/// Prints a line to stdout. Whoever closed it, as `head` does, wants no more: the process ends there.
macro_rules! say {
    ($($arg:tt)*) => { $crate::cli::print_line(format_args!($($arg)*)) };
}

mod demo;
mod doctor;
mod healthcheck;
mod post;
mod provider;
mod quarantine;
mod seed;
mod send;
mod serve;
mod source;
mod token;
mod user;
mod vacuum;

use std::sync::Arc;

use app::types::{Actor, Role};
use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard::Dashboard;
use crate::db::Db;
use crate::ops::Ops;

/// Receives webhooks, turns them into alerts and shows them live.
#[derive(Debug, Parser)]
#[command(name = "opscenter", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub config: Config,

    #[command(flatten)]
    pub serve: serve::Serve,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do; without a command it serves.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (default)
    Serve(serve::Serve),
    /// Run database migrations
    Migrate,
    /// Add the sources github, stripe and custom with generated secrets, shown once
    Seed,
    /// Post a stream of signed sample webhooks to a running server
    Demo(demo::Demo),
    /// Check configuration, database, Redis and provider packs, and report problems
    Doctor,
    /// Check whether a running server is ready
    Healthcheck,
    /// Manage users
    #[command(subcommand)]
    User(user::UserCommand),
    /// Manage webhook sources
    #[command(subcommand)]
    Source(source::SourceCommand),
    /// Manage API tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// List rejected requests and verify them again
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
    /// Try a provider pack
    #[command(subcommand)]
    Provider(provider::ProviderCommand),
    /// Rebuild a SQLite file to reclaim free space; stop the server first
    Vacuum,
    /// Sign a webhook as the provider would and post it to a running server
    Send(send::Send),
}

/// Runs one command.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let config = cli.config;
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(serve) => serve.run(config).await,
        Command::Migrate => migrate(&config).await,
        Command::Seed => seed::run(config).await,
        Command::Demo(demo) => demo.run(config).await,
        Command::Doctor => doctor::run(config).await,
        Command::Healthcheck => healthcheck::run(&config).await,
        Command::Vacuum => vacuum::run(&config).await,
        Command::User(command) => command.run(config).await,
        Command::Source(command) => command.run(config).await,
        Command::Token(command) => command.run(config).await,
        Command::Quarantine(command) => command.run(config).await,
        Command::Provider(command) => command.run(),
        Command::Send(send) => send.run(config).await,
    }
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let db = Db::open(&config.database_url).await?;
    db.migrate().await?;
    say!("Database schema is up to date.");
    db.close().await;
    Ok(())
}

/// The dashboard's verbs for a command, which may do everything.
async fn open(config: Config) -> anyhow::Result<(Dashboard, Actor)> {
    let ops = Arc::new(Ops::open(config, Clock::System).await?);
    Ok((Dashboard::new(ops), Actor { name: "command".to_owned(), role: Role::Admin }))
}

/// A public error as one sentence that names the field.
fn sentence(error: impl Into<crate::error::Error>) -> anyhow::Error {
    match error.into() {
        crate::error::Error::Public(error) => match error.field() {
            Some(field) => anyhow::anyhow!("{field}: {error}"),
            None => anyhow::anyhow!("{error}"),
        },
        crate::error::Error::Internal(error) => error,
    }
}

/// One line of stdin, without its line break.
fn read_line(what: &str) -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    anyhow::ensure!(!line.is_empty(), "no {what} on stdin");
    Ok(line)
}

fn print_line(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
