//! `opscenter serve`: starts the parts of this node, and stops them in order.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Config, Role};
use crate::db::{Node, sqlite_path};
use crate::ingest::receive::Receiver;
use crate::ingest::{Intake, Recorder};
use crate::live::{Hub, follow};
use crate::ops::Ops;
use crate::web::{Web, health_only, router, serve, setup_link};
use crate::{process, web};

/// Worker tasks of one node. Two, so that one maps while the other commits.
const WORKERS: usize = 2;

/// How often a node says that it is alive, and for how long it may be silent before it is forgotten.
const HEARTBEAT: Duration = Duration::from_secs(5);
const FORGOTTEN: i64 = 60 * 60_000;

/// How long the parts may take to stop.
const LAST_ORDERS: Duration = Duration::from_secs(15);

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
    let listener = TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let _lock = lock(&config)?;
    let ops = Arc::new(Ops::open(config, Clock::System).await?);
    if is_embedded {
        ops.free_claims().await?;
    }
    let stop = CancellationToken::new();
    let node = start(&ops, role, listener, &stop);
    greet(&ops, role).await?;
    stop_signal().await?;
    tracing::info!("stopping: no new work, what is in hand is finished");
    stop.cancel();
    node.finish(&ops).await;
    Ok(())
}

/// The tasks of one node.
struct Tasks {
    tasks: Vec<JoinHandle<()>>,
    recorder: JoinHandle<()>,
}

fn start(ops: &Arc<Ops>, role: Role, listener: TcpListener, stop: &CancellationToken) -> Tasks {
    let hub = Hub::default();
    let (recorder, recording) = Recorder::start(ops.db.clone(), ops.queue.clone());
    let receiver = Receiver { ops: ops.clone(), recorder, intake: Intake::default() };
    let web = Web::new(ops.clone(), receiver, hub.clone(), stop.clone());
    let router = if role.serves_web() { router(web) } else { health_only(web) };
    let mut tasks = vec![tokio::spawn(serve(listener, router, stop.clone())), tokio::spawn(beat(ops.clone(), role, stop.clone()))];
    if role.serves_web() {
        tasks.push(tokio::spawn(follow(ops.clone(), hub, stop.clone())));
    }
    if role.works() {
        tasks.extend((0..WORKERS).map(|number| tokio::spawn(process::work(ops.clone(), number, stop.clone()))));
        tasks.push(tokio::spawn(process::sweep(ops.clone(), stop.clone())));
    }
    Tasks { tasks, recorder: recording }
}

impl Tasks {
    /// Waits for every part, then for the last deliveries to be stored, then closes the ports.
    async fn finish(self, ops: &Ops) {
        let all = async {
            for task in self.tasks {
                let _ended_or_panicked = task.await;
            }
            let _ended_or_panicked = self.recorder.await;
        };
        if tokio::time::timeout(LAST_ORDERS, all).await.is_err() {
            tracing::warn!("some parts did not stop in time; what they held is due again when its lease ends");
        }
        ops.queue.close().await;
        let now = ops.now();
        if let Err(error) = ops.db.forget_node(&ops.node, now - FORGOTTEN).await {
            tracing::warn!("cannot sign off: {error}");
        }
        ops.db.close().await;
    }
}

/// The address, and the way in while there is no admin. To the terminal, not to the log.
async fn greet(ops: &Ops, role: Role) -> anyhow::Result<()> {
    println!("OpsCenter {} ({}) is at {}", env!("CARGO_PKG_VERSION"), role.as_str(), ops.config.app_url());
    if !role.serves_web() {
        return Ok(());
    }
    if !web::assets_are_built() {
        eprintln!("The dashboard is not in this build: pages come without scripts and styles. `cargo xtask build` makes it.");
    }
    if let Some(link) = setup_link(ops).await? {
        println!("No admin exists yet. Make the first with this one-time link:\n\n  {link}\n");
    }
    Ok(())
}

/// Says that this node is alive until it stops.
async fn beat(ops: Arc<Ops>, role: Role, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = ops.db.beat(&node(&ops, role), ops.now()).await {
            tracing::warn!("cannot say that this node is alive: {error}");
        }
    }
}

fn node(ops: &Ops, role: Role) -> Node {
    let last_job = ops.metrics.last_job_at.load(Ordering::Relaxed);
    Node {
        id: ops.node.clone(),
        role: role.as_str().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: ops.started_at,
        clients: ops.metrics.live_clients.load(Ordering::Relaxed),
        last_job_at: (last_job > 0).then_some(last_job),
    }
}

/// One server per embedded database; held until the process ends.
fn lock(config: &Config) -> anyhow::Result<Option<File>> {
    let Some(path) = sqlite_path(&config.database_url) else { return Ok(None) };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    lock_file(&path.with_extension("lock")).map(Some)
}

fn lock_file(path: &Path) -> anyhow::Result<File> {
    let file = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!("another server runs on this database ({})", path.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}
