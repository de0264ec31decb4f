//! `opscenter serve`: starts the parts of this node, and stops them in order.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::config::{Config, Role};
use crate::db::sqlite_path;
use crate::node::Node;
use crate::ops::Ops;
use crate::web::{self, setup_link};

#[derive(Args, Debug)]
pub struct Serve {
    /// Which parts this process runs; web and worker require PostgreSQL
    #[arg(long, value_enum, default_value = "all")]
    role: Role,
}

impl Serve {
    /// Serves until SIGTERM or Ctrl-C.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        run(config, self.role).await
    }
}

async fn run(config: Config, role: Role) -> anyhow::Result<()> {
    let is_embedded = sqlite_path(&config.database_url).is_some();
    if is_embedded && role != Role::All {
        bail!("--role {} requires PostgreSQL: SQLite supports only a single process", role.as_str());
    }
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    crate::db::lock(&config.database_url)?;
    let ops = Arc::new(Ops::open(config, Clock::System).await?);
    if is_embedded {
        ops.free_claims().await?;
    }
    // Not in Ops::open: a command may run in another environment than the server.
    ops.channels.sync_environment(ops.now()).await?;
    ops.channels.invalidate();
    // Before anybody is told that we are here: whoever knows of us may want us to stop.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut node = Node::start(&ops, role, listener);
    let failed = match greet(&ops, role).await {
        Ok(()) => tokio::select! {
            _ = terminate.recv() => None,
            _ = tokio::signal::ctrl_c() => None,
            task = node.failed() => Some(anyhow!("task '{task}' failed: restart this process")),
        },
        Err(error) => Some(error),
    };
    tracing::info!("shutting down: finishing work in progress");
    node.stop().await;
    failed.map_or(Ok(()), Err)
}

/// The address, and the way in while there is no admin. To the terminal, not to the log.
async fn greet(ops: &Ops, role: Role) -> anyhow::Result<()> {
    say(&format!("OpsCenter {} ({}) is at {}", env!("CARGO_PKG_VERSION"), role.as_str(), ops.config.app_url()));
    if !role.serves_web() {
        return Ok(());
    }
    if !web::assets_are_built() {
        eprintln!(
            "This build does not include the dashboard assets: pages have no scripts or styles. Run `cargo xtask build`."
        );
    }
    if let Some(link) = setup_link(ops).await? {
        say(&format!("No admin exists yet. Create the first one with this one-time link:\n\n  {link}\n"));
    }
    Ok(())
}

/// To stdout; nobody listening there is no reason to stop.
fn say(text: &str) {
    use std::io::Write;
    let _nobody_listens = writeln!(std::io::stdout(), "{text}");
}
