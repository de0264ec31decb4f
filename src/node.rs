//! A node: the parts of the pipeline that run in this process, started together and stopped in order.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::config::Role;
use crate::db;
use crate::ingest::quarantine::Quarantine;
use crate::ingest::receiver::Receiver;
use crate::ingest::{BodyReader, EventWriter, Repeats};
use crate::live::{Hub, follow};
use crate::notify::{notify, poll};
use crate::ops::Ops;
use crate::process::{index, prune, sweep, work};
use crate::supervisor::{Alive, Supervisor};
use crate::web::{IDLE_SESSION, Web, health_only, most_connections, router, serve};

/// Worker tasks per node. Two, so that one maps while the other commits.
const WORKERS: [&str; 2] = ["worker-0", "worker-1"];

/// Heartbeat interval, and the silence in milliseconds after which a node is removed.
const HEARTBEAT: Duration = Duration::from_secs(5);
const FORGOTTEN: i64 = 60 * 60_000;

/// Expired sessions are deleted every that many heartbeats, that is hourly.
const PRUNE_EVERY: u64 = 720;

/// Warn about a WAL above this size in bytes.
const LARGE_WAL: u64 = 256 * 1024 * 1024;

/// The WAL is looked at, and expired undo data deleted, every that many heartbeats, that is once a minute.
const EVERY_MINUTE: u64 = 12;

/// Time for the tasks to stop, and for deregistering the node. Together with `SHUTDOWN_DELAY` and closing the database (5 s)
/// it must fit into the supervisor's stop timeout (30 s in docker-compose.yml).
const SHUTDOWN_GRACE: Duration = Duration::from_secs(12);
const SIGN_OFF: Duration = Duration::from_secs(2);

/// A running node.
pub struct Node {
    ops: Arc<Ops>,
    /// Cancelled first: the node reports not ready, but still serves requests.
    draining: CancellationToken,
    /// Cancelled after `SHUTDOWN_DELAY`: the tasks finish and end.
    stop: CancellationToken,
    hub: Hub,
    tasks: Supervisor,
}

impl Node {
    /// Starts the tasks of a role. Every role serves health and metrics on `listener`.
    pub fn start(ops: &Arc<Ops>, role: Role, listener: TcpListener) -> Self {
        let (hub, draining, stop) = (Hub::default(), CancellationToken::new(), CancellationToken::new());
        let mut tasks = Supervisor::default();
        let (event_writer, writers) = EventWriter::new(&ops.db, &ops.queue, &ops.handover);
        writers.into_iter().for_each(|writer| tasks.start("event-writer", writer));
        let (quarantine, keeper) = Quarantine::new(ops);
        tasks.start("quarantine", keeper);
        let receiver = Receiver {
            ops: ops.clone(),
            event_writer,
            quarantine,
            body_reader: BodyReader::default(),
            repeats: Repeats::default(),
        };
        let web = Web::new(ops.clone(), receiver, hub.clone(), draining.clone(), stop.clone());
        let router = if role.serves_web() { router(web) } else { health_only(web) };
        let trusted = ops.config.trusted_proxies.clone();
        tasks.start("server", serve(listener, router, most_connections(), trusted, stop.clone()));
        if role.serves_web() {
            tasks.start("live-tail", follow(ops.clone(), hub.clone(), stop.clone()));
        }
        if role.works() {
            if ops.queue.is_local() {
                ops.handover.open();
            }
            start_workers(&mut tasks, ops, &stop);
        }
        let alive = tasks.alive();
        tasks.start("heartbeat", beat(ops.clone(), role, alive, stop.clone()));
        Self { ops: ops.clone(), draining, stop, hub, tasks }
    }

    /// Waits until a task fails and returns its name. The process should then be restarted.
    pub async fn failed(&mut self) -> &'static str {
        self.tasks.failed().await
    }

    /// Reports not ready, waits `SHUTDOWN_DELAY` for load balancers to notice, and stops taking new work; waits for every
    /// task, including the storage of the last deliveries, and then closes queue and database.
    pub async fn stop(mut self) {
        self.draining.cancel();
        tokio::time::sleep(self.ops.config.shutdown_delay()).await;
        self.stop.cancel();
        let all = async {
            self.hub.closed().await;
            self.tasks.ended().await;
        };
        if tokio::time::timeout(SHUTDOWN_GRACE, all).await.is_err() {
            let late = self.tasks.alive().names();
            tracing::warn!("{late} did not stop in time; their work is retried when its lease expires");
            self.tasks.abort();
        }
        self.ops.queue.close().await;
        let signing_off = self.ops.db.forget_node(&self.ops.node, self.ops.now() - FORGOTTEN);
        if !matches!(tokio::time::timeout(SIGN_OFF, signing_off).await, Ok(Ok(()))) {
            tracing::warn!("cannot deregister this node: it expires after an hour");
        }
        self.ops.db.close().await;
    }
}

fn start_workers(tasks: &mut Supervisor, ops: &Arc<Ops>, stop: &CancellationToken) {
    for (number, name) in WORKERS.into_iter().enumerate() {
        tasks.start(name, work(ops.clone(), number, stop.clone()));
    }
    tasks.start("sweeper", sweep(ops.clone(), stop.clone()));
    tasks.start("pruner", prune(ops.clone(), stop.clone()));
    tasks.start("indexer", index(ops.clone(), stop.clone()));
    tasks.start("notifier", notify(ops.clone(), stop.clone()));
    tasks.start("telegram-poller", poll(ops.clone(), stop.clone()));
}

/// Follows the database clock, sends heartbeats and deletes expired sessions, until the node stops.
async fn beat(ops: Arc<Ops>, role: Role, alive: Alive, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HEARTBEAT);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for beats in 0_u64.. {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = ops.set_clock().await {
            tracing::warn!("cannot read the database clock: {error}");
        }
        if let Err(error) = ops.db.beat(&heartbeat(&ops, role, &alive), ops.now()).await {
            tracing::warn!("cannot send heartbeat: {error}");
        }
        if let Err(error) = ops.db.upgrade_layout(ops.now()).await {
            tracing::warn!("cannot see which versions run: {error}");
        }
        if beats.is_multiple_of(EVERY_MINUTE) && ops.db.wal_bytes() > LARGE_WAL {
            tracing::warn!(
                bytes = ops.db.wal_bytes(),
                "the WAL is large: another process is holding a read transaction open"
            );
        }
        if beats.is_multiple_of(EVERY_MINUTE)
            && let Err(error) = ops.db.prune_undo(ops.now()).await
        {
            tracing::warn!("cannot delete expired undo data: {error}");
        }
        if beats.is_multiple_of(PRUNE_EVERY)
            && let Err(error) = prune_sign_ins(&ops).await
        {
            tracing::warn!("cannot delete expired sessions: {error}");
        }
    }
}

async fn prune_sign_ins(ops: &Ops) -> db::Result<()> {
    ops.db.forget_node("", ops.now() - FORGOTTEN).await?;
    ops.db.prune_sessions(ops.now(), ops.now() - IDLE_SESSION).await?;
    ops.db.prune_devices(ops.now()).await
}

fn heartbeat(ops: &Ops, role: Role, alive: &Alive) -> db::Node {
    let last_job = ops.metrics.last_job_at.load(Ordering::Relaxed);
    db::Node {
        id: ops.node.clone(),
        role: role.as_str().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: ops.started_at,
        clients: ops.metrics.live_clients.get(),
        last_job_at: (last_job > 0).then_some(last_job),
        parts: alive.names(),
    }
}
