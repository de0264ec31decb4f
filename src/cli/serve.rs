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
    /// Which parts run here; web and worker need PostgreSQL
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
        bail!("--role {} needs PostgreSQL: an embedded database belongs to one process", role.as_str());
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
    ops.channels.forget().await;
    // Before anybody is told that we are here: whoever knows of us may want us to stop.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut node = Node::start(&ops, role, listener);
    let failed = match greet(&ops, role).await {
        Ok(()) => tokio::select! {
            _ = terminate.recv() => None,
            _ = tokio::signal::ctrl_c() => None,
            task = node.failed() => Some(anyhow!("the task '{task}' has failed: whoever runs this process should start it again")),
        },
        Err(error) => Some(error),
    };
    tracing::info!("stopping: no new work, what is in hand is finished");
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
            "The dashboard is not in this build: pages come without scripts and styles. `cargo xtask build` makes it."
        );
    }
    if let Some(link) = setup_link(ops).await? {
        say(&format!("No admin exists yet. Make the first with this one-time link:\n\n  {link}\n"));
    }
    Ok(())
}

/// To stdout; nobody listening there is no reason to stop.
fn say(text: &str) {
    use std::io::Write;
    let _nobody_listens = writeln!(std::io::stdout(), "{text}");
}
