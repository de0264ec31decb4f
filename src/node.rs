//! One node: the parts of the way that run in this process, started together and stopped in order.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Role;
use crate::db;
use crate::ingest::quarantine::Quarantine;
use crate::ingest::receive::Receiver;
use crate::ingest::{Intake, Recorder};
use crate::live::{Hub, follow};
use crate::notify::{notify, poll};
use crate::ops::Ops;
use crate::process::{index, sweep, work};
use crate::web::{IDLE_SESSION, Web, health_only, most_connections, router, serve};

/// Worker tasks of one node. Two, so that one maps while the other commits.
const WORKERS: usize = 2;

/// How often a node says that it is alive, and after which silence it is forgotten, in milliseconds.
const HEARTBEAT: Duration = Duration::from_secs(5);
const FORGOTTEN: i64 = 60 * 60_000;

/// Sessions that have ended are dropped every so many heartbeats: hourly.
const PRUNE_EVERY: u64 = 720;

/// How long the parts may take to stop.
const LAST_ORDERS: Duration = Duration::from_secs(15);

/// A running node.
pub struct Node {
    ops: Arc<Ops>,
    stop: CancellationToken,
    hub: Hub,
    tasks: Vec<JoinHandle<()>>,
    /// They end when nobody has anything for them any more.
    writers: Vec<JoinHandle<()>>,
}

impl Node {
    /// Starts the parts of a role.
    pub fn start(ops: &Arc<Ops>, role: Role, listener: TcpListener) -> Self {
        let (hub, stop) = (Hub::default(), CancellationToken::new());
        let (recorder, recording) = Recorder::start(&ops.db, &ops.queue);
        let (quarantine, keeping) = Quarantine::start(ops);
        let receiver = Receiver { ops: ops.clone(), recorder, quarantine, intake: Intake::default() };
        let web = Web::new(ops.clone(), receiver, hub.clone(), stop.clone());
        let router = if role.serves_web() { router(web) } else { health_only(web) };
        let mut tasks = vec![
            tokio::spawn(serve(listener, router, most_connections(), ops.config.trusted_proxies.clone(), stop.clone())),
            tokio::spawn(beat(ops.clone(), role, stop.clone())),
        ];
        if role.serves_web() {
            tasks.push(tokio::spawn(follow(ops.clone(), hub.clone(), stop.clone())));
        }
        if role.works() {
            tasks.extend((0..WORKERS).map(|number| tokio::spawn(work(ops.clone(), number, stop.clone()))));
            tasks.push(tokio::spawn(sweep(ops.clone(), stop.clone())));
            tasks.push(tokio::spawn(index(ops.clone(), stop.clone())));
            tasks.push(tokio::spawn(notify(ops.clone(), stop.clone())));
            tasks.push(tokio::spawn(poll(ops.clone(), stop.clone())));
        }
        let writers = recording.into_iter().chain([keeping]).collect();
        Self { ops: ops.clone(), stop, hub, tasks, writers }
    }

    /// Takes no new work, waits for every part, then for the last deliveries to be stored, then closes the ports.
    pub async fn stop(self) {
        self.stop.cancel();
        let all = async {
            self.hub.closed().await;
            for task in self.tasks {
                let _ended_or_panicked = task.await;
            }
            for writer in self.writers {
                let _ended_or_panicked = writer.await;
            }
        };
        if tokio::time::timeout(LAST_ORDERS, all).await.is_err() {
            tracing::warn!("some parts did not stop in time; what they held is due again when its lease ends");
        }
        self.ops.queue.close().await;
        if let Err(error) = self.ops.db.forget_node(&self.ops.node, self.ops.now() - FORGOTTEN).await {
            tracing::warn!("cannot sign off: {error}");
        }
        self.ops.db.close().await;
    }
}

/// Says that this node is alive until it stops.
async fn beat(ops: Arc<Ops>, role: Role, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HEARTBEAT);
    for beats in 0_u64.. {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = ops.db.beat(&heartbeat(&ops, role), ops.now()).await {
            tracing::warn!("cannot say that this node is alive: {error}");
        }
        if beats.is_multiple_of(PRUNE_EVERY)
            && let Err(error) = prune_sign_ins(&ops).await
        {
            tracing::warn!("cannot drop sessions that have ended: {error}");
        }
    }
}

async fn prune_sign_ins(ops: &Ops) -> db::Result<()> {
    ops.db.prune_sessions(ops.now(), ops.now() - IDLE_SESSION).await?;
    ops.db.prune_devices(ops.now()).await
}

fn heartbeat(ops: &Ops, role: Role) -> db::Node {
    let last_job = ops.metrics.last_job_at.load(Ordering::Relaxed);
    db::Node {
        id: ops.node.clone(),
        role: role.as_str().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: ops.started_at,
        clients: ops.metrics.live_clients.load(Ordering::Relaxed),
        last_job_at: (last_job > 0).then_some(last_job),
    }
}
